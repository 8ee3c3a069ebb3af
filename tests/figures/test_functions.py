"""The functions of the database that count: one for whatever can be asked, the same numbers, no case in them, and run by nobody else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.register.answer import counted, counted_batch, counted_over, covered_at, findings_count
from api.register.figure_functions import MAY_COUNT, bring_up_to_date, up_to_date
from api.register.register import Register, opened
from dashboards.counting import statements
from dashboards.counting.functions import column_names, function_of
from dashboards.counting.statements import counting_functions
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Query
from dashboards.figures.grouping import group_by_query
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.question import FigureQuestion, Takes, parse_question
from journey.access.reader import LOCAL
from journey.codes import standard
from journey.log.login import as_role
from journey.log.migrate import FIGURES as OWNER
from journey.log.migrate import READ, ROLES
from journey.log.reading import read_as
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.histories import random_register
from tests.support.questions import random_questions
from tests.support.registers import TODAY, as_words, load, register_on

COLUMNS = {
    "age_bands": "what_0 count",
    "assessments": "what_0 count",
    "caseload": "unit count day|what_0 what_1 what_2 sum day",
    "caseload_by_benefit": "what_0 sum day",
    "caseload_by_support": "what_0 what_1 count",
    "caseworker_changes": "measure key n",
    "code_questions": "listed question count column_4",
    "cohort": "count column_2 column_3",
    "committed_amounts": "support count sum",
    "complaints": "column_1 column_2 count",
    "concurrent_caseworkers": "what_0 count",
    "conformance": "rule count column_3 column_4 percentile_cont column_6",
    "contact_surface": "professionals count",
    "dotted_chart": "nth referred day kind_group count",
    "expected_pensions": "count",
    "findings_by_code": "code count column_3",
    "findings_count": "count",
    "first_open_day": "day",
    "follow_ups": "count column_2 column_3 column_4",
    "follow_ups_by_month": "to_char count column_3 column_4 column_5",
    "forum_throughput": "forum day count",
    "frames": "coalesce column_2 count column_4",
    "handovers": "count column_2 column_3 column_4",
    "late_registration": "days count",
    "layers": "what_0 count",
    "lead_times": "column_1 column_2 count",
    "membership": "measure cause detail count",
    "overdue_follow_ups": "days count",
    "plans": "what_0 count",
    "process_map": "milestone before days count",
    "refused_supports": "detail count",
    "rehabilitation": "count",
    "sources": "source sum column_3 percentile_disc",
    "spending_in_period": "support sum column_3",
    "stock_flow": "measure cause detail count",
    "survey": "statement n meget_uenig uenig hverken enig meget_enig",
    "tenure": "days count",
    "transfers": "from_unit to_unit reason count",
    "uncovered_days": "phase coalesce count",
    "upcoming_follow_ups": "track count",
    "visitations": "decision detail count",
}
"""What every function gives back, by what it counts; another column is looked at by a person before it stands here."""


def questions(rng: random.Random, each: int) -> Iterator[Ask]:
    """Random questions to every figure, over every code, option and number of days."""
    codes = standard()
    for figure in FIGURES.values():
        takes = figure.takes
        for _ in range(each):
            given: dict[str, list[str]] = {}
            for name in takes.names:
                parameter = PARAMETERS[name]
                if name not in takes.required and rng.random() < 0.5:
                    continue
                if name == "valid_at":
                    days = takes.days or (rng.choice([1, 1, 2, 5]) if takes.many_days else 1)
                    given[name] = [f"202{nth}-0{rng.randint(1, 9)}-11" for nth in range(days)]
                elif parameter.code_list:
                    some = [*codes[parameter.code_list].codes, *([parameter.every_code] if parameter.every_code else [])]
                    given[name] = rng.sample(some, rng.randint(1, len(some)) if parameter.many else 1)
                elif parameter.options:
                    given[name] = [rng.choice([*parameter.options])]
                else:
                    said = {"from": "1999-01-01", "to": "2099-12-31", "window": "77", "bands": "0,5,50"}
                    given[name] = [said.get(name, "noget")]
            if takes.days == 2 and "valid_at" not in given:
                given["valid_at"] = ["2023-01-01", "2024-01-01"]
            yield Ask(figure, parse_question(takes, given, position=9, today=TODAY, codes=codes))


def test_whatever_can_be_asked_has_a_function() -> None:
    asked = {query.counted for ask in questions(random.Random(4), 150) if (query := ask.figure.query(ask.question))}

    assert asked <= counting_functions().keys()
    of_figures = {sql for sql, function in counting_functions().items() if function.of in FIGURES}
    assert of_figures - asked == set(), "a statement that nobody can ask for"


def test_a_figure_with_a_new_option_has_its_functions_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def query(question: FigureQuestion) -> Query:
        by = ("forum", question.forum) if question.forum else ("role", question.role)
        return Query(f"SELECT {by[0]!r}, count(*) FROM decisions WHERE {by[1] is None}", question.values, lambda _: [])

    figure = next(iter(FIGURES.values()))
    monkeypatch.setitem(FIGURES, "made_up", type(figure)("made_up", 1, "", "", "", "", Takes(("role", "forum")), query))

    found = [function for function in counting_functions.__wrapped__().values() if function.of == "made_up"]

    assert len({function.name for function in found}) == 3


def test_twin_a_statement_that_was_not_foreseen_is_not_counted_at_all() -> None:
    with pytest.raises(KeyError):
        counting_functions()["SELECT case_id FROM spans"]


def test_a_function_is_named_by_its_whole_statement() -> None:
    """A program never calls a function of another version, which might count something else under the same name."""
    names = [function.name for function in counting_functions().values()]

    assert len(set(names)) == len(names)
    assert function_of("f", "SELECT %(a)s", {"a": 1}).name != function_of("f", "SELECT %(a)s ", {"a": 1}).name
    assert function_of("f", "SELECT %(a)s", {"a": 1}).name != function_of("f", "SELECT %(a)s", {"a": "1"}).name


def test_values_stand_in_the_statement_by_their_numbers() -> None:
    made = function_of("f", "SELECT %(b)s, %(a)s, %(b)s LIKE 'x%%'", {"a": [None, TODAY], "b": "x", "c": 1})

    assert made.types == {"b": "text", "a": "date[]"}
    assert "$query$SELECT $1, $2, $1 LIKE 'x%'$query$ USING $1, $2;" in made.definition([("one", "text")])
    assert made.call.endswith("(%(b)s::text, %(a)s::date[])")
    assert made.described() == "SELECT NULL::text, NULL::date[], NULL::text LIKE 'x%'"


def test_a_column_without_a_name_of_its_own_gets_one() -> None:
    assert column_names(["?column?", "n", "n", "min"]) == ["column_1", "n", "column_3", "min"]


def test_functions_of_a_changed_statement_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    before = statements.definitions_digest("rows")
    monkeypatch.setattr(statements, "counting_functions", lambda: {"SELECT 1": function_of("f", "SELECT 1", {})})

    assert statements.definitions_digest.__wrapped__("rows") != before
    assert statements.definitions_digest("other rows") != before


# --- in the database ------------------------------------------------------------------------------------------------------


def returned(conn: psycopg.Connection[Any]) -> dict[str, set[str]]:
    """The columns of each function that stands in the database, by what it counts."""
    rows = conn.execute(
        "SELECT proname, proargnames[pronargs + 1:] FROM pg_proc WHERE pronamespace = 'figures'::regnamespace"
    ).fetchall()
    found: dict[str, set[str]] = {}
    for name, columns in rows:
        found.setdefault(name.rpartition("_")[0], set()).add(" ".join(columns))
    return found


def test_each_gives_back_these_columns_and_no_other(template: Database) -> None:
    with psycopg.connect(template.owner_url) as conn:
        found = returned(conn)

    assert {name: "|".join(sorted(columns)) for name, columns in found.items()} == {
        name: "|".join(sorted(columns.split("|"))) for name, columns in COLUMNS.items()
    }


def test_nobody_but_who_counts_may_run_one_and_nobody_takes_on_their_owner(template: Database) -> None:
    right = (
        "SELECT bool_or(has_function_privilege(%s, oid, 'EXECUTE')) FROM pg_proc WHERE pronamespace = 'figures'::regnamespace"
    )
    with psycopg.connect(template.owner_url) as conn:
        may = {role for role in (*ROLES, "public", "journey_app") if conn.execute(right, (role,)).fetchone() == (True,)}
        owners = conn.execute(
            "SELECT DISTINCT pg_get_userbyid(proowner), prosecdef, proconfig[1] FROM pg_proc"
            " WHERE pronamespace IN ('figures'::regnamespace, 'facts'::regnamespace) ORDER BY 3"
        ).fetchall()
        taken = conn.execute("SELECT pg_has_role('journey_app', %s, 'MEMBER')", (OWNER,)).fetchone()
    assert may == {*MAY_COUNT}
    assert owners == [(OWNER, True, "search_path=pg_catalog, pg_temp"), (OWNER, True, "search_path=rows, pg_temp")]
    assert taken == (False,)


def test_functions_of_another_version_are_refused_until_they_are_made_anew(database: Database, tmp_path: Path) -> None:
    settings = register_on(database, tmp_path).settings
    with psycopg.connect(database.owner_url, autocommit=True) as conn:
        conn.execute(f"SET ROLE {OWNER}; COMMENT ON SCHEMA figures IS 'of another version'; RESET ROLE")
        with pytest.raises(Refused, match="journey migrate") as refused, opened(settings):
            pass
        assert refused.value.code == "wrong_start"

        assert bring_up_to_date(database.owner_url) == ["tallenes funktioner"]

        assert up_to_date(conn)
        with opened(settings) as register:
            assert register.ask("caseload", {}, None, TODAY).cells
        assert bring_up_to_date(database.owner_url) == []


def asked(register: Register, lines: list[dict[str, Any]], each: int) -> list[Ask]:
    end = register.believe()
    drawn = random_questions(random.Random(3), lines, each * 32)
    known = [
        Ask(
            FIGURES[name], parse_question(FIGURES[name].takes, as_words(given), position=end, today=TODAY, codes=register.codes)
        )
        for name, given, _ in drawn
    ]
    others = [name for name in FIGURES if name not in {ask.figure.id for ask in known}]
    period = {"from": ["2021-12-01"], "to": ["2025-07-01"]}
    whole = [
        Ask(figure, parse_question(figure.takes, given, position=end, today=TODAY, codes=register.codes))
        for figure in map(FIGURES.__getitem__, others)
        for given in [period if figure.takes.has_period else {}]
    ]
    return [*known, *whole]


@pytest.mark.long
def test_who_may_read_no_row_counts_what_the_statements_count_and_sees_no_one(database: Database, tmp_path: Path) -> None:
    register = register_on(database, tmp_path)
    lines = random_register(11, cases=60)
    load(register, lines)
    asks = asked(register, lines, 3)
    assert {ask.figure.id for ask in asks} == FIGURES.keys()
    end = register.believe()
    with psycopg.connect(as_role(database.app_url, READ), autocommit=True) as conn:
        with read_as(conn, LOCAL):
            direct = [counted_over(conn, ask.figure, ask.question, "rows") for ask in asks]
            named = [counted(conn, ask.figure, ask.question, named=True) for ask in asks]
        with psycopg.connect(database.admin_url, autocommit=True) as admin:
            admin.execute("REVOKE SELECT ON ALL TABLES IN SCHEMA rows FROM journey_read")
            admin.execute("REVOKE SELECT ON log.events, log.event_ids FROM journey_read")
            secret = {
                text
                for query in (
                    "SELECT DISTINCT case_id FROM rows.spans",
                    "SELECT DISTINCT citizen FROM rows.moves",
                    "SELECT DISTINCT worker FROM rows.assignments",
                )
                for (text,) in admin.execute(query.encode())
            }

        assert direct == named
        for ask, cells in zip(asks, direct, strict=True):
            query, given = ask.figure.query(ask.question), counted(conn, ask.figure, ask.question)
            assert given == cells or query.nameless, ask
            assert sorted(map(value_of_cell, given)) == sorted(map(value_of_cell, cells)), ask
            function = counting_functions()[query.counted]
            rows = conn.execute(function.call.encode(), dict(query.values)).fetchall()
            assert not secret & {each for row in rows for each in row if isinstance(each, str)}, ask.figure.id
        for group in group_by_query(asks):
            assert counted_batch(conn, group) == [counted(conn, ask.figure, ask.question) for ask in group.questions]
        assert covered_at(conn, end, ()).first is not None
        assert findings_count(conn, end) >= 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            counted_over(conn, asks[0].figure, asks[0].question, "rows")
    assert len(secret) > 60
    assert any(secret & set(map(str, cell.values())) for cells in direct for cell in cells), "the twin: named, they are seen"


def without(cell: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in cell.items() if key != name}


def value_of_cell(cell: dict[str, Any]) -> str:
    return str(sorted(without(without(cell, "case"), "row").items()))

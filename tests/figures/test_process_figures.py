"""The process map, the dotted chart and the conformance figure, against a register counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.register.register import Register
from dashboards.figures import FIGURES, process
from dashboards.figures.figure import Ask, Cell
from tests.conftest import Database
from tests.support.registers import TODAY, load, register_on

YEAR = {"from": ["2024-01-01"], "to": ["2025-01-01"]}


def _line(case: str, day: str, kind: str, **data: Any) -> dict[str, Any]:
    return {"case": case, "kind": kind, "valid_at": day, "known_at": f"{day}T12:00:00+01:00", "data": data}


LINES = [
    # Two young people, referred with a caseworker, visited by the forum after 10 and 20 days; only the first before support.
    _line("A", "2024-01-01", "referred", unit="ungeindsatsen", citizen="a"),
    _line("A", "2024-01-01", "caseworker_assigned", role="authority", worker="w1"),
    _line("A", "2024-01-11", "visited", forum="samarbejdsforum_ung"),
    _line("A", "2024-01-31", "support_granted", grant="g", support="efterskole"),
    _line("A", "2024-02-01", "follow_up_agreed", due="2024-04-01"),
    _line("A", "2024-05-01", "follow_up_held", outcome="continue"),
    _line("B", "2024-02-01", "referred", unit="ungeindsatsen", citizen="b"),
    _line("B", "2024-02-06", "caseworker_assigned", role="authority", worker="w1"),
    _line("B", "2024-02-11", "support_granted", grant="g", support="efterskole"),
    _line("B", "2024-02-21", "visited", forum="samarbejdsforum_ung"),
    _line("B", "2024-06-01", "closed", reason="education"),
    # An adult whose support a forum granted, and who was transferred out.
    _line("C", "2024-03-01", "referred", unit="arbejdsmarked", citizen="c"),
    _line("C", "2024-03-01", "caseworker_assigned", role="employment", worker="w2"),
    _line("C", "2024-03-11", "support_granted", grant="g", support="bostoette_85", forum="samarbejdsforum_30"),
    _line("C", "2024-09-01", "transferred", to="social", reason="disability_pension"),
    # Who is with neither unit.
    _line("D", "2024-03-01", "referred", unit="social", citizen="d"),
]


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    register = register_on(database, tmp_path)
    assert load(register, sorted(LINES, key=lambda line: line["known_at"])).recorded == len(LINES)
    return register


def _values(register: Register, figure: str, known_at: str | None = None, **asked: list[str]) -> dict[tuple[Any, ...], Any]:
    cells: list[Cell] = list(register.ask(figure, YEAR | asked, known_at, TODAY).cells)
    return {tuple(said for name, said in cell.items() if name not in ("value", "why")): cell["value"] for cell in cells}


def test_the_process_map_counts_cases_and_ways(register: Register) -> None:
    found = _values(register, "process_map")

    assert {key[1]: value for key, value in found.items() if key[0] == "cases" and value} == {
        "referred": 3,
        "visited": 2,
        "support_began": 3,
        "closed": 1,
    }
    assert {key[:2]: value for key, value in found.items() if "n" in key} == {
        ("referred", "visited"): 1,
        ("referred", "support_began"): 2,
        ("visited", "support_began"): 1,
        ("support_began", "visited"): 1,
        ("visited", "closed"): 1,
    }
    assert found["referred", "support_began", "median"] is None
    assert found["referred", "support_began", "days", "0-30"] == 2


def test_the_process_map_of_the_unit_that_took_over(register: Register) -> None:
    found = _values(register, "process_map", unit=["social"])

    assert found["cases", "transferred"] == 1
    assert found["support_began", "transferred", "n"] == 1


def test_the_dotted_chart_has_a_dot_for_what_happened_and_no_worker(register: Register) -> None:
    found = _values(register, "dotted_chart")

    assert found["cases",] == 3
    assert found["left_out",] == 0
    assert {key[2:]: value for key, value in found.items() if key[:2] == ("events", "B")} == {
        ("2024-02-01", "course"): 1,
        ("2024-02-06", "caseworker"): 1,
        ("2024-02-11", "support"): 1,
        ("2024-02-21", "course"): 1,
        ("2024-02-21", "forum"): 1,
        ("2024-06-01", "course"): 1,
    }
    assert [key[1] for key in found if key[0] == "events"] == sorted(key[1] for key in found if key[0] == "events")
    assert not any("w1" in key or "w2" in key for key in found)


def test_the_dotted_chart_says_how_many_it_leaves_out(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST_CASES", 2)

    found = _values(register, "dotted_chart")

    assert (found["cases",], found["left_out",]) == (2, 1)
    assert {key[1] for key in found if key[0] == "events"} == {"B", "C"}
    ask = Ask(FIGURES["dotted_chart"], register.question("dotted_chart", YEAR, None, TODAY))
    behind = {measure: set(register.parts(ask, {"measure": measure})) for measure in ("cases", "left_out")}
    assert behind == {"cases": {"B", "C"}, "left_out": {"A"}}


def test_conformance_counts_deviations_their_cases_and_those_mended(register: Register) -> None:
    found = _values(register, "conformance")

    assert {key: value for key, value in found.items() if value} == {
        ("R1", "occasions"): 1,
        ("R2", "occasions"): 2,
        ("R9", "occasions"): 1,
        ("R13", "occasions"): 1,
        ("R14", "occasions"): 3,
        ("R1", "deviations"): 1,
        ("R1", "cases"): 1,
        ("R2", "deviations"): 1,
        ("R2", "cases"): 1,
        ("R2", "mended"): 1,
        ("R9", "deviations"): 1,
        ("R9", "cases"): 1,
        ("R9", "mended"): 1,
        ("R13", "deviations"): 1,
        ("R13", "cases"): 1,
        ("R14", "deviations"): 1,
        ("R14", "cases"): 1,
        ("R14", "mended"): 1,
    }
    assert found["R11", "deviations"] is None


def test_conformance_of_a_unit_a_period_and_a_moment(register: Register) -> None:
    adults = _values(register, "conformance", unit=["arbejdsmarked"])
    spring = _values(register, "conformance", to=["2024-02-21"])
    then = _values(register, "conformance", known_at="2024-02-12")

    assert {key: value for key, value in adults.items() if value} == {
        (rule, measure): 1 for rule in ("R1", "R13") for measure in ("occasions", "deviations", "cases")
    } | {("R14", "occasions"): 1}
    assert (spring["R2", "deviations"], spring["R2", "mended"]) == (1, 0)
    assert (then["R2", "deviations"], then["R2", "mended"], then["R9", "deviations"]) == (1, 0, 1)


def test_a_follow_up_that_is_due_later_is_no_deviation_yet(register: Register) -> None:
    asked = {"from": ["2024-01-01"], "to": ["2024-04-02"]}

    assert _values(register, "conformance", known_at="2024-02-12", **asked)["R9", "deviations"] == 0


def test_the_rules_of_every_day_apply_to_the_cases_open_in_the_unit_on_a_day_of_the_period(register: Register) -> None:
    """R12 to those with both roles held, from its first day; R14 to all, also one that is never without a caseworker."""

    def case(name: str, *roles: tuple[str, str, str], unit: str = "ungeindsatsen") -> list[dict[str, Any]]:
        held = [_line(name, day, "caseworker_assigned", role=role, worker=worker) for day, role, worker in roles]
        return [_line(name, "2025-01-06", "referred", unit=unit, citizen=name.lower()), *held]

    both = [("2025-01-06", "authority", "w1"), ("2025-01-06", "employment", "w1")]
    two = [("2025-01-06", "authority", "w1"), ("2025-01-06", "employment", "w2")]
    lines = [
        *case("E1", *both),
        *case("E2", *two),
        *case("E3", *both[:1]),
        *case("E4", *both, unit="arbejdsmarked"),
        *case("E5", *two),
        _line("E5", "2025-07-01", "closed", reason="moved"),
        *case("E6", *two),
        _line("E6", "2025-07-02", "closed", reason="moved"),
        *case("E7"),
    ]
    load(register, [{**line, "known_at": "2025-08-01T12:00:00+02:00"} for line in lines])

    def out_of(rule: str, first: str, until: str, *unit: str) -> tuple[int, int]:
        found = _values(register, "conformance", **{"from": [first], "to": [until], "unit": [*unit]})
        return found[rule, "cases"], found[rule, "occasions"]

    assert out_of("R12", "2025-01-01", "2026-01-01", "ungeindsatsen") == (2, 3)
    assert out_of("R12", "2025-01-01", "2025-07-01", "ungeindsatsen") == (0, 0)
    assert out_of("R12", "2025-07-02", "2026-01-01", "ungeindsatsen") == (0, 2)
    assert out_of("R12", "2025-01-01", "2026-01-01", "arbejdsmarked") == (0, 0)
    assert out_of("R14", "2025-01-06", "2025-01-07", "ungeindsatsen") == (1, 7)
    assert out_of("R14", "2025-01-06", "2025-01-07", "arbejdsmarked") == (0, 1)
    assert out_of("R14", "2025-07-02", "2025-07-03", "ungeindsatsen") == (0, 5)


def test_follow_ups_are_occasions_held_in_time_or_not_but_not_where_they_were_moved_or_ended_before(register: Register) -> None:
    """F: one in time, one moved, one ended with the case. G: one late, one overtaken. H: one in time, one ended with the case."""
    f, g, h = (_line(name, "2024-04-01", "referred", unit="ungeindsatsen", citizen=name.lower()) for name in "FGH")
    lines = [
        *(f, g, h),
        _line("F", "2024-04-01", "follow_up_agreed", due="2024-04-10"),
        _line("F", "2024-04-10", "follow_up_held", outcome="continue"),
        _line("F", "2024-04-11", "follow_up_agreed", due="2024-05-01"),
        _line("F", "2024-04-20", "follow_up_agreed", due="2024-06-01", moved_from="2024-05-01"),
        _line("F", "2024-05-15", "closed", reason="moved"),
        _line("G", "2024-04-01", "follow_up_agreed", due="2024-04-03"),
        _line("G", "2024-04-01", "follow_up_agreed", due="2024-04-05"),
        _line("G", "2024-04-06", "follow_up_held", outcome="continue"),
        _line("H", "2024-04-01", "follow_up_agreed", due="2024-04-20"),
        _line("H", "2024-04-01", "follow_up_agreed", due="2024-04-25"),
        _line("H", "2024-04-19", "follow_up_held", outcome="continue"),
        _line("H", "2024-04-22", "closed", reason="moved"),
    ]
    before = _values(register, "conformance")
    load(register, [{**line, "known_at": "2024-12-01T12:00:00+01:00"} for line in lines])
    found = _values(register, "conformance")

    more = {measure: found["R9", measure] - before["R9", measure] for measure in ("occasions", "deviations", "cases", "mended")}
    assert more == {"occasions": 4, "deviations": 2, "cases": 1, "mended": 1}


def test_follow_ups_stand_in_the_month_they_are_due(register: Register) -> None:
    found = _values(register, "follow_ups_by_month")

    assert {key: value for key, value in found.items() if value} == {("2024-04", "due"): 1, ("2024-04", "held_late"): 1}


def test_findings_are_counted_by_what_is_wrong(register: Register) -> None:
    late = [_line("B", "2024-07-01", "closed", reason="other"), _line("B", "2024-07-02", "assessment_closed")]
    assert load(register, late).recorded == 2

    assert _values(register, "findings_by_code") == {("not_open", "findings"): 2, ("not_open", "cases"): 1}
    assert _values(register, "findings_by_code", to=["2024-07-01"]) == {}


AGAIN = [
    # Referred and closed before the year, and referred anew in it.
    _line("before", "2023-03-01", "referred", unit="ungeindsatsen", citizen="p"),
    _line("before", "2023-09-01", "closed", reason="education"),
    _line("before", "2024-03-01", "referred", unit="ungeindsatsen", citizen="p"),
    # Both in the year, to the same unit.
    _line("twice", "2024-02-01", "referred", unit="ungeindsatsen", citizen="q"),
    _line("twice", "2024-04-01", "closed", reason="declined"),
    _line("twice", "2024-08-01", "referred", unit="ungeindsatsen", citizen="q"),
    # Both in the year, first to one unit and then to another.
    _line("moved", "2024-05-01", "referred", unit="social", citizen="r"),
    _line("moved", "2024-06-01", "closed", reason="other"),
    _line("moved", "2024-07-01", "referred", unit="ungeindsatsen", citizen="r"),
    # A second referral while the case is open changes nothing.
    _line("open", "2024-01-15", "referred", unit="ungeindsatsen", citizen="s"),
    _line("open", "2024-03-15", "referred", unit="social", citizen="s"),
    # Opened again, which is no referral.
    _line("reopened", "2023-05-01", "referred", unit="ungeindsatsen", citizen="t"),
    _line("reopened", "2023-06-01", "closed", reason="moved"),
    _line("reopened", "2024-02-01", "reopened"),
]


REFERRED_ANEW: list[tuple[dict[str, list[str]], list[str], list[str]]] = [
    # asked, the cases that have a row, and the days of the case that was referred twice in the year
    ({"from": ["2024-01-01"], "to": ["2025-01-01"]}, ["open", "twice"], ["2024-02-01", "2024-04-01", "2024-08-01"]),
    ({"from": ["2024-01-01"], "to": ["2024-08-01"]}, ["open", "twice"], ["2024-02-01", "2024-04-01"]),
    ({"from": ["2024-02-02"], "to": ["2025-01-01"]}, [], []),
    ({"from": ["2023-01-01"], "to": ["2024-01-01"]}, ["before", "reopened"], []),
    ({"from": ["2024-01-01"], "to": ["2025-01-01"], "unit": ["social"]}, ["moved"], []),
]


def test_a_case_referred_anew_stands_in_the_dotted_chart_by_its_first_referral_of_all(
    database: Database, tmp_path: Path
) -> None:
    register = register_on(database, tmp_path)
    load(register, sorted(AGAIN, key=lambda line: line["known_at"]))

    for asked, cases, days_of_twice in REFERRED_ANEW:
        found = _values(register, "dotted_chart", **asked)

        assert (found["cases",], found["left_out",]) == (len(cases), 0), asked
        assert sorted({key[1] for key in found if key[0] == "events"}) == cases, asked
        assert [key[2] for key in found if key[:2] == ("events", "twice")] == days_of_twice, asked

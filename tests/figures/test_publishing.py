"""A figure is published whole, once for a paper; it never moves, and one that would be counted otherwise is seen cell by cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from api.answers import publishing
from api.answers.ledger import compared
from api.answers.ledger_lines import counted_lines, ledger_tables
from api.answers.publishing import Order, PublicationResult, publish_figure
from api.register.register import Register
from dashboards.figures import FIGURES
from dashboards.published.ledger import Compared
from dashboards.words.language import DANISH
from journey.access.reader import LOCAL
from journey.events import NAMES, FigurePublished
from journey.exchange.exporting import export
from journey.log.store import Log
from journey.log.stored import encoded
from journey.publishing import LEDGER
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.registers import TODAY, functions_of_changed_figures, load, register_on

UI = "ungeindsatsen"
DAY = "2024-06-01"


def _referred(case: str, known: str, valid_at: str = "2024-01-10") -> dict[str, Any]:
    data = {"unit": UI, "citizen": f"b-{case}"}
    return {"case": case, "kind": "referred", "valid_at": valid_at, "known_at": f"{known}T12:00:00+01:00", "data": data}


@pytest.fixture
def register(database: Database, tmp_path: Any) -> Register:
    made = register_on(database, tmp_path)
    load(made, [_referred("a", "2024-01-10"), _referred("b", "2024-01-11")])
    return made


def _order(**more: Any) -> Order:
    given = {"figure": "caseload_by_support", "parameters": {"unit": UI, "valid_at": DAY}, "paper_case": "24/1"}
    return msgspec.convert({**given, "paper_title": "Status", "paper_date": "2024-06-15", "by": "sb-92", **more}, Order)


def _publish(register: Register, order: Order | None = None, key: str = "k1") -> PublicationResult:
    order = order or _order()
    with Log(register.url, codes=register.codes) as log:
        answer = register.ask(order.figure, order.given, order.known_at, TODAY)
        return publish_figure(register, log, order, answer, key)


def _ledger(register: Register) -> list[Compared]:
    return compared(register, TODAY)


def _values(ledger: list[Compared]) -> dict[str, float | int | None]:
    return {one.published.cell["support"]: one.published.value for one in ledger if one.published.value}


def test_every_cell_is_frozen_with_definition_times_and_code_lists(register: Register) -> None:
    made = _publish(register)

    with Log(register.url) as log:
        [recorded] = log.history(LEDGER)
    event = recorded.event
    assert isinstance(event, FigurePublished)
    frozen = event.frozen
    assert frozen
    assert (frozen.version, frozen.position, frozen.codes) == (1, 2, register.codes.digest)
    assert event.parameters == {"unit": [UI], "valid_at": DAY, "include_out_of_scope": True}
    assert (recorded.by, recorded.valid_at, event.paper.case) == ("sb-92", date(2024, 6, 15), "24/1")
    assert {"support": "waiting", "value": 2} in frozen.cells
    assert (made.cells, made.position, made.known_position, made.is_new) == (7, 3, 2, True)


def test_what_is_published_never_moves(register: Register) -> None:
    _publish(register)
    load(register, [_referred("late", "2024-07-01")])

    ledger = _ledger(register)

    assert _values(ledger) == {"waiting": 2}
    assert [one.published.id for one in ledger if one.drifted] == []
    assert [one.now for one in ledger if one.published.cell == {"support": "waiting"}] == [3]


def test_a_changed_counting_rule_is_seen_cell_by_cell(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the promise: a rule that counts otherwise makes exactly the cells that it changes drift."""
    from dashboards.figures import stocks

    _publish(register)
    monkeypatch.setattr(stocks, "IN_UNIT", "s.unit = ANY(%(unit)s) AND s.citizen <> 'b-a'")

    with functions_of_changed_figures(register):
        assert [one.published.cell for one in _ledger(register) if one.drifted] == [{"support": "waiting"}]


def test_a_cell_that_was_not_published_is_seen(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.answers import ledger as counted_again

    _publish(register)
    monkeypatch.setattr(
        counted_again, "counted", lambda *_: [{"support": "waiting", "value": 2}, {"support": "new", "value": 1}]
    )

    drifted = {one.published.cell["support"] for one in _ledger(register) if one.drifted}

    assert "new" in drifted
    assert "waiting" not in drifted


def test_one_of_an_earlier_version_keeps_its_cells_and_neither_agrees_nor_drifts(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(register)
    before = _values(_ledger(register))
    figure = FIGURES["caseload_by_support"]
    recounted = replace(figure, version=2, query=lambda question: replace(figure.query(question), cells=lambda _: [OTHER]))
    monkeypatch.setitem(FIGURES, "caseload_by_support", recounted)

    ledger = _ledger(register)

    assert _values(ledger) == before
    assert {(one.drifted, one.earlier_version, one.then == one.published.value) for one in ledger} == {(False, 1, True)}
    of_paper, summary = ledger_tables(counted_lines(register, TODAY, DANISH))
    assert [row[-1] for row in of_paper.rows] == ["opgjort efter udgave 1"] * len(ledger)
    assert summary.notes == (f"{len(ledger)} tal, {len(ledger)} er opgjort efter en tidligere udgave.",)


OTHER = {"support": "bostoette", "value": 17}


def test_the_same_again_is_harmless(register: Register) -> None:
    first = _publish(register)
    load(register, [_referred("other-unit", "2024-07-01", "2024-07-01")])

    again = _publish(register, key="k2")

    assert (again.is_new, again.position, again.id, again.known_position) == (False, first.position, first.id, 2)
    assert _publish(register) == first
    assert len(_ledger(register)) == 7


def test_other_content_for_the_same_paper_is_refused_with_the_remedy(register: Register) -> None:
    _publish(register)
    load(register, [_referred("late", "2024-07-01")])

    with pytest.raises(Refused, match="andet indhold") as refused:
        _publish(register, key="k2")

    assert (refused.value.code, refused.value.place) == ("published_otherwise", "24/1")
    assert "--correction" in refused.value.remedy
    assert _publish(register, _order(paper_case="24/2"), "k3").is_new


def test_a_correction_withdraws_the_first_and_stands_beside_it(register: Register) -> None:
    first = _publish(register)
    load(register, [_referred("late", "2024-07-01")])

    second = _publish(register, _order(correction="andet"), "k2")

    with Log(register.url) as log:
        assert [NAMES[type(one.event)] for one in log.history(LEDGER)] == ["figure_published", "withdrawn", "figure_published"]
    assert second.id == first.id
    assert _values(_ledger(register)) == {"waiting": 3}
    with pytest.raises(Refused, match="andet indhold"):
        _publish(register, _order(known_at="2"), "k3")
    assert _publish(register, key="k4").is_new is False


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "bad_value"), ("r" * 81, "bad_value"), ("010203-1234 var talt med", "personal_number"), ("a\u200bb", "bad_value")],
)
def test_a_correction_says_why_as_a_withdrawal_may_and_the_log_can_be_read_again(
    register: Register, reason: str, code: str
) -> None:
    first = _publish(register)
    load(register, [_referred("late", "2024-07-01")])

    with pytest.raises(Refused) as refused:
        _publish(register, _order(correction=reason), "k2")

    assert (refused.value.code, refused.value.place) == (code, "correction")
    with Log(register.url) as log:
        assert [one.position for one in log.history(LEDGER)] == [first.position]
    assert _values(_ledger(register)) == {"waiting": 2}


def test_twin_a_reason_that_nobody_reads_makes_a_log_that_nobody_can(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "reason_of", lambda _, order: order.correction)
    monkeypatch.setattr("journey.log.recorder.readable", lambda told: encoded(told, claimed=False))
    _publish(register)
    load(register, [_referred("late", "2024-07-01")])

    with pytest.raises(msgspec.ValidationError):
        _publish(register, _order(correction="r" * 81), "k2")


@pytest.mark.parametrize(
    ("wrong", "code", "place"),
    [
        ({"by": " "}, "bad_value", "by"),
        ({"paper_title": "\u00a0"}, "bad_value", "paper_title"),
        ({"paper_case": " "}, "bad_value", "paper_case"),
        ({"by": "010203-1234"}, "personal_number", "by"),
        ({"paper_title": "t" * 81}, "bad_value", "data.paper.title"),
        ({"paper_case": ""}, "bad_value", "data.paper.case"),
        ({"notes": ["CPR 010203-1234"]}, "personal_number", "data.notes"),
        ({"paper_date": "9999-12-31"}, "bad_value", "valid_at"),
    ],
)
def test_what_cannot_be_a_publication_is_refused(register: Register, wrong: dict[str, Any], code: str, place: str) -> None:
    with pytest.raises(Refused) as refused:
        _publish(register, _order(**wrong))

    assert (refused.value.code, refused.value.place) == (code, place)
    assert _ledger(register) == []


def test_a_publication_goes_out_and_in_again_as_it_was(register: Register, database: Database, tmp_path: Any) -> None:
    _publish(register)
    file = tmp_path / "out.jsonl"
    with file.open("wb") as out:
        export(register.url, out, reader=LOCAL)
    line = msgspec.json.decode(file.read_bytes().splitlines()[-1])

    del line["known_at"]  # the tests' import stands at a moment before it
    report = load(register, [line])

    assert line["data"]["frozen"]["position"] == 2
    assert (report.recorded, report.known) == (0, 1)

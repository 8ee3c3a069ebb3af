"""A pack is published whole or not at all, once for a paper; each number then stands beside what the same question answers today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from api.answers import pack_publishing
from api.answers.ledger import compared
from api.answers.pack import answered, packed
from api.answers.pack_publishing import PackOrder, PackPublication, publish_pack
from api.answers.publishing import Order, publish_figure
from api.cli.main import run
from api.register.answer import Answer
from api.register.register import Register
from dashboards.figures import FIGURES
from dashboards.pack.occasion import status_days_of
from journey.codes import standard
from journey.events import FigurePublished, Withdrawn
from journey.log.store import Log
from journey.publishing import LEDGER
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.registers import TODAY, load, register_on
from tests.support.serving import running, until

UI, AM = "ungeindsatsen", "arbejdsmarked"


def _referred(case: str, unit: str, known: str = "2025-01-10") -> Mapping[str, Any]:
    data = {"unit": unit, "citizen": f"b-{case}"}
    return {"case": case, "kind": "referred", "valid_at": "2025-01-10", "known_at": f"{known}T12:00:00+01:00", "data": data}


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    made = register_on(database, tmp_path)
    load(made, [_referred("a", UI), _referred("b", UI), _referred("c", AM)])
    return made


def _order(**more: Any) -> PackOrder:
    given = {"year": 2025, "paper_case": "25/9", "paper_title": "Status", "paper_date": "2025-03-20", "by": "sb-92", **more}
    return msgspec.convert(given, PackOrder)


def _publish(register: Register, key: str = "k1", **more: Any) -> PackPublication:
    with Log(register.url, codes=register.codes) as log:
        return publish_pack(register, log, _order(**more), TODAY, key)


def _events(register: Register) -> list[Any]:
    with Log(register.url) as log:
        return log.history(LEDGER)


def test_every_figure_of_the_pack_is_frozen_at_one_moment(register: Register) -> None:
    made = _publish(register)

    events = _events(register)
    _, answers = answered(register, 2025, None, "3", TODAY)
    asked = {one.ask.figure.id for one in answers.values() if one.cells}
    assert {one.event.figure for one in events} == asked
    assert len({one.known_at for one in events}) == 1
    assert {one.by for one in events} == {"sb-92"}
    assert {one.event.frozen.position for one in events} == {3}
    assert all(one.event.frozen.version == FIGURES[one.event.figure].version for one in events)
    assert made.new == len(made.figures) == len(events) >= 30
    assert made.positions == tuple(range(4, 4 + len(events)))
    assert (made.withdrawn, made.known_position) == (0, 3)


def test_the_ledger_shows_each_number_beside_what_is_answered_today(register: Register) -> None:
    made = _publish(register)
    load(register, [_referred("late", UI, "2025-04-01")])

    ledger = compared(register, TODAY)

    assert len(ledger) == made.cells
    assert not any(one.drifted for one in ledger)
    cell = {"unit": UI, "valid_at": "2025-02-01"}
    stock = [(one.then, one.now) for one in ledger if one.published.figure == "caseload" and one.published.cell == cell]
    assert set(stock) == {(2, 3)}


def test_the_same_again_records_nothing_and_says_so(register: Register) -> None:
    first = _publish(register)
    again = _publish(register, "k2")

    assert (again.positions, again.new, again.withdrawn) == ((), 0, 0)
    assert again.figures == first.figures
    assert _publish(register) == first
    assert len(_events(register)) == first.new


@pytest.mark.parametrize(
    ("later", "named"),
    [
        ({}, "caseload, "),
        ({"valid_at": "2025-02-20"}, "caseload, "),
    ],
)
def test_a_second_pack_that_differs_is_refused_whole(register: Register, later: Mapping[str, Any], named: str) -> None:
    _publish(register)
    before = _events(register)
    if not later:
        load(register, [_referred("late", UI, "2025-04-01")])

    with pytest.raises(Refused) as refused:
        _publish(register, "k2", **later)

    assert refused.value.code == "published_otherwise"
    assert refused.value.place.startswith(f"25/9: {named}")
    assert "--correction" in refused.value.remedy
    assert _events(register) == before


def test_a_pack_of_the_same_year_for_another_paper_is_another(register: Register) -> None:
    first = _publish(register)

    assert _publish(register, "k2", paper_case="25/10").new == first.new


@pytest.mark.parametrize("later", [{}, {"valid_at": "2025-02-20"}])
def test_a_correction_withdraws_what_differs_and_leaves_what_does_not(register: Register, later: Mapping[str, Any]) -> None:
    first = _publish(register)
    if not later:
        load(register, [_referred("late", UI, "2025-04-01")])

    made = _publish(register, "k2", correction="forkert_beloeb", **later)

    events = _events(register)
    withdrawn = {one.event.source_id for one in events if isinstance(one.event, Withdrawn)}
    standing = [one.event for one in events if isinstance(one.event, FigurePublished) and one.source_id not in withdrawn]
    assert len(withdrawn) == made.withdrawn > 0
    assert sorted(one.id for one in standing) == sorted(one.id for one in made.figures)
    assert len(standing) == len(first.figures)
    assert 0 < made.new < len(first.figures)
    assert _publish(register, "k3", **later).positions == ()


def _otherwise(register: Register) -> None:
    """One figure of the pack published for its paper by itself, with other numbers."""
    answer = register.ask("frames", {"unit": [AM], "valid_at": ["2025-02-01"]}, None, TODAY)
    _publish_one(register, Answer(answer.figure, answer.question, answer.moment, [{"measure": "agreed", "value": 7}]), "one")


def _publish_one(register: Register, answer: Answer, key: str) -> None:
    with Log(register.url, codes=register.codes) as log:
        publish_figure(register, log, Order(answer.figure.id, "25/9", "Status", date(2025, 3, 20), "sb-92"), answer, key)


def test_one_figure_that_stands_otherwise_holds_back_the_whole_pack(register: Register) -> None:
    _otherwise(register)

    with pytest.raises(Refused, match="andet indhold") as refused:
        _publish(register)

    assert refused.value.place == "25/9: frames"
    assert len(_events(register)) == 1


def test_twin_figure_by_figure_half_a_pack_would_stand(register: Register) -> None:
    def one_by_one() -> None:
        occasion, answers = answered(register, 2025, None, None, TODAY)
        for name, told in answers.items():
            _publish_one(register, Answer(told.ask.figure, told.ask.question, occasion.moment, told.cells), name)

    _otherwise(register)

    with pytest.raises(Refused, match="andet indhold"):
        one_by_one()

    assert len(_events(register)) > 10


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"by": "010203-1234"}, "personal_number"),
        ({"paper_title": "t" * 81}, "bad_value"),
        ({"correction": "r" * 81}, "bad_value"),
        ({"correction": "010203-1234 var talt med"}, "personal_number"),
        ({"year": 2030}, "nothing_to_report"),
        ({"valid_at": "2024-02-01"}, "bad_parameter"),
        ({"known_at": "99"}, "position_unknown"),
    ],
)
def test_what_cannot_be_published_is_refused_and_nothing_is_recorded(
    register: Register, wrong: Mapping[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        _publish(register, **wrong)

    assert refused.value.code == code
    assert _events(register) == []


# What later papers make of it


def test_the_next_papers_status_days_are_those_that_were_published(register: Register) -> None:
    """A course month by month, and units held beside each other, print no status day."""
    _publish(register, valid_at="2025-02-20")

    ledger = packed(register, 2025, None, None, TODAY).of.ledger

    assert len(ledger) > 100
    assert {unit: days[-2:] for unit, days in status_days_of(2026, standard(), ledger).items()} == dict.fromkeys(
        (UI, AM), (date(2025, 2, 20), date(2026, 2, 1))
    )


def test_the_pack_made_again_says_in_a_line_a_figure_that_its_numbers_are_the_published_ones(register: Register) -> None:
    _publish(register)

    paper = packed(register, 2025, None, None, TODAY)

    (grid,) = [grid for grid in paper.grids if grid.again and grid.heads[:2] == ("Tal", "Papir")]
    assert {(row[1], row[4]) for row in grid.rows} == {("25/9", "stemmer")}
    assert len(grid.rows) <= len({one.published.figure for one in paper.of.ledger})
    assert [one.published.frozen is UNSET for one in paper.of.ledger].count(True) == 0


# The command and the page


WORDS = ["--paper-case", "25/9", "--paper-title", "Status", "--paper-date", "2025-03-20", "--by", "sb-92"]


def test_the_page_says_the_command_that_publishes_what_it_shows(at_the_register: Register) -> None:
    at_the_register.believe()
    with running(at_the_register.settings) as made:
        until(lambda: made.register.follower.ready, 60)
        answers = [
            made.client.get("/rapport", params={"year": "2025", **more}).text for more in ({}, {"valid_at": "2025-02-20"})
        ]

    command = (
        "journey report publish --year 2025{} --known-at 3 --paper-case SAGSNR --paper-title TITEL --paper-date DAG --by ID"
    )
    assert command.format("") in answers[0]
    assert command.format(" --valid-at 2025-02-20") in answers[1]


@pytest.fixture
def at_the_register(register: Register, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", register.url)
    monkeypatch.setenv("JOURNEY_DATA", str(register.settings.data))
    return register


def test_the_command_publishes_says_what_and_again_that_nothing_changed(
    at_the_register: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run(["report", "publish", "--year", "2025", *WORDS])
    said = capsys.readouterr().out
    again = run(["report", "publish", "--year", "2025", *WORDS])

    assert (done, again) == (0, 0)
    assert "Offentliggjort i 25/9, 20. marts 2025" in said
    assert f"{len(_events(at_the_register))} figurer offentliggjort (position 4–" in said
    assert "Det samme er offentliggjort i forvejen; intet er ændret." in capsys.readouterr().out


@pytest.mark.usefixtures("at_the_register")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--year", "2025", *WORDS[:5], "i går", *WORDS[6:]], 2, "--paper-date"),
        (["--year", "2025", *WORDS, "--valid-at", "snart"], 2, "--valid-at"),
        (["--year", "2025", *WORDS[:-2]], 2, "--by"),
        (["--year", "2030", *WORDS], 1, "Statusdagen ligger i fremtiden"),
    ],
)
def test_wrong_words_are_refused(capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str) -> None:
    assert run(["report", "publish", *words]) == code
    assert said in capsys.readouterr().err


def test_the_order_of_a_pack_is_what_makes_a_retry_the_same(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply that was lost: the same command again gets the first result, also when the register has moved on."""
    first = _publish(register)
    load(register, [_referred("late", UI, "2025-04-01")])

    assert _publish(register).positions == first.positions
    monkeypatch.setattr(pack_publishing, "publish_all", lambda *_: pytest.fail("it decided again"))
    assert _publish(register).figures == first.figures
    with pytest.raises(Refused, match=r".") as refused:
        _publish(register, paper_case="25/10")
    assert refused.value.code == "command_reused"

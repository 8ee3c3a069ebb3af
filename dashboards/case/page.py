"""What the case page holds: both sliders, and for each case beside another its state, lanes, story and whether rows and replay agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from dashboards.case.basis import Basis, bases
from dashboards.case.cards import Card, cards
from dashboards.case.facts import Fact, facts
from dashboards.case.figures import Published, published
from dashboards.case.lanes import Drawn, chart, lanes, table
from dashboards.case.obligations import Obligation, obligations
from dashboards.case.questions import Question, questions
from dashboards.case.steps import Slider, days, positions
from dashboards.case.story import story
from dashboards.case.window import Window, turns, window
from dashboards.drilldown.inclusion import CountedIn
from dashboards.figures.table import Table
from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.history import Recorded, known_by
from projections.engine.agreement import Agreement, Disagreement


class Oracle(Struct, frozen=True):
    """Whether the rows say what the replay says, in words, with each place where they do not."""

    text: str
    table: Table | None = None

    @property
    def agree(self) -> bool:
        return self.table is None


class Asked(Struct, frozen=True):
    """One case as the register holds it, and the comparison of its rows with a replay of it."""

    case: str
    whole: Sequence[Recorded]
    """All that is recorded of it."""
    agreement: Agreement
    compared_at: int
    """The position that rows and replay were compared at: that shown, or an earlier one where the rows are behind."""
    counted: Sequence[CountedIn] = ()
    """The published questions that the register knew of, and whether the case counts in them."""
    first: int | None = None
    """The number of the event that those shown are to begin with; None for those around the day."""


class Side(Struct, frozen=True):
    """One case at both times."""

    case: str
    first: Recorded
    """The first that was ever registered of it."""
    known: int
    """How many of its events were known."""
    facts: tuple[Fact, ...]
    obligations: tuple[Obligation, ...]
    bases: tuple[Basis, ...]
    questions: tuple[Question, ...]
    cards: tuple[Card, ...]
    window: Window
    turns: Mapping[int, int]
    """Where an event that is asked about is not shown: its number, by its position."""
    chart: Drawn | None
    table: Table | None
    oracle: Oracle
    published: tuple[Published, ...]


class CasePage(Struct, frozen=True):
    """The page: both times with their sliders, and one case or two."""

    valid_at: date
    position: int
    moment: datetime | None
    end: int
    now: bool
    """Whether no knowledge time was chosen."""
    days: Slider
    positions: Slider
    sides: tuple[Side, ...]

    @property
    def charts(self) -> dict[str, Drawn]:
        """Every chart of the page by its id."""
        return {f"baner-{nth}": side.chart for nth, side in enumerate(self.sides) if side.chart}


def page(
    asked: Sequence[Asked],
    valid_at: date,
    position: int,
    moment: datetime | None,
    *,
    end: int,
    now: bool,
    codes: CodeLists,
    translate: Language,
) -> CasePage:
    """The page made of what the register holds of the cases asked for. Raises Refused (`bad_parameter`) for a number of no event."""
    whole = sorted((each for one in asked for each in one.whole), key=lambda each: each.position)
    return CasePage(
        valid_at,
        position,
        moment,
        end,
        now,
        days(known_by(whole, position), valid_at, translate),
        positions(whole, position, translate),
        tuple(_side(one, valid_at, position, codes, translate) for one in asked),
    )


def _side(asked: Asked, valid_at: date, position: int, codes: CodeLists, translate: Language) -> Side:
    known = known_by(asked.whole, position)
    told = story(asked.case, known)
    state, clocks = told.at(valid_at)
    here, drawn, raised = (
        window(told, valid_at, asked.first),
        lanes(told, codes, translate),
        questions(known, valid_at, codes, translate),
    )
    return Side(
        asked.case,
        asked.whole[0],
        len(known),
        facts(state, codes, translate),
        obligations(state, clocks, valid_at, codes, translate),
        bases(state, valid_at, codes, translate),
        raised,
        cards(told.events[here.first - 1 : here.last], valid_at, codes, translate),
        here,
        turns(told, here, [each.position for each in raised]),
        chart(drawn, valid_at, translate) if known else None,
        table(drawn, translate("Banerne i sag {case}", case=asked.case), translate) if known else None,
        oracle(asked, position, translate),
        published(asked.counted, translate),
    )


def oracle(asked: Asked, position: int, translate: Language) -> Oracle:
    """What the comparison found, in words."""
    found = asked.agreement
    behind = asked.compared_at < position
    at = (
        translate(" Rækkerne er nået til position {n}; der er de holdt sammen.", n=translate.number(asked.compared_at))
        if behind
        else ""
    )
    if not found.differences:
        return Oracle(
            translate.counted(found.rows, "Genspil og rækker er enige: 1 række.", "Genspil og rækker er enige: {n} rækker.")
            + at
        )
    differ = len(found.differences)
    text = translate.counted(differ, "Genspil og rækker er uenige ét sted.", "Genspil og rækker er uenige {n} steder.") + at
    heads = (
        translate("Tabel"),
        translate("Række"),
        translate("Felt"),
        translate("Rækkerne siger"),
        translate("Genspillet siger"),
    )
    return Oracle(text, Table(text, heads, tuple(_row(one, translate) for one in found.differences), ()))


def _row(one: Disagreement, translate: Language) -> tuple[str, ...]:
    field = one.field or translate("hele rækken")
    return one.table, f"{one.row.known_from}/{one.row.nth}", field, _value(one.stored), _value(one.replayed)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {'–' if each is None else each}" for name, each in value.items())  # pyright: ignore[reportUnknownVariableType] -- a row's fields
    return "–" if value is None else str(value)

"""The content of the case page: both sliders, and for each of its cases the state, lanes, story and comparison of rows and replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from dashboards.case.basis import Basis, bases
from dashboards.case.cards import Card, cards
from dashboards.case.facts import Fact, facts
from dashboards.case.figures import PublishedLine, published
from dashboards.case.lanes import Drawn, chart, lanes, table
from dashboards.case.obligations import Obligation, obligations
from dashboards.case.questions import RuleQuestion, questions
from dashboards.case.steps import Slider, days, positions
from dashboards.case.story import story
from dashboards.case.window import Window, turns, window
from dashboards.drilldown.inclusion import Inclusion
from dashboards.figures.table import Table
from dashboards.published.municipality import Municipality
from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.history import Recorded, known_by
from projections.engine.agreement import Agreement, Disagreement


class Oracle(Struct, frozen=True):
    """The comparison of a case's rows with its replay, in words, with a table of where they differ."""

    text: str
    table: Table | None = None

    @property
    def agree(self) -> bool:
        return self.table is None


class RegisteredCase(Struct, frozen=True):
    """A case as the register holds it, and the comparison of its rows with a replay of it."""

    case: str
    history: Sequence[Recorded]
    """All its recorded events."""
    agreement: Agreement
    compared_at: int
    """The position that rows and replay were compared at: the one shown, or an earlier one where the rows are behind."""
    inclusions: Sequence[Inclusion] = ()
    """The published numbers that were known, and whether the case counts in them."""
    first: int | None = None
    """The number of the first event to show; None for those around the day."""


class Side(Struct, frozen=True):
    """One case at both times."""

    case: str
    first: Recorded
    """The first event ever registered of it."""
    known: int
    """The number of its known events."""
    source_cases: tuple[str, ...]
    """The numbers that its sources know it by, each with its source."""
    facts: tuple[Fact, ...]
    obligations: tuple[Obligation, ...]
    bases: tuple[Basis, ...]
    questions: tuple[RuleQuestion, ...]
    cards: tuple[Card, ...]
    window: Window
    turns: Mapping[int, int]
    """By position, the number of an event that a question refers to and the window does not show."""
    chart: Drawn | None
    table: Table | None
    oracle: Oracle
    published: tuple[PublishedLine, ...]


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
    cases: Sequence[RegisteredCase],
    valid_at: date,
    position: int,
    moment: datetime | None,
    *,
    end: int,
    now: bool,
    codes: CodeLists,
    municipality: Municipality,
    translate: Language,
) -> CasePage:
    """The page of one case or two. Raises Refused (`bad_parameter`) for a first event of no number."""
    history = sorted((recorded for case in cases for recorded in case.history), key=lambda recorded: recorded.position)
    return CasePage(
        valid_at,
        position,
        moment,
        end,
        now,
        days(known_by(history, position), valid_at, translate),
        positions(history, position, translate),
        tuple(_side(case, valid_at, position, codes, municipality, translate) for case in cases),
    )


def _side(
    registered: RegisteredCase, valid_at: date, position: int, codes: CodeLists, municipality: Municipality, translate: Language
) -> Side:
    known = known_by(registered.history, position)
    events = story(registered.case, known)
    state, clocks = events.at(valid_at)
    here, drawn, raised = (
        window(events, valid_at, registered.first),
        lanes(events, codes, translate),
        questions(known, valid_at, codes, translate),
    )
    return Side(
        registered.case,
        registered.history[0],
        len(known),
        source_cases(known),
        facts(state, codes, translate),
        obligations(state, clocks, valid_at, codes, translate),
        bases(state, valid_at, codes, translate),
        raised,
        cards(events.events[here.first - 1 : here.last], valid_at, codes, translate),
        here,
        turns(events, here, [each.position for each in raised]),
        chart(drawn, valid_at, translate) if known else None,
        table(drawn, translate("Banerne i sag {case}", case=registered.case), translate) if known else None,
        oracle(registered, position, translate),
        published(registered.inclusions, municipality, translate),
    )


def source_cases(known: Sequence[Recorded]) -> tuple[str, ...]:
    """The numbers by which the sources of a case's events know it, as they give them, each with its source."""
    numbers = {(each.source, each.source_case) for each in known if each.source_case is not None}
    return tuple(f"{number} ({source})" for source, number in sorted(numbers))


def oracle(registered: RegisteredCase, position: int, translate: Language) -> Oracle:
    """The comparison in words."""
    found = registered.agreement
    earlier = registered.compared_at < position
    at = (
        translate(" Rækkerne er nået til position {n}; der er de holdt sammen.", n=translate.number(registered.compared_at))
        if earlier
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
    return Oracle(text, Table(text, heads, tuple(_row(each, translate) for each in found.differences), ()))


def _row(found: Disagreement, translate: Language) -> tuple[str, ...]:
    field = found.field or translate("hele rækken")
    return found.table, f"{found.row.known_from}/{found.row.nth}", field, _value(found.stored), _value(found.replayed)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {'–' if each is None else each}" for name, each in value.items())  # pyright: ignore[reportUnknownVariableType] -- a row's fields
    return "–" if value is None else str(value)

"""Whether a case counts in a published figure; and where it does not, which of the figure's exclusions keeps it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dashboards.figures.figure import Ask, Cell, dimensions_of
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.question import FigureQuestion
from dashboards.words.danish import word
from dashboards.words.language import DANISH, Language, later
from journey.codes import CodeLists
from journey.events import FigurePublished
from journey.history import FOREVER

FIRST_DAY = date(1, 1, 1)

REASONS: Mapping[str, str] = {
    "include_assessing": later("sagen var under udredning, og det tælles ikke med her"),
    "include_out_of_scope": later("sagen fulgte med uden at være omfattet af HOI, og det tælles ikke med her"),
    "unit": later("sagen hørte ikke til {asked}"),
    "in_unit": later("sagen hørte til {unit}"),
    "period": later("det, der tælles, skete ikke i perioden"),
    "narrowed": later("tallet tæller kun {parameter}: {asked}"),
    "elsewhere": later("sagen tæller i stedet under {cells}"),
    "supported": later("sagen var i {unit} og havde støtte, og det er ikke det, tallet tæller"),
    "assessing": later("sagen var i {unit} og under udredning, og det er ikke det, tallet tæller"),
    "waiting": later("sagen var i {unit} og ventede, og det er ikke det, tallet tæller"),
    "not_open": later("sagen var ikke åben den dag"),
    "nothing": later("sagen havde ikke det, som tallet tæller"),
    "unknown": later("registret kendte ikke sagen endnu"),
}
"""Why a case is not in a published number."""


class Reason(Struct, frozen=True):
    """One reason, by its code in `REASONS`, and what it is about."""

    code: str
    unit: str = ""
    parameter: str = ""
    cells: tuple[Cell, ...] = ()


class CountedIn(Struct, frozen=True):
    """A published question put to one case alone, as known at the position that it was published at."""

    ask: Ask
    printed: tuple[FigurePublished, ...]
    """The numbers that were published of it, each a cell."""
    counted: tuple[tuple[FigurePublished, float | int], ...]
    """Those that the case is part of, and what it counts with."""
    why_not: tuple[Reason, ...]
    """What keeps it out of all of them; empty where it counts in one."""

    def words(self, reason: Reason, translate: Language) -> str:
        """The reason in words."""
        question = self.ask.question
        codes = question.codes
        value = getattr(question, PARAMETERS[reason.parameter].field) if reason.parameter else question.unit
        return translate(
            REASONS[reason.code],
            unit=translate.label(codes["units"].codes[reason.unit]) if reason.unit else "",
            parameter=translate(PARAMETERS[reason.parameter].label).lower() if reason.parameter else "",
            asked=_listed(reason.parameter or "unit", value, codes, translate),
            cells=" · ".join(in_words(cell, codes, translate) for cell in reason.cells),
        )


def _listed(name: str, value: str | tuple[str, ...] | None, codes: CodeLists, translate: Language) -> str:
    values = value if isinstance(value, tuple) else (value,)
    return ", ".join(word(name, each, codes, translate) for each in values)


def in_words(cell: Cell, codes: CodeLists, translate: Language = DANISH) -> str:
    """A cell's dimensions in words."""
    return ", ".join(word(name, value, codes, translate) for name, value in dimensions_of(cell).items())


def relaxed(ask: Ask) -> Iterator[tuple[str, FigureQuestion]]:
    """The question with each of its exclusions left out in turn, by the parameter that said it."""
    question, takes = ask.question, ask.figure.takes
    every_unit = tuple(question.codes["units"].codes)
    wider: Mapping[str, Any] = {"include_assessing": True, "include_out_of_scope": True, "unit": every_unit}
    narrowing = ("layer", "role", "forum", "reason", "from_unit", "to_unit")
    for name in takes.names:
        if name in takes.required or name not in (*wider, *narrowing):
            continue
        changed = replace(question, **{PARAMETERS[name].field: wider.get(name)})
        if changed != question:
            yield name, changed
    if takes.has_period:
        yield "period", replace(question, from_day=FIRST_DAY, to_day=FOREVER)


def reason_for(name: str, unit: str) -> Reason:
    """Why the case is out, where leaving out that exclusion lets it in; its unit on the day where it is known."""
    if name == "unit" and unit:
        return Reason("in_unit", unit=unit)
    return Reason(name) if name in REASONS else Reason("narrowed", parameter=name)

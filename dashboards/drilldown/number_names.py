"""The name of a published number among those of its figure: what it was asked of, when, and its cell, in words."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from dashboards.drilldown.inclusion import in_words
from dashboards.figures import FIGURES
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.question import FigureQuestion
from dashboards.figures.readings import CHOICES
from dashboards.words.danish import word
from dashboards.words.language import Language, later
from journey.codes import CodeLists
from journey.events import FigurePublished

_NAMED = ("unit", "from_unit", "to_unit", "reason", "role", "layer", "forum", "wave")
"""The parameters that a number's name says: units and codes."""
_ENDS: Mapping[str, str] = {"from_unit": later("fra {unit}"), "to_unit": later("til {unit}")}


class NumberName(Struct, frozen=True):
    """The parts of a number's name."""

    units: tuple[str, ...]
    """The units that it is of."""
    scope: tuple[str, ...]
    """What else its question names, and what it leaves out of the counting."""
    when: tuple[str, ...]
    """The period and the days."""
    cell: str
    """What else its cell says."""

    @property
    def line(self) -> str:
        """The name on one line."""
        return " · ".join(filter(None, (self.cell, ", ".join((*self.units, *self.scope)), *self.when)))


def number_name(published: FigurePublished, question: FigureQuestion, translate: Language) -> NumberName:
    """The parts of the name of a published number whose question can be put to its figure."""
    takes, cell, codes = FIGURES[published.figure or ""].takes, published.cell, question.codes
    values_by_name = {name: getattr(question, PARAMETERS[name].field) for name in _NAMED if name in published.parameters}
    units = [cell["unit"]] if "unit" in cell else values_by_name.pop("unit", ())
    values_by_name.pop("unit", None)
    values_by_name = {name: value for name, value in values_by_name.items() if name not in cell} | {
        name: cell[name] for name in _ENDS if name in cell
    }
    scope = [_in_scope(name, values_by_name[name], codes, translate) for name in _NAMED if values_by_name.get(name) is not None]
    scope += [
        translate(CHOICES[name]["false"])
        for name in ("include_assessing", "include_out_of_scope")
        if published.parameters.get(name) is False
    ]
    when = [translate.period(question.from_day, question.to_day)] if takes.has_period else []
    if "valid_at" in cell:
        when.append(word("valid_at", cell["valid_at"], codes, translate))
    elif "valid_at" in takes.names:
        when += [translate.day(each) for each in question.valid_at]
    beside = {name: value for name, value in cell.items() if name not in ("unit", "valid_at", *_ENDS)}
    return NumberName(
        tuple(word("unit", each, codes, translate) for each in units),
        tuple(scope),
        tuple(when),
        in_words(beside, codes, translate),
    )


def _in_scope(name: str, value: str, codes: CodeLists, translate: Language) -> str:
    named = word(name, value, codes, translate)
    return translate(_ENDS[name], unit=named) if name in _ENDS else named

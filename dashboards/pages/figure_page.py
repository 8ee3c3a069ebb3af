"""The page that every figure has, made of the figure alone: its parameters as a form, a chart of its cells, table, definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from dashboards.figures.figure import Ask, Figure
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.question import parse_question
from dashboards.figures.table import EARLY_NOTE, EMPTY_NOTE, scope, table_of, times
from dashboards.pages.figure_chart import chart_of
from dashboards.periods import year_before
from dashboards.published.status_days import Printed
from dashboards.sections.section import Panel, Section, definitions
from dashboards.view import Answers, View
from dashboards.words.language import Language
from journey.codes import CodeLists


class Field(Struct, frozen=True):
    """One parameter in the form: its name and label, the kind of input it is, what can be chosen, and what is."""

    name: str
    label: str
    kind: str
    options: Mapping[str, str]
    values: tuple[str, ...]
    required: bool


class OfFigure(Struct, frozen=True):
    """A figure as a page of the dashboard, asked as the address says."""

    figure: Figure
    given: Mapping[str, Sequence[str]]

    def questions(self, view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
        """The one question, with the figure's own defaults; none while a parameter is missing that must be said."""
        takes = self.figure.takes
        put = {name: [*texts] for name in takes.names if (texts := self.given.get(name))}
        if "valid_at" in takes.names:
            put["valid_at"] = self._days(view.valid_at)
        if any(name not in put for name in takes.required):
            return {}
        question = parse_question(takes, put, position=view.position, today=view.valid_at, codes=view.codes)
        return {"it": Ask(self.figure, question)}

    def _days(self, chosen: date) -> list[str]:
        """The days of the question: those of the address, of which a figure of a difference compares one alone with the year before."""
        takes, given = self.figure.takes, [*self.given.get("valid_at", ())]
        if takes.days == 2 and len(given) < 2:
            day = date.fromisoformat(given[0]) if given else chosen
            return [year_before(day).isoformat(), day.isoformat()]
        return (given if takes.many_days else given[-1:]) or [chosen.isoformat()]

    def sections(self, view: View, _: Sequence[Printed], answers: Answers) -> tuple[Section, ...]:
        translate = view.translate
        if "it" not in answers:
            missing = ", ".join(translate(PARAMETERS[name].label) for name in self.figure.takes.required)
            return (Section("tal", self.figure.title(translate), translate("Vælg først: {names}.", names=missing), (), ()),)
        answer = answers["it"]
        question = answer.ask.question
        nothing = EARLY_NOTE if answer.is_unknown({}) else EMPTY_NOTE
        table = table_of(self.figure, question, answer.cells, view.known, translate, nothing=nothing)
        scope_in_words = tuple(
            filter(None, (times(question, self.figure, view.known, translate), scope(question, self.figure, (), translate)))
        )
        return (
            Section(
                "tal",
                self.figure.title(translate),
                translate("Talt i {unit}.", unit=translate(self.figure.unit)),
                (Panel((table,), chart_of(view, answer)),),
                definitions([answer], translate),
                answer.late(translate),
                source=self.figure.source,
                scope=scope_in_words,
            ),
        )

    def link_parameters(self, chosen: date) -> dict[str, object]:
        """The parameters by which another page asks the same: the figure, and its parameters on the days of its question."""
        names = self.figure.takes.names
        texts = {name: [*self.given.get(name, ())] for name in (*names, "known_at")}
        return {"figure": self.figure.id, **texts, **({"valid_at": self._days(chosen)} if "valid_at" in names else {})}

    def fields(self, codes: CodeLists, translate: Language) -> list[Field]:
        """The form's fields: every parameter of the figure but the day, which every page has."""
        return [self._field(name, codes, translate) for name in self.figure.takes.names if name != "valid_at"]

    def _field(self, name: str, codes: CodeLists, translate: Language) -> Field:
        parameter = PARAMETERS[name]
        choices = parameter.choices(codes, translate)
        kind = parameter.input if not choices else "ticks" if parameter.many else "select"
        values = tuple(self.given.get(name, ()))
        return Field(name, translate(parameter.label), kind, choices, values, name in self.figure.takes.required)

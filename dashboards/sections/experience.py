"""The citizens' answers, beside what the register itself can say of the same thing; neither corrects the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dashboards.drawing.likert import LOOKS, in_words, likert, statements_of
from dashboards.figures.figure import Ask
from dashboards.figures.table import UNKNOWN, Number, Table
from dashboards.published.statements import Statement, statement_of
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        "survey": view.ask("survey"),
        "together": view.ask("concurrent_caseworkers"),
        "uncovered": view.ask("uncovered_days"),
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate, answer = view.translate, answers["survey"]
    statements = statements_of(answer)
    return Section(
        "oplevelse",
        translate("Hvad borgerne svarede, og hvad registret kan se"),
        translate("Svarene er antal, aldrig procent. Registrets tal gælder alle sager, svarene kun dem, der svarede.")
        if statements
        else translate("Registret kender intet spørgeskema på det valgte tidspunkt."),
        (
            Panel((_table(view, answer, statements),), _chart(view, answer, statements), beside=False),
            Panel((_beside(view, answers, statements),)),
        )
        if statements
        else (),
        definitions(list(answers.values()), translate),
        (
            translate("Ikke trykt: papiret viser ikke søjlens tal. Det er ukendt, ikke nul."),
            *_twice(view, statements),
            translate(
                "Begge dele kan være sande: en borger kan opleve én kontaktperson, hvor registret har to sagsbehandlere."
            ),
        ),
    )


def _short(view: View, statement: str) -> str:
    recognised = _recognised(view, statement)
    return view.translate("Figur {n}", n=recognised.printed) if recognised.printed else recognised.wording


def _named(view: View, statement: str) -> str:
    """A statement's wording, after the number of the paper's figure; in English as the code list has it."""
    recognised, translate = _recognised(view, statement), view.translate
    listed = view.codes["statements"].codes.get(recognised.code or "")
    wording = translate.label(listed) if listed and translate.code != "da" else recognised.wording
    return f"{_short(view, statement)}: {wording}" if recognised.printed else wording


def _recognised(view: View, statement: str) -> Statement:
    return statement_of(statement, view.codes)


def _twice(view: View, statements: Sequence[str]) -> list[str]:
    """The statements that a paper has printed more than once, by its figures' numbers."""
    places: dict[str, list[str]] = defaultdict(list)
    for each in (_recognised(view, text) for text in statements):
        places[each.code or each.wording].append(each.printed)
    return [
        view.translate("Figur {n} er samme udsagn, trykt mere end én gang.", n=view.translate(" og ").join(which))
        for which in places.values()
        if len(which) > 1 and all(which)
    ]


def _chart(view: View, survey: FigureCells, statements: Sequence[str]) -> Chart:
    translate = view.translate
    drawn = likert(translate, survey, {each: _named(view, each) for each in statements})
    words = in_words(translate, survey, {each: _named(view, each) for each in statements})
    return Chart("svar", translate("Svar på hvert udsagn, i antal"), drawn, f"{translate('Liggende søjler.')} {words}")


def _number(view: View, survey: FigureCells, statement: str, answer: str) -> Number:
    if survey.value(statement=statement, answer=answer) is None:
        return Number(view.translate("ikke trykt"), None)
    return survey.shown(view.translate, statement=statement, answer=answer)


def _beside(view: View, answers: Answers, statements: Sequence[str]) -> Table:
    translate = view.translate
    rows = tuple(
        (_named(view, statement), _register(view, answers, _recognised(view, statement).code)) for statement in statements
    )
    heads = (translate("Udsagn"), translate("Registret pr. {day}", day=view.day))
    return Table(translate("Hvad registret kan se af det samme"), heads, rows, (translate("Kilde: egne tal."),))


def _table(view: View, survey: FigureCells, statements: Sequence[str]) -> Table:
    translate = view.translate
    rows = tuple(
        (
            _short(view, statement),
            *(_number(view, survey, statement, answer) for answer in LOOKS),
            survey.shown(translate, statement=statement, measure="n"),
        )
        for statement in statements
    )
    heads = (translate("Udsagn"), *(view.word("answer", answer) for answer in LOOKS), translate("Svar i alt"))
    return Table(translate("Svar på hvert udsagn, i antal"), heads, rows, (translate("Kilde: spørgeskemaet, som trykt."),))


def _register(view: View, answers: Answers, statement: str | None) -> str:
    """The register's own measure of the same thing, by the statement's code."""
    translate, concurrent = view.translate, answers["together"]
    counts = {number: concurrent.count(caseworkers=number) for number in ("0", "1", "2", "3+")}
    match statement:
        case "overskuelighed":
            return translate.counted(
                counts["2"] + counts["3+"],
                "1 sag har to eller flere sagsbehandlere på én gang",
                "{n} sager har to eller flere sagsbehandlere på én gang",
            )
        case "kontaktperson":
            total = translate.counted(sum(counts.values()), "1 sag", "{n} sager")
            return translate("{part} af {total} har netop én sagsbehandler", part=translate.number(counts["1"]), total=total)
        case "sammenhaeng":
            gaps = answers["uncovered"]
            if gaps.value(measure="cases", when="between") is None:
                return translate(UNKNOWN)
            days = translate.counted(gaps.count(measure="case_days", when="between"), "1 sagsdag", "{n} sagsdage")
            cases = translate.counted(gaps.count(measure="cases", when="between"), "1 sag", "{n} sager")
            return translate("{days} mellem sagsbehandlere, i {cases}, {period}", days=days, cases=cases, period=view.days)
        case _:
            return translate("intet registermål")

"""What citizens answered, beside what the register itself can say of the same thing; neither corrects the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.charts import Bars, bars
from dashboards.section import Chart, Part, Section, definitions
from dashboards.status_days import Printed
from dashboards.table import Number, Table
from dashboards.theme import BLUE, MIDDLE, ORANGE, PALE, SHADE
from dashboards.view import Answers, Ask, Told, View

LOOKS = {
    "meget_uenig": (ORANGE, "x"),
    "uenig": (PALE, "\\"),
    "hverken": (SHADE, ""),
    "enig": (MIDDLE, ""),
    "meget_enig": (BLUE, "/"),
}


def asks(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        "survey": view.ask("survey"),
        "together": view.ask("concurrent_caseworkers"),
        "uncovered": view.ask("uncovered_days"),
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    say, told = view.say, answers["survey"]
    statements = list(dict.fromkeys(cell["statement"] for cell in told.cells))
    return Section(
        "oplevelse",
        say("Hvad borgerne svarede, og hvad registret kan se"),
        say("Svarene er antal, aldrig procent: der er for få. Registrets tal gælder alle sager, svarene kun dem, der svarede.")
        if statements
        else say("Registret kender intet spørgeskema på det valgte tidspunkt."),
        (
            Part((_table(view, told, statements),), _chart(view, told, statements), beside=False),
            Part((_beside(view, answers, statements),)),
        )
        if statements
        else (),
        definitions(list(answers.values()), say),
        (
            say("Ikke trykt: papiret viser ikke søjlens tal. Det er ukendt, ikke nul."),
            say("Figur 4 og 7 er samme udsagn, trykt to gange."),
            say("Begge dele kan være sande: en borger kan opleve én kontaktperson, hvor registret har to sagsbehandlere."),
        ),
    )


def _short(statement: str) -> str:
    return statement.split(":")[0]


def _chart(view: View, told: Told, statements: Sequence[str]) -> Chart:
    say = view.say
    groups = [
        Bars(
            view.word("answer", answer),
            *look,
            tuple(told.count(statement=statement, answer=answer) for statement in statements),
        )
        for answer, look in LOOKS.items()
    ]
    words = "; ".join(
        f"{statement}: "
        + ", ".join(f"{view.word('answer', answer)} {_number(view, told, statement, answer)}" for answer in LOOKS)
        for statement in statements
    )
    drawn = bars(say, [_short(each) for each in statements], groups, say("Svar"), lying=True, stacked=True)
    return Chart("svar", say("Svar på hvert udsagn, i antal"), drawn, f"{say('Liggende søjler.')} {words}.")


def _number(view: View, told: Told, statement: str, answer: str) -> Number:
    if told.value(statement=statement, answer=answer) is None:
        return Number(view.say("ikke trykt"), None)
    return told.shown(view.say, statement=statement, answer=answer)


def _beside(view: View, answers: Answers, statements: Sequence[str]) -> Table:
    say = view.say
    rows = tuple((statement, _register(view, answers, _short(statement))) for statement in statements)
    heads = (say("Udsagn"), say("Registret pr. {day}", day=view.day))
    return Table(say("Hvad registret kan se af det samme"), heads, rows, (say("Kilde: egne tal."),))


def _table(view: View, told: Told, statements: Sequence[str]) -> Table:
    say = view.say
    rows = tuple(
        (
            _short(statement),
            *(_number(view, told, statement, answer) for answer in LOOKS),
            told.shown(say, statement=statement, measure="n"),
        )
        for statement in statements
    )
    heads = (say("Udsagn"), *(view.word("answer", answer) for answer in LOOKS), say("Svar i alt"))
    return Table(say("Svar på hvert udsagn, i antal"), heads, rows, (say("Kilde: spørgeskemaet, som trykt."),))


def _register(view: View, answers: Answers, figure: str) -> str:
    """The register's own measure of the same thing, by the number of the paper's figure."""
    say, together = view.say, answers["together"]
    counts = {number: together.count(caseworkers=number) for number in ("0", "1", "2", "3+")}
    match figure:
        case "Figur 2":
            more = say.number(counts["2"] + counts["3+"])
            return say("{n} sager har to eller flere sagsbehandlere på én gang", n=more)
        case "Figur 3":
            total = say.number(sum(counts.values()))
            return say("{n} af {total} sager har netop én sagsbehandler", n=say.number(counts["1"]), total=total)
        case "Figur 4" | "Figur 7":
            gaps = answers["uncovered"]
            days, cases = (say.number(gaps.count(measure=measure)) for measure in ("case_days", "cases"))
            return say(
                "{days} sagsdage uden nogen sagsbehandler, i {cases} sager, {period}", days=days, cases=cases, period=view.days
            )
        case _:
            return say("intet registermål")

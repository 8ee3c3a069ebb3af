"""The rules R1-R15 as questions: how many courses raise each, what was mended, and the decision behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, MIDDLE, PALE
from dashboards.figures.figure import Ask
from dashboards.figures.table import Number, Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View
from dashboards.words.language import later
from journey.conformance import RULES, STANDINGS, Rule

LOOKS = {"adopted": (BLUE, ""), "described": (MIDDLE, "/"), "proposed": (PALE, "x")}
SHORT = {"adopted": later("Vedtaget"), "described": later("Beskrevet"), "proposed": later("Foreslået")}


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {"conformance": view.ask("conformance")}


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate, answer = view.translate, answers["conformance"]
    return Section(
        "praksis",
        translate("Spørgsmål til praksis"),
        translate(
            "Papirerne siger, hvad der skal ske i et forløb. Her står, hvor ofte det ikke kan ses i registret. En afvigelse er et "
            "spørgsmål, der skal have et svar, ikke en fejl."
        ),
        (Panel((_counts(view, answer),), _chart(view, answer), beside=False), Panel((_decisions(view),))),
        definitions([answer], translate),
        (
            translate("Foreslåede regler er ikke vedtaget: tallene viser kun, hvordan praksis ville se ud, hvis de var."),
            translate(
                "R14 spørger også om de første dage efter en henvisning: medianen siger, hvor længe sagen ventede på en sagsbehandler."
            ),
            translate(
                "Ud af: hvor ofte reglen gjaldt i perioden, uanset om den blev holdt. R12 og R14 gælder en sag hver dag: hold deres "
                "sager, ikke afvigelserne, op mod antallet."
            ),
            translate("Ikke målbar: hvad ingen hændelse kan vise, har intet tal."),
            translate("Spørgsmålene til en enkelt sag står på sagens egen side."),
        ),
    )


def _shown(view: View, answer: FigureCells, rule: Rule, measure: str) -> str:
    if not rule.measurable:
        return Number(view.translate("ikke målbar"), None) if measure == "deviations" else "–"
    if measure == "median" and not answer.count(rule=rule.id, measure="mended"):
        return "–"
    return answer.shown(view.translate, rule=rule.id, measure=measure)


def _chart(view: View, answer: FigureCells) -> Chart:
    translate = view.translate
    rules = [rule for rule in RULES.values() if rule.measurable]
    counts = {rule.id: answer.drawn(rule=rule.id, measure="deviations") for rule in rules}
    groups = [
        Bars(
            translate(SHORT[standing]),
            *look,
            tuple(counts[rule.id] if rule.decision.standing == standing else 0 for rule in rules),
        )
        for standing, look in LOOKS.items()
    ]
    drawn = bars(
        translate,
        [f"{rule.id} {translate(rule.title)} ({_out_of(view, answer, rule)})" for rule in rules],
        groups,
        translate("Afvigelser"),
        lying=True,
        stacked=True,
    )
    words = "; ".join(f"{rule.id} {translate(rule.title)}: {_of_occasions(view, answer, rule)}" for rule in rules)
    title = translate("Afvigelser efter regel, {days}", days=view.days)
    return Chart("afvigelser", title, drawn, f"{translate('Liggende søjler.')} {words}.")


def _out_of(view: View, answer: FigureCells, rule: Rule) -> str:
    """How many of the occasions deviate, in numbers alone: 11 af 38."""
    n, of = (view.translate.number(answer.count(rule=rule.id, measure=measure)) for measure in (_deviating(rule), "occasions"))
    return view.translate("{n} af {occasions}", n=n, occasions=of)


def _deviating(rule: Rule) -> str:
    """What deviates of a rule's occasions: of one that applies to cases, cases."""
    return "cases" if rule.of_cases else "deviations"


def _of_occasions(view: View, answer: FigureCells, rule: Rule) -> str:
    """How many of the occasions deviate: 11 af 38 bostøttestarter; of a rule that applies to cases, how many of these."""
    deviating = answer.count(rule=rule.id, measure=_deviating(rule))
    return view.translate("{n} af {occasions}", n=view.translate.number(deviating), occasions=_occasions(view, answer, rule))


def _occasions(view: View, answer: FigureCells, rule: Rule) -> str:
    """The occasions in words, as a number that has its cases."""
    if not rule.measurable:
        return "–"
    singular, plural = rule.occasion
    number = answer.shown(view.translate, rule=rule.id, measure="occasions")
    return Number(view.translate.counted(number.value or 0, singular, plural), number.value, number.ask, number.cell)


def _counts(view: View, answer: FigureCells) -> Table:
    translate = view.translate
    rows = tuple(
        (
            f"{rule.id} {translate(rule.question)}",
            _shown(view, answer, rule, "deviations"),
            _shown(view, answer, rule, "cases"),
            _occasions(view, answer, rule),
            *(_shown(view, answer, rule, measure) for measure in ("mended", "median")),
            translate(SHORT[rule.decision.standing]),
        )
        for rule in RULES.values()
    )
    heads = (
        translate("Spørgsmål"),
        translate("Afvigelser"),
        translate("Sager"),
        translate("Ud af"),
        translate("Heraf rettet op"),
        translate("Median dage til det"),
        translate("Regel"),
    )
    notes = (translate("R15 tæller år, ikke sager. For få: under 20 er rettet op, så median gives ikke."),)
    return Table(translate("Hvor ofte der er grund til at spørge"), heads, rows, notes)


def _decisions(view: View) -> Table:
    translate = view.translate
    rows = tuple(
        (
            f"{rule.id} {translate(rule.title)}",
            translate.short(rule.first),
            translate.short(rule.until) if rule.until else "–",
            _decision(view, rule),
            translate(rule.deviates),
        )
        for rule in RULES.values()
    )
    heads = (
        translate("Regel"),
        translate("Gælder fra"),
        translate("Til"),
        translate("Beslutningen bag"),
        translate("Hvad der tæller som afvigelse"),
    )
    return Table(translate("Reglerne og beslutningen bag dem"), heads, rows, ())


def _decision(view: View, rule: Rule) -> str:
    translate, made = view.translate, rule.decision
    where = f"{translate(made.paper)} ({made.case})" if made.case else translate(made.paper)
    return f"{where}; {translate(made.body)}, {translate.day(made.day)}: {translate(STANDINGS[made.standing])}."

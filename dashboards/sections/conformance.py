"""The rules R1-R15 as questions: how many courses raise each, what was mended, and the decision behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, MIDDLE, PALE
from dashboards.figures.table import Number, Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Part, Section, definitions
from dashboards.sections.view import Answers, Ask, Told, View
from dashboards.words.language import later
from journey.conformance import RULES, STANDINGS, Rule

LOOKS = {"adopted": (BLUE, ""), "described": (MIDDLE, "/"), "proposed": (PALE, "x")}
SHORT = {"adopted": later("Vedtaget"), "described": later("Beskrevet"), "proposed": later("Foreslået")}


def asks(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {"conformance": view.ask("conformance")}


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    say, told = view.say, answers["conformance"]
    return Section(
        "praksis",
        say("Spørgsmål til praksis"),
        say(
            "Papirerne siger, hvad der skal ske i et forløb. Her står, hvor ofte det ikke kan ses i registret. En afvigelse er et "
            "spørgsmål, der skal have et svar, ikke en fejl."
        ),
        (Part((_counts(view, told),), _chart(view, told), beside=False), Part((_decisions(view),))),
        definitions([told], say),
        (
            say("Foreslåede regler er ikke vedtaget: tallene viser kun, hvordan praksis ville se ud, hvis de var."),
            say(
                "R14 spørger også om de første dage efter en henvisning: medianen siger, hvor længe sagen ventede på en sagsbehandler."
            ),
            say("Ikke målbar: hvad ingen hændelse kan vise, har intet tal."),
            say("Spørgsmålene til en enkelt sag står på sagens egen side."),
        ),
    )


def _shown(view: View, told: Told, rule: Rule, measure: str) -> str:
    if not rule.measurable:
        return Number(view.say("ikke målbar"), None) if measure == "deviations" else "–"
    if measure == "median" and not told.count(rule=rule.id, measure="mended"):
        return "–"
    return told.shown(view.say, rule=rule.id, measure=measure)


def _chart(view: View, told: Told) -> Chart:
    say = view.say
    rules = [rule for rule in RULES.values() if rule.measurable]
    counts = {rule.id: told.count(rule=rule.id, measure="deviations") for rule in rules}
    groups = [
        Bars(say(SHORT[standing]), *look, tuple(counts[rule.id] if rule.decision.standing == standing else 0 for rule in rules))
        for standing, look in LOOKS.items()
    ]
    drawn = bars(say, [f"{rule.id} {say(rule.title)}" for rule in rules], groups, say("Afvigelser"), lying=True, stacked=True)
    words = "; ".join(f"{rule.id} {say(rule.title)}: {say.number(counts[rule.id])}" for rule in rules)
    title = say("Afvigelser efter regel, {days}", days=view.days)
    return Chart("afvigelser", title, drawn, f"{say('Liggende søjler.')} {words}.")


def _counts(view: View, told: Told) -> Table:
    say = view.say
    rows = tuple(
        (
            f"{rule.id} {say(rule.question)}",
            *(_shown(view, told, rule, measure) for measure in ("deviations", "cases", "mended", "median")),
            say(SHORT[rule.decision.standing]),
        )
        for rule in RULES.values()
    )
    heads = (
        say("Spørgsmål"),
        say("Afvigelser"),
        say("Sager"),
        say("Heraf rettet op"),
        say("Median dage til det"),
        say("Regel"),
    )
    notes = (say("R15 tæller år, ikke sager. For få: under 20 er rettet op, så median gives ikke."),)
    return Table(say("Hvor ofte der er grund til at spørge"), heads, rows, notes)


def _decisions(view: View) -> Table:
    say = view.say
    rows = tuple(
        (
            f"{rule.id} {say(rule.title)}",
            say.short(rule.first),
            say.short(rule.until) if rule.until else "–",
            _decision(view, rule),
            say(rule.deviates),
        )
        for rule in RULES.values()
    )
    heads = (say("Regel"), say("Gælder fra"), say("Til"), say("Beslutningen bag"), say("Hvad der tæller som afvigelse"))
    return Table(say("Reglerne og beslutningen bag dem"), heads, rows, ())


def _decision(view: View, rule: Rule) -> str:
    say, made = view.say, rule.decision
    where = f"{say(made.paper)} ({made.case})" if made.case else say(made.paper)
    return f"{where}; {say(made.body)}, {say.day(made.day)}: {say(STANDINGS[made.standing])}."

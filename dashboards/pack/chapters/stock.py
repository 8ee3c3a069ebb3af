"""Status for antal sager: Tabel 1 and 2 in their known form, cases by support, and the units counted in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.figures.figure import Ask
from dashboards.pack.caveats import breaks, counted_by, run_off, unequal_days
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Entry, Footnote, Grid, Heading, Paragraph, Part, Piece, Sum, Value, by_number, value
from dashboards.view import Answers, FigureCells
from dashboards.words.danish import WORDS, day

TARGET_GROUPS = ("aktivitetsparat", "ressourceforloeb_jaf")
BESIDE = {"other": "Anden forsørgelse", "unknown": "Ukendt forsørgelse"}

READINGS: Mapping[str, tuple[str, Mapping[str, Sequence[str]]]] = {
    "all": ("Alle sager", {}),
    "without": ("Uden sager under udredning", {"include_assessing": ["false"]}),
    "scope": ("Uden medfulgte sager", {"include_out_of_scope": ["false"]}),
    "citizens": ("Borgere", {"count": ["citizens"]}),
}
"""The ways of counting in which all units are compared."""


def questions(occasion: Occasion) -> Mapping[str, Ask]:
    out: dict[str, Ask] = {}
    for unit, days in occasion.days.items():
        on = _iso(days)
        for reading in ("without",) if _divided(occasion, unit) else ("all", "scope", "citizens"):
            out[f"{reading} {unit}"] = occasion.ask("caseload", unit=[unit], valid_at=on, **READINGS[reading][1])
        out[f"assessing {unit}"] = occasion.ask("under_assessment", unit=[unit], valid_at=on[-1:])
        if _divided(occasion, unit):
            out[f"benefit {unit}"] = occasion.ask("caseload_by_benefit", unit=[unit], valid_at=on)
        else:
            out[f"support {unit}"] = occasion.ask("caseload_by_support", unit=[unit], valid_at=on[-1:])
    units, on = tuple(occasion.days), _iso([occasion.day])
    return out | {
        f"compared {reading}": occasion.ask("caseload", unit=units, valid_at=on, **words)
        for reading, (_, words) in READINGS.items()
    }


def parts(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    series: list[Part] = []
    divided: list[Part] = []
    for unit in occasion.days:
        if _divided(occasion, unit):
            series += [_by_benefit(occasion, unit, answers), _under_assessment(occasion, unit, answers)]
        else:
            series += [_stock(occasion, unit, answers), _in_words(occasion, unit, answers)]
            divided.append(_by_support(occasion, unit, answers))
    return (
        Heading(2, "Status for antal sager"),
        *series,
        *divided,
        Heading(2, "Enhederne opgjort ens"),
        *_compared(occasion, answers),
    )


def _divided(occasion: Occasion, unit: str) -> bool:
    """Whether the papers divide the unit's cases by target group, and count them without those under assessment (Tabel 2)."""
    return unit == occasion.municipality.tables.second


def _iso(days: Sequence[date]) -> list[str]:
    return [each.isoformat() for each in days]


def _stock(occasion: Occasion, unit: str, answers: Answers) -> Grid:
    answer, days = answers[f"all {unit}"], occasion.days[unit]
    rows = tuple((day(each), _count(answer, unit, each)) for each in days)
    notes = (
        *counted_by(answer),
        *run_off(answer, answers[f"scope {unit}"], unit, days),
        *unequal_days(occasion),
        *breaks(occasion, unit),
    )
    title = f"Udvikling i antal sager under helhedsorienteret sagsbehandling i {occasion.unit(unit)}"
    return Grid("", title, ("Status pr.", "Antal sager"), rows, notes, key=True)


def _count(answer: FigureCells, unit: str, when: date) -> Value:
    return value(answer, unit=unit, valid_at=when.isoformat())


def _groups(unit: str, answers: Answers) -> dict[str, Value]:
    """The unit's cases by support; `other` and `waiting` are left out where they have none."""
    answer = answers[f"support {unit}"]
    counts = {cell["support"]: value(answer, support=cell["support"]) for cell in answer.cells}
    return {group: each for group, each in counts.items() if each.number or group not in ("other", "waiting")}


def _by_support(occasion: Occasion, unit: str, answers: Answers) -> Grid:
    when, shown = occasion.days[unit][-1], _groups(unit, answers)
    whole = _count(answers[f"all {unit}"], unit, when)
    rows: list[tuple[Entry, ...]] = [(_word(group), each) for group, each in shown.items()]
    return Grid(
        "",
        f"Sager i {occasion.unit(unit)} pr. {day(when)} fordelt på støtte",
        ("Støtte", "Antal sager"),
        (*rows, ("I alt", whole)),
        (
            *counted_by(answers[f"support {unit}"]),
            Footnote("Hver sag står ét sted, under sin primære støtte. Der tælles sager, ikke borgere."),
        ),
        (Sum(whole, tuple(shown.values())),),
        key=True,
        last_is_total=True,
    )


def _word(group: str) -> str:
    return WORDS[group] if group != "other" else "Anden støtte (midlertidigt botilbud m.m.)"


def _in_words(occasion: Occasion, unit: str, answers: Answers) -> Paragraph:
    when = occasion.days[unit][-1]
    citizens = value(answers[f"citizens {unit}"], unit=unit, valid_at=when.isoformat())
    whole = _count(answers[f"all {unit}"], unit, when)
    if whole.why == "unknown":
        return Paragraph((f"Antallet af sager i {occasion.unit(unit)} pr. {day(when)} er ikke kendt.",), draft=True)
    if not whole.number:
        return Paragraph((f"Der er ingen sager i {occasion.unit(unit)} pr. {day(when)}.",), draft=True)
    pieces: list[Piece] = [
        f"Pr. {day(when)} er der ",
        whole,
        by_number(whole, " sag. Den vedrører ", " sager. De vedrører "),
        citizens,
        by_number(citizens, " borger", " borgere"),
        by_number(whole, ": ", " og fordeler sig sådan: "),
    ]
    groups = [(group, each) for group, each in _groups(unit, answers).items() if each.number or whole.number != 1]
    for nth, (group, each) in enumerate(groups):
        between = "" if not nth else " og " if nth == len(groups) - 1 else ", "
        name = _word(group)
        pieces += [f"{between}{name[:1].lower()}{name[1:]} (", each, f" {by_number(each, 'sag', 'sager')})"]
    return Paragraph((*pieces, "."), draft=True)


def _by_benefit(occasion: Occasion, unit: str, answers: Answers) -> Grid:
    answer, without = answers[f"benefit {unit}"], answers[f"without {unit}"]
    days = occasion.days[unit]
    of = {
        (each, group): value(answer, valid_at=each.isoformat(), benefit=group)
        for each in days
        for group in (*TARGET_GROUPS, *BESIDE)
    }
    shown = [*TARGET_GROUPS, *(group for group in BESIDE if any(of[each, group].number for each in days))]
    wholes = {each: _count(without, unit, each) for each in days}
    rows = tuple((day(each), *(of[each, group] for group in shown), wholes[each]) for each in days)
    heads = ("Status pr.", *(BESIDE.get(group) or WORDS[group] for group in shown), "Antal i alt")
    title = f"Udvikling i antal sager under helhedsorienteret sagsbehandling i {occasion.unit(unit)}, fordelt på målgrupper"
    sums = tuple(Sum(wholes[each], tuple(of[each, group] for group in shown)) for each in days)
    notes = (*counted_by(answer), *unequal_days(occasion))
    return Grid("", title, heads, rows, notes, sums, key=True)


def _under_assessment(occasion: Occasion, unit: str, answers: Answers) -> Paragraph:
    when = occasion.days[unit][-1]
    count = value(answers[f"assessing {unit}"], unit=unit, valid_at=when.isoformat())
    return Paragraph(
        (
            "Derudover er der ",
            count,
            (
                f" {by_number(count, 'sag', 'sager')} i {occasion.unit(unit)} med {by_number(count, 'en borger', 'borgere')}, der er under "
                f"udredning (VUM/Voksenudredningsmetoden), opgjort pr. {day(when)}."
            ),
            *counted_by(answers[f"assessing {unit}"]),
        )
    )


def _compared(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    units = tuple(occasion.days)
    rows = tuple(
        (label, *(_count(answers[f"compared {reading}"], unit, occasion.day) for unit in units))
        for reading, (label, _) in READINGS.items()
    )
    text = Paragraph(
        (
            (
                "Tabellerne ovenfor tæller sager under udredning forskelligt. Her er enhederne opgjort ens på samme dag, så de kan "
                "sammenlignes."
            ),
        ),
        draft=True,
    )
    grid = Grid(
        "",
        f"Enhederne opgjort ens pr. {day(occasion.day)}",
        ("Opgørelse", *(occasion.unit(unit) for unit in units)),
        rows,
        (
            *counted_by(*(answers[f"compared {reading}"] for reading in READINGS)),
            Footnote("Borgere er antal forskellige borgere; de øvrige linjer er antal sager."),
        ),
    )
    return text, grid

"""Sager over tid: the caseload of each unit month by month, with the status days and the breaks of the series marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dashboards.drawing.charts import MarkedPoints, TimeSeries, in_words, over_time
from dashboards.drawing.theme import colours
from dashboards.figures.figure import Ask
from dashboards.pack.caveats import counted_by
from dashboards.pack.chapters.stock import READINGS
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Drawing, Entry, Grid, Heading, Paragraph, Part, value
from dashboards.published.status_days import breaks, reasons
from dashboards.sections.caseload import months
from dashboards.view import Answers, FigureCells
from dashboards.words.language import DANISH

WORDS: Mapping[str, str] = {
    "all": "med sager under udredning",
    "without": "uden sager under udredning",
    "scope": "uden medfulgte sager",
}
DASHES: Mapping[str, str] = {"all": "solid", "without": "dash", "scope": "dot"}
Series = Mapping[tuple[str, str], FigureCells]


def questions(occasion: Occasion) -> Mapping[str, Ask]:
    days = [each.isoformat() for each in _days(occasion)]
    return {
        f"{reading} {unit}": occasion.ask("caseload", unit=[unit], valid_at=days, **READINGS[reading][1])
        for unit in occasion.days
        for reading in _readings(occasion, unit)
    }


def _readings(occasion: Occasion, unit: str) -> tuple[str, ...]:
    """The reading of the papers, and that without run-off cases where those under assessment are counted."""
    return ("without",) if unit == occasion.municipality.tables.second else ("all", "scope")


def _days(occasion: Occasion) -> list[date]:
    """The first of each month, and the status days."""
    status = (each for days in occasion.days.values() for each in days)
    return sorted({*months(occasion.view), *status})


def parts(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    series = _series(occasion, answers)
    text = Paragraph(
        (
            (
                "Figuren viser sagerne den 1. i hver måned, hver enhed talt som i sin tabel ovenfor. Statusdagene er mærket med deres "
                "tal. Hen over en nummereret, prikket linje betyder tallene ikke det samme."
            ),
        ),
        draft=True,
    )
    if not any(_points(answer, unit, _days(occasion)) for (unit, _), answer in series.items()):
        return ()
    return Heading(2, "Sager over tid"), text, _drawing(occasion, series)


def _series(occasion: Occasion, answers: Answers) -> Series:
    """The series drawn; without run-off cases only where there were any."""
    answered = {
        (unit, reading): answers[f"{reading} {unit}"] for unit in occasion.days for reading in _readings(occasion, unit)
    }
    return {
        (unit, reading): answer
        for (unit, reading), answer in answered.items()
        if reading != "scope"
        or [cell["value"] for cell in answer.cells] != [cell["value"] for cell in answered[unit, "all"].cells]
    }


def _points(answer: FigureCells, unit: str, days: list[date]) -> tuple[tuple[date, float], ...]:
    counts = ((each, answer.drawn(unit=unit, valid_at=each.isoformat())) for each in days)
    return tuple((each, n) for each, n in counts if n is not None)


def _name(occasion: Occasion, unit: str, reading: str) -> str:
    return f"{occasion.unit(unit)}, {WORDS[reading]}"


def _drawing(occasion: Occasion, series: Series) -> Drawing:
    view, of = occasion.view, colours(occasion.codes["units"].codes)
    days, broken = _days(occasion), breaks(occasion.view, occasion.ledger)
    lines = [
        TimeSeries(_name(occasion, unit, reading), of[unit], DASHES[reading], _points(answer, unit, days))
        for (unit, reading), answer in series.items()
    ]
    marks = [
        MarkedPoints(f"Statusdag, {occasion.unit(unit)}", of[unit], points, ("",) * len(points), above=True)
        for unit, status in occasion.days.items()
        for points in [_points(series[unit, _readings(occasion, unit)[0]], unit, list(status))]
    ]
    why = reasons(view, broken)
    drawn = over_time(
        DANISH,
        lines,
        "Sager",
        marks=marks,
        breaks=[each.day for each in broken],
    )
    return Drawing("", _title(days), _description(lines, marks, why), drawn, data=_data(occasion, series, days), breaks=why)


def _title(days: list[date]) -> str:
    first, last = DANISH.month(days[0]), DANISH.month(days[-1])
    return f"Sager under helhedsorienteret sagsbehandling, {first} – {last}"


def _description(lines: list[TimeSeries], marks: list[MarkedPoints], why: tuple[str, ...]) -> str:
    """The description of the chart in words: the status days, each half-year of the series, and the breaks."""
    halves = (
        TimeSeries(each.name, "", "", tuple(point for point in each.points if (point[0].day, point[0].month % 6) == (1, 1)))
        for each in lines
    )
    return " ".join(
        (
            "Kurver over sager måned for måned.",
            *(in_words(DANISH, each.name, each.points) for each in marks),
            *(in_words(DANISH, each.name, each.points) for each in halves if each.points),
            *(f"Brud {nth}, {each}" for nth, each in enumerate(why, start=1)),
        )
    )


def _data(occasion: Occasion, series: Series, days: list[date]) -> Grid:
    rows: tuple[tuple[Entry, ...], ...] = tuple(
        (
            DANISH.day(each),
            *(value(answer, unit=unit, valid_at=each.isoformat()) for (unit, _), answer in series.items()),
        )
        for each in days
    )
    heads = ("Ved udgangen af", *(_name(occasion, unit, reading) for unit, reading in series))
    return Grid("", _title(days), heads, rows, counted_by(*series.values()))

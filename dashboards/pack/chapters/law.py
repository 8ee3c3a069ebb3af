"""Lovgrundlag: each support's legal basis as printed and as looked up in the act, with the day."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.figures.figure import Ask
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Entry, Footnote, Grid, Heading, Part
from dashboards.view import Answers
from dashboards.words.danish import day


def questions(_: Occasion) -> Mapping[str, Ask]:
    return {}


def parts(occasion: Occasion, _: Answers) -> tuple[Part, ...]:
    rows: list[tuple[Entry, ...]] = [
        (
            entry.da,
            entry.printed,
            entry.verified or "ikke slået op",
            day(entry.verified_on) if entry.verified_on else "–",
        )
        for entry in occasion.codes["supports"].codes.values()
        if entry.printed
    ]
    grid = Grid(
        "",
        "Støttens lovgrundlag",
        ("Støtte", "Som trykt i papirerne", "Som slået op i loven", "Slået op"),
        tuple(rows),
        (Footnote("Som trykt: paragraffen, som udvalgspapirerne skriver den. Som slået op: hvad loven siger på dagen."),),
        source="Kilde: registrets kodeliste over støtte.",
    )
    return Heading(1, "Lovgrundlag"), grid

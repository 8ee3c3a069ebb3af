"""Lovgrundlag: each printed support's legal basis in force on the status day, as printed and as verified in the act, with the day."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.figures.figure import Ask
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Entry, Footnote, Grid, Heading, Part
from dashboards.view import Answers
from dashboards.words.danish import day
from dashboards.words.language import DANISH
from dashboards.words.legal import NOT_VERIFIED, printed_words, verified_words


def questions(_: Occasion) -> Mapping[str, Ask]:
    return {}


def parts(occasion: Occasion, _: Answers) -> tuple[Part, ...]:
    rows: list[tuple[Entry, ...]] = []
    for entry in occasion.codes["supports"].codes.values():
        if any(each.printed for each in entry.basis):
            basis = entry.basis_on(occasion.day)
            verified_on = day(basis.verified_on) if basis and basis.verified_on else NOT_VERIFIED
            rows.append((entry.da, printed_words(basis, DANISH), verified_words(basis, DANISH), verified_on))
    grid = Grid(
        "",
        f"Støttens lovgrundlag {day(occasion.day)}",
        ("Støtte", "Som trykt i papirerne", "I loven", "Efterprøvet"),
        tuple(rows),
        (
            Footnote(
                "Som trykt: paragraffen, som udvalgspapirerne skriver den. I loven: hvad der gjaldt på dagen, og hvornår det er "
                "efterprøvet."
            ),
        ),
        source="Kilde: registrets kodeliste over støtte.",
    )
    return Heading(1, "Lovgrundlag"), grid

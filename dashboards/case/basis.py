"""The legal basis of what a case's grants give, as it was on a day (domain.md section 3)."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from dashboards.case.words import label
from dashboards.words.language import Language
from dashboards.words.legal import basis_words
from journey.case import State
from journey.codes import CodeLists


class Basis(Struct, frozen=True):
    """The legal basis of a running support, in words."""

    support: str
    text: str


def bases(state: State, day: date, codes: CodeLists, translate: Language) -> tuple[Basis, ...]:
    """The legal basis of each running support, in force on the day."""
    supports = codes["supports"].codes
    return tuple(
        Basis(label(codes, "supports", support, translate), basis_words(supports[support].basis_on(day), translate))
        for support in dict.fromkeys(grant.support for grant in state.grants)
        if support in supports
    )

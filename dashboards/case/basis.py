"""The legal basis of what a case's grants give: as the papers print it, and as the act says (domain.md section 3)."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from dashboards.case.words import label
from dashboards.words.language import Language
from journey.case import State
from journey.codes import CodeEntry, CodeLists


class Basis(Struct, frozen=True):
    """The legal basis of a running support, in words."""

    support: str
    printed: str
    verified: str
    remark: str = ""
    """That the code was not in use on the day, where it was not."""


def bases(state: State, day: date, codes: CodeLists, translate: Language) -> tuple[Basis, ...]:
    """The legal basis of each running support."""
    supports = codes["supports"].codes
    return tuple(
        _basis(supports[support], label(codes, "supports", support, translate), day, translate)
        for support in dict.fromkeys(grant.support for grant in state.grants)
        if support in supports
    )


def _basis(entry: CodeEntry, name: str, day: date, translate: Language) -> Basis:
    verified = translate("ikke efterset")
    if entry.verified:
        verified = entry.verified
        if entry.verified_on:
            verified = f"{entry.verified} ({translate.day(entry.verified_on)})"
    early = entry.valid_from is not None and day < entry.valid_from
    late = entry.valid_to is not None and day >= entry.valid_to
    remark = translate("Koden var ikke i brug den dag.") if early or late else ""
    return Basis(name, entry.printed or translate("ikke trykt"), verified, remark)

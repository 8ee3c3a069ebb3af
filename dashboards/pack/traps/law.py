"""Traps of the legal basis: not, or no longer, what the act says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from dashboards.pack.paper import StatusPaper
from dashboards.pack.traps.trap import Trap
from dashboards.words.language import Language
from dashboards.words.legal import verified_words
from journey.codes import LegalBasis

ID = "lovgrundlag"
STALE = timedelta(days=365)
"""How long a look at the act is good for."""


def stale_law(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The printed supports whose basis on the status day is not verified, verified too long ago or not as printed, and what is printed
    of an act that was not in force."""
    out: list[Trap] = []
    for entry in paper.of.codes["supports"].codes.values():
        if not any(each.printed for each in entry.basis):
            continue
        basis = entry.basis_on(paper.of.day)
        found = [*_not_in_force(paper, entry.basis, basis, translate), *_of_the_day(paper, basis, translate)]
        out += [Trap(ID, translate.label(entry), text, proposal) for text, proposal in found]
    return out


def _not_in_force(
    paper: StatusPaper, periods: Sequence[LegalBasis], basis: LegalBasis | None, translate: Language
) -> Iterator[tuple[str, str]]:
    for each in periods:
        if each.printed and not each.in_force_on(paper.of.day):
            yield (
                translate(
                    "»{printed}« gjaldt ikke på statusdagen; da gjaldt: {verified}.",
                    printed=each.printed,
                    verified=verified_words(basis, translate),
                ),
                translate("Skriv den lov, der gjaldt på statusdagen."),
            )


def _of_the_day(paper: StatusPaper, basis: LegalBasis | None, translate: Language) -> Iterator[tuple[str, str]]:
    look_up = translate("Slå paragraffen op i retsinformation, og skriv den og dagen i kodelisten.")
    if basis is None or basis.verified is None or basis.verified_on is None:
        printed = translate.quoted(basis.printed) if basis and basis.printed else translate("Paragraffen")
        yield translate("{printed} er ikke efterprøvet i loven.", printed=printed), look_up
    elif paper.of.made_on - basis.verified_on > STALE:
        yield translate("Paragraffen er sidst efterprøvet {day}.", day=translate.day(basis.verified_on)), look_up
    elif basis.printed is not None:
        verified = verified_words(basis, translate)
        as_printed, as_verified = _words(basis.printed), _words(verified)
        if as_verified < as_printed:
            text = translate("»{printed}« er kun efterprøvet som »{verified}«.", printed=basis.printed, verified=verified)
            yield text, look_up
        elif as_verified != as_printed:
            text = translate("Trykt »{printed}«, men loven siger »{verified}«.", printed=basis.printed, verified=verified)
            yield text, translate("Skriv paragraffen, som den er efterprøvet.")


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-zæøå0-9-]+", text.lower()))

"""Traps of the legal basis: not, or no longer, what the act says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from dashboards.pack.paper import StatusPaper
from dashboards.pack.traps.trap import Trap
from dashboards.words.language import Language

ID = "lovgrundlag"
STALE = timedelta(days=365)
"""How long a look at the act is good for."""
REFORM = "barnets lov"
REFORM_YEAR = 2024
"""Barnets lov replaced the children's part of serviceloven on 1 January 2024; a status day before it rests on serviceloven."""


def stale_law(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The supports whose basis is not looked up, looked up too long ago, not as printed, or of an act not yet in force."""
    out: list[Trap] = []
    look_up = translate("Slå paragraffen op i retsinformation, og skriv den og dagen i kodelisten.")
    for entry in paper.of.codes["supports"].codes.values():
        if entry.printed is None:
            continue
        name = translate.label(entry)
        if entry.verified is None or entry.verified_on is None:
            out.append(Trap(ID, name, translate("»{printed}« er ikke slået op i loven.", printed=entry.printed), look_up))
        elif paper.of.made_on - entry.verified_on > STALE:
            out.append(
                Trap(ID, name, translate("Paragraffen er sidst slået op {day}.", day=translate.day(entry.verified_on)), look_up)
            )
        elif _words(entry.printed) != _words(entry.verified):
            text = translate("Trykt »{printed}«, men loven siger »{verified}«.", printed=entry.printed, verified=entry.verified)
            out.append(Trap(ID, name, text, translate("Skriv paragraffen, som den er slået op.")))
        if REFORM in f"{entry.printed} {entry.verified or ''}".lower() and paper.of.year < REFORM_YEAR:
            text = translate("På statusdagen gjaldt barnets lov ikke; støtten hvilede på serviceloven.")
            out.append(
                Trap(ID, name, text, translate("Skriv serviceloven for statusdage før 1. januar {year}.", year=REFORM_YEAR))
            )
    return out


def _words(text: str) -> list[str]:
    return sorted(re.findall(r"[a-zæøå0-9-]+", text.lower()))

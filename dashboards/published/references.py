"""What a published number is that no figure counts: in words, by the id that the ledger has it under."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.words.language import DANISH, Language, later
from journey.events import FigurePublished

CALLED: Mapping[str, str] = {
    "ui-forventet": later("Forventet antal sager i Ungeindsatsen"),
    "am-start": later("Sager på arbejdsmarkedsområdet ved starten i oktober 2022"),
    "am-udredt-i-social": later("Borgere på arbejdsmarkedsområdet, som blev udredt på Socialområdet"),
    "survey-2025-inviterede": later("Borgere inviteret til spørgeskemaet 2025"),
    "survey-2025-svarprocent": later("Svarprocent i spørgeskemaet 2025"),
    "survey-2025-4-enige": later("Borgere, der er enige eller meget enige i, at der er sammenhæng og en overordnet plan"),
    "survey-2025-5-enige": later("Borgere, der er enige eller meget enige i, at de har tillid til deres sagsbehandler"),
    "survey-2025-6-enige": later("Borgere, der er enige eller meget enige i, at medarbejderne arbejder godt sammen"),
    "survey-2025-6-uenige": later("Borgere, der er uenige eller meget uenige i, at medarbejderne arbejder godt sammen"),
}
"""The numbers that the papers 22/5547 and 25/1978 print and no event holds."""


def called(published: FigurePublished, translate: Language = DANISH) -> str:
    """What the number is; of one that is none of these papers', what its ledger calls it."""
    known = CALLED.get(published.id)
    return translate(known) if known else translate("Tal, som fortegnelsen kalder »{id}«", id=published.id)

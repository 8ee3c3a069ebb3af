"""The printed numbers that no figure counts: what each is, in words, by the id that the ledger has it under."""

from __future__ import annotations

from dashboards.published.municipality import Municipality
from dashboards.words.language import DANISH, Language
from journey.events import FigurePublished


def called(published: FigurePublished, municipality: Municipality, translate: Language = DANISH) -> str:
    """The name of a number; of one that the municipality's papers do not print, what its ledger calls it."""
    known = municipality.numbers.get(published.id)
    return translate(known) if known else translate("Tal, som fortegnelsen kalder »{id}«", id=published.id)

"""The pages that there are: the way between them, and the tests over all of them, come from this list."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from dashboards.pages.catalogue import CASES, CASEWORKERS, EXPERIENCE, FOLLOW_UP, JOURNEYS, MONEY, OVERVIEW, QUALITY
from dashboards.pages.page import Dashboard
from dashboards.words.language import later


class Place(Struct, frozen=True):
    """A page: its id, the address at which it answers without more being said, and what the way to it is called."""

    id: str
    address: str
    title: str
    """In Danish, said through a `Language`."""
    dashboard: Dashboard | None = None
    """What makes it, where it is a page of the dashboard: its route and its downloads come of that."""
    way: Literal["top", "beside", "foot"] = "top"
    """Where the way to it stands on every page: among the pages of numbers, beside them, or at the foot."""


PLACES: tuple[Place, ...] = (
    Place("overblik", "/", later("Overblik"), OVERVIEW),
    Place("sager", "/sager", later("Sager"), CASES),
    Place("sagsbehandlere", "/sagsbehandlere", later("Sagsbehandlere"), CASEWORKERS),
    Place("forloeb", "/forloeb", later("Forløb"), JOURNEYS),
    Place("klager", "/klager", later("Klager og økonomi"), MONEY),
    Place("opfoelgning", "/opfoelgning", later("Opfølgning"), FOLLOW_UP),
    Place("oplevelse", "/oplevelse", later("Borgernes oplevelse"), EXPERIENCE),
    Place("datakvalitet", "/datakvalitet", later("Datakvalitet"), QUALITY),
    Place("sag", "/sag", later("Sag")),
    Place("rapport", "/rapport", later("Rapport"), way="beside"),
    Place("offentliggjort", "/offentliggjort", later("Offentliggjort"), way="beside"),
    Place("hvorfor", "/hvorfor", later("Hvorfor ændret?"), way="beside"),
    Place("ubrudt", "/ubrudt", later("Ubrudt?"), way="beside"),
    Place("tilgaengelighed", "/tilgaengelighed", later("Tilgængelighedserklæring"), way="foot"),
)
"""In the order in which they are shown."""

KEPT = ("lang", "valid_at", "known_at", "unit", "from", "last", "include_assessing", "include_out_of_scope", "count")
"""What an address says that the way to another page keeps: language, both times, units, period and reading."""
OF_ANY = ("lang", "valid_at", "known_at")
"""What is kept of the address of one figure's page: all else in it is the figure's own question, and no choice for other pages."""

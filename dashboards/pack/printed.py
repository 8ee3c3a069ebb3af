"""What the published papers say that no event holds: age limits, columns that changed name, when the effort began, who hears the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct


class AgeLimit(Struct, frozen=True):
    """An age band as a paper prints it, in whole years, first and last both in it; None where it is open."""

    of: str
    text: str
    first: int | None
    last: int | None


AGE_LIMITS: Mapping[str, tuple[AgeLimit, ...]] = {
    "helhedsorienteret indsats": (
        AgeLimit("Ungeindsatsen", "under 30 år", None, 29),
        AgeLimit("Arbejdsmarkedsafdelingen", "over 30 år", 31, None),
    ),
    "fast kontaktperson": (
        AgeLimit("kontaktperson", "15-18 år", 15, 18),
        AgeLimit("efterværn", "18-23 år", 18, 23),
    ),
}
"""The bands that papers divide the same people by (bilag 1 to 25/1978, "Målgruppe" and "Indsatser")."""

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "ressourceforloeb_jaf": {"22/5547": "ressourceforløbsmodtagere", "25/1978": "Ressourceforløbsmodtagere/JAF"},
}
"""What papers have called the same column."""

REFORM = "barnets lov"
REFORM_YEAR = 2024
"""Barnets lov replaced the children's part of serviceloven on 1 January 2024; a status day before it rests on serviceloven."""

COMING_ACT = "hovedlov"
"""Lov om helhedsorienteret indsats: expected from 2023, then from 1 July 2023, then "kommende"; it has not come into force."""

BEGAN: Mapping[str, str] = {
    "22/5547": "februar 2022 i Ungeindsatsen (medarbejderne fra marts) og oktober 2022 på arbejdsmarkedsområdet",
    "25/1978": "i løbet af 2022",
}
BEGAN_BY = date(2023, 1, 1)
"""When papers say that the effort began, and the first day by which it had by all of them."""

EXCLUDED: Mapping[str, tuple[str, ...]] = {
    "25/1978": ("betydelige psykiske udfordringer og misbrugsproblemer", "svært misbrug eller svære psykiske udfordringer"),
}
"""Whom a paper leaves out of the target group, where it says so in more than one way: who has both, or either (bilag 1,
"Afgrænsning af HOI-målgruppen"). The model of 2021 had the same citizens in its second layer."""

NAMES: tuple[tuple[str, ...], ...] = (
    ("Social og Boligstyrelsen", "Social og Byggestyrelsen"),
    ("Fremskudt Tidlig Indsats", "Forebyggelse og Tidlig Indsats"),
)
"""What bilag 1 to 25/1978 calls by more than one name."""

HEARD_BY: Mapping[str, str] = {"22/5547": "BUU, AU, VPU", "25/1978": "BUU/VPU/AU"}
"""The committees under "Sagsgang", in the order and with the letters that each paper has."""

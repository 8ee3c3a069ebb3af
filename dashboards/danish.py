"""Danish words, numbers and dates for what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from journey.codes import CodeLists

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

DIMENSIONS: Mapping[str, str] = {
    "unit": "Enhed",
    "valid_at": "Status pr.",
    "support": "Støtte",
    "benefit": "Forsørgelse",
    "measure": "Mål",
    "variant": "Opgørelse",
    "changes": "Skift",
    "band": "Gruppe",
    "from_unit": "Fra",
    "to_unit": "Til",
    "reason": "Grund",
    "cause": "Årsag",
    "outcome": "Udfald",
    "caseworkers": "Sagsbehandlere",
    "professionals": "Fagpersoner",
    "to": "Til",
    "forum": "Forum",
    "day": "Dag",
    "statement": "Udsagn",
    "answer": "Svar",
    "value": "Antal",
}

WORDS: Mapping[str, str] = {
    "accessory": "Tilbehør",
    "accommodated": "Medhold til borgeren",
    "active": "Fortsat aktive",
    "agreed": "Aftalt (kr.)",
    "aktivitetsparat": "Aktivitetsparate kontanthjælpsmodtagere",
    "all": "Alle skift",
    "assessing": "Under udredning/ansøgning",
    "assignments_after_gap": "Tildelinger efter hul (over 30 dage uden)",
    "bostoette": "Bostøtte",
    "case_days": "Sagsdage",
    "case_years": "Sagsår",
    "cases": "Sager",
    "cases_at_risk": "Sager med sagsbehandler",
    "cases_with": "Sager med så mange skift",
    "changes": "Skift",
    "changes_per_case_year": "Skift pr. sagsår",
    "closed": "Afsluttet",
    "closing": "Ultimo",
    "days": "Dage",
    "decided": "Afgjort",
    "drawn": "Trukket (kr.)",
    "due": "Med frist",
    "efterskole": "Økonomisk støtte til efterskole",
    "enig": "Enig",
    "entries": "Tilgang",
    "exits": "Afgang",
    "grants": "Bevillinger",
    "held_late": "Holdt for sent",
    "held_on_time": "Holdt til tiden",
    "hverken": "Hverken enig eller uenig",
    "kontaktperson": "Kontaktperson",
    "median": "Median",
    "median_tenure": "Median anciennitet (dage)",
    "meetings": "Møder",
    "meget_enig": "Meget enig",
    "meget_uenig": "Meget uenig",
    "more_than_30_days": "Over 30 dage",
    "n": "Antal",
    "newcomers": "Nytilkomne",
    "not_held": "Ikke holdt",
    "opening": "Primo",
    "other": "Andet",
    "overdrawn_cases": "Overtrukne sager",
    "overturned": "Omgjort",
    "overturned_percent": "Omgørelsesprocent",
    "p90": "90-percentil",
    "pending": "Verserende",
    "reassessed": "Genvurderet",
    "received": "Modtaget",
    "referred": "Henvist",
    "rejected": "Afvist ved visitation",
    "reopened": "Genoptaget",
    "ressourceforloeb_jaf": "Ressourceforløbsmodtagere/JAF",
    "samlinger": "Samlinger til færre sagsbehandlere",
    "size": "Årgangens størrelse",
    "support_granted": "Første bevilling",
    "tenure": "Anciennitet (dage)",
    "transferred_in": "Overdraget til enheden",
    "transferred_out": "Overdraget fra enheden",
    "uenig": "Uenig",
    "ungestoette": "Ungestøtte/efterværn",
    "unknown": "Ukendt",
    "visited": "Visitation",
    "waiting": "Venter",
    "without_reorganisation": "Uden omorganisering",
    "without_reorganisation_and_cover": "Uden omorganisering og vikar",
    "yearly_amount": "Årsbeløb (kr.)",
}

_LISTS: Mapping[str, tuple[str, ...]] = {
    "unit": ("units",),
    "from_unit": ("units",),
    "to_unit": ("units",),
    "reason": ("transfer_reasons", "closings"),
    "outcome": ("decisions", "reassessments"),
    "forum": ("forums",),
}
_MONEY = frozenset({"yearly_amount", "agreed", "drawn"})


def word(dimension: str, value: Any, codes: CodeLists) -> str:
    """How a cell's dimension reads: the code's label, the measure's word, a date written out."""
    if value is None:
        return "I alt" if dimension == "cause" else "–"
    if dimension in ("valid_at", "day"):
        return day(date.fromisoformat(value))
    for name in _LISTS.get(dimension, ()):
        if value in codes[name].codes:
            return codes[name].codes[value].da
    return WORDS.get(str(value), str(value))


def day(value: date) -> str:
    """1. februar 2025."""
    return format_date(value, "d. MMMM y", locale="da")


def moment(value: datetime | None) -> str:
    """14. maj 2025 kl. 08.00, Danish time."""
    if value is None:
        return "før den første registrering"
    return format_datetime(value.astimezone(COPENHAGEN), "d. MMMM y 'kl.' HH.mm", locale="da")


def number(value: float | None) -> str:
    """1.150.000 or 0,82; a dash where it is not known."""
    if value is None:
        return "–"
    return format_decimal(value, "#,##0" if float(value).is_integer() else "#,##0.00", locale="da")

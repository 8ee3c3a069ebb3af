"""Danish words, numbers and dates for what is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboards.words.language import DANISH, Language
from journey.codes import CodeLists
from journey.conformance import RULES
from journey.refusals import finding_text

day, moment, number = DANISH.day, DANISH.moment, DANISH.number

DIMENSIONS: Mapping[str, str] = {
    "unit": "Enhed",
    "valid_at": "Status pr.",
    "support": "Støtte",
    "benefit": "Forsørgelse",
    "measure": "Hvad der er talt",
    "variant": "Opgørelse",
    "changes": "Skift",
    "band": "Interval",
    "when": "Hvornår",
    "method": "Metode",
    "plan": "Plan",
    "layer": "Gruppe i model 3",
    "track": "Spor",
    "from_unit": "Fra",
    "to_unit": "Til",
    "reason": "Grund",
    "cause": "Årsag",
    "outcome": "Udfald",
    "caseworkers": "Sagsbehandlere",
    "professionals": "Fagpersoner",
    "to": "Fra henvisning til",
    "forum": "Forum",
    "day": "Dag",
    "statement": "Udsagn",
    "answer": "Svar",
    "month": "Måned",
    "rule": "Regel",
    "code": "Fund",
    "listed": "Kode",
    "question": "Spørgsmål",
    "milestone": "Milepæl",
    "from_milestone": "Fra milepæl",
    "to_milestone": "Til milepæl",
    "case": "Sag",
    "row": "Række",
    "kind_group": "Hændelse",
    "source": "Kilde",
    "value": "Antal",
}

WORDS: Mapping[str, str] = {
    "days_since_valid": "Dage siden nyeste virkningsdag",
    "usual_gap": "Vanlig pause (dage)",
    "accepted": "Modtaget af enheden",
    "accessory": "Tilbehør",
    "accommodated": "Medhold til borgeren",
    "active": "Fortsat aktive",
    "after_use": "Efter koden var i brug",
    "agreed": "Aftalt (kr.)",
    "aktivitetsparat": "Aktivitetsparate kontanthjælpsmodtagere",
    "all": "Alle skift",
    "assessing": "Under udredning/ansøgning",
    "assessment": "Udredning påbegyndt",
    "assignments_after_gap": "Tildelinger efter hul (over 30 dage uden)",
    "before_use": "Før koden var i brug",
    "between": "Mellem sagsbehandlere",
    "bostoette": "Bostøtte",
    "came": "Kom",
    "case_days": "Sagsdage",
    "case_years": "Sagsår",
    "cases": "Sager",
    "cases_at_risk": "Sager med sagsbehandler",
    "cases_with": "Sager med så mange skift",
    "caseworker": "Sagsbehandler",
    "changes": "Skift",
    "changes_per_case_year": "Skift pr. sagsår",
    "citizens": "Borgere",
    "closed": "Afsluttet",
    "closed_to_new": "Begyndt, efter at koden er lukket for nye",
    "closing": "Ultimo",
    "complaint": "Klage",
    "contact": "Kontakt",
    "course": "Forløb",
    "days": "Sager efter antal dage",
    "decided": "Afgjort",
    "deviations": "Afvigelser",
    "drawn": "Trukket (kr.)",
    "due": "Med frist",
    "efterskole": "Økonomisk støtte til efterskole",
    "enig": "Enig",
    "entries": "Tilgang",
    "events": "Hændelser",
    "exits": "Afgang",
    "findings": "Fund",
    "follow_up": "Opfølgning",
    "follow_ups": "Opfølgninger",
    "forum": "Forum",
    "grants": "Bevillinger",
    "held_late": "Holdt for sent",
    "held_on_time": "Holdt til tiden",
    "hverken": "Hverken enig eller uenig",
    "kontaktperson": "Kontaktperson",
    "left": "Gik",
    "left_out": "Sager udeladt",
    "lower_quartile": "Nedre kvartil (dage)",
    "median": "Median (dage)",
    "median_tenure": "Median anciennitet (dage)",
    "meetings": "Møder",
    "meget_enig": "Meget enig",
    "meget_uenig": "Meget uenig",
    "mended": "Heraf rettet op",
    "merged": "Lagt sammen med en anden sag",
    "more_than_30_days": "Registreret over 30 dage efter",
    "n": "Antal i alt",
    "newcomers": "Nytilkomne",
    "none": "Uden spor",
    "not_held": "Ikke holdt",
    "not_listed": "Står ikke i kodelisten",
    "opening": "Primo",
    "occasions": "Anledninger",
    "other": "Andet",
    "overdrawn_cases": "Overtrukne sager",
    "overturned": "Omgjort",
    "overturned_percent": "Omgørelsesprocent",
    "p90": "90-percentil (dage)",
    "pending": "Verserende",
    "proposed": "Foreslået",
    "reassessed": "Genvurderet",
    "received": "Modtaget",
    "referred": "Henvist",
    "refused": "Afslået af enheden",
    "rejected": "Afvist ved visitation",
    "reopened": "Genoptaget",
    "ressourceforloeb_jaf": "Ressourceforløbsmodtagere/JAF",
    "samlinger": "Samlinger til færre sagsbehandlere",
    "size": "Årgangens størrelse",
    "start": "Før den første sagsbehandler",
    "stayed": "Blev",
    "support": "Støtte",
    "support_began": "Støtte begyndt",
    "support_granted": "Første bevilling",
    "tenure": "Efter anciennitet (dage)",
    "transferred": "Overdraget",
    "transferred_in": "Overdraget til enheden",
    "transferred_out": "Overdraget fra enheden",
    "uenig": "Uenig",
    "ungestoette": "Ungestøtte/efterværn",
    "unknown": "Ukendt",
    "upper_quartile": "Øvre kvartil (dage)",
    "visited": "Visitation",
    "waiting": "Venter",
    "without_reorganisation": "Uden omorganisering",
    "without_reorganisation_and_cover": "Uden omorganisering og vikar",
    "yearly_amount": "Årsbeløb (kr.)",
}

NULLS: Mapping[str, str] = {"cause": "I alt", "when": "I alt", "plan": "Ingen plan"}
"""The word for null where it is a value of the dimension."""

CODE_LISTS: Mapping[str, tuple[str, ...]] = {
    "unit": ("units",),
    "from_unit": ("units",),
    "to_unit": ("units",),
    "reason": ("transfer_reasons", "closings", "rejections"),
    "outcome": ("decisions", "reassessments"),
    "forum": ("forums",),
    "role": ("roles",),
    "layer": ("layers",),
    "method": ("methods",),
    "plan": ("plans",),
    "track": ("tracks",),
    "support": ("supports",),
}
"""The code lists that a dimension's values are of, by the dimension."""


MONTHS = (
    *(("januar", "january"), ("februar", "february"), ("marts", "march"), ("april",), ("maj", "may"), ("juni", "june")),
    *(("juli", "july"), ("august",), ("september",), ("oktober", "october"), ("november",), ("december",)),
)
"""Each month's name in Danish and, where it is another, in English; its first three letters stand for it too."""
_NUMBERS = re.compile(r"(?P<day>\d{1,2})([-./])(?P<month>\d{1,2})\2(?P<year>\d{4})", re.ASCII)
_NAMED = re.compile(r"(?:den )?(?P<day>\d{1,2})\.? ?(?P<month>[a-z]+)\.? (?P<year>\d{4})", re.ASCII)


def day_in(text: str) -> date:
    """The day that a person wrote: 2025-12-22, 22-12-2025, 22.12.2025, 22/12/2025, 22. december 2025 or 22. dec. 2025.

    The day stands first, as Danes write it, but in the ISO form; a year has four digits. Raises ValueError for anything else, and for a
    day that there is not.
    """
    plain = " ".join(text.lower().split())
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain, re.ASCII):
        return date.fromisoformat(plain)
    if found := _NUMBERS.fullmatch(plain):
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _NAMED.fullmatch(plain):
        for month, names in enumerate(MONTHS, start=1):
            if any(found["month"] in (name, name[:3]) for name in names):
                return date(int(found["year"]), month, int(found["day"]))
    raise ValueError(text)


def word(dimension: str, value: Any, codes: CodeLists, translate: Language = DANISH) -> str:
    """A value of a cell's dimension in words: the code's label, the measure's word, a date written out.

    What was imported as published need not be a cell of ours: what is no day or code is shown as it is.
    """
    if value is None:
        return translate(NULLS[dimension]) if dimension in NULLS else "–"
    try:
        return _word(dimension, value, codes, translate)
    except (KeyError, TypeError, ValueError):
        return str(value)


def _word(dimension: str, value: Any, codes: CodeLists, translate: Language) -> str:
    if dimension in ("valid_at", "day"):
        return translate.day(date.fromisoformat(value))
    if dimension == "month":
        return translate.month(date.fromisoformat(f"{value}-01"))
    if dimension == "listed":
        name, code = value.split(".", 1)
        return (
            f"{translate(code_list.danish)}: {translate.label(code_list.codes[code])}"
            if code in (code_list := codes[name]).codes
            else code
        )
    if dimension == "code":
        return translate(finding_text(value)).removesuffix(".")
    if dimension == "rule":
        return f"{value} {translate(RULES[value].title)}"
    if dimension == "support" and value in WORDS:  # a group has a word of its own, also where a code is called the same
        return translate(WORDS[value])
    for name in CODE_LISTS.get(dimension, ()):
        if value in codes[name].codes:
            return translate.label(codes[name].codes[value])
    return translate(WORDS[str(value)]) if str(value) in WORDS else str(value)

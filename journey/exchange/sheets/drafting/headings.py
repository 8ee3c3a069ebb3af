"""Headings (kolonnenavne) of the sheets that fagsystemer print, and what their columns mostly hold."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Subject = Literal["private", "worker", "amount", "identifier", "case", "code", "day", "number"]
"""What a heading says that its column holds."""


class ColumnSubject(NamedTuple):
    """A heading's meaning: what the column holds, and which: a code list's name, or what happens on the day."""

    subject: Subject
    of: str = ""


_PARTS = re.compile(r"[A-ZÆØÅ]?[a-zæøå]+|[A-ZÆØÅ]+(?![a-zæøå])|[0-9]+")
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def _plain(text: str) -> str:
    return text.lower().translate(_LETTERS)


def _found(text: str, parts: frozenset[str], within: str, words: str = "") -> bool:
    return any(word in text for word in within.split()) or bool(parts & {*words.split()})


_OF_PERSONS = "paaroerende formynder vaerge foraeldre aegtef modtager haver forsoerger chef formand"
_PRIVATE_FIRST = (
    f"telefon mobil mail adresse bemaerk notat kommentar fritekst beskriv postnr diagnose {_OF_PERSONS}",
    "tlf note noter vej by mor far moder fader koen alder leder person kontakt",
)
_PERSON_ENDINGS = ("leder", "person", "personer", "kontakt", "navne")
"""What a word ends with that is a person, whatever the person leads or supports; a vejleder is one who works."""
_WORKER = (
    "sagsbehandl raadgiver visitator koordinator konsulent medarbejder initialer ansvarlig behandler aktoer vejleder paedagog",
    "sb",
)
_UNIT_WORDS = frozenset({"enhed", "afdeling", "team", "forvaltning", "organisation", "omraade"})
_PRIVATE = ("navn foedt foeds foedd birth name borger klient barn statsborger civilstand leverandoer udfoerer", "hvem")
_IDENTIFIER = ("uuid loebenr", "nr id nummer noegle ref")
_AMOUNT = ("beloeb pris udgift takst", "kr kroner")

_CODES: tuple[tuple[str, str, str], ...] = (
    ("benefits", "forsoerg maalgruppe", ""),
    ("supports", "ydelse indsats stoette foranstaltning tilbud paragraf bevilling", ""),
    ("units", "enhed afdeling team omraade forvaltning organisation", ""),
    ("roles", "rolle", ""),
    ("forums", "forum udvalg", ""),
    ("layers", "", "lag"),
    ("channels", "henvisningsvej", "kanal"),
    ("follow_up_outcomes", "udfald resultat", ""),
    ("reason", "aarsag grund", ""),
    ("status", "status tilstand fase beslut afgoerelse", ""),
    ("", "kode kategori", "type art"),
)
"""By what stands in a heading: the list whose codes its column holds; "status" and "reason" are none."""

_DAYS: tuple[tuple[str, str, str], ...] = (
    ("registered", "regist oprettet sendt senest", ""),
    ("due", "naeste frist planlagt", ""),
    ("changed", "aendr skift", ""),
    ("assessment_closed", "udredningslut udredtil udredningafsluttet", ""),
    ("assessment_opened", "udred", ""),
    ("follow_up_held", "opfoelg", ""),
    ("complaint_received", "klage", ""),
    ("sent_to_rehabilitation", "rehabilit", ""),
    ("presented", "forelagt forelaeg", ""),
    ("reopened", "genopta genaab", ""),
    ("rejected", "afvist afvis", ""),
    ("support_refused", "afslag", ""),
    ("transferred", "overdrag overgiv", ""),
    ("closed", "afslut lukk", ""),
    ("end", "slut ophoer ophoert udloeb stop", "til"),
    ("visited", "visiter", ""),
    ("referred", "henvis ansoeg modtag anmod henvend", ""),
    ("plan_agreed", "plan", ""),
    ("meeting", "moede", ""),
    ("start", "start bevilg bevilling ivaerks begynd ikraft", "fra"),
)
"""By what stands in a heading: what happens on its column's days; the first that fits."""


def heading_of(column: str, *, of_days: bool) -> ColumnSubject | None:
    """The heading's meaning; None where the table has none. `of_days`: whether its cells are days.

    A person goes before what the person is of: a "Ydelsesmodtager" is no support.
    """
    parts = frozenset(_plain(part) for part in _PARTS.findall(column))
    text = "".join(letter for letter in _plain(column) if letter.isalnum())
    if _found(text, parts, *_PRIVATE_FIRST) or (of_days and _found(text, parts, "foed birth")):
        return ColumnSubject("private")
    if of_days:
        return next((ColumnSubject("day", kind) for kind, within, words in _DAYS if _found(text, parts, within, words)), None)
    if _found(text, parts, "cpr personn"):
        return ColumnSubject("number")
    if any(part.endswith(_PERSON_ENDINGS) and not part.endswith("vejleder") for part in parts):
        return ColumnSubject("private")
    if _found(text, parts, *_AMOUNT):
        return ColumnSubject("amount")
    codes = next((name for name, within, words in _CODES if _found(text, parts, within, words)), None)
    if _found(text, parts, *_IDENTIFIER) or text.endswith(("nr", "id", "nummer")):
        return ColumnSubject("case" if "sag" in text and codes is None else "identifier", codes or "")
    if codes == "roles" or parts & _UNIT_WORDS:
        return ColumnSubject("code", "roles" if codes == "roles" else "units")
    if _found(text, parts, *_WORKER):
        return ColumnSubject("worker")
    if codes is not None:
        return ColumnSubject("code", codes)
    return ColumnSubject("private") if _found(text, parts, *_PRIVATE) else None

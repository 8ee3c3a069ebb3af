"""What the environment says: where the data are, which database, which codes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import psycopg
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict

from api.sealing.anchors import Elsewhere, is_address
from journey.codes import CodeLists, parsed, standard, text
from journey.postgres import default_data
from journey.proof.checkpoint import COSIGNS, BadNote, key_of
from journey.refusals import Refused
from journey.system_words import of_system

RESPONSIBLE: Mapping[str, str] = {
    "authority": "JOURNEY_AUTHORITY",
    "mail": "JOURNEY_ACCESSIBILITY_MAIL",
    "phone": "JOURNEY_ACCESSIBILITY_PHONE",
    "reviewed": "JOURNEY_ACCESSIBILITY_REVIEWED",
    "statement": "JOURNEY_ACCESSIBILITY_STATEMENT",
}
"""What of the accessibility statement only the municipality knows, by the setting that says it."""


class Responsible(Struct, frozen=True):
    """Who answers for the site: its name, whom to write to and call, and the day it last looked at its accessibility statement."""

    authority: str | None = None
    mail: str | None = None
    phone: str | None = None
    reviewed: date | None = None
    statement: str | None = None
    """Where its statement for this site stands: https://was.digst.dk/… with the site's name, as the agency's WAS-Tool gives it."""


class Settings(Struct, frozen=True):
    """The settings of a run: `data` is the folder of the embedded database and of the keys."""

    data: Path
    database_url: str | None
    """The program's login on a server; None for the embedded database."""
    owner_url: str | None
    """The owner's login on a server, for `journey migrate` only."""
    codes: CodeLists
    elsewhere: Elsewhere = Elsewhere()
    """Where signed roots are kept that the register cannot reach back into."""
    responsible: Responsible = Responsible()


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings by the environment; raises Refused (`wrong_start`, `bad_codes`) where one cannot be used."""
    codes = environment.get("JOURNEY_CODES")
    return Settings(
        Path(environment["JOURNEY_DATA"]) if environment.get("JOURNEY_DATA") else default_data(),
        _address(environment, "JOURNEY_DATABASE_URL"),
        _address(environment, "JOURNEY_OWNER_URL"),
        _extended(Path(codes)) if codes else standard(),
        _elsewhere(environment),
        _responsible(environment),
    )


def _responsible(environment: Mapping[str, str]) -> Responsible:
    said = {name: environment.get(setting) or None for name, setting in RESPONSIBLE.items()}
    reviewed = said.pop("reviewed")
    if said["statement"] and not re.fullmatch(r"https://(www\.)?was\.digst\.dk/[A-Za-z0-9./_-]+", said["statement"]):
        why = "Det er ikke en adresse på formen https://was.digst.dk/mitwebsted-dk, som WAS-Tool giver den."
        raise Refused("wrong_start", why, place=RESPONSIBLE["statement"])
    try:
        return Responsible(**said, reviewed=date.fromisoformat(reviewed) if reviewed else None)
    except ValueError:
        raise Refused("wrong_start", "Det er ikke en dag på formen 2025-02-01.", place=RESPONSIBLE["reviewed"]) from None


def _elsewhere(environment: Mapping[str, str]) -> Elsewhere:
    folder, key = environment.get("JOURNEY_CHECKPOINTS"), environment.get("JOURNEY_WITNESS_KEY") or None
    if key is not None and not _is_witness(key):
        why = "Det er ikke et vidnes offentlige nøgle, som journey witness serve viser den."
        raise Refused("wrong_start", why, place="JOURNEY_WITNESS_KEY")
    witness = environment.get("JOURNEY_WITNESS") or None
    if witness is not None and "//" in witness and not (is_address(witness) or witness.startswith("/")):
        why = "Det er hverken en adresse på formen https://vidne.dk eller en mappe."
        raise Refused("wrong_start", why, place="JOURNEY_WITNESS")
    return Elsewhere(Path(folder) if folder else None, witness, key)


def _is_witness(vkey: str) -> bool:
    try:
        return key_of(vkey.strip()).kind == COSIGNS
    except BadNote:
        return False


def _address(environment: Mapping[str, str], name: str) -> str | None:
    place = f"{name}_FILE"
    address, file = environment.get(name) or None, environment.get(place)
    if address and file:
        raise Refused("wrong_start", f"{name} og {place} er begge sat. Brug den ene.", place=place)
    if file:
        name, address = place, _kept_in(Path(file), place)
    try:
        conninfo_to_dict(address or "")
    except (psycopg.Error, ValueError):  # without the address itself: it may hold a password
        why = "Det er ikke en adresse på formen postgresql://login:adgangskode@vært:5432/database."
        raise Refused("wrong_start", why, place=name) from None
    return address


def _kept_in(file: Path, place: str) -> str:
    """The address that stands in a file of its own, as containers are given their secrets."""
    try:
        address = file.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        why = of_system(error) if isinstance(error, OSError) else "den er ikke UTF-8"
        raise Refused("wrong_start", f"Filen {file} kan ikke læses: {why}.", place=place) from None
    if not address:
        raise Refused("wrong_start", f"Filen {file} er tom. Skriv databasens adresse i den.", place=place)
    return address


def _extended(file: Path) -> CodeLists:
    try:
        return parsed(text(), file.read_text("utf-8"))
    except Refused as refused:
        refused.place = f"{file}, {refused.place}"
        raise
    except (OSError, ValueError) as error:
        why = of_system(error) if isinstance(error, OSError) else "den er ikke UTF-8"
        raise Refused("wrong_start", f"Kodefilen i JOURNEY_CODES kan ikke læses: {why}.", place=str(file)) from None

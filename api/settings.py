"""Settings, read from the environment: data folder, database, code lists, anchors of the signed roots, the responsible authority."""

from __future__ import annotations

import ipaddress
import os
import re
import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from re import Pattern

import msgspec
import psycopg
from msgspec import Struct, field
from psycopg.conninfo import conninfo_to_dict

from api.oidc_settings import OidcSettings, oidc_settings
from dashboards.published import municipality
from dashboards.published.municipality import Municipality
from journey.codes import CodeLists, parse_code_lists, standard, standard_text
from journey.personal import excerpt
from journey.postgres import default_data
from journey.proof.checkpoint import COSIGNS, BadNote, key_of
from journey.proof.last_signed import LAST_FILE, LastSigned
from journey.proof.sealing import KEY_FILE as SEAL_KEY_FILE
from journey.refusals import Refused
from journey.system_words import os_error_reason
from journey.toml_text import BadToml

OUTER_KEY_FILE = "outer.key"
"""The file of the key that wraps the cases' keys; never in the database."""
PSEUDONYM_KEY_FILE = "pseudonym.key"
"""The file of the pseudonyms' key; without it nobody can tell whose they are, or make the same again."""
IDENTITY_KEY_FILE = "identity.key"
"""The file of the identity key: what citizens' and workers' pseudonyms are made under where a delivery is taken in."""
LOOKS_KEY_FILE = "looks.key"
"""The file of the key of the log of looks: what is searched for is stored under it, and its roots are signed by one made of it."""
KEY_SETTINGS: Mapping[str, str] = {
    OUTER_KEY_FILE: "JOURNEY_OUTER_KEY",
    SEAL_KEY_FILE: "JOURNEY_SEAL_KEY",
    PSEUDONYM_KEY_FILE: "JOURNEY_PSEUDONYM_KEY",
    IDENTITY_KEY_FILE: "JOURNEY_IDENTITY_KEY",
    LOOKS_KEY_FILE: "JOURNEY_LOOKS_KEY",
}
"""The files of the register's keys, each with the setting that names another place for it than the data folder."""

MOST_MONTHS = 120
"""Months that a look may stay, at most."""

RESPONSIBLE: Mapping[str, str] = {
    "authority": "JOURNEY_AUTHORITY",
    "mail": "JOURNEY_ACCESSIBILITY_MAIL",
    "phone": "JOURNEY_ACCESSIBILITY_PHONE",
    "reviewed": "JOURNEY_ACCESSIBILITY_REVIEWED",
    "statement": "JOURNEY_ACCESSIBILITY_STATEMENT",
}
"""The accessibility statement's parts that only the municipality knows, each with the name of its setting."""


class Responsible(Struct, frozen=True):
    """The authority responsible for the site: its name, mail and phone, and the day it last reviewed its accessibility statement."""

    authority: str | None = None
    mail: str | None = None
    phone: str | None = None
    reviewed: date | None = None
    statement: str | None = None
    """The address of its statement for this site: https://was.digst.dk/… with the site's name, as the agency's WAS-Tool gives it."""


class Anchors(Struct, frozen=True):
    """Anchors of the signed roots outside the register: a folder of copies, a witness by HTTP address or folder, and the witness's key."""

    checkpoints: Path | None = None
    witness: str | None = None
    witness_key: str | None = None


class Settings(Struct, frozen=True):
    """The settings of a run: `data` is the folder of the embedded database, and of the keys that `key_places` does not name."""

    data: Path
    database_url: str | None
    """The program's login on a server; None for the embedded database."""
    owner_url: str | None
    """The owner's login on a server, for `journey migrate` only."""
    codes: CodeLists
    anchors: Anchors = Anchors()
    responsible: Responsible = Responsible()
    person_ids: Pattern[str] | None = None
    """The municipality's own form of the ids of persons."""
    municipality: Municipality = field(default_factory=municipality.standard)
    """What the municipality's own papers print."""
    key_places: Mapping[str, Path] = field(default_factory=dict[str, Path])
    proxy_secret: Path | None = None
    """The file of the secret that a trusted proxy sends with every request; None where there is no such proxy."""
    keep_numbers: bool = True
    """Whether the identity vault has the CPR numbers of a delivery; else the register has their pseudonyms alone."""
    takes_uploads: bool = False
    """Whether the pages take in files that a browser sends (`JOURNEY_UPLOADS=on`)."""
    trusted_proxies: tuple[str, ...] = ()
    """The addresses and networks of the proxies whose word is taken for a client's address (`JOURNEY_TRUSTED_PROXIES`)."""
    spot_check_days: int = 31
    """Days from one spot check of the looks until the next is due (`JOURNEY_SPOT_CHECK_DAYS`)."""
    looks_months: int = 6
    """Months that a look stays in the log of looks (`JOURNEY_LOOKS_MONTHS`)."""
    oidc: OidcSettings | None = None
    """The sign-in by the municipality's own login; None where there is none."""

    def key_file(self, name: str) -> Path:
        """The place of a key's file, by its name in the data folder; the folder that it lies in is there.

        Raises Refused (`wrong_start`) for a folder that a setting names and that is not there, or that others may write in: they could
        put a key of their own in this one's place.
        """
        place = self.key_places.get(name)
        if place is None:
            self.data.mkdir(parents=True, exist_ok=True)
            return self.data / name
        setting, folder = KEY_SETTINGS[name], place.absolute().parent
        if place.is_dir():
            raise Refused("wrong_start", f"{place} er en mappe. Angiv nøglens fil.", place=setting)
        if not folder.is_dir():
            raise Refused("wrong_start", f"Mappen {folder} findes ikke. Opret den, eller ret stien.", place=setting)
        mode = folder.stat().st_mode
        if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH) and not mode & stat.S_ISVTX:
            raise Refused("wrong_start", f"Andre kan skrive i mappen {folder}. Kør: chmod go-w {folder}.", place=setting)
        return place

    @property
    def last_signed(self) -> LastSigned:
        """The file of the last signed root: beside the seal's key, or in the data folder where the key's is not to be written in."""
        key = self.key_file(SEAL_KEY_FILE)
        self.data.mkdir(parents=True, exist_ok=True)
        return LastSigned((key.parent if os.access(key.parent, os.W_OK) else self.data) / LAST_FILE)


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises Refused (`wrong_start`, `bad_codes`) for a value that cannot be used."""
    file = environment.get("JOURNEY_CODES")
    codes = _extended(Path(file)) if file else standard()
    return Settings(
        Path(environment["JOURNEY_DATA"]) if environment.get("JOURNEY_DATA") else default_data(),
        _address(environment, "JOURNEY_DATABASE_URL"),
        _address(environment, "JOURNEY_OWNER_URL"),
        codes,
        _anchors(environment),
        _responsible(environment),
        _person_ids(environment.get("JOURNEY_PERSON_IDS")),
        _municipality(environment.get("JOURNEY_MUNICIPALITY"), codes),
        {name: Path(environment[setting]) for name, setting in KEY_SETTINGS.items() if environment.get(setting)},
        Path(environment["JOURNEY_TRUSTED_PROXY_SECRET_FILE"])
        if environment.get("JOURNEY_TRUSTED_PROXY_SECRET_FILE")
        else None,
        _keep_numbers(environment.get("JOURNEY_IDENTITY")),
        _is_on(environment, "JOURNEY_UPLOADS"),
        _networks(environment, "JOURNEY_TRUSTED_PROXIES"),
        spot_check_days=_whole(environment, "JOURNEY_SPOT_CHECK_DAYS", 31, 183),
        looks_months=_whole(environment, "JOURNEY_LOOKS_MONTHS", 6, MOST_MONTHS),
        oidc=oidc_settings(environment),
    )


def _keep_numbers(identity: str | None) -> bool:
    if identity not in (None, "", "pseudonyms-only"):
        why = "Værdien kan kun være pseudonyms-only: så gemmes CPR-numre ikke. Ellers lad den være tom; så gemmes de krypteret."
        raise Refused("wrong_start", why, place="JOURNEY_IDENTITY")
    return not identity


def _is_on(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").strip().lower()
    if text not in ("", "on", "off"):
        refused = Refused("wrong_start", "Indstillingen er hverken on eller off.", place=name)
        refused.remedy = f"Skriv {name}=on eller {name}=off, eller udelad den: så er den off."
        raise refused
    return text == "on"


def _whole(environment: Mapping[str, str], name: str, otherwise: int, most: int) -> int:
    text = environment.get(name, "").strip()
    if text and not (re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) and 1 <= int(text) <= most):
        raise Refused("wrong_start", f"Angiv et helt tal fra 1 til {most}.", place=name)
    return int(text) if text else otherwise


def _networks(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    texts = tuple(text.strip() for text in environment.get(name, "").split(",") if text.strip())
    try:
        is_right = all(ipaddress.ip_network(text).prefixlen for text in texts)  # a network of all addresses trusts anybody
    except ValueError:
        is_right = False
    if not is_right:
        refused = Refused("wrong_start", "Det er ikke adresser på proxyer, adskilt af komma.", place=name)
        refused.remedy = "Skriv proxyens egen adresse eller dens net, f.eks. 10.0.0.5 eller 10.0.1.0/24, eller udelad den."
        raise refused
    return texts


def _responsible(environment: Mapping[str, str]) -> Responsible:
    values = {name: environment.get(setting) or None for name, setting in RESPONSIBLE.items()}
    reviewed, statement = values.pop("reviewed"), values["statement"]
    if statement and not re.fullmatch(r"https://(www\.)?was\.digst\.dk/[A-Za-z0-9./_-]+", statement):
        why = "Det er ikke en adresse på formen https://was.digst.dk/mitwebsted-dk, som WAS-Tool giver den."
        raise Refused("wrong_start", why, place=RESPONSIBLE["statement"])
    try:
        return Responsible(**values, reviewed=date.fromisoformat(reviewed) if reviewed else None)
    except ValueError:
        raise Refused("wrong_start", "Det er ikke en dag på formen 2025-02-01.", place=RESPONSIBLE["reviewed"]) from None


def _anchors(environment: Mapping[str, str]) -> Anchors:
    folder, key = environment.get("JOURNEY_CHECKPOINTS"), environment.get("JOURNEY_WITNESS_KEY") or None
    if key is not None and not _is_witness(key):
        why = "Det er ikke et vidnes offentlige nøgle, som journey witness serve viser den."
        raise Refused("wrong_start", why, place="JOURNEY_WITNESS_KEY")
    witness = environment.get("JOURNEY_WITNESS") or None
    if witness is not None and "//" in witness and not (is_http_address(witness) or witness.startswith("/")):
        why = "Det er hverken en adresse på formen https://vidne.dk eller en mappe."
        raise Refused("wrong_start", why, place="JOURNEY_WITNESS")
    return Anchors(Path(folder) if folder else None, witness, key)


def _person_ids(pattern: str | None) -> Pattern[str] | None:
    try:
        return re.compile(pattern) if pattern else None
    except (re.error, OverflowError, RecursionError):
        why = "Det er ikke et regulært udtryk. Skriv f.eks. [a-zæøå]{3,8} for initialer uden tal."
        raise Refused("wrong_start", why, place="JOURNEY_PERSON_IDS") from None


def is_http_address(witness: str) -> bool:
    """Whether a witness is reached over HTTP; otherwise it is a folder."""
    return witness.startswith(("http://", "https://"))


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
        name, address = place, _read_address(Path(file), place)
    try:
        session = conninfo_to_dict(address or "").get("target_session_attrs")
    except (psycopg.Error, ValueError):  # without the address itself: it may hold a password
        why = "Det er ikke en adresse på formen postgresql://login:adgangskode@vært:5432/database."
        raise Refused("wrong_start", why, place=name) from None
    if session in ("standby", "read-only"):
        refused = Refused(
            "wrong_start", f"Adressen leder til en kopi (target_session_attrs={session}), som ikke kan skrives i.", place=name
        )
        refused.remedy = "Skriv target_session_attrs=primary, eller prefer-standby for at læse fra en kopi."
        raise refused
    return address


def _read_address(file: Path, place: str) -> str:
    """Read the database's address from a file of its own, as a container is given its secrets."""
    try:
        address = file.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        why = os_error_reason(error) if isinstance(error, OSError) else "den er ikke UTF-8"
        raise Refused("wrong_start", f"Filen {file} kan ikke læses: {why}.", place=place) from None
    if not address:
        raise Refused("wrong_start", f"Filen {file} er tom. Skriv databasens adresse i den.", place=place)
    return address


def _municipality(file: str | None, codes: CodeLists) -> Municipality:
    if not file:
        return municipality.standard()
    try:
        facts = municipality.parsed(Path(file).read_text("utf-8"))
        if unknown := sorted(facts.units - {*codes["units"].codes}):
            why = f"Filen {file} nævner en enhed, som kodelisten ikke har: {excerpt(unknown[0])}."
            raise Refused("wrong_start", why, place="JOURNEY_MUNICIPALITY")
        return facts
    except OSError as error:
        why = f"Filen {file} kan ikke læses: {os_error_reason(error)}."
    except BadToml as error:
        why = f"Filen {file} er ikke TOML: {error.reason}."
    except UnicodeDecodeError:
        why = f"Filen {file} er ikke UTF-8."
    except msgspec.ValidationError as error:
        place = re.search(r"`\$\.?([^`]*)`", str(error))
        at = place[1] if place and place[1] else "roden"
        why = f"Filen {file} passer ikke ved {at}: se dashboards/published/norddjurs.toml for formen."
    raise Refused("wrong_start", why, place="JOURNEY_MUNICIPALITY") from None


def _extended(file: Path) -> CodeLists:
    try:
        return parse_code_lists(standard_text(), file.read_text("utf-8"))
    except Refused as refused:
        refused.place = f"{file}, {refused.place}"
        raise
    except (OSError, ValueError) as error:
        why = os_error_reason(error) if isinstance(error, OSError) else "den er ikke UTF-8"
        raise Refused("wrong_start", f"Kodefilen i JOURNEY_CODES kan ikke læses: {why}.", place=str(file)) from None

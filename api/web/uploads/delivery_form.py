"""The form of a delivery: its fields, and the order that it makes of the files with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from re import Pattern

from api.answers.deliveries import DeliveryOrder
from api.web.query import NO_DAY, page_day
from api.web.uploads.uploads import Upload
from journey.codes import CodeLists
from journey.exchange.deliveries.comparing import DeliveryOptions
from journey.exchange.sheets.delivery_files import DeliveryFile, unpacked
from journey.exchange.sheets.mapping import resolve_sheets
from journey.history import COPENHAGEN
from journey.personal import excerpt, is_clean, is_person_id
from journey.refusals import Refused

FILES, MAPPING = "files", "mapping"
"""The fields of the files, and of the mapping file."""
TEXTS = ("day", "clock", "by", "skip_bad", "allow_gone")
CHOICE = "choice-"
"""The beginning of the fields in which codes are chosen for unknown words."""
LONGEST_ID = 64
LONGEST_MAPPING = 1024**2
"""Bytes of a mapping file, at most."""


def text_of_mapping(raw: bytes) -> str:
    """The text of a mapping file. Raises Refused (`bad_mapping`) for one that is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        refused = Refused("bad_mapping", "Oversættelsesfilen er ikke UTF-8.", place=MAPPING)
        refused.remedy = "Er det den rigtige fil? Gem den som UTF-8, og send den igen."
        raise refused from None


def order_of(upload: Upload, codes: CodeLists, who: str, person_ids: Pattern[str] | None) -> DeliveryOrder:
    """The order that an upload makes. Raises Refused with the field (`bad_mapping`, `bad_parameter`, `not_an_id`)."""
    fields = upload.fields
    options = DeliveryOptions(
        _who(fields, who, person_ids),
        _moment(fields),
        skip_bad=fields.get("skip_bad") == "yes",
        allow_gone=_allow_gone(fields),
    )
    files = unpacked(DeliveryFile(file.name, file.size, file.content.open) for file in upload.files)
    mapping = resolve_sheets(upload.mapping, codes, lambda name: _beside(files, name))
    return DeliveryOrder(mapping, [file for file in files if file.name != mapping.file.cases], options)


def _who(fields: Mapping[str, str], who: str, person_ids: Pattern[str] | None) -> str:
    text = fields.get("by", "")
    if text and not is_clean(text):
        raise Refused("personal_number", place="by")
    if text and not (is_person_id(text, person_ids) and len(text) <= LONGEST_ID):
        raise Refused("not_an_id", place="by")
    return text or who


def _moment(fields: Mapping[str, str]) -> datetime | None:
    """The moment that the files were taken out of the source at: the beginning of a day without a time; None for now."""
    text = fields.get("day", "")
    if not text:
        if fields.get("clock"):
            raise Refused("bad_parameter", "Skriv også dagen, når der står et klokkeslæt.", place="day")
        return None
    day = page_day({"day": [text]}, "day")
    if day is None:
        raise Refused("bad_parameter", NO_DAY, place="day")
    return datetime.combine(day, _clock(fields.get("clock", "")), COPENHAGEN)


def _clock(text: str) -> time:
    found = re.fullmatch(r"([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?", text) if text else None
    if not text:
        return time()
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Refused("bad_parameter", "Det er ikke et klokkeslæt. Skriv det som 06.00.", place="clock")
    return time(int(found[1]), int(found[2]))


def _allow_gone(fields: Mapping[str, str]) -> int | None:
    text = re.sub(r"(?<=[0-9])\.(?=[0-9]{3}\b)", "", fields.get("allow_gone", ""))
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused("bad_parameter", "Antallet skal være et helt tal.", place="allow_gone")
    return int(text)


def _beside(files: list[DeliveryFile], name: str) -> str:
    """The text of a file that the mapping file names, which is sent with it."""
    file = next((each for each in files if each.name == name), None)
    if file is None:
        refused = Refused("bad_mapping", f"Filen {excerpt(name)}, som cases nævner, er ikke sendt med.", place="cases")
        refused.remedy = "Vælg den sammen med de andre filer, og send dem igen."
        raise refused
    with file.open() as opened:
        return text_of_mapping(opened.read(LONGEST_MAPPING))

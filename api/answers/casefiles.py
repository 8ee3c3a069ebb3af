"""The case file as a zip: the case's events, states, figures and proofs, or a redacted copy for a named recipient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import resources
from unicodedata import normalize

import jinja2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.answers.inclusion import counted_in
from api.clock import today
from api.register.cache import Cache
from api.register.register import Register
from api.settings import PSEUDONYM_KEY_FILE
from dashboards.case.cards import cards
from dashboards.case.figures import published
from dashboards.case.file import CaseFile, case_file, contents, zipped
from dashboards.case.linkage import Fact, Linkage, linkage
from dashboards.case.redacted_copy import RedactedCopy, month_name, redacted_contents, redacted_copy
from dashboards.case.redaction import LEFT_OUT, LONGEST, Pseudonyms, Recipient, redacted
from dashboards.case.story import story
from dashboards.view import SAMPLE
from dashboards.words.language import DANISH
from journey.codes import CodeLists
from journey.events import NAMES, NoteAdded
from journey.history import Recorded, in_order
from journey.log.migrate import READ
from journey.log.outer_keys import outer_key
from journey.log.reading import histories, history, moment_of
from journey.log.stored import STREAM
from journey.personal import is_clean
from journey.proof.proofs import case_proofs
from journey.refusals import Refused


def casefile_zip(register: Register, case: str, days: Sequence[date], position: int) -> tuple[str, bytes]:
    """The name of the zip and its bytes, the same for the same register state. Raises Refused (`unknown_case`)."""
    register.believe(position)
    known = _history(register, case, position)
    with register.connected(READ) as conn:
        known_at = moment_of(conn, position)
    file = case_file(
        case,
        known,
        days,
        position=position,
        known_at=known_at,
        published=published(counted_in(register, case, position, today()), register.municipality, DANISH),
        proofs=_proofs(register, case, position),
        codes=register.codes,
        translate=DANISH,
    )
    return case, zipped(contents(file, _read_me(file, register.codes, _mark(register))))


def redacted_zip(register: Register, case: str, days: Sequence[date], position: int, recipient: Recipient) -> tuple[str, bytes]:
    """The name and the bytes of the redacted copy for the recipient, with a key that only their purpose has.

    The same for the same register state. Raises Refused (`unknown_case`).
    """
    known = _history(register, case, position)
    secret = outer_key(register.settings.key_file(PSEUDONYM_KEY_FILE))
    key = HKDF(hashes.SHA256(), len(secret), salt=None, info=recipient.context).derive(secret)
    name, events = redacted(case, known, Pseudonyms(key), register.codes)
    copy = redacted_copy(name, events, days, recipient, measured(register, position), register.codes)
    return name, zipped(redacted_contents(copy, _read_me_of_copy(copy, _mark(register))))


def recipient_of(name: str | None, purpose: str | None, places: tuple[str, str]) -> Recipient:
    """The recipient and purpose as a person wrote them, spaces as one. Raises Refused (`bad_parameter`) for one missing or not to be
    repeated in the copy."""
    texts = [" ".join(normalize("NFC", text or "").split()) for text in (name, purpose)]
    for text, place in zip(texts, places, strict=True):
        if not text:
            raise Refused("bad_parameter", "En redigeret kopi laves til en bestemt modtager og et bestemt formål.", place=place)
        if len(text) > LONGEST or not is_clean(text):
            why = f"Højst {LONGEST} synlige tegn, og intet, der ligner et CPR-nummer."
            raise Refused("bad_parameter", why, place=place)
    return Recipient(*texts)


_MEASURED: Cache[Linkage] = Cache(8)


def measured(register: Register, position: int) -> Linkage:
    """The linkage of copies to their cases at the position, over every case; reads the whole log, so the last answers are kept."""
    key = (register.url, register.generation, position, register.reader)
    found = _MEASURED.get(key)
    if found is None:
        courses: dict[str, list[Fact]] = {}
        with register.connected(READ, snapshot=True) as conn:
            for stream, known in histories(conn, 0, position):
                if not stream.startswith(STREAM):
                    events = [each for each in in_order(known) if not isinstance(each.event, NoteAdded)]
                    courses[stream] = [(NAMES[type(each.event)], f"{each.valid_at:%Y-%m}") for each in events]
        found = linkage(courses)
        _MEASURED.put(key, found)
    return found


def _history(register: Register, case: str, position: int) -> list[Recorded]:
    with register.connected(READ) as conn:
        known = history(conn, case, position)
    if not known:
        raise Refused("unknown_case", place=case)
    return known


def _proofs(register: Register, case: str, position: int) -> dict[str, bytes]:
    """The files that verify.py reads, and verify.py; none while the case is not sealed up to the position."""
    try:
        with register.connected(READ, snapshot=True) as conn:
            files = case_proofs(conn, case, position).files
    except Refused as refused:
        if refused.code != "not_sealed":
            raise
        return {}
    return {**files, "verify.py": resources.files("journey").joinpath("proof", "verify.py").read_bytes()}


def _mark(register: Register) -> str:
    """The mark of what is taken from a sample register; empty for one that is none."""
    return DANISH(SAMPLE) if register.is_sample() else ""


def _read_me(file: CaseFile, codes: CodeLists, mark: str) -> str:
    day = max((moment.valid_at for moment in file.moments), default=date.max)
    case_cards = cards(story(file.case, file.history).events, day, codes, DANISH)
    return _templates().get_template("casefile.html.j2").render(file=file, cards=case_cards, mark=mark, translate=DANISH)


def _read_me_of_copy(copy: RedactedCopy, mark: str) -> str:
    values = {"copy": copy, "mark": mark, "share": round(copy.linkage.share, 1), "month_name": month_name, "left_out": LEFT_OUT}
    return _templates().get_template("redacted_copy.html.j2").render(**values, translate=DANISH)


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )

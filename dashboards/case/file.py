"""The case file (sagsmappe): its content, and the zip of it, the same bytes for the same content."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from dashboards.case.facts import Fact, facts
from dashboards.case.figures import PublishedLine
from dashboards.case.obligations import Obligation, obligations
from dashboards.case.questions import RuleQuestion, questions
from dashboards.case.story import story
from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.exchange.interchange import format_line
from journey.history import COPENHAGEN, Recorded

PROOF = "bevis/"
"""The folder in the zip that verify.py finds the proofs in."""
READ_ME, MANIFEST = "LAES-MIG.html", "MANIFEST.json"
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip: the oldest that the format has."""


class Moment(Struct, frozen=True):
    """The case at the end of a day, in words."""

    valid_at: date
    facts: tuple[Fact, ...]
    open: tuple[Obligation, ...]
    questions: tuple[RuleQuestion, ...]


class CaseFile(Struct, frozen=True):
    """One case as known at a position, to be read without the register."""

    case: str
    position: int
    known_at: datetime | None
    history: Sequence[Recorded]
    """The known events, in log order."""
    moments: tuple[Moment, ...]
    published: tuple[PublishedLine, ...]
    proofs: Mapping[str, bytes]
    """The files of the proofs and verify.py, by name; none where nothing of the case is sealed."""


def case_file(
    case: str,
    history: Sequence[Recorded],
    days: Sequence[date],
    *,
    position: int,
    known_at: datetime | None,
    published: tuple[PublishedLine, ...],
    proofs: Mapping[str, bytes],
    codes: CodeLists,
    translate: Language,
) -> CaseFile:
    """The case's file with its state at each of the days."""
    events = story(case, history)
    moments: list[Moment] = []
    for day in days:
        state, clocks = events.at(day)
        raised = questions(history, day, codes, translate)
        moments.append(Moment(day, facts(state, codes, translate), obligations(state, clocks, day, codes, translate), raised))
    return CaseFile(case, position, known_at, history, tuple(moments), published, proofs)


def contents(file: CaseFile, read_me: str) -> dict[str, bytes]:
    """Every file by its name in the zip; the last is the manifest, with the size and SHA-256 of the others."""
    files = {
        READ_ME: read_me.encode(),
        "haendelser.jsonl": b"".join(format_line(recorded, file.case) + b"\n" for recorded in file.history),
        "tilstand.json": as_json(file.moments),
        "tal.json": as_json(file.published),
        **{name if name == "verify.py" else PROOF + name: content for name, content in sorted(file.proofs.items())},
    }
    about = {
        "case": file.case,
        "position": file.position,
        "known_at": file.known_at and file.known_at.astimezone(COPENHAGEN).isoformat(),
        "valid_at": [moment.valid_at.isoformat() for moment in file.moments],
        "redacted": False,
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()
        },
    }
    return {**files, MANIFEST: as_json(about)}


def as_json(value: Any) -> bytes:
    """The value as a file that a person can read too."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip, in order, with the same times, rights and compression each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()

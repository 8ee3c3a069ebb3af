"""Registers of what `tests/support/scenes.py` never makes: kinds in no order at all, on the edges of the calendar, with awkward names.

The file of one has every spelling that the interchange format allows. Everything here is synthetic.
"""

import json
import random
from datetime import UTC, date, datetime, timedelta, timezone

from journey.codes import standard
from journey.events import KINDS, fields
from tests.support.course import ACTIVITIES, COPENHAGEN, GRANT_ENDINGS, PURPOSES, WITHDRAWALS
from tests.support.histories import taken

WORKERS = ["w1", "W1", "w1 ", "å", "a\u030a", "DOM\\sb17", "\\N", "a\"b'c", "100%", "%s", "x" * 200, "a,b;c", "😀", "null"]
CITIZENS = ["c1", "C1", "c 1", "borger\\n1", "é", "e\u0301", "\\.", "0"]
GRANTS = ["g1", "g2", "G1", "g\\1", "1", "1.0"]
COMPLAINTS = ["k1", "k2", "K1"]
CASES = [
    "æøå",
    "å",
    "a\u030a",
    "n-1",
    "N-1 ",
    " ",
    "..",
    "'; drop",
    "\\N",
    "\\.",
    "a\\b",
    "%s",
    "😀",
    "x" * 64,
    "N,1",
    '"q"',
    "#2",
]
BIRTHS = ["2006-02", "2000-02", "1994-03", "1999-12", "2006-03", "0000-01", "9999-12", "2030-01"]
AMOUNTS = [0, 1, 365, 366, 99_999, 120_000, 10**12]
LABELS = ["x" * 80, "mål nået", "\\", "é" * 40]
FAR = [date(1900, 2, 28), date(1900, 3, 1), date(1970, 1, 1), date(2100, 2, 28), date(2100, 3, 1)]
NEAR = [date(2023, 12, 30) + timedelta(days=days) for days in range(4)]
NEAR += [date(2024, 2, 27) + timedelta(days=days) for days in (0, 1, 2, 3, 4, 31, 32, 33, 34, 62, 92, 93, 94)]
NEAR += [date(2024, 10, 27), *(date(2024, 12, 29) + timedelta(days=days) for days in range(5))]
OPTIONAL = {"born", "channel", "in_scope", "layer", "yearly_amount", "reason", "approved_by_forum", "material", "track"}
OPTIONAL |= {"moved_from", "worker", "forum", "size"}
VALUES = {
    "citizen": CITIZENS,
    "born": BIRTHS,
    "in_scope": [True, False],
    "approved_by_forum": [True, False],
    "material": [True, False],
    "grant": GRANTS,
    "worker": WORKERS[:5] * 3 + WORKERS,
    "yearly_amount": AMOUNTS,
    "amount": AMOUNTS,
    "purpose": PURPOSES,
    "activity": ACTIVITIES,
    "size": [0, 1, 12],
    "case": CASES,
    "complaint": COMPLAINTS,
    "text": ["Talt med 010190-1234.\nNy linje", "a\t\u200b\u00ad", "🙂"],
    "due": [day.isoformat() for day in NEAR * 3 + FAR],
    "moved_from": [day.isoformat() for day in NEAR],
    "reason": LABELS,
}
"""What the fields that have no code list are given."""
OFTEN = ["referred"] * 3 + ["support_granted"] * 3 + ["caseworker_changed"] * 3 + ["caseworker_assigned", "caseworker_ended"]
OFTEN += ["follow_up_agreed", "follow_up_held", "transferred", "visited", "closed", "reopened", "reopened"]
OF_A_CASE = sorted(set(KINDS) - {"withdrawn", "survey_recorded", "figure_published", "definition_adopted"})
MOMENTS = [
    datetime(2024, 3, 30, 23, 0, tzinfo=UTC),
    datetime(2024, 3, 31, 0, 59, 59, 999999, tzinfo=UTC),
    datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
    datetime(2024, 10, 27, 1, 30, tzinfo=UTC),
    datetime(2024, 12, 31, 22, 59, 59, 999999, tzinfo=UTC),
    datetime(2024, 12, 31, 23, 0, tzinfo=UTC),
    datetime(1900, 1, 1, tzinfo=UTC),
]
ZONES = [
    COPENHAGEN,
    UTC,
    timezone(timedelta(hours=-11)),
    timezone(timedelta(hours=5, minutes=45)),
    timezone(timedelta(hours=14)),
]


def said_by(rng: random.Random, kind: str) -> dict:
    """The fields of an event of the kind: all that it must have, and some that it may."""
    fields = ["text"] if kind == "note_added" else KINDS[kind].__struct_fields__
    codes = {} if kind == "note_added" else KINDS[kind].codes
    kept = [name for name in fields if not _may_be_left_out(kind, name) or rng.random() < 0.6]
    values = VALUES | ({"reason": GRANT_ENDINGS} if kind == "support_ended" else {})
    return {name: rng.choice(list(standard()[codes[name]].codes) if name in codes else values[name]) for name in kept}


def _may_be_left_out(kind: str, name: str) -> bool:
    must = {
        "reason": kind not in ("support_ended", "handover_refused"),
        "forum": kind != "support_granted",
        "worker": kind != "activity_recorded",
    }
    return name in OPTIONAL and not must.get(name, False)


class _Writing:
    """A register in the making."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lines: list[dict] = []
        days = (datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=rng.randrange(500)) for _ in range(30))
        self.moments = [*MOMENTS, *(day + timedelta(microseconds=rng.choice([0, 0, 1])) for day in days)]

    def write(self, place: str, name: str, kind: str, valid_at: date, data: dict, known_at: datetime | None) -> None:
        line = {place: name, "kind": kind, "valid_at": valid_at.isoformat(), "data": data}
        if known_at is not None:
            line["known_at"] = known_at.isoformat()
        if self.rng.random() < 0.5:
            line["by"] = self.rng.choice(WORKERS)
        number = len(self.lines) + 1
        line["source"] = self.rng.choice(["a", "A", "fs \\x"])
        line["source_id"] = self.rng.choice(["{}", "#{}", "{}#2", "id-{}:withdrawn"]).format(number)
        self.lines.append(line)

    def known(self, after: datetime | None = None) -> datetime | None:
        moments = [moment for moment in self.moments if after is None or moment >= after]
        return None if self.rng.random() < 0.06 else self.rng.choice(moments)

    def withdraw(self, line: dict) -> None:
        known_at = self.known(datetime.fromisoformat(line["known_at"])) if "known_at" in line else None
        place = "case" if "case" in line else "stream"
        data = {"source_id": line["source_id"], "reason": self.rng.choice(WITHDRAWALS)}
        self.write(place, line[place], "withdrawn", self.rng.choice(NEAR + FAR), data, known_at)
        own = self.lines[-1]["source"]
        if own != line["source"] or self.rng.random() < 0.3:
            data["source"] = line["source"]


def letters(seed: int) -> list[dict]:
    """A register of some thirty cases, in the order of its file."""
    rng = random.Random(seed)
    writing = _Writing(rng)
    for case in [*CASES, *(f"N-{number}" for number in range(10))]:
        days = sorted(rng.choices(NEAR, k=rng.randint(3, 9))) + ([rng.choice(FAR)] if rng.random() < 0.15 else [])
        if rng.random() < 0.95:
            writing.write("case", case, "referred", min(days), said_by(rng, "referred"), writing.known())
        for _ in range(rng.randint(1, 30)):
            kind = rng.choice(OF_A_CASE + OFTEN)
            data = said_by(rng, kind)
            if data.get("case") != case:  # no case is merged into itself
                writing.write("case", case, kind, rng.choice(days), data, writing.known())
    for wave in ("2023", "2024"):
        for statement in ("s1", "S1", "é", "x" * 80, "s1"):
            answers = rng.choice([None, [rng.choice([None, 0, 1, 9]) for _ in range(5)]])
            data = {"wave": wave, "statement": statement, "answers": answers, "n": rng.choice([0, 16, 10**9])}
            writing.write("stream", "spørgeskema", "survey_recorded", rng.choice(NEAR), data, writing.known())
    for line in [line for line in writing.lines if rng.random() < 0.15]:
        for _ in range(rng.choice([1, 1, 1, 2])):
            writing.withdraw(line)
    rng.shuffle(writing.lines)
    return _standing(writing.lines)


def _standing(lines: list[dict]) -> list[dict]:
    """Without the withdrawals that come too early."""
    places = {(line["source"], line["source_id"]): line["position"] for line in taken(lines)}

    def stands(line: dict) -> bool:
        named = (line["data"].get("source", line["source"]), line["data"].get("source_id"))
        return line["kind"] != "withdrawn" or places[named] < places[line["source"], line["source_id"]]

    return [line for line in lines if stands(line)]


def spelled(lines: list[dict], seed: int) -> bytes:
    """The register's file: aliases, numbers, nulls, offsets, escapes, fields in any order, blank lines, and both kinds of line breaks."""
    rng = random.Random(seed)
    text = b"\xef\xbb\xbf" if seed % 2 else b""
    for line in lines:
        fields = list(_spelled(rng, line).items())
        rng.shuffle(fields)
        separators = rng.choice([(",", ":"), (", ", ": "), (" ,\t", "  : ")])
        written = json.dumps(dict(fields), ensure_ascii=rng.random() < 0.5, separators=separators).encode()
        text += rng.choice([b"", b" ", b"\t"]) + written + rng.choice([b"", b" "]) + rng.choice([b"\n", b"\r\n"])
        text += rng.choice([b"", b"", b"", b"\n", b" \r\n"])
    return text.rstrip() if seed % 3 else text


def _spelled(rng: random.Random, line: dict) -> dict:
    said = {**line, "data": dict(line["data"])}
    if "known_at" in line:
        said["known_at"] = _moment(rng, datetime.fromisoformat(line["known_at"]))
    for name in ("by", "source_case", "known_at", "stream" if "case" in line else "case"):
        if name not in said and rng.random() < 0.1:
            said[name] = None
    data, kind = said["data"], line["kind"]
    for name, codes in KINDS[kind].codes.items():
        if fields.LABELS.get(kind) == name:
            continue  # a register's own export has these as they were written
        aliases = standard()[codes].codes[data[name]].aliases if data.get(name) else ()
        data.update({name: rng.choice(aliases)} if aliases and rng.random() < 0.4 else {})
    if kind == "visited" and "layer" in data:
        data["layer"] = rng.choice([data["layer"], int(data["layer"])])
    for name in ("yearly_amount", "amount", "n"):
        if isinstance(data.get(name), int):
            data[name] = rng.choice([data[name], float(data[name])])
    for name in () if kind == "note_added" else KINDS[kind].__struct_fields__:
        if name not in data and name != "frozen" and rng.random() < 0.2:
            data[name] = None
    return said if data or rng.random() < 0.5 else {name: value for name, value in said.items() if name != "data"}


def _moment(rng: random.Random, moment: datetime) -> str:
    text = moment.astimezone(rng.choice(ZONES)).isoformat()
    if text.endswith(":00+00:00") and rng.random() < 0.5:
        return text.replace(":00+00:00", "Z")
    return text.replace("+00:00", "Z") if rng.random() < 0.5 else text

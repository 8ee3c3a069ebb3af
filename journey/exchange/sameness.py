"""Sameness: whether a known id comes with the content it had, and its correction where it does not (domain.md section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec.structs import replace
from psycopg import Connection
from psycopg.rows import class_row

from journey.events import Withdrawn
from journey.exchange.comparison import CORRECTED as SOURCE_CORRECTED
from journey.exchange.comparison import version_id, withdrawal_id
from journey.exchange.lines import ID_LENGTH
from journey.exchange.staging import CORRECTED, WITHDRAWAL, content_digest, copy_rows, stage
from journey.log.stored import Entry, decoded
from journey.personal import excerpt

_DOUBTFUL_IDS = """
create temporary table doubtful on commit drop as
    select source, source_id from staged group by source, source_id having count(*) > 1
    union
    select source, source_id from staged s join log.event_ids using (source, source_id)
    where not exists (select from left_out o where o.place = s.place);
create index on doubtful (source, source_id);
analyze doubtful, left_out, bad
"""

_DOUBTFUL = """
select s.place, s.stream, s.topic, s.state, s.claimed, s.source, s.source_id, s.digest, coalesce(l.n, 1) as n,
    e.content as known_digest, e.stream as known_stream, e.kind as known_kind, k.state as known_state
from doubtful join ordered s using (source, source_id)
left join latest l using (source, source_id)
left join log.event_ids e on e.source = s.source and e.source_id = s.source_id || coalesce('#' || l.n, '')
left join log.events k on k.notification_id = e.position
where not exists (select from left_out o where o.place = s.place) and not exists (select from bad b where b.place = s.place)
order by s.source, s.source_id, s.moment, s.own_moment, s.place
"""
"""Those whose id is in the log with other content, or more than once in the file; each with the newest that the log has of it."""

_USED = """
select exists (select from log.event_ids where source = %(source)s and source_id = any(%(ids)s))
    or exists (select from staged where source = %(source)s and source_id = any(%(ids)s))
"""

_VERSIONS = """
select stream, topic, state from log.event_ids join log.events on notification_id = position
where source = %(source)s and source_id = any(%(ids)s) order by position
"""

PAGE = 5_000

KNOWN, WAS_CORRECTED, RETURNED = "known", "corrected", "returned"
"""Why an entry is left out as it came: it is known, recorded as a correction, or recorded anew after it was withdrawn."""

REASONS = {
    "not_there": "der er ingen tidligere hændelse i sagen med {}; en annullering skal stå efter det, den annullerer",
    "withdrawal_withdrawn": "{} er selv en annullering, og den kan ikke annulleres; registrér hændelsen på ny",
    "different_content": "{} er kendt med andet indhold; brug --as-corrections, hvis kilden har rettet rækken, ellers ret source_id",
    "corrects_withdrawal": "{} er en annullering og kan ikke rettes; giv den nye hændelse sit eget source_id",
    "no_longer_given": "{} gives ikke længere af kildens rækker; brug --as-corrections, hvis kilden er rettet",
    "given_again": "{} blev annulleret, da kilden ikke længere gav den, og nu er den der igen; brug --as-corrections",
    "out_of_order": "{} skal stå efter noget fra samme dag, som først kommer nu; brug --as-corrections",
    "no_free_id": "{} skulle være rettelsens id, men det er brugt eller for langt; ret source_id",
}

LISTED = {
    "corrects_withdrawal": "withdrawal_withdrawn",
    **dict.fromkeys(("no_longer_given", "given_again", "out_of_order", "no_free_id"), "different_content"),
}
"""The code of the catalogue, for the reasons that have not their own."""


def id_pair(source: str, source_id: str) -> str:
    return f"source {excerpt(source)} og source_id {excerpt(source_id)}"


class _DoubtfulEntry(NamedTuple):
    """A doubtful entry, and the newest that the log has of its id."""

    place: int
    stream: str
    topic: str
    state: bytes
    claimed: datetime | None
    source: str
    source_id: str
    digest: bytes
    n: int
    known_digest: bytes | None
    known_stream: str | None
    known_kind: str | None
    known_state: bytes | None


class _Newest(NamedTuple):
    """The newest content of an id so far: which version it is, where it is kept, and from which day it is valid."""

    n: int
    digest: bytes
    stream: str
    kind: str
    valid_at: date


class _Outcome:
    """The rows that the judging of sameness gives, written a page at a time."""

    def __init__(self, conn: Connection[Any]) -> None:
        self._conn = conn
        self.left_out: list[tuple[int, str]] = []
        self.bad: list[tuple[int, str, str, str]] = []
        self.corrections: list[tuple[int, Entry]] = []

    def write(self, *, at_least: int = 1) -> None:
        if len(self.left_out) + len(self.bad) < at_least:
            return
        copy_rows(self._conn, "left_out", self.left_out)
        copy_rows(self._conn, "bad", self.bad)
        stage(self._conn, self.corrections, None)
        self.left_out, self.bad, self.corrections = [], [], []


def judge_sameness(conn: Connection[Any], *, as_corrections: bool) -> None:
    """Fill `left_out` with what is known already and what is corrected, `staged` with the corrections, and `bad`."""
    outcome = _Outcome(conn)
    conn.execute(_DOUBTFUL_IDS)
    with conn.cursor("doubtful", row_factory=class_row(_DoubtfulEntry)) as cursor:
        cursor.itersize = PAGE
        cursor.execute(_DOUBTFUL)
        # The ids looked up one by one below are mostly not there, which only an index finds out at once.
        conn.execute("set local enable_seqscan = off")
        for _, of_id in groupby(cursor, key=attrgetter("source", "source_id")):
            first = list(islice(of_id, MOST_COMPARED))
            newest = _in_log(first[0])
            sent_before = _sent_before(conn, first, newest) if as_corrections else 0
            outcome.left_out += [(row.place, KNOWN) for row in first[:sent_before]]
            for row in chain(first[sent_before:], of_id):
                newest = _judge(conn, row, newest, outcome, as_corrections=as_corrections)
            outcome.write(at_least=PAGE)
    outcome.write()
    conn.execute("set local enable_seqscan = on")


MOST_COMPARED = 1_000
"""How many contents of one id in one file are compared with those in the log at once."""


def _sent_before(conn: Connection[Any], rows: Sequence[_DoubtfulEntry], newest: _Newest | None) -> int:
    """How many of an id's rows only say again how the log came to its newest: a file with every content of a row may come twice."""
    if newest is None or len({row.digest for row in rows}) == 1:
        return 0
    ids = [version_id(rows[0].source_id, n) for n in range(max(1, newest.n - MOST_COMPARED), newest.n + 1)]
    found = conn.execute(_VERSIONS, {"source": rows[0].source, "ids": ids})
    recorded = [content_digest(_entry_in_log(stream, topic, state, rows[0].source, "")) for stream, topic, state in found]
    sent = [(digest, len(list(same))) for digest, same in groupby(content_digest(_entry(row, "")) for row in rows)]
    for many in range(min(len(sent), len(recorded)), 0, -1):
        if [digest for digest, _ in sent[:many]] == recorded[-many:]:
            return sum(times for _, times in sent[:many])
    return 0


def _in_log(row: _DoubtfulEntry) -> _Newest | None:
    if row.known_digest is None or row.known_stream is None or row.known_kind is None or row.known_state is None:
        return None
    known = _entry_in_log(row.known_stream, row.known_kind, row.known_state, row.source, "")
    return _Newest(row.n, row.known_digest, row.known_stream, row.known_kind, known.valid_at)


def _judge(
    conn: Connection[Any], row: _DoubtfulEntry, newest: _Newest | None, outcome: _Outcome, *, as_corrections: bool
) -> _Newest:
    """What is the newest of the id once this row of it has been judged."""
    if newest is None and row.n == 1:
        return _newest(row, 1)
    if newest is None and not as_corrections:
        reason = REASONS["given_again"].format(id_pair(row.source, row.source_id))
        outcome.bad.append((row.place, "source_id", reason, LISTED["given_again"]))
        return _newest(row, row.n)
    if newest is None:
        outcome.corrections.append((row.place + CORRECTED, _entry(row, version_id(row.source_id, row.n))))
        outcome.left_out.append((row.place, RETURNED))
        return _newest(row, row.n)
    same = newest.digest == (row.digest if newest.n == 1 else content_digest(_entry(row, version_id(row.source_id, newest.n))))
    if same:
        outcome.left_out.append((row.place, KNOWN))
        return newest
    code = _correct(conn, row, newest, outcome) if as_corrections else "different_content"
    if code is None:
        return _newest(row, newest.n + 1)
    wanted = version_id(row.source_id, newest.n + 1) if code == "no_free_id" else row.source_id
    outcome.bad.append((row.place, "source_id", REASONS[code].format(id_pair(row.source, wanted)), LISTED.get(code, code)))
    return newest


def _newest(row: _DoubtfulEntry, n: int) -> _Newest:
    entry = _entry(row, version_id(row.source_id, n))
    return _Newest(n, row.digest if n == 1 else content_digest(entry), row.stream, row.topic, entry.valid_at)


def _correct(conn: Connection[Any], row: _DoubtfulEntry, newest: _Newest, outcome: _Outcome) -> str | None:
    """Records the withdrawal of the newest, and the new content beside it; or why that cannot be."""
    if newest.kind == "withdrawn":
        return "corrects_withdrawal"
    corrected = version_id(row.source_id, newest.n + 1)
    withdrawal = withdrawal_id(row.source_id, newest.n + 1)
    used = conn.execute(_USED, {"source": row.source, "ids": [corrected, withdrawal]}).fetchone()
    if len(withdrawal) > ID_LENGTH or used != (False,):
        return "no_free_id"
    entry = _entry(row, corrected)
    withdrawn = Withdrawn(version_id(row.source_id, newest.n), SOURCE_CORRECTED, row.source)
    of_before = replace(entry, stream=newest.stream, valid_at=newest.valid_at, source_id=withdrawal, event=withdrawn)
    outcome.corrections += [(row.place + WITHDRAWAL, of_before), (row.place + CORRECTED, entry)]
    outcome.left_out.append((row.place, WAS_CORRECTED))
    return None


def _entry(row: _DoubtfulEntry, source_id: str) -> Entry:
    return replace(_entry_in_log(row.stream, row.topic, row.state, row.source, source_id), known_at=row.claimed)


def _entry_in_log(stream: str, topic: str, state: bytes, source: str, source_id: str) -> Entry:
    recorded = decoded(topic, state, 0, 0, _NO_MOMENT, _NO_MOMENT.date())
    return Entry(stream, recorded.valid_at, source, source_id, recorded.event, None, recorded.by, recorded.source_case)


_NO_MOMENT = datetime.min.replace(tzinfo=UTC)

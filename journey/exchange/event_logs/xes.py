"""Cases as an XES 2.0 event log (IEEE 1849), piece by piece, for tools of process mining.

A trace is a case, its events those that stand, in the order of the fold; the time of an event is its `valid_at` at midnight in
Copenhagen. A note is only that there was one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from html import escape
from typing import Any

import msgspec

from journey.events import NAMES, NoteAdded
from journey.history import COPENHAGEN, Recorded, in_order

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000+01:00"/>
<date key="registered" value="1970-01-01T00:00:00.000+01:00"/>
<int key="position" value="0"/>
</global>
<classifier name="Activity" keys="concept:name"/>
<string key="concept:name" value="case-journey-tracker"/>
"""
_TAIL = "</log>\n"
FIRST_YEAR = 1900
"""Before it the clock of Copenhagen was off from UTC by seconds too, which no timestamp of XES can say."""
RENAMED = {"source": "withdrawn_source", "by": "presented_by"}
"""The fields that would have the name of another attribute."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no way to write."""


def xes(cases: Iterable[tuple[str, Sequence[Recorded]]]) -> Iterator[bytes]:
    """The log of the cases' histories, a piece a case; a case of which nothing stands is a trace without events."""
    yield _HEAD.encode()
    for case, history in cases:
        yield _trace(case, in_order(history)).encode()
    yield _TAIL.encode()


def _trace(case: str, events: Sequence[Recorded]) -> str:
    return "".join(["<trace>\n", attribute("concept:name", case), *map(_event, events), "</trace>\n"])


def _event(recorded: Recorded) -> str:
    fields = values(recorded)
    resource = fields.get("worker") or recorded.by
    head = {
        "concept:name": NAMES[type(recorded.event)],
        "time:timestamp": midnight(recorded.valid_at),
        "org:resource": resource,
        "registered": recorded.known_at.astimezone(UTC if recorded.known_at.year < FIRST_YEAR else COPENHAGEN),
        "position": recorded.position,
        "registered_by": recorded.by,
        "source": recorded.source,
    }
    written = (attribute(key, value) for key, value in (head | fields).items() if value is not None)
    return f"<event>\n{''.join(written)}</event>\n"


def values(recorded: Recorded) -> dict[str, Any]:
    """The values of the event by field, under names that no other attribute has; of a note nothing."""
    if isinstance(recorded.event, NoteAdded):
        return {}
    fields: dict[str, Any] = msgspec.to_builtins(recorded.event, builtin_types=(date,))
    return {RENAMED.get(name, name): value for name, value in fields.items() if value is not None}


def midnight(day: date) -> datetime:
    """The beginning of the day in Copenhagen; of a day before it had a zone's time (a slip of the pen, as 0202 for 2022) in UTC."""
    return datetime.combine(day, time(), UTC if day.year < FIRST_YEAR else COPENHAGEN)


def attribute(key: str, value: Any) -> str:
    """A typed attribute of XES."""
    match value:
        case bool():
            return _tag("boolean", key, "true" if value else "false")
        case int():
            return _tag("int", key, str(value))
        case float():
            return _tag("float", key, repr(value))
        case datetime():
            return _tag("date", key, value.isoformat(timespec="milliseconds"))
        case date():
            return _tag("date", key, midnight(value).isoformat(timespec="milliseconds"))
        case _:
            return _tag("string", key, str(value))


def _tag(kind: str, key: str, value: str) -> str:
    return f'<{kind} key="{_text(key)}" value="{_text(value)}"/>\n'


def _text(text: str) -> str:
    return re.sub(r"[\t\n\r]", lambda found: f"&#{ord(found[0])};", escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)))

"""What the interchange format allows in more than one spelling is read the same; what it does not allow is refused as before."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from journey.codes import standard
from journey.events import Closed
from journey.exchange import interchange
from journey.exchange.interchange import format_line, parse_line
from journey.exchange.lines import LineContext, line_context
from journey.exchange.normalising import normalised
from journey.history import Recorded
from journey.log.stored import Entry, content

SAID = {"case": "N-1", "kind": "referred", "valid_at": "2024-03-01", "source": "fs", "source_id": "1"}
REFERRED = {"unit": "social", "citizen": "c1"}
SURVEY = {"case": None, "stream": "s", "kind": "survey_recorded"}
ANSWERS = {"wave": "2025", "statement": "1", "answers": [1, 0, None, 9, 4], "n": 16}


def reader() -> LineContext:
    return line_context(standard(), datetime(2026, 1, 1, tzinfo=UTC), lambda: "own-1")


def written(fields: dict[str, Any]) -> bytes:
    return json.dumps({**SAID, "data": REFERRED, **fields}).encode()


def taken(**fields: Any) -> Entry:
    found = parse_line(written(fields), reader())
    assert isinstance(found, Entry), [problem.text for problem in found]
    return found


def refused(**fields: Any) -> list[str]:
    found = parse_line(written(fields), reader())
    assert isinstance(found, list)
    return [problem.text for problem in found]


@pytest.mark.parametrize(
    ("spelled", "plain"),
    [
        ({"data": {**REFERRED, "in_scope": None, "channel": None, "born": None}}, {}),
        ({"kind": "closed", "data": {"reason": "other"}, "by": None}, {"kind": "closed", "data": {"reason": "other"}}),
        ({"kind": "reopened", "data": None}, {"kind": "reopened", "data": {}}),
        ({"kind": "frame_agreed", "data": {"amount": 1200.0}}, {"kind": "frame_agreed", "data": {"amount": 1200}}),
        ({"kind": "frame_agreed", "data": {"amount": -0.0}}, {"kind": "frame_agreed", "data": {"amount": 0}}),
        (
            {"kind": "support_granted", "data": {"grant": "g", "support": "85", "yearly_amount": 1.2e5}},
            {"kind": "support_granted", "data": {"grant": "g", "support": "bostoette_85", "yearly_amount": 120_000}},
        ),
        (
            {"kind": "visited", "data": {"forum": "kv_udvalg", "layer": 2.0}},
            {"kind": "visited", "data": {"forum": "kv_udvalg", "layer": "2"}},
        ),
        (
            {**SURVEY, "data": {**ANSWERS, "answers": [1.0, 0, None, 9.0, 4], "n": 16.0}},
            {**SURVEY, "data": ANSWERS},
        ),
    ],
)
def test_another_spelling_says_the_same(spelled: dict[str, Any], plain: dict[str, Any]) -> None:
    assert content(taken(**spelled)) == content(taken(**plain))


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2024-03-04T09:12+01:00", datetime(2024, 3, 4, 8, 12, tzinfo=UTC)),
        ("2024-03-04T09:12:00+01", datetime(2024, 3, 4, 8, 12, tzinfo=UTC)),
        ("2024-03-04T09:12:00+0100", datetime(2024, 3, 4, 8, 12, tzinfo=UTC)),
        ("20240304T081200Z", datetime(2024, 3, 4, 8, 12, tzinfo=UTC)),
        ("2024-03-04t08:12z", datetime(2024, 3, 4, 8, 12, tzinfo=UTC)),
        ("2024-03-04T08:12:00,5Z", datetime(2024, 3, 4, 8, 12, 0, 500_000, tzinfo=UTC)),
        ("1890-01-01T00:00:00+00:50:20", datetime(1889, 12, 31, 23, 9, 40, tzinfo=UTC)),
    ],
)
def test_a_moment_is_any_iso_date_time_with_an_offset(said: str, moment: datetime) -> None:
    assert taken(known_at=said).known_at == moment


@pytest.mark.parametrize("said", ["2024-12-31T23:59:59.9999999+01:00", "2024-12-31T23:59:59.999999999999+01:00"])
def test_the_last_moment_of_a_day_is_not_made_the_first_of_the_next(said: str) -> None:
    """Some systems end a day at its last ten-millionth of a second; a date stands for what was known before the end of that day."""
    assert taken(known_at=said).known_at == datetime(2024, 12, 31, 22, 59, 59, 999_999, tzinfo=UTC)


def test_without_the_cutting_off_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interchange, "_ROUNDED_UP", b"\0")

    assert taken(known_at="2024-12-31T23:59:59.9999999+01:00").known_at == datetime(2024, 12, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"kind": "frame_agreed", "data": {"amount": 1.5}}, "data.amount: skal være et helt tal, ikke 1.5"),
        ({"kind": "frame_agreed", "data": {"amount": True}}, "data.amount: skal være et helt tal, ikke true"),
        ({"kind": "frame_agreed", "data": {"amount": "1200"}}, 'data.amount: skal være et helt tal, ikke "1200"'),
        ({"kind": "frame_agreed", "data": {"amount": 1e300}}, "data.amount: skal være et helt tal, ikke 1e300"),
        ({"kind": "frame_agreed", "data": {"amount": None}}, "data.amount: skal være et helt tal, ikke null"),
        ({"kind": "reopened", "data": {"in_scope": None}}, "data.in_scope: feltet kendes ikke i reopened"),
        ({"kind": "frame_agreed", "data": None}, "data.amount: feltet mangler"),
    ],
)
def test_what_is_not_the_same_is_refused(fields: dict[str, Any], answer: str) -> None:
    assert refused(**fields) == [answer]


@pytest.mark.parametrize(
    "said", ["2024-03-04T09:12", "2024-03-04", "2024-W10-1T09:12Z", "2016-12-31T23:59:60Z", "0001-01-01T00:00+01:00"]
)
def test_what_is_no_moment_with_an_offset_is_refused(said: str) -> None:
    assert [problem.split(": ")[0] for problem in refused(known_at=said)] == ["known_at"]


def test_a_wrong_line_is_told_of_what_is_wrong_and_of_nothing_that_may_be_said_so() -> None:
    found = refused(known_at="2024-03-04T09:12+01:00", data={"unit": "x", "citizen": "c1", "in_scope": None})

    assert [problem.split(": ")[0] for problem in found] == ["data.unit"]


def test_a_cpr_number_is_found_in_a_line_of_another_spelling() -> None:
    assert refused(data={**REFERRED, "citizen": "\u0030101901234", "in_scope": None}) == [
        "data.citizen: har form som et CPR-nummer; brug et pseudonym"
    ]


def test_what_is_as_it_should_be_has_no_other_spelling() -> None:
    for raw in (written({}), b"[]", b"{", b"1e400", b'{"kind": 7, "data": [], "known_at": 1}'):
        assert normalised(raw) is None


@pytest.mark.parametrize("year", [2, 1700, 1890, 1893, 1900, 2024])
def test_a_moment_comes_back_from_its_export_whatever_copenhagens_clock_was(year: int) -> None:
    """Before 1894 it was 50 minutes and 20 seconds ahead of Greenwich, and no offset of the format has seconds."""
    known_at = datetime(year, 6, 1, 12, 0, 0, 1, tzinfo=UTC)
    recorded = Recorded(1, 1, date(year, 6, 1), known_at, date(year, 6, 1), "fs", "1", Closed("other"))

    again = parse_line(format_line(recorded, "N-1"), reader())

    assert isinstance(again, Entry)
    assert again.known_at == known_at

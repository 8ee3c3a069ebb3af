"""A foreign log's order is (moment, row), also where the register knew something later and must stamp it (domain.md section 9)."""

from __future__ import annotations

import io

from journey.codes import standard
from journey.exchange import settling
from journey.exchange.mapping import resolve_mapping
from tests.conftest import Database
from tests.support.import_files import activity, file, taking, whole

MAPPING = """
format = "csv"
source = "log"
unit = "social"
role = "authority"
ids = "as_given"
activities = "as_given"
close = true
[columns]
case = "sag"
time = "tid"
activity = "handling"
worker = "hvem"
event = "id"
"""
NEWEST_FIRST = """sag,tid,handling,hvem,id
N-1,2024-03-01T15:00:00+01:00,lukket,w3,4
N-1,2024-03-01T11:00:00+01:00,moede,w2,3
N-1,2024-03-01T09:00:00+01:00,ringet,,2
N-1,2024-03-01T09:00:00+01:00,ringet,w1,1
"""
TOLD = [
    "N-1:referred", "2:activity", "1:caseworker", "1:activity", "3:caseworker", "3:activity", "4:caseworker", "4:activity",
    "N-1:closed",
]  # fmt: skip
"""In the order of the moments; of the two at nine the upper row comes first."""


def _recorded(database: Database, text: str = NEWEST_FIRST, **more: bool) -> list[str]:
    """The ids of the log's events from this import, in the log's order."""
    before = len(whole(database))
    taking(database, io.BytesIO(text.encode()), mapping=resolve_mapping(MAPPING, standard(), lambda _: ""), **more)
    return [recorded.source_id for _, recorded in whole(database)[before:]]


def test_a_log_with_its_newest_row_first_is_told_by_its_moments(database: Database) -> None:
    assert _recorded(database) == TOLD


def test_so_it_is_where_the_register_knew_something_later(database: Database) -> None:
    taking(database, file(activity(1, "a", case="N-2")))

    assert _recorded(database) == TOLD


def test_corrections_of_such_a_log_are_told_by_its_moments_too(database: Database) -> None:
    taking(database, file(activity(1, "a", case="N-2")))
    _recorded(database)

    again = _recorded(database, NEWEST_FIRST.replace("moede", "samtale").replace("lukket", "slut"), as_corrections=True)

    assert again == ["3:activity#2:withdrawn", "3:activity#2", "4:activity#2:withdrawn", "4:activity#2"]


def test_lines_of_our_own_format_that_are_stamped_now_come_in_the_order_of_their_lines(database: Database) -> None:
    taking(database, file(activity(1, "a")))

    taking(database, file(activity(2, "b", known_at="2024-03-02T12:00:00Z"), activity(3, "c", known_at="2024-03-02T09:00:00Z")))

    assert [recorded.source_id for _, recorded in whole(database)] == ["1", "2", "3"]


def test_by_rows_alone_the_log_would_be_told_backwards(database: Database, monkeypatch) -> None:
    monkeypatch.setattr(settling, "_TO_RECORD", settling._TO_RECORD.replace("moment, own_moment, place", "moment, place"))
    taking(database, file(activity(1, "a", case="N-2")))

    assert _recorded(database)[0] == "4:caseworker"

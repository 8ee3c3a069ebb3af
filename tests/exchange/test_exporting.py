"""Giving the log out, taking it in again, and the notes beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from journey.events import NoteAdded
from journey.exchange.importing import BadLines
from journey.log.vault import Vault
from journey.refusals import Refused
from tests.conftest import Database, fresh_database
from tests.support.histories import random_register
from tests.support.import_files import activity, exported, file, said, same_content, taking, whole
from tests.support.readers import note_text


@pytest.fixture
def vault(database: Database, tmp_path: Path) -> Iterator[Vault]:
    with Vault(tmp_path / "outer.key", database.app_url) as opened:
        yield opened


@pytest.fixture
def other(server: Database, template: Database) -> Iterator[Database]:
    """A second empty register."""
    with fresh_database(server, template.name) as made:
        yield made


def test_a_notes_text_is_kept_beside_the_log_and_known_when_it_comes_again(database: Database, vault: Vault) -> None:
    note = said(1, "note_added", data={"text": "Ringede til moren på 010190-1234."})

    first, again = (taking(database, file(note), vault=vault) for _ in range(2))

    assert (first.recorded, again.known) == (1, 1)
    [(stream, recorded)] = whole(database)
    assert isinstance(recorded.event, NoteAdded)
    assert note_text(vault, database.app_url, stream, recorded.event.text_hash) == note["data"]["text"]
    with psycopg.connect(database.admin_url) as conn:
        assert b"moren" not in b"".join(state for (state,) in conn.execute("select state from log.events"))
    without, with_text = exported(database), exported(database, with_notes=vault)
    assert json.loads(without.splitlines()[1])["data"] == {"text_hash": recorded.event.text_hash}
    assert json.loads(with_text.splitlines()[1])["data"] == note["data"]
    assert [taking(database, io.BytesIO(each), vault=vault).known for each in (without, with_text)] == [1, 1]


def test_a_note_with_another_text_is_other_content(database: Database, vault: Vault) -> None:
    taking(database, file(said(1, "note_added", data={"text": "a"})), vault=vault)

    with pytest.raises(BadLines):
        taking(database, file(said(1, "note_added", data={"text": "b"})), vault=vault)
    taking(database, file(said(1, "note_added", data={"text": "b"})), vault=vault, as_corrections=True)

    assert [json.loads(line)["data"].get("text") for line in exported(database, with_notes=vault).splitlines()[1:]] == [
        "a",
        None,
        "b",
    ]


def test_where_the_key_is_destroyed_a_known_note_is_known_and_a_new_one_bad(database: Database, vault: Vault) -> None:
    for text in ("a", "b"):
        taking(database, file(said(1, "note_added", data={"text": text})), vault=vault, as_corrections=True)
    with psycopg.connect(database.admin_url) as conn:
        conn.execute("update log.case_keys set wrapped = null")

    notes = [said(1, "note_added", data={"text": text}) for text in ("b", "c", "a")]
    reports = [taking(database, file(*notes), vault=vault, as_corrections=option) for option in (True, False)]
    with pytest.raises(BadLines) as bad:
        taking(database, file(said(2, "note_added", data={"text": "b"})), vault=vault)

    assert [(report.recorded, report.known) for report in reports] == [(0, 3), (0, 3)]
    assert "nøgle er slettet" in bad.value.problems[0].reason
    assert all(
        json.loads(line)["data"].keys() == {"text_hash"} for line in exported(database, with_notes=vault).splitlines()[1::2]
    )


def test_an_export_taken_into_an_empty_register_gives_the_same_log(database: Database, other: Database, vault: Vault) -> None:
    lines = random_register(5)
    half = len(lines) // 2
    taking(database, file(*lines[:half]), skip_bad=True, vault=vault)
    taking(database, file(*lines), skip_bad=True, vault=vault)  # the second half runs partly behind the first
    taking(database, file(*(line | {"by": "sb-99"} for line in lines[:40] if line["kind"] != "withdrawn")), as_corrections=True)

    report = taking(other, io.BytesIO(exported(database)))

    here, there = whole(database), whole(other)
    assert report.recorded == len(here)
    assert any(recorded.source_known_at for _, recorded in here)
    assert [same_content(*one) for one in there] == [same_content(*one) for one in here]
    assert [(r.position, r.version, r.known_at) for _, r in there] == [(r.position, r.version, r.known_at) for _, r in here]
    assert exported(other) == exported(database)


def test_an_export_may_be_of_one_case_and_of_an_earlier_position(database: Database) -> None:
    taking(database, file(activity(1, "a"), activity(2, "b", case="N-2"), activity(3, "c")))

    def ids(**more: Any) -> list[str]:
        return [json.loads(line)["source_id"] for line in exported(database, **more).splitlines()[1:]]

    assert ids(case="N-1") == ["1", "3"]
    assert ids(upto=2) == ["1", "2"]
    assert ids(case="N-1", upto=2) == ["1"]
    assert ids(upto=0) == []


@pytest.mark.parametrize(("asked", "code"), [({"upto": 2}, "position_unknown"), ({"case": "N-9"}, "unknown_case")])
def test_an_export_of_what_is_not_there_is_refused(database: Database, asked: dict[str, Any], code: str) -> None:
    taking(database, file(activity(1, "a")))

    with pytest.raises(Refused) as refused:
        exported(database, **asked)

    assert refused.value.code == code

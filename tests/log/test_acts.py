"""The register's acts: dense, chained, never changed, and committed to by every root signed after them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import psycopg
import pytest

from dashboards.words import seal_words
from journey.log.acts import ACTS, BrokenActs, act_of, acts, chained, record_act
from journey.log.login import as_role
from journey.log.migrate import APPEND, IMPORT, READ, SEAL
from journey.proof.bundle import write
from journey.proof.checking import check
from journey.proof.reading import all_signed, newest
from tests.conftest import Database
from tests.support.sealed import fault_of, recorded, sealed, sealing, verify_alone

KIND = "keys_changed"
ADD = "insert into log.register_acts (number, line) values (%s, %s)"


def body(number: int, before: str, **more: Any) -> str:
    return (
        json.dumps({"number": number, "moment": "m", "kind": KIND, "who": ["Å"], "what": {}, "before": before, **more}) + "\t"
    )


def hashed(line: str) -> str:
    return sha256(line.encode()).hexdigest()


FIRST = body(1, "0" * 64)
SECOND = body(2, hashed(FIRST))


def test_acts_are_read_as_they_were_recorded(database: Database) -> None:
    with psycopg.connect(as_role(database.app_url, APPEND), autocommit=True) as conn:
        first = record_act(conn, KIND, ["Åse Ærlig", "Bo"], {"why": "en øvelse", "n": 1})
        second = record_act(conn, KIND, ["Bo"], {}, sign=lambda message: f"{len(message)}")

        assert acts(conn) == [first, second]
        assert (first.number, first.who, first.what) == (1, ("Åse Ærlig", "Bo"), {"why": "en øvelse", "n": 1})
        assert (second.number, second.before) == (2, first.hash.hex())
        assert second.signature == f"{len(second.message)}"
    with psycopg.connect(as_role(database.app_url, READ), autocommit=True) as conn:
        assert [act.line for act in acts(conn)] == [first.line, second.line]


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (2, SECOND.replace('"number": 2', '"number": 3')),
        (3, body(3, hashed(FIRST))),
        (2, body(2, "0" * 64)),
        (2, body(2, hashed(SECOND))),
        (1, FIRST),
        (2, "{}\t"),
    ],
)
def test_the_table_takes_no_act_but_the_next(database: Database, number: int, line: str) -> None:
    with psycopg.connect(as_role(database.app_url, APPEND), autocommit=True) as conn:
        conn.execute(ADD, (1, FIRST))
        with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.UniqueViolation)):
            conn.execute(ADD, (number, line))
        conn.execute(ADD, (2, SECOND))  # the twin: the one that follows


def test_nobody_changes_an_act_and_only_two_roles_add_one(database: Database) -> None:
    with psycopg.connect(as_role(database.app_url, SEAL), autocommit=True) as conn:
        conn.execute(ADD, (1, FIRST))
    for role in (READ, IMPORT):
        other = psycopg.connect(as_role(database.app_url, role), autocommit=True)
        with other as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(ADD, (2, SECOND))
    for change in ("update log.register_acts set number = 1", "delete from log.register_acts", "truncate log.register_acts"):
        with psycopg.connect(database.owner_url, autocommit=True) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(change.encode())


@pytest.mark.parametrize(
    "lines",
    [
        [SECOND],
        [FIRST, FIRST],
        [FIRST, body(2, "0" * 64)],
        [FIRST, SECOND.replace("\t", "")],
        [FIRST, SECOND.replace('"who": ["\\u00c5"]', '"who": 7')],
        ["nonsense"],
        [FIRST.replace("m", "M", 1), SECOND],
    ],
)
def test_lines_that_do_not_follow_are_no_acts(lines: list[str]) -> None:
    assert [act.number for act in chained([FIRST, SECOND])] == [1, 2]
    with pytest.raises(BrokenActs):
        chained(lines)


def test_every_kind_of_act_has_its_word_on_the_page() -> None:
    assert dict(ACTS) == dict(seal_words.ACTS)


def test_an_act_of_no_kind_or_of_nobody_is_not_recorded() -> None:
    for kind, who in (("party_held", ["Bo"]), (KIND, [])):
        with pytest.raises(ValueError, match=kind):
            record_act(cast(Any, None), kind, who, {})


def test_roots_signed_after_an_act_commit_to_it_and_it_travels_with_the_export(database: Database, tmp_path: Path) -> None:
    recorded(database, 5, tmp_path)
    sealed(database, tmp_path)
    recorded(database, 3, tmp_path, seed=2)
    with sealing(database) as conn:
        act = record_act(conn, KIND, ["Bo"], {"why": "prøve"})
        sealed(database, tmp_path)
        record_act(conn, KIND, ["Bo"], {"why": "efter den sidste rod"})
        roots = list(all_signed(conn))
        assert [root.checkpoint.acts for root in roots] == [None, (1, act.hash)]
        assert f"\nacts 1 {base64.b64encode(act.hash).decode()}\n\n" in roots[1].text
        assert roots[1].note.checkpoint == roots[1].checkpoint
        assert check(conn, []).ok
        write(conn, tmp_path / "export")

    export = tmp_path / "export"
    assert (export / "acts.txt").read_text("utf-8") == f"{act.line}\n"
    verifier = verify_alone()
    assert fault_of(verifier.verify, export) is None
    for name, change in CHANGES.items():
        whole = (export / "acts.txt").read_bytes()
        (export / "acts.txt").write_bytes(change(whole))
        fault = fault_of(verifier.verify, export)
        assert getattr(fault, "what", None) == "acts", name
        (export / "acts.txt").write_bytes(whole)
    (export / "acts.txt").unlink()
    assert fault_of(verifier.verify, export).what == "form"


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a letter": lambda whole: whole.replace("prøve".encode(), "prøvE".encode()),
    "none": lambda _: b"",
    "one more": lambda whole: whole + body(2, hashed(whole.decode()[:-1])).encode() + b"\n",
    "twice": lambda whole: whole + whole,
    "no end of line": lambda whole: whole[:-1],
    "a signature": lambda whole: whole.replace(b"\t", b"\tAAAA"),
}


def test_acts_beside_roots_that_say_nothing_of_them_are_not_believed(database: Database, tmp_path: Path) -> None:
    recorded(database, 5, tmp_path)
    sealed(database, tmp_path)
    verifier: ModuleType = verify_alone()
    with sealing(database) as conn:
        write(conn, tmp_path / "export")
    (tmp_path / "export" / "acts.txt").write_text(f"{FIRST}\n")
    assert fault_of(verifier.verify, tmp_path / "export").what == "acts"


def test_the_live_check_and_the_sealer_see_an_act_that_was_changed(database: Database, tmp_path: Path) -> None:
    recorded(database, 5, tmp_path)
    with sealing(database) as conn:
        record_act(conn, KIND, ["Bo"], {"why": "prøve"})
        sealed(database, tmp_path)
        recorded(database, 1, tmp_path, seed=2)
        with psycopg.connect(database.admin_url, autocommit=True) as admin:
            admin.execute("alter table log.register_acts disable trigger all")
            for change in (
                "update log.register_acts set line = replace(line, 'Bo', 'Ib')",
                "update log.register_acts set line = 'x'",
                "delete from log.register_acts",
            ):
                was = admin.execute("select number, line from log.register_acts").fetchall()
                admin.execute(change.encode())
                found = check(conn, [])
                assert (found.ok, found.fault) == (False, "acts"), change
                admin.execute("delete from log.register_acts")
                admin.execute(ADD, was[0])
        assert check(conn, []).ok
        last = newest(conn)
        assert last is not None
        assert last.checkpoint.acts == (1, act_of(acts(conn)[0].line).hash)

"""The seal of the log of looks: what is changed or taken out is found, and what the retention dropped is told from a hole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.sealing.look_keeper import keep
from journey.log.login import as_role
from journey.log.looks import Viewer, drop_looks, looks_at, record_looks
from journey.log.migrate import LOOK, LOOK_RETENTION, SEAL
from journey.proof.looks import LOOKS, LooksCheck, check_looks
from journey.proof.reading import log_key
from journey.refusals import Refused
from tests.conftest import Database

pytestmark = pytest.mark.long

LOOKED = 300
"""More than a tile has."""
TRIGGERS = ("take_look_lock", "place_look", "refuse_change", "refuse_row_change", "refuse_young")


@pytest.fixture
def sealed(database: Database, tmp_path: Path) -> Iterator[psycopg.Connection[Any]]:
    """The owner's session in a register with sealed looks, in two steps."""
    for nth in range(2):
        look(database, nth * LOOKED // 2, (nth + 1) * LOOKED // 2)
        seal_looks(database, tmp_path)
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        yield conn


def look(database: Database, first: int, after: int) -> None:
    with psycopg.connect(as_role(database.app_url, LOOK), autocommit=True) as conn:
        viewer = Viewer("sb-17", "caseworker", ("ungeindsatsen",))
        record_looks(
            conn, bytes(32), f"r-{first}", viewer, "casework", looks_at("list", (f"N-{n}" for n in range(first, after)))
        )


def seal_looks(database: Database, folder: Path) -> None:
    with psycopg.connect(as_role(database.app_url, SEAL), autocommit=True) as conn:
        keep(conn, folder / "looks.key")


def checked(database: Database) -> LooksCheck:
    with psycopg.connect(as_role(database.app_url, SEAL)) as conn:
        return check_looks(conn)


def past_the_triggers(conn: psycopg.Connection[Any], statement: str) -> None:
    """Run what no role can."""
    with conn.transaction():
        conn.execute("alter table access.looks disable trigger all")
        conn.execute(statement.encode())
        for name in TRIGGERS:
            conn.execute(f"alter table access.looks enable always trigger {name}".encode())


def test_what_stands_as_it_was_sealed_has_no_fault(sealed: psycopg.Connection[Any], database: Database) -> None:
    look(database, LOOKED, LOOKED + 1)

    assert checked(database) == LooksCheck(LOOKED + 1, 0, LOOKED, 2)
    assert str(log_key(sealed, LOOKS)).find("sagsforloeb-opslag/") >= 0


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("update access.looks set case_id = 'N-other' where number = 7", 7),
        ("update access.looks set person = 'sb-18' where number = 270", 270),
        ("update access.looks set at = at - interval '1 second' where number = 300", 300),
        ("delete from access.looks where number = 9", 9),
        ("delete from access.looks where number <= 9", 1),
        ("delete from access.looks where number > 290", 291),
        ("delete from access.looks", 1),
        ("update seal_looks.tiles set hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40)) where level = 0 and index = 0", 2),
        ("update seal_looks.tiles set hashes = set_byte(hashes, 4, 255 - get_byte(hashes, 4)) where level = 1", 300),
        ("update seal_looks.checkpoints set root = sha256('') where size = 150", 150),
        ("update seal_looks.checkpoints set signature = replace(signature, 'sagsforloeb', 'andet') where size = 300", 300),
        ("update seal_looks.checkpoints set signature = overlay(signature placing 'AAAA' from 60) where size = 150", 150),
    ],
)  # fmt: skip
def test_what_is_changed_or_taken_out_is_found(
    sealed: psycopg.Connection[Any], database: Database, statement: str, number: int
) -> None:
    for name in ("tiles", "checkpoints"):
        sealed.execute(f"alter table seal_looks.{name} disable trigger all".encode())
    past_the_triggers(sealed, statement)

    found = checked(database)
    assert found.fault is not None
    assert found.number == number


def test_what_is_too_old_is_dropped_and_the_rest_still_fits(
    sealed: psycopg.Connection[Any], database: Database, tmp_path: Path
) -> None:
    past_the_triggers(sealed, "update access.looks set at = at - interval '7 months' where number <= 200")
    assert checked(database).number == 1  # the moments are sealed: who makes a look older than it is, is found

    with psycopg.connect(as_role(database.app_url, LOOK_RETENTION), autocommit=True) as conn:
        assert drop_looks(conn, "r-drop", 6) == 200
    assert checked(database) == LooksCheck(101, 200, LOOKED, 2)
    seal_looks(database, tmp_path)
    assert checked(database) == LooksCheck(101, 200, LOOKED + 1, 3)

    past_the_triggers(sealed, "delete from access.looks where number = 201")
    assert checked(database).number == 201


def test_a_log_that_was_changed_is_not_sealed_on(sealed: psycopg.Connection[Any], database: Database, tmp_path: Path) -> None:
    sealed.execute("alter table seal_looks.tiles disable trigger all")
    sealed.execute("update seal_looks.tiles set hashes = sha256('') where level = 1")
    look(database, 0, 1)

    with pytest.raises(Refused) as refused:
        seal_looks(database, tmp_path)
    assert refused.value.code == "seal_broken"


def test_another_key_is_not_signed_with(sealed: psycopg.Connection[Any], database: Database, tmp_path: Path) -> None:
    look(database, 0, 1)
    (tmp_path / "looks.key").unlink()

    with pytest.raises(Refused, match="mangler"):
        seal_looks(database, tmp_path)

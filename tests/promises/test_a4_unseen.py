"""A4: history cannot be changed unseen, found by a verifier that shares no code with the program; and how soon it is sealed."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import psycopg
import pytest

from api.register.figure_functions import bring_up_to_date
from api.sealing.anchors import Anchors
from api.sealing.sealer import Sealer
from api.sealing.witness import Witness
from journey.log.recorder import Busy
from journey.postgres import embedded
from journey.proof.bundle import write
from journey.proof.checking import check
from journey.proof.sealing import KEY_FILE
from tests.conftest import Database
from tests.promises.attacks import Attack, attacks, disarm
from tests.promises.conftest import Figures
from tests.support.sealed import STEP, Means, fault_of, keyed, recorded, sealed_in_steps, verify_alone
from tests.support.sizes import by_size

PROMISE = (
    "A4: history cannot be changed unseen: every byte, and 50 attacks by the database's superuser, are found by "
    "`verify.py`, which shares no code with the program"
)

EVENTS = by_size(30, 30, 200)
EVERY = by_size(7, 1, 1)
"""Of how many bytes one is changed."""
NOT_EVIDENCE = ("verify.py", "LÆSMIG.txt")


@pytest.fixture
def verifier() -> ModuleType:
    return verify_alone()


@pytest.fixture
def means(database: Database, tmp_path: Path) -> Means:
    keyed(tmp_path, Random(int(os.environ.get("JOURNEY_SEED", "4"))))
    recorded(database, EVENTS, tmp_path)
    return sealed_in_steps(database, tmp_path)


@pytest.fixture
def export(database: Database, means: Means, home: Path) -> Path:
    with psycopg.connect(database.admin_url) as conn:
        assert write(conn, home / "export", None) == EVENTS
    return home / "export"


# Every byte


def changed_bytes(export: Path) -> Iterator[tuple[Path, int, bytes]]:
    """Each file of the evidence with each of its bytes, or one of EVERY, changed in turn, as a new content."""
    rng, count = Random(4), itertools.count()
    for file in sorted(path for path in export.rglob("*") if path.is_file() and path.name not in NOT_EVIDENCE):
        content = file.read_bytes()
        for at, byte in enumerate(content):
            if next(count) % EVERY:
                continue
            other = byte ^ rng.randrange(1, 256)
            yield file, at, content[:at] + bytes([other]) + content[at + 1 :]
        file.write_bytes(content)


@pytest.mark.timeout(by_size(600, 600, 7200))  # it grows as the square of the events
def test_every_byte_of_an_export_that_is_changed_is_found(
    export: Path, means: Means, verifier: ModuleType, figures: Figures
) -> None:
    assert fault_of(verifier.verify, export, means.key, [means.witness]) is None
    own = (export / "events.tsv").read_bytes()
    began, missed, misplaced, count, of_events = (
        time.monotonic(),
        list[tuple[str, int]](),
        list[tuple[str, int, object]](),
        0,
        0,
    )

    for file, at, content in changed_bytes(export):
        file.write_bytes(content)
        fault = fault_of(verifier.verify, export, means.key, [means.witness])
        count += 1
        if fault is None:
            missed.append((file.name, at))
        elif file.name == "events.tsv":
            of_events += 1
            first = own[:at].count(b"\n") + 1
            if getattr(fault, "position", None) != first:
                misplaced.append((file.name, at, fault))
        elif file.is_relative_to(export / "tile" / "0") and getattr(fault, "position", None) != at // 32 + 1:
            misplaced.append((file.name, at, fault))

    seconds = round(time.monotonic() - began, 1)
    figures(
        "A4",
        bytes_changed=count,
        of_events=of_events,
        events=EVENTS,
        missed=len(missed),
        position_wrong=len(misplaced),
        seconds=seconds,
    )
    assert missed == []
    assert misplaced == []


def test_twin_without_the_check_of_signatures_some_are_missed(
    export: Path, means: Means, verifier: ModuleType, figures: Figures
) -> None:
    verifier.is_signed = lambda *_: True
    missed = 0
    original = (export / "checkpoint").read_text("utf-8")
    for one in range(len(original)):
        if not original[one].isalnum() or one < original.index("—"):
            continue
        changed = original[:one] + ("A" if original[one] != "A" else "B") + original[one + 1 :]
        (export / "checkpoint").write_text(changed, "utf-8")
        roots = (export / "checkpoints.txt").read_text("utf-8")
        (export / "checkpoints.txt").write_text(roots.replace(original, changed), "utf-8")
        missed += fault_of(verifier.verify, export, means.key) is None
        (export / "checkpoints.txt").write_text(roots, "utf-8")
    figures("A4", signatures_unchecked=True, missed=missed)
    assert missed > 50


# Fifty attacks


def test_fifty_attacks_on_the_register_are_found(
    database: Database, means: Means, home: Path, verifier: ModuleType, figures: Figures
) -> None:
    seed = (next(iter(means.kept)).parents[1] / KEY_FILE).read_bytes()
    unseen, misplaced, by_root_alone, needed = list[str](), list[tuple[str, object]](), 0, dict[str, int]()
    with psycopg.connect(database.admin_url) as conn:
        notes = [p for (p,) in conn.execute("select notification_id from log.events where topic = 'note_added' order by 1")]
        every = list(attacks(EVENTS, notes))
        for nth, attack in enumerate(every):
            disarm(conn)
            attack.do(conn, seed)
            live = check(conn, means.copies)
            folder = home / f"attack-{nth}"
            write(conn, folder)
            alone = fault_of(verifier.verify, folder, means.key)
            helped = fault_of(verifier.verify, folder, means.key, [means.witness], means.kept)
            conn.rollback()
            shutil.rmtree(folder)
            found = {"root": alone, "kept": helped, "live": None if live.ok else live}[attack.takes]
            by_root_alone += alone is not None
            needed[attack.takes] = needed.get(attack.takes, 0) + 1
            if found is None or (live.ok and attack.name != "take a witness's signature away"):
                unseen.append(attack.name)
            elif attack.takes == "kept":
                assert alone is None, f"{attack.name} is seen by a root alone after all: {alone}"
            misplaced += [(attack.name, one) for one in _misplaced(attack, found, live)]
        assert fault_of(check, conn, means.copies) is None

    figures(
        "A4",
        attacks=len(every),
        unseen=len(unseen),
        position_wrong=len(misplaced),
        seen_by_the_newest_root_alone=by_root_alone,
        **{f"take_{name}": n for name, n in needed.items()},
    )
    assert len(every) >= 50
    assert unseen == []
    assert misplaced == []


def _misplaced(attack: Attack, found: Any, live: Any) -> Iterator[object]:
    """What names another position than the first that was changed."""
    if attack.first is None:
        return
    for position in {getattr(found, "position", None) if attack.takes != "live" else live.fault_position, live.fault_position}:
        right = position == attack.first or (attack.near and position and (position - 1) // STEP == (attack.first - 1) // STEP)
        if not right:
            yield position, found, live


def test_twin_what_was_changed_before_it_was_sealed_is_not_seen(
    database: Database, tmp_path: Path, home: Path, verifier: ModuleType
) -> None:
    """The seal is what sees it: so what is not sealed yet can be changed unseen, and how long that is, is measured below."""
    recorded(database, EVENTS, tmp_path)
    with psycopg.connect(database.admin_url) as conn:
        disarm(conn)
        next(attacks(EVENTS, [1])).do(conn, b"")
    sealed_in_steps(database, tmp_path)
    with psycopg.connect(database.admin_url) as conn:
        write(conn, home / "export")
        assert check(conn, []).ok
    assert fault_of(verifier.verify, home / "export") is None


def test_twin_with_no_witness_asked_a_fork_with_the_registers_key_is_not_seen(
    database: Database, means: Means, verifier: ModuleType, home: Path
) -> None:
    seed = (next(iter(means.kept)).parents[1] / KEY_FILE).read_bytes()
    fork = next(one for one in attacks(EVENTS, [1]) if one.name.startswith("fork"))
    with psycopg.connect(database.admin_url) as conn:
        disarm(conn)
        fork.do(conn, seed)
        assert check(conn, []).ok
        assert not check(conn, means.copies).ok
        write(conn, home / "export")
        conn.rollback()
    assert fault_of(verifier.verify, home / "export", means.key) is None
    assert fault_of(verifier.verify, home / "export", means.key, [means.witness]) is not None


# The files of a server that is not running


def test_a_byte_changed_in_the_files_of_a_stopped_server_is_found(
    home: Path, tmp_path: Path, verifier: ModuleType, figures: Figures
) -> None:
    if os.environ.get("JOURNEY_TEST_ADMIN_URL"):
        pytest.skip("changes the files of an embedded server of its own; the server given is not ours")
    with embedded(home / "data") as server:
        bring_up_to_date(server.owner_url)
        mine = Database("journey", server.owner_url, server.app_url, server.admin_url.replace("/postgres?", "/journey?"))
        recorded(mine, EVENTS, tmp_path)
        sealed_in_steps(mine, tmp_path)
        with psycopg.connect(mine.admin_url, autocommit=True) as conn:
            conn.execute("alter system set ignore_checksum_failure = on")
            row = conn.execute(
                "select pg_relation_filepath('log.events'), state from log.events where notification_id = 17"
            ).fetchone()
            assert row is not None
    path, state = row
    heap = home / "data" / "postgres" / "cluster" / path
    content = heap.read_bytes()
    at = content.index(state) + state.index(b'"proof"') + 1
    heap.write_bytes(content[:at] + b"P" + content[at + 1 :])

    with embedded(home / "data") as server, psycopg.connect(server.admin_url.replace("/postgres?", "/journey?")) as conn:
        live = check(conn, [])
        write(conn, home / "export")
    fault = fault_of(verifier.verify, home / "export")

    figures("A4", heap_bytes_changed=1, found=int(fault is not None), position=getattr(fault, "position", None))
    assert (live.fault, live.fault_position) == ("hash", 17)
    assert (fault.what, fault.position) == ("hash", 17)


# How soon


LATENESS = """
select count(*), percentile_disc(0.99) within group (order by late), max(late) from (
    select extract(epoch from (select min(c.at) from seal.checkpoints c where c.size >= e.notification_id) - e.known_at) as late
    from log.events e
) of
"""


@pytest.mark.long
def test_an_event_is_sealed_within_ten_seconds(database: Database, tmp_path: Path, figures: Figures) -> None:
    seconds, writers = by_size((4, 3), (8, 3), (60, 8))

    def write_for_a_while(writer: int) -> int:
        rng, nth, end = Random(writer), 0, time.monotonic() + seconds
        while time.monotonic() < end:
            count = rng.randrange(1, 40)
            with suppress(Busy):  # the answer to who has waited too long; the same is sent again
                recorded(database, count, tmp_path, seed=1000 * writer + nth)
                nth += 1
            time.sleep(rng.random())
        return nth

    recorded(database, 1, tmp_path, seed=999_999)  # the keys of the notes are there before three come to make them
    with (
        Sealer(database.app_url, tmp_path / KEY_FILE, Anchors(witness=str(tmp_path / "witness"))) as sealer,
        ThreadPoolExecutor(writers) as pool,
    ):
        for one in [pool.submit(write_for_a_while, writer) for writer in range(1, writers + 1)]:
            one.result()
        end = time.monotonic() + 60
        while time.monotonic() < end and (sealer.health().lag_events or not sealer.health().sealed):
            time.sleep(0.1)
        health = sealer.health()
    with psycopg.connect(database.admin_url) as conn:
        count, p99, most = conn.execute(LATENESS).fetchone() or (0, 0, 0)
        roots = conn.execute(
            "select count(*), min(next - at) from (select at, lead(at) over (order by size) as next from seal.checkpoints) of"
        ).fetchone()

    figures(
        "A4",
        events=count,
        sealed_p99_seconds=round(float(p99), 2),
        sealed_last_seconds=round(float(most), 2),
        roots=roots and roots[0],
    )
    assert (health.error, health.not_anchored) == (None, None)
    assert p99 <= 10
    assert roots is not None
    assert roots[1] is None or roots[1].total_seconds() > 0.9


def test_the_witness_outlives_the_register(means: Means, tmp_path: Path) -> None:
    """What it signed last is what the register signed last."""
    witness = Witness(tmp_path / "witness")
    logs = witness.logs()
    assert [one.vkey for one in logs] == [means.key]
    assert witness.signer.key.vkey == means.witness

"""The seal's key handed over: verify.py follows it with the old key or the new, and the old key signs nothing after it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import psycopg
import pytest

from api.answers.seal import state_of
from api.sealing.anchors import Anchors, NotAnchored, anchor_newest, cosign, witness_copies
from api.sealing.sealer import SealHealth
from api.sealing.witness import Witness
from journey.log.acts import acts
from journey.log.login import as_role
from journey.log.migrate import SEAL
from journey.log.outer_keys import existing_key, next_file
from journey.proof.bundle import write
from journey.proof.checking import check
from journey.proof.checkpoint import SIGNS, BadNote, Checkpoint, SignedNote, Signer, note_of, public_of
from journey.proof.handing_over import hand_over
from journey.proof.handovers import handed_over, handover_in, handover_of
from journey.proof.last_signed import LastSigned
from journey.proof.proofs import case_proofs
from journey.proof.reading import handover_notes, keys, log_key, newest
from journey.proof.restores import Copy, PutBack, fork_of, refuse_fork
from journey.proof.sealing import KEY_FILE, log_signer, origin_of, seal
from journey.refusals import Refused
from tests.conftest import Database
from tests.log.test_rotation import killed_after
from tests.support.sealed import Means, fault_of, recorded, sealed, sealed_in_steps, sealing, verify_alone
from tests.support.sizes import by_size

PROMISE = "the seal's key is handed over by a root that both keys sign; `verify.py` follows it with either, and the old one signs no more"

KILLS = by_size(3, 24, 200)
Files = dict[str, bytes]


def anyone(_: object) -> None:
    """Let every key be handed over."""


@pytest.fixture
def verifier() -> ModuleType:
    return verify_alone()


@pytest.fixture
def conn(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with sealing(database) as made:
        yield made


@pytest.fixture
def means(database: Database, tmp_path: Path) -> Means:
    """What an auditor has of the register from before: 25 events sealed in three roots, cosigned and kept."""
    (tmp_path / "witness").mkdir()
    recorded(database, 25, tmp_path)
    return sealed_in_steps(database, tmp_path)


@pytest.fixture
def handed(means: Means, database: Database, tmp_path: Path, conn: psycopg.Connection[Any]) -> Means:
    """The same, once the key was handed over, and twice as many events are sealed with the new one."""
    hand_over(conn, tmp_path / KEY_FILE, "prøve", anyone)
    recorded(database, 25, tmp_path, seed=2)
    sealed(database, tmp_path, most=7)
    assert anchor_newest(conn, Anchors(witness=str(tmp_path / "witness"))) == []
    return means


def exported(conn: psycopg.Connection[Any], folder: Path) -> Path:
    write(conn, folder)
    return folder


def test_the_export_is_whole_by_the_old_key_and_by_the_new_one(
    handed: Means, conn: psycopg.Connection[Any], tmp_path: Path, verifier: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    export = exported(conn, tmp_path / "export")
    old, new = keys(conn, "log")
    kept = tmp_path / "kept-handover"
    kept.write_text(handover_notes(conn)[0], "utf-8")
    assert (old.name, old.vkey) == (new.name, handed.key)

    for key in (None, old.vkey, new.vkey):
        report = verifier.verify(export, key, [handed.witness], [*handed.kept, kept])
        assert (report.events, [root.size for root in report.keys.handed]) == (50, [25])
        assert verifier.main([str(export), *(("--key", key) if key else ())]) == 0
        assert (
            "Registrets nøgle blev givet videre efter position 25; begge nøgler har underskrevet det."
            in capsys.readouterr().out
        )
    another = Signer(old.name, SIGNS, bytes(32)).key.vkey
    assert fault_of(verifier.verify, export, another).what == "signature"
    copies = witness_copies(conn, Anchors(witness=str(tmp_path / "witness")))
    assert check(conn, [*handed.copies, *copies]).fault is None
    assert [(act.kind, act.what["key"], act.what["before"]) for act in acts(conn)] == [("keys_changed", "seal", old.vkey)]


@pytest.mark.long
def test_a_case_s_proof_is_whole_with_either_key_and_says_which_it_rests_on(
    handed: Means, conn: psycopg.Connection[Any], tmp_path: Path, verifier: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    for upto, old_root in ((9, True), (None, False)):
        folder = tmp_path / f"case-{upto}"
        folder.mkdir()
        for name, content in case_proofs(conn, "N-1", upto).files.items():
            (folder / name).write_bytes(content)
        for key in keys(conn, "log"):
            assert verifier.main([str(folder), "--key", key.vkey]) == 0
            assert ("registret siden har givet videre" in capsys.readouterr().out) == old_root


def test_after_the_handover_the_old_key_signs_nothing(
    means: Means, database: Database, conn: psycopg.Connection[Any], tmp_path: Path, verifier: ModuleType
) -> None:
    file, anchors = tmp_path / KEY_FILE, Anchors(witness=str(tmp_path / "witness"))
    old = log_signer(file, conn)
    new = hand_over(conn, file, "prøve", anyone)
    recorded(database, 5, tmp_path, seed=2)

    assert seal(conn, old) is None
    assert public_of(existing_key(file)) == new.public != old.key.public
    assert not next_file(file).exists()
    note = seal(conn, log_signer(file, conn))
    assert note is not None
    assert [signature.id for signature in note.signatures] == [new.id]
    cosign(conn, anchors, note)
    assert [key.vkey for key in Witness(tmp_path / "witness").logs()] == [new.vkey]
    with pytest.raises(NotAnchored, match="en anden nøgle"):  # by whom the witness knew before
        cosign(conn, anchors, SignedNote(note.checkpoint, (old.sign(note.checkpoint),)))
    Witness(tmp_path / "witness").know(old.key.vkey)  # as `--log` says at each start
    assert [key.vkey for key in Witness(tmp_path / "witness").logs()] == [new.vkey]
    kept = tmp_path / "kept-of-old"
    kept.write_text(SignedNote(note.checkpoint, (old.sign(note.checkpoint),)).text)
    export = exported(conn, tmp_path / "export")
    assert fault_of(verifier.verify, export, means.key, None, [kept]).what == "signature"
    with psycopg.connect(database.admin_url) as admin:
        admin.execute("alter table seal.checkpoints disable trigger user")
        admin.execute("update seal.checkpoints set signature = %s where size = 30", (old.sign(note.checkpoint).line,))
        assert check(admin, []).fault == "signature"
        assert fault_of(verifier.verify, exported(admin, tmp_path / "by-the-old"), means.key).what == "signature"
        admin.rollback()


@pytest.mark.parametrize("seen", [25, pytest.param(10, marks=pytest.mark.long)])
def test_a_witness_learns_the_new_key_from_the_root_that_both_signed(
    database: Database, conn: psycopg.Connection[Any], tmp_path: Path, seen: int
) -> None:
    """Also one that saw the very root last, one that was away for two handovers, and one that has seen nothing new since."""
    recorded(database, 25, tmp_path)
    file, anchors = tmp_path / KEY_FILE, Anchors(witness=str(tmp_path / "witness"))
    while (note := seal(conn, log_signer(file, conn), 10)) is not None:
        if note.checkpoint.size <= seen:
            cosign(conn, anchors, note)
    hand_over(conn, file, "prøve", anyone)
    newer = hand_over(conn, file, "prøve", anyone)

    assert anchor_newest(conn, anchors) == []
    assert [key.vkey for key in Witness(tmp_path / "witness").logs()] == [newer.vkey]
    last = witness_copies(conn, anchors)
    assert (last[0].note.checkpoint.size, handover_in(last[0].note) is not None) == (25, True)
    assert check(conn, last).fault is None
    recorded(database, 5, tmp_path, seed=2)
    sealed(database, tmp_path)
    assert anchor_newest(conn, anchors) == []
    assert check(conn, witness_copies(conn, anchors)).fault is None


# What is none


LOG = "sagsforloeb/log"
OLD, NEW, FORGER = (Signer(LOG, SIGNS, bytes([nth]) * 32) for nth in (1, 2, 3))


def test_a_root_that_not_both_signed_over_each_other_s_names_is_no_handover() -> None:
    good = handed_over(OLD, NEW, 3, bytes(32))
    assert handover_of(good.text).new == NEW.key
    for text in (
        handed_over(FORGER, NEW, 3, bytes(32))._replace(signatures=good.signatures).text,
        SignedNote(good.checkpoint, good.signatures[:1]).text,
        SignedNote(good.checkpoint, good.signatures[1:]).text,
        SignedNote(good.checkpoint, (OLD.sign(good.checkpoint), FORGER.sign(good.checkpoint))).text,
        SignedNote(Checkpoint(LOG, 3, bytes(32)), (OLD.sign(Checkpoint(LOG, 3, bytes(32))),)).text,
        handed_over(OLD, OLD, 3, bytes(32)).text,
        handed_over(OLD, Signer("sagsforloeb/another", SIGNS, bytes(32)), 3, bytes(32)).text,
    ):
        with pytest.raises(BadNote):
            handover_of(text)


def forged_keys(files: Files, vkeys: list[str], handovers: list[str]) -> Files:
    return {
        **files,
        "keys.txt": "".join(f"{vkey}\n" for vkey in vkeys).encode(),
        "handovers.txt": "\n".join(handovers).encode(),
    }


def test_nobody_else_takes_over_or_was_before(
    handed: Means, conn: psycopg.Connection[Any], tmp_path: Path, verifier: ModuleType
) -> None:
    """A forger with the database and everything published, and neither key, for an auditor with the old or the new one."""
    export = exported(conn, tmp_path / "export")
    old, new = keys(conn, "log")
    forger, (note,) = Signer(old.name, SIGNS, bytes(32)), [note_of(text) for text in handover_notes(conn)]
    names = ("keys.txt", "handovers.txt", "checkpoint", "checkpoints.txt")
    files = {name: (export / name).read_bytes() for name in names}
    plain = note_of((tmp_path / "kept" / "25").read_text("utf-8"))
    line = f"handover {old.vkey} {forger.key.vkey}\n"
    named = Checkpoint(old.name, 25, note.checkpoint.root, line)
    signed = [
        SignedNote(plain.checkpoint, (plain.signatures[0], forger.sign(plain.checkpoint))),
        SignedNote(named, (plain.signatures[0], forger.sign(named))),
        SignedNote(note.checkpoint, (note.signatures[0], forger.sign(note.checkpoint))),
        SignedNote(note.checkpoint, (forger.sign(note.checkpoint), note.signatures[1])),
        SignedNote(note.checkpoint, note.signatures[:1]),
        SignedNote(note.checkpoint, note.signatures[1:]),
    ]
    after = [forged_keys(files, [old.vkey, forger.key.vkey], [each.text]) for each in signed]
    before = [forged_keys(files, [forger.key.vkey, new.vkey], [each.text]) for each in signed]
    more = [
        forged_keys(files, [old.vkey, new.vkey], []),
        forged_keys(files, [old.vkey], [note.text]),
        forged_keys(files, [new.vkey, old.vkey], [note.text]),
        forged_keys(files, [old.vkey, new.vkey, forger.key.vkey], [note.text, signed[0].text]),
    ]

    for made in [*after, *before, *more]:
        for name, content in made.items():
            (export / name).write_bytes(content)
        for key in (old.vkey, new.vkey):
            assert getattr(fault_of(verifier.verify, export, key), "what", None) in ("signature", "form")
    for name, content in files.items():
        (export / name).write_bytes(content)
    assert fault_of(verifier.verify, export, old.vkey) is None


# Cut off


class Killed(Exception):
    """The process is gone: nothing after this moment is done."""


STEPS = (
    "journey.log.outer_keys.os.link",
    "journey.proof.handing_over._store",
    "journey.proof.handing_over.record_act",
    "journey.proof.handing_over.take_over",
    "journey.log.outer_keys.sync_folder",
)


@pytest.mark.long
def test_cut_off_before_any_step_it_goes_on_and_sealing_too(
    means: Means, database: Database, conn: psycopg.Connection[Any], tmp_path: Path, verifier: ModuleType
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    file = tmp_path / KEY_FILE
    for nth, step in enumerate(STEPS):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(step, killed)
            with pytest.raises(Killed):
                hand_over(conn, file, "prøve", anyone)
        recorded(database, 3, tmp_path, seed=10 + nth)
        assert sealed(database, tmp_path) is not None, step
        assert check(conn, means.copies).fault is None, step
        hand_over(conn, file, "prøve", anyone)
        assert [path.name for path in tmp_path.glob(f"{KEY_FILE}*")] == [KEY_FILE], step
        assert public_of(existing_key(file)) == log_signer(file, conn).key.public
    assert fault_of(verifier.verify, exported(conn, tmp_path / "export"), means.key, None, means.kept) is None


def hand_over_alone(url: str, file: Path) -> None:
    with psycopg.connect(as_role(url, SEAL), autocommit=True) as conn:
        os.kill(os.getpid(), signal.SIGSTOP)
        hand_over(conn, file, "prøve", anyone)


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="stops and kills a process")
def test_killed_at_random_points_it_goes_on_and_sealing_too(
    means: Means, database: Database, conn: psycopg.Connection[Any], tmp_path: Path, verifier: ModuleType
) -> None:
    rng, file, killed = Random(9), tmp_path / KEY_FILE, 0
    for nth in range(KILLS):
        killed += killed_after(rng.random() * 0.05, hand_over_alone, database.app_url, file) == -signal.SIGKILL
        recorded(database, 2, tmp_path, seed=100 + nth)
        assert sealed(database, tmp_path) is not None, nth
        assert nth % 6 or check(conn, means.copies).fault is None, nth
    hand_over(conn, file, "prøve", anyone)

    assert killed >= KILLS // 3
    assert [path.name for path in tmp_path.glob(f"{KEY_FILE}*")] == [KEY_FILE]
    last = newest(conn)
    assert last is not None
    assert anchor_newest(conn, Anchors(witness=str(tmp_path / "witness"))) == []
    export, key = exported(conn, tmp_path / "export"), log_key(conn)
    assert key is not None
    for each in (means.key, key.vkey):
        assert fault_of(verifier.verify, export, each, None, means.kept) is None


def test_the_first_key_s_name_is_the_log_s_for_ever(conn: psycopg.Connection[Any], database: Database, tmp_path: Path) -> None:
    recorded(database, 1, tmp_path)
    sealed(database, tmp_path)
    first = log_key(conn)
    new = hand_over(conn, tmp_path / KEY_FILE, "prøve", anyone)
    assert first is not None
    assert first.name == new.name == origin_of(first.public)
    for number in (0, 1):
        with pytest.raises(psycopg.errors.UniqueViolation):
            conn.execute("insert into seal.keys (vkey, kind, number) values (%s, 'log', %s)", (FORGER.key.vkey, number))


DAMAGE = (
    "update seal.handovers set note = 'x'",
    "update seal.handovers set note = ''",
    "update seal.handovers set note = replace(note, 'handover', 'handovor')",
    "update seal.handovers set note = note || note",
    "update seal.handovers set note = left(note, -10)",
    "delete from seal.handovers",
    "update seal.keys set number = 5 where number = 0",
    "delete from seal.keys where number = 0",
    "delete from seal.keys where number = 1",
    "update seal.keys set vkey = 'x' where number = 1",
)


@pytest.mark.long
def test_a_handover_that_was_damaged_is_named_and_nothing_ends_in_a_trace(
    handed: Means, database: Database, tmp_path: Path, verifier: ModuleType
) -> None:
    recorded(database, 2, tmp_path, seed=3)
    with psycopg.connect(database.admin_url) as admin:
        for nth, damage in enumerate(DAMAGE):
            for table in ("handovers", "keys"):
                admin.execute(f"alter table seal.{table} disable trigger user".encode())
            admin.execute("set local session_replication_role = replica")
            admin.execute(damage.encode())
            found, state = check(admin, []), state_of(admin, SealHealth(50, 52, 2, 0.0, True, False, None, None))
            assert (found.fault, state.damage is not None) == ("signature", True), damage
            assert fault_of(verifier.verify, exported(admin, tmp_path / f"export-{nth}"), handed.key) is not None, damage
            anchor_newest(admin, Anchors(witness=str(tmp_path / "witness")))
            with suppress(Refused):
                seal(admin, log_signer(tmp_path / KEY_FILE, admin))
            admin.rollback()
        assert check(admin, []).fault is None


def test_a_database_put_back_to_before_the_handover_is_not_signed_by_the_old_key_unseen(
    means: Means, conn: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """What was signed here last is of a key that the register knows nothing of any more; elsewhere such a root is anybody's."""
    by = log_signer(tmp_path / KEY_FILE, conn)
    new = Signer(by.key.name, SIGNS, bytes(32))
    checkpoint = Checkpoint(by.key.name, 40, bytes(32))
    note = SignedNote(checkpoint, (new.sign(checkpoint),))
    last = LastSigned(tmp_path / "seal.last")
    last.write(note)

    with pytest.raises(PutBack, match="slutter ved 25, men"):
        refuse_fork(conn, last.copies(), by.key)
    fork = fork_of(conn, [*means.copies, *last.copies()], by.key)
    assert fork is not None
    assert (fork.size, fork.positions) == (25, (26, 40))
    refuse_fork(conn, [Copy("et andet sted", note)], by.key)

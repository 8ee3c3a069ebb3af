"""An honest restore: nothing is signed on a log that was put back until it is declared, and then everybody can see what was lost."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.cli.main import run
from api.sealing.anchors import NotAnchored, cosign
from api.sealing.guard import LONGEST_WAIT, ForkGuard, RootCopies, WitnessAwaited
from api.sealing.witness import Witness
from api.sealing.witness_server import witness_server
from api.settings import Anchors
from journey.log.acts import act_lines, record_act
from journey.proof.bundle import write
from journey.proof.checking import check
from journey.proof.checkpoint import SIGNS, Checkpoint, SignedNote, Signer
from journey.proof.last_signed import LastSigned
from journey.proof.proofs import consistent, receipt
from journey.proof.reading import newest, waiting
from journey.proof.restores import KIND, PutBack, fork_of
from journey.proof.sealing import KEY_FILE, log_signer, seal
from journey.proof.witness import origin_hash, respond_restored, restored_body
from tests.conftest import Database, fresh_database
from tests.support.put_back import BEFORE, LOST, anchors_in, put_back, register_of, seal_and_anchor
from tests.support.sealed import fault_of, recorded, sealing, verify_alone
from tests.support.waiting import PATIENCE

BY = ("--by", "Åse Ærlig", "--by", "Bo Bang")


@pytest.fixture
def restored(server: Database, database: Database, tmp_path: Path) -> Iterator[tuple[Database, SignedNote]]:
    with put_back(server, database, tmp_path) as made:
        yield made


@pytest.fixture
def environment(restored: tuple[Database, SignedNote], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anchors = anchors_in(tmp_path)
    monkeypatch.setenv("JOURNEY_DATABASE_URL", restored[0].app_url)
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path))
    monkeypatch.setenv("JOURNEY_CHECKPOINTS", str(anchors.checkpoints))
    monkeypatch.setenv("JOURNEY_WITNESS", str(anchors.witness))


@pytest.mark.long
@pytest.mark.parametrize("more", [0, LOST // 2, LOST, 2 * LOST])
@pytest.mark.parametrize("kept", ["seal.last", "kopier", "vidne"])
def test_nothing_is_signed_that_disagrees_with_any_kept_root(
    restored: tuple[Database, SignedNote], tmp_path: Path, kept: str, more: int
) -> None:
    database, _ = restored
    for other in {"seal.last", "kopier", "vidne"} - {kept}:
        (tmp_path / other).rename(tmp_path / f"{other}.away")
    recorded(database, more, tmp_path, seed=9) if more else None

    with pytest.raises(PutBack) as refused:
        seal_and_anchor(database, tmp_path)

    assert kept in str(refused.value)
    assert "journey restore declare" in refused.value.remedy
    with sealing(database) as conn:
        assert waiting(conn) == (BEFORE, BEFORE + more)


@pytest.mark.parametrize("more", [3, LOST])
def test_the_commands_say_so_and_go_on_once_it_is_declared(
    restored: tuple[Database, SignedNote], environment: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: int
) -> None:
    """Also where the log has grown to the very size of the lost root, whose copy stays where it is."""
    database, _ = restored
    recorded(database, more, tmp_path, seed=9)

    assert run(["status"]) == 1
    assert "journey restore declare" in capsys.readouterr().out.replace("\n", " ")
    assert run(["seal"]) == 1
    assert "journey restore declare" in capsys.readouterr().err
    assert run(["verify"]) == 1
    capsys.readouterr()
    assert run(["restore", "declare", *BY, "--why", "Disken gik i stykker", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "Position 11–20 er tabt" in said
    assert run(["restore", "declare", *BY, "--why", "Disken gik i stykker", "--yes"]) == 1
    capsys.readouterr()
    assert run(["verify"]) == 0
    assert "Genoprettelse erklæret ved 10 af Åse Ærlig, Bo Bang" in capsys.readouterr().out.replace("\n", " ")
    assert run(["status"]) == 0
    assert run(["seal"]) == 0
    assert capsys.readouterr().err.count("Ikke gemt andetsteds") == 0
    assert run(["verify"]) == 0
    with sealing(database) as conn:
        assert waiting(conn) == (BEFORE + more, BEFORE + more)
    assert run(["acts"]) == 0
    assert "Åse Ærlig, Bo Bang" in capsys.readouterr().out


def declared(restored: tuple[Database, SignedNote], home: Path) -> None:
    """Declare the restore, and go on with other events than those that were lost."""
    database, _ = restored
    with sealing(database) as conn:
        by = log_signer(home / KEY_FILE, conn)
        fork = fork_of(conn, RootCopies(register_of(database, home).settings.last_signed, anchors_in(home)).all(conn), by.key)
        assert fork is not None
        assert (fork.size, fork.positions) == (BEFORE, (BEFORE + 1, BEFORE + LOST))
        record_act(conn, KIND, ["Åse", "Bo"], fork.what("Disken gik i stykker"), by.signature_of)
    recorded(database, 3, home, seed=9)
    seal_and_anchor(database, home)


def exported(database: Database, folder: Path) -> Path:
    with sealing(database) as conn:
        write(conn, folder)
    return folder


def kept_in(home: Path) -> list[Path]:
    return sorted((home / "kopier").glob("*/0*.txt"))


@pytest.mark.long
def test_verify_py_explains_every_kept_root_and_no_other(
    restored: tuple[Database, SignedNote], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verifier = verify_alone()
    declared(restored, tmp_path)
    export, kept = exported(restored[0], tmp_path / "export"), kept_in(tmp_path)
    assert len(kept) == 4

    report = verifier.verify(export, None, None, kept)

    assert [size for size, _ in report.lost] == [BEFORE + LOST // 2, BEFORE + LOST]
    assert verifier.main([str(export), *(f"--checkpoint={file}" for file in kept)]) == 0
    said = capsys.readouterr().out
    assert f"FORGRENING ERKLÆRET VED {BEFORE}" in said
    assert "Åse, Bo" in said
    assert f"Din rod ved {BEFORE + LOST} er en af dem, der er erklæret tabt" in said
    with sealing(restored[0]) as conn:
        key = log_signer(tmp_path / KEY_FILE, conn)
    for size in (BEFORE, BEFORE + 2, BEFORE + 3, BEFORE + LOST):  # the twin: roots that the key has signed and nobody declared
        other = tmp_path / "other"
        note = Checkpoint(key.key.name, size, b"x" * 32)
        other.write_text(SignedNote(note, (key.sign(note),)).text, "utf-8")
        fault = fault_of(verifier.verify, export, None, None, [other])
        assert (fault.what, "ikke blandt de rødder" in fault.said) == ("consistency", size != BEFORE + 2)


@pytest.mark.long
def test_a_receipt_of_a_lost_event_is_told_to_be_one(
    server: Database, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verifier = verify_alone()
    with put_back(server, database, tmp_path) as restored:
        receipts = {position: receipt_file(database, position, tmp_path) for position in (3, BEFORE + 2)}
        declared(restored, tmp_path)
        export = exported(restored[0], tmp_path / "export")
    report = verifier.verify(export, None, None, None, list(receipts.values()))
    assert [(position, lost is not None) for position, lost in report.receipts] == [(3, False), (BEFORE + 2, True)]
    assert verifier.main([str(export), *(f"--receipt={file}" for file in receipts.values())]) == 0
    assert f"kvittering for position {BEFORE + 2} er ægte, men hører til det, der er erklæret tabt" in capsys.readouterr().out
    forged = json.loads(receipts[3].read_text("utf-8"))
    receipts[3].write_text(json.dumps({**forged, "entry": forged["entry"].replace(",3,", ",4,", 1)}), "utf-8")
    assert fault_of(verifier.verify, export, None, None, None, [receipts[3]]).what == "root"


def receipt_file(database: Database, position: int, home: Path) -> Path:
    """The receipt as the API gives it."""
    with sealing(database) as conn:
        found = receipt(conn, position)
    assert found is not None
    (event, path), signed = found
    file = home / f"receipt-{position}"
    steps = [base64.b64encode(step).decode() for step in path]
    made = {"position": position, "entry": event.entry.decode(), "size": signed.checkpoint.size, "path": steps}
    file.write_text(json.dumps({**made, "checkpoint": signed.text}), "utf-8")
    return file


def forgeries(database: Database, home: Path) -> Iterator[tuple[str, dict[str, Any], Callable[[bytes], str] | None]]:
    """Declarations of one who has the database and no key, and of one who has both and declares another root."""
    with sealing(database) as conn:
        by = log_signer(home / KEY_FILE, conn)
        kept = RootCopies(register_of(database, home).settings.last_signed, anchors_in(home))
        fork = fork_of(conn, kept.all(conn), by.key)
    assert fork is not None
    what = fork.what("intet")
    stranger = Signer("x", SIGNS, b"7" * 32)
    wrong = base64.b64encode(b"y" * 32).decode()
    yield "unsigned", what, None
    yield "signed by another", what, stranger.signature_of
    yield "another root lost", {**what, "lost": [[BEFORE + LOST, wrong]]}, by.signature_of
    yield "another size lost", {**what, "lost": [[size + 1, hashed] for size, hashed in what["lost"]]}, by.signature_of
    yield "no root lost", {**what, "lost": []}, by.signature_of


@pytest.mark.long
@pytest.mark.parametrize("nth", range(5))
def test_a_forged_declaration_lets_nobody_go_on(restored: tuple[Database, SignedNote], tmp_path: Path, nth: int) -> None:
    database, _ = restored
    _name, what, sign = list(forgeries(database, tmp_path))[nth]
    recorded(database, 3, tmp_path, seed=9)
    with sealing(database) as conn:
        record_act(conn, KIND, ["Åse", "Bo"], what, sign)
        with pytest.raises(PutBack):
            seal_and_anchor(database, tmp_path)
        by = log_signer(tmp_path / KEY_FILE, conn)
        note = seal(conn, by)  # as a program would that does not look
        assert note is not None
        with pytest.raises(NotAnchored):
            cosign(conn, anchors_in(tmp_path), note)
        copies = RootCopies(register_of(database, tmp_path).settings.last_signed, anchors_in(tmp_path)).all(conn)
        assert not check(conn, copies).ok
        restored_request = restored_body(BEFORE, consistent(conn, BEFORE, note.checkpoint.size), act_lines(conn), note)
        answer = Witness(tmp_path / "vidne").answer(restored_request, 1, respond_restored)
        assert answer.status in (400, 422)
    export = exported(database, tmp_path / "export")
    assert fault_of(verify_alone().verify, export, None, None, kept_in(tmp_path)) is not None


@pytest.mark.long
def test_the_witness_keeps_the_declaration_and_shows_it(restored: tuple[Database, SignedNote], tmp_path: Path) -> None:
    declared(restored, tmp_path)
    witness = Witness(tmp_path / "vidne")
    with sealing(restored[0]) as conn:
        origin = origin_hash(log_signer(tmp_path / KEY_FILE, conn).key.name)
        lines = act_lines(conn)
        last = newest(conn, witnessed=True)
    assert witness.restores(origin) == f"{lines[0]}\n"
    with witness_server(witness, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        answer = httpx.get(f"http://127.0.0.1:{server.server_address[1]}/{origin}/restores")
        server.shutdown()
        thread.join()
    assert answer.text == f"{lines[0]}\n"
    seen = witness.last(origin)
    assert last is not None
    assert seen is not None
    assert (seen.checkpoint, last.checkpoint.size) == (last.checkpoint, BEFORE + 3)


@pytest.mark.long
def test_the_witness_lets_the_tree_go_on_from_nowhere_else(restored: tuple[Database, SignedNote], tmp_path: Path) -> None:
    """A request with a true declaration, and a size, a proof, acts or a root that are not those declared."""
    database, _ = restored
    witness = Witness(tmp_path / "vidne")
    with sealing(database) as conn:
        by = log_signer(tmp_path / KEY_FILE, conn)
        kept = RootCopies(register_of(database, tmp_path).settings.last_signed, anchors_in(tmp_path))
        fork = fork_of(conn, kept.all(conn), by.key)
        assert fork is not None
        record_act(conn, KIND, ["Åse", "Bo"], fork.what("øvelse"), by.signature_of)
        recorded(database, 7, tmp_path, seed=9)
        note = seal(conn, by)
        assert note is not None
        size, lines = note.checkpoint.size, act_lines(conn)
        path = consistent(conn, BEFORE, size)
        for case, (start, steps, acts) in {
            "another size": (BEFORE - 1, consistent(conn, BEFORE - 1, size), lines),
            "from the beginning": (0, [], lines),
            "no proof": (BEFORE, [], lines),
            "another proof": (BEFORE, path[::-1], lines),
            "no acts": (BEFORE, path, []),
            "an act changed": (BEFORE, path, [lines[0].replace("Bo", "Ib")]),
            "an act twice": (BEFORE, path, lines * 2),
        }.items():
            answer = witness.answer(restored_body(start, steps, acts, note), 1, respond_restored)
            assert answer.status in (400, 422), case
        good = restored_body(BEFORE, path, lines, note)
        assert witness.answer(good, 1, respond_restored).status == 200
        assert witness.answer(good, 1, respond_restored).status == 422  # the root seen last is no longer a lost one


@pytest.mark.long
def test_a_witness_over_http_goes_on_as_well(
    restored: tuple[Database, SignedNote], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sealing.anchors.PATIENCE", PATIENCE)
    with witness_server(Witness(tmp_path / "vidne"), "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_address[1]}"
            monkeypatch.setattr("tests.support.put_back.anchors_in", lambda home: Anchors(home / "kopier", address))
            declared(restored, tmp_path)  # which fails where the newest root is not witnessed
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("kept", [None, "seal.last", "kopier"])
@pytest.mark.long
def test_a_witness_that_does_not_answer_stops_sealing_only_where_nothing_else_tells(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str | None
) -> None:
    recorded(database, 3, tmp_path)
    seal_and_anchor(database, tmp_path)
    for other in {"seal.last", "kopier"} - {kept}:
        (tmp_path / other).rename(tmp_path / f"{other}.away")
    copies = RootCopies(LastSigned(tmp_path / "seal.last"), Anchors(tmp_path / "kopier", "http://127.0.0.1:1"))
    with sealing(database) as conn:
        key = log_signer(tmp_path / KEY_FILE, conn).key
        if kept is None:
            with pytest.raises(WitnessAwaited):
                ForkGuard(copies).check(conn, key, new_key=False)
            ForkGuard(copies).check(conn, key, new_key=True)
            ForkGuard(copies, waited_since=time.monotonic() - LONGEST_WAIT).check(conn, key, new_key=False)
        else:
            ForkGuard(copies).check(conn, key, new_key=False)


@pytest.mark.long
def test_a_second_restore_before_the_first_declaration_is_declared_anew(
    server: Database, restored: tuple[Database, SignedNote], tmp_path: Path
) -> None:
    """The acts were put back too: what the first declaration said is gone with it, and the second says both."""
    database, _ = restored
    with fresh_database(server, database.name) as again:
        declared(restored, tmp_path)
        with pytest.raises(PutBack):
            seal_and_anchor(again, tmp_path)
        with sealing(again) as conn:
            by = log_signer(tmp_path / KEY_FILE, conn)
            fork = fork_of(conn, copies_in(again, tmp_path).all(conn), by.key)
            assert fork is not None
            assert (fork.acts_missing, fork.positions) == ((1, 1), (BEFORE + 1, BEFORE + LOST))
            record_act(conn, KIND, ["Åse", "Bo"], fork.what("igen"), by.signature_of)
        recorded(again, 2, tmp_path, seed=8)
        seal_and_anchor(again, tmp_path)
        export = exported(again, tmp_path / "export")
    report = verify_alone().verify(export, None, None, kept_in(tmp_path))
    assert [size for size, _ in report.lost] == [BEFORE + 3, BEFORE + LOST // 2, BEFORE + LOST]


def copies_in(database: Database, home: Path) -> RootCopies:
    return RootCopies(register_of(database, home).settings.last_signed, anchors_in(home))

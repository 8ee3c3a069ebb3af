"""The seal while the register is served: receipts, proofs, the log's C2SP addresses, a witness that says no, and the page."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import httpx
import psycopg
import pytest
from msgspec.structs import replace

from api.sealing.anchors import Anchors, NotAnchored, anchor_newest, cosign, read_copies, witness_copies, write_copy
from api.sealing.sealer import Sealer
from api.sealing.witness import Witness
from api.sealing.witness_server import witness_server
from api.socket import listen
from journey.proof.checking import Verification, check, store_verification
from journey.proof.checkpoint import SignedNote, key_of, note_of, signed_by
from journey.proof.merkle import is_consistent, root_of
from journey.proof.reading import newest
from journey.proof.sealing import KEY_FILE, lead, log_signer, seal
from journey.refusals import Refused
from tests.conftest import Database
from tests.promises.attacks import disarm, forged
from tests.support.registers import register_on
from tests.support.sealed import recorded, sealing
from tests.support.serving import Running, granted, referred, running
from tests.support.waiting import PATIENCE, until


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.sealing.anchors.PATIENCE", PATIENCE)
    monkeypatch.setattr("api.sealing.sealer.LONGEST", 0.5)  # how soon an event is sealed is held by A4


@pytest.fixture
def api(database: Database, tmp_path: Path) -> Iterator[Running]:
    settings = register_on(database, tmp_path).settings
    anchors = Anchors(tmp_path / "kopier", str(tmp_path / "vidne"))
    with running(replace(settings, anchors=anchors)) as made:
        yield made


def unwritten(*hashes: str) -> list[bytes]:
    return [base64.b64decode(one) for one in hashes]


def sealed_to(api: Running, position: int) -> None:
    until(lambda: api.register.sealer.health().sealed >= position)


def test_a_command_is_told_where_its_receipt_is_and_it_holds_with_the_next(api: Running, tmp_path: Path) -> None:
    taken = api.post("N-1", "k1", [referred(), granted()]).json()
    assert taken["receipts"] == ["/api/receipts/1", "/api/receipts/2"]
    assert api.post("N-1", "k1", [referred(), granted()]).json()["leaves"] == taken["leaves"]
    early = api.client.get(taken["receipts"][1])
    assert early.status_code in (200, 409)
    if early.status_code == 409:
        assert early.json()["code"] == "not_sealed"
        assert "/health" in early.json()["remedy"]

    sealed_to(api, 2)
    assert [api.client.get(at).json()["leaf"] for at in taken["receipts"]] == taken["leaves"]
    one = api.client.get(taken["receipts"][1]).json()
    note = note_of(one["checkpoint"])
    path = unwritten(*one["path"])
    leaf = sha256(b"\0" + one["entry"].encode()).digest()
    assert unwritten(one["leaf"]) == [leaf]
    assert root_of(leaf, one["index"], one["size"], path) == note.checkpoint.root
    assert json.loads(one["entry"])[1:4] == [2, "N-1", 2]

    api.post("N-1", "k2", [granted("g2")])
    sealed_to(api, 3)
    more = api.client.get("/api/proofs/consistency", params={"from": 2, "to": 3}).json()
    old, new = unwritten(more["old_root"], more["root"])
    assert old == note.checkpoint.root
    assert is_consistent(2, old, 3, new, unwritten(*more["path"]))
    last = note_of(api.client.get("/checkpoint").text)
    assert last.checkpoint.root == new

    state = api.client.get("/api/seal").json()
    assert (state["health"]["sealed"], state["health"]["error"], state["health"]["broken"]) == (3, None, False)
    assert signed_by(last, key_of(state["key"]))
    until(lambda: api.client.get("/api/seal").json()["roots"][0]["witnesses"])
    assert api.client.get("/health").json()["seal"]["sealed"] == 3
    assert "journey_sealed_position 3.0" in api.client.get("/metrics").text
    until(lambda: {one.note.checkpoint.size for one in read_copies(tmp_path / "kopier")} >= {3})


def test_an_event_changed_before_it_is_sealed_is_not_the_one_that_was_told(database: Database, tmp_path: Path) -> None:
    with sealing(database) as conn:
        assert lead(conn)
        with running(register_on(database, tmp_path).settings) as api:
            first, second = api.post("N-1", "k1", [referred(), granted()]).json()["leaves"]
            with psycopg.connect(database.admin_url, autocommit=True) as admin:
                disarm(admin)
                admin.execute("update log.events set state = state || '\\x20'::bytea where notification_id = 2")
            while seal(conn, log_signer(tmp_path / KEY_FILE, conn)):
                pass
            assert check(conn, []).ok
            assert api.client.get("/api/receipts/1").json()["leaf"] == first
            assert api.client.get("/api/receipts/2").json()["leaf"] != second


def test_what_there_is_no_receipt_or_proof_of(api: Running) -> None:
    assert api.client.get("/checkpoint").status_code == 409
    api.post("N-1", "k1", [referred()])
    sealed_to(api, 1)
    for address, status in {
        "/api/receipts/2": 404,
        "/api/receipts/0": 404,
        "/api/receipts/x": 404,
        "/api/proofs/consistency": 400,
        "/api/proofs/consistency?from=2&to=1": 400,
        "/api/proofs/consistency?from=1&to=2": 409,
        "/tile/0/000": 404,
        "/tile/0/000.p/2": 404,
        "/tile/entries/000.p/2": 404,
        "/tile/0/0": 404,
    }.items():
        assert api.client.get(address).status_code == status, address


def test_the_tiles_are_at_their_addresses(api: Running) -> None:
    api.post("N-1", "k1", [referred(), granted()])
    sealed_to(api, 2)
    hashes = api.client.get("/tile/0/000.p/2")
    bundle = api.client.get("/tile/entries/000.p/2").content
    first = int.from_bytes(bundle[:2], "big")
    assert hashes.headers["content-type"] == "application/octet-stream"
    assert hashes.content[:32] == sha256(b"\0" + bundle[2 : first + 2]).digest()
    assert len(hashes.content) == 64
    assert api.client.get("/tile/0/000.p/1").content == hashes.content[:32]
    assert "def verify(" in api.client.get("/verify.py").text
    kept = {name: api.client.get(f"/tile/{name}/000.p/2").headers["cache-control"] for name in ("0", "entries")}
    assert kept == {"0": "private, max-age=31536000, immutable", "entries": "no-store"}


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_page_tells_how_it_is(api: Running, database: Database, lang: str) -> None:
    said = {
        "da": ("Er registret ubrudt?", "ikke efterprøvet endnu", "Nej: registret er brudt ved position 1."),
        "en": ("Is the register unbroken?", "not been verified yet", "No: the register is broken at position 1."),
    }[lang]
    empty = api.client.get("/ubrudt", params={"lang": lang}).text
    assert said[0] in empty
    assert said[1] in empty
    api.post("N-1", "k1", [referred()])
    sealed_to(api, 1)
    with sealing(database) as conn:
        store_verification(conn, check(conn, []), 0.1)
        fine = api.client.get("/ubrudt", params={"lang": lang})
        assert 'class="both shown"' in fine.text
        store_verification(conn, Verification(1, 1, 1, 0, "hash", 1, "position 1 er <ikke> den"), 0.1)
    broken = api.client.get("/ubrudt", params={"lang": lang}).text
    assert said[2] in broken
    assert "&lt;ikke&gt;" in broken


# The witness


@contextmanager
def served_witness(folder: Path) -> Iterator[tuple[Witness, str]]:
    witness = Witness(folder)
    with witness_server(witness, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield witness, f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_witness_signs_only_what_continues_what_it_saw(database: Database, tmp_path: Path) -> None:
    recorded(database, 20, tmp_path)
    with served_witness(tmp_path / "w") as (witness, address), sealing(database) as conn:
        by, anchors = log_signer(tmp_path / KEY_FILE, conn), Anchors(witness=address)
        first = seal(conn, by, 8)
        assert first is not None
        with pytest.raises(NotAnchored, match="kender ikke registret"):
            cosign(conn, anchors, first)
        witness.know(by.key.vkey)
        cosign(conn, anchors, first)
        second = seal(conn, by, 5)
        assert second is not None
        cosign(conn, anchors, second)
        cosign(conn, anchors, second)
        last = newest(conn, witnessed=True)
        assert last is not None
        assert last.note.checkpoint == second.checkpoint
        assert signed_by(last.note, witness.signer.key)
        assert [one.note.checkpoint for one in witness_copies(conn, anchors)] == [second.checkpoint]
        with pytest.raises(NotAnchored, match=r"ved 13: registret er fra før"):
            cosign(conn, anchors, first)

        third = seal(conn, by)
        assert third is not None
        forged_root = replace(third.checkpoint, root=bytes(32))
        with pytest.raises(NotAnchored, match="følger ikke"):
            cosign(conn, anchors, SignedNote(forged_root, (by.sign(forged_root),)))
        with pytest.raises(NotAnchored, match="anden nøgle"):
            cosign(conn, anchors, SignedNote(third.checkpoint, (by.sign(forged_root),)))
        cosign(conn, anchors, third)
        assert [one.note.checkpoint for one in witness_copies(conn, anchors)] == [third.checkpoint]
    assert Witness(tmp_path / "w").last(sha256(by.key.name.encode()).hexdigest()) is not None
    with sealing(database) as conn, pytest.raises(NotAnchored, match="svarer ikke"):
        cosign(conn, anchors, third)


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.7\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nikke et tal\r\n",
        b"HTTP/1.1 500 Nej\r\nTransfer-Encoding: chunked\r\n\r\nikke et tal\r\n",
        b"",
    ],
)
def test_what_does_not_speak_as_a_witness_does_not_answer(database: Database, tmp_path: Path, said: bytes) -> None:
    recorded(database, 1, tmp_path)

    def answer(door: socket.socket) -> None:
        with door.accept()[0] as other:
            other.recv(100_000)
            other.sendall(said)

    with listen("127.0.0.1", 0) as door, sealing(database) as conn:
        seal(conn, log_signer(tmp_path / KEY_FILE, conn))
        thread = threading.Thread(target=answer, args=(door,))
        thread.start()

        why = [*map(str, anchor_newest(conn, Anchors(witness=f"http://127.0.0.1:{door.getsockname()[1]}")))]

        thread.join()
    assert why == ["vidnet svarer ikke"]


def _witness(folder: Path, *words: str) -> subprocess.Popen[str]:
    """`journey witness serve` in a process of its own, as a person starts it."""
    started = [sys.executable, "-m", "api", "witness", "serve", "--folder", str(folder), *words]
    return subprocess.Popen(started, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def test_the_witness_s_command_is_told_the_register_s_key(database: Database, tmp_path: Path) -> None:
    recorded(database, 3, tmp_path)
    with sealing(database) as conn:
        vkey = log_signer(tmp_path / KEY_FILE, conn).key.vkey
    with _witness(tmp_path / "w", "--log", vkey, "--port", "0") as serving:
        try:
            assert serving.stdout is not None
            address = serving.stdout.readline().split()[3]
            own = serving.stdout.readline().split()[-1]
            assert httpx.get(f"{address}/vkey").text.strip() == own
        finally:
            serving.terminate()
        assert (serving.wait(), serving.stderr and serving.stderr.read()) == (0, "")
    assert [key.vkey for key in Witness(tmp_path / "w").logs()] == [vkey]


@pytest.mark.outside
def test_the_witness_s_command_refuses_a_wrong_key_and_a_port_that_is_taken(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        for words, code, said in (
            (("--log", "nonsens"), 2, ("--log", "offentlige nøgle", "/ubrudt", "journey witness serve --help")),
            (("--port", port), 1, (f"127.0.0.1:{port}", "optaget", "--port 0")),
        ):
            with _witness(tmp_path / "w", *words) as asked:
                out, err = asked.communicate(timeout=60)
            assert (asked.returncode, out) == (code, "")
            assert all(one in err for one in said), err


def test_the_witness_answers_in_the_statuses_of_the_specification(database: Database, tmp_path: Path) -> None:
    recorded(database, 6, tmp_path)
    with (
        served_witness(tmp_path / "w") as (witness, address),
        sealing(database) as conn,
        httpx.Client(base_url=address) as client,
    ):
        by = log_signer(tmp_path / KEY_FILE, conn)
        first, second = seal(conn, by, 3), seal(conn, by, 3)
        assert first is not None
        assert second is not None
        witness.know(by.key.vkey)

        def sent(body: str) -> tuple[int, str]:
            answer = client.post("/add-checkpoint", content=body.encode())
            return answer.status_code, answer.text

        assert sent(f"old 0\n\n{second.text}")[0] == 200
        assert sent(f"old 0\n\n{second.text}") == (409, "6\n")
        assert sent(f"old 6\n\n{first.text}")[0] == 400
        assert sent(f"old 3\n\n{first.text}") == (409, "6\n")
        assert sent("old x\n\n" + first.text)[0] == 400
        assert sent("nonsense")[0] == 400
        assert sent(f"old 6\nAAAA\n\n{second.text}")[0] == 400
        assert sent(f"old 6\n{base64.b64encode(bytes(32)).decode()}\n\n{second.text}")[0] == 422
        other = replace(second.checkpoint, root=bytes(32))
        assert sent(f"old 6\n\n{SignedNote(other, (by.sign(other),)).text}") == (409, "6\n")
        assert client.post("/add-checkpoint", content=b"\xff").status_code == 400
        assert client.post("/other", content=b"x").status_code == 404
        assert client.get("/").status_code == 404
        assert key_of(client.get("/vkey").text.strip()) == witness.signer.key
        conflict = client.post("/add-checkpoint", content=f"old 0\n\n{second.text}".encode())
        assert conflict.headers["content-type"] == "text/x.tlog.size"


def test_a_fork_with_the_registers_own_key_is_refused_by_witness_and_folder_and_seen_by_verify(
    database: Database, tmp_path: Path
) -> None:
    recorded(database, 12, tmp_path)
    anchors = Anchors(tmp_path / "kopier", str(tmp_path / "w"))
    with sealing(database) as conn:
        by = log_signer(tmp_path / KEY_FILE, conn)
        note = seal(conn, by)
        assert note is not None
        cosign(conn, anchors, note)
        signed = newest(conn)
        assert signed is not None
        write_copy(tmp_path / "kopier", signed)
    with psycopg.connect(database.admin_url) as conn:
        disarm(conn)
        forged(conn, 4, (tmp_path / KEY_FILE).read_bytes())
        now = newest(conn)
        assert now is not None
        with pytest.raises(NotAnchored, match="følger ikke"):
            cosign(conn, anchors, now.note)
        with pytest.raises(NotAnchored, match="en anden rod"):
            write_copy(tmp_path / "kopier", now)
        assert check(conn, []).ok
        for held in ([*read_copies(tmp_path / "kopier")], witness_copies(conn, anchors)):
            found = check(conn, held)
            assert (found.fault, found.fault_position) == ("consistency", 1)


def test_a_folder_of_copies_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="findes ikke"):
        list(read_copies(tmp_path / "nowhere"))


# Who seals


def test_one_seals_and_another_takes_over(database: Database, tmp_path: Path) -> None:
    recorded(database, 3, tmp_path)
    with Sealer(database.app_url, tmp_path / KEY_FILE, Anchors()) as other:
        with Sealer(database.app_url, tmp_path / KEY_FILE, Anchors()) as one:
            until(lambda: one.health().sealed == 3 and other.health().sealed == 3)
            assert one.health().sealing != other.health().sealing
        recorded(database, 2, tmp_path, seed=2)
        until(lambda: other.health().sealing and other.health().sealed == 5)


def test_a_sealer_without_its_key_says_so_and_signs_nothing(database: Database, tmp_path: Path) -> None:
    recorded(database, 3, tmp_path)
    with sealing(database) as conn:
        seal(conn, log_signer(tmp_path / KEY_FILE, conn))
    recorded(database, 2, tmp_path, seed=2)
    (tmp_path / "other").mkdir()
    with Sealer(database.app_url, tmp_path / "other" / KEY_FILE, Anchors()) as sealer:
        until(lambda: sealer.health().broken)
        assert "mangler" in (sealer.health().error or "")
        time.sleep(0.1)
        assert sealer.health().sealed == 3

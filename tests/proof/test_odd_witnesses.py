"""A witness that talks nonsense, and one that has forgotten what it signed: neither is taken for one that has nothing to say."""

from __future__ import annotations

import errno
import socket
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from api.sealing.anchors import Anchors, NotAnchored, _request, cosign, witness_copies
from api.sealing.witness import Witness
from api.sealing.witness_server import witness_server
from journey.proof.sealing import KEY_FILE, log_signer, seal
from journey.proof.witness import WitnessResponse
from tests.conftest import Database
from tests.support.sealed import recorded, sealing
from tests.support.waiting import PATIENCE, until


@pytest.mark.parametrize(("status", "body"), [(409, "²\n"), (409, "9" * 5_000), (409, "-1\n"), (200, "²"), (500, "")])
def test_a_witness_that_talks_nonsense_has_not_signed(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, body: str
) -> None:
    recorded(database, 3, tmp_path)
    key = Witness(tmp_path / "w").signer.key.vkey
    monkeypatch.setattr("api.sealing.anchors._request", lambda *_: WitnessResponse(status, body))
    with sealing(database) as conn:
        note = seal(conn, log_signer(tmp_path / KEY_FILE, conn))
        assert note is not None
        with pytest.raises(NotAnchored):
            cosign(conn, Anchors(witness="https://vidne.dk", witness_key=key), note)


def test_what_a_witness_has_signed_outlives_a_loss_of_power(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A witness that forgets could be brought to sign a fork."""
    recorded(database, 1, tmp_path)
    synced: list[Path] = []
    monkeypatch.setattr("api.sealing.witness.sync_folder", synced.append)
    with sealing(database) as conn:
        note = seal(conn, log_signer(tmp_path / KEY_FILE, conn))
        assert note is not None
        cosign(conn, Anchors(witness=str(tmp_path / "w")), note)

    assert synced == [tmp_path / "w"] * 2  # the log's key, and its root


def test_a_witness_whose_folder_cannot_be_used_says_so_and_signs_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(database, 1, tmp_path)
    own = Witness(tmp_path / "w")
    with witness_server(own, "127.0.0.1", 0) as server, sealing(database) as conn:
        by = log_signer(tmp_path / KEY_FILE, conn)
        own.know(by.key.vkey)
        note = seal(conn, by)
        assert note is not None
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_address[1]}"
            monkeypatch.setattr("api.sealing.anchors.PATIENCE", PATIENCE)
            monkeypatch.setattr("api.sealing.witness.write_durably", _full)
            with pytest.raises(NotAnchored, match="vidnet svarede 500"):
                cosign(conn, Anchors(witness=address), note)
            monkeypatch.setattr(Witness, "last", _full)
            with pytest.raises(NotAnchored, match="ikke en underskrevet rod"):
                witness_copies(conn, Anchors(witness=address))
        finally:
            server.shutdown()
            thread.join()


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "full")


def _broken() -> None:
    raise BrokenPipeError


def test_an_answer_that_was_not_waited_for_is_a_line_and_no_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with witness_server(Witness(tmp_path / "w"), "127.0.0.1", 0) as server:
        try:
            _broken()
        except BrokenPipeError:
            server.handle_error(None, ("127.0.0.1", 1))  # pyright: ignore[reportArgumentType] -- the library's socket is not looked at

    assert capsys.readouterr().err == "Et svar kom ikke frem (BrokenPipeError).\n"


@pytest.mark.parametrize("forgotten", ["folder", "address"])
def test_a_witness_that_has_forgotten_what_it_signed_is_said(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    recorded(database, 3, tmp_path)
    gone = tmp_path / "ikke-tilsluttet"
    anchors = Anchors(witness=str(gone) if forgotten == "folder" else "https://vidne.dk")
    monkeypatch.setattr("api.sealing.anchors._request", lambda *_: WitnessResponse(404, ""))
    with sealing(database) as conn:
        note = seal(conn, log_signer(tmp_path / KEY_FILE, conn))
        assert note is not None
        assert witness_copies(conn, anchors) == []
        cosign(conn, Anchors(witness=str(tmp_path / "w")), note)
        with pytest.raises(NotAnchored, match="vidnet har ingen rod af registret, men registret har et vidnes underskrift"):
            witness_copies(conn, anchors)
    assert not gone.exists()


@pytest.mark.parametrize("longest", [0.5, 30.0])
def test_slow_clients_of_a_witness_are_let_go_and_only_so_many_are_served(tmp_path: Path, longest: float) -> None:
    """Four half requests take all places until their time is up; the twin waits too long, and has no place for who comes next."""
    with witness_server(Witness(tmp_path / "w"), "127.0.0.1", 0, most=4, longest=longest) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        place = "127.0.0.1", server.server_address[1]
        slow = [socket.create_connection(place) for _ in range(4)]
        try:
            for client in slow:
                client.sendall(b"GET /vkey HTTP/1.1\r\nHost: vidne")
            until(lambda: _status(place) in REFUSED)
            if longest < 1:
                until(lambda: _status(place) == 200)
            else:
                assert _status(place) in REFUSED
        finally:
            for client in slow:
                client.close()
            server.shutdown()
            thread.join()


REFUSED = (0, 503)
"""The answer where all places are taken; none comes through where the server closed before it had read the request."""


def _status(place: tuple[str, int]) -> int:
    connection = HTTPConnection(*place, timeout=PATIENCE)
    try:
        connection.request("GET", "/vkey")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_witness_that_sends_on_to_another_address_is_not_followed(status: int) -> None:
    """The settings name the witness: no answer of its may have the program ask anybody else."""
    asked: list[str] = []

    class Sender(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Sender) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            found = [_request(f"http://127.0.0.1:{server.server_port}/add-checkpoint", body) for body in (None, b"x")]
        finally:
            server.shutdown()

    assert [answer.status for answer in found] == [status, status]
    assert asked == ["/add-checkpoint"] * 2

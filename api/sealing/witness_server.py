"""The witness's HTTP server: C2SP tlog-witness, the public key at /vkey, and logs that were put back at /add-restored."""

from __future__ import annotations

import re
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from api.clock import now
from api.console import print_error
from api.sealing.witness import Responder, Witness
from api.socket import listen
from journey.proof.checkpoint import LONGEST_NOTE
from journey.proof.witness import PLAIN, WitnessResponse, respond, respond_restored

LONGEST, LONGEST_RESTORED = LONGEST_NOTE + 4_000, 4_000_000
"""The most bytes of a request, and of one that has the register's acts with it."""
RESPONDERS: Mapping[str, Responder] = {"/add-checkpoint": respond, "/add-restored": respond_restored}
"""What is answered at each address."""
_UNUSABLE_FOLDER = WitnessResponse(500, "the folder cannot be used\n")


MOST_CONNECTIONS, LONGEST_TIME = 64, 30.0
"""How many clients are served at once, and the seconds that one may take in all, however slowly it sends."""
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class WitnessServer(ThreadingHTTPServer):
    """A threading server with a cap on its clients and on the time of each, so that slow ones stop nobody.

    A failed answer is printed as one line: nearly always the client did not wait for it.
    """

    def __init__(self, *args: Any, most: int, longest: float, **more: Any) -> None:
        super().__init__(*args, **more)
        self._free, self._longest = threading.BoundedSemaphore(most), longest

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        with suppress(OSError):
            request.sendall(_FULL)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        timer = threading.Timer(self._longest, _cut, (request,))
        timer.daemon = True
        timer.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            timer.cancel()
            self._free.release()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 -- the library's
        error = sys.exception()
        print_error(f"Et svar kom ikke frem ({type(error).__name__}).")


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def witness_server(
    witness: Witness, host: str, port: int, *, most: int = MOST_CONNECTIONS, longest: float = LONGEST_TIME
) -> ThreadingHTTPServer:
    """Bind a server that answers for the witness. Raises Refused (`wrong_start`) for a port that cannot be used."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10
        server_version, sys_version = "journey-witness", ""

        def do_POST(self) -> None:
            self._send(_post(self, witness))

        def do_GET(self) -> None:
            self._send(_get(self.path, witness))

        def _send(self, answer: WitnessResponse) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
            """Log nothing: what was signed is in the folder."""

    listener = listen(host, port)
    server = WitnessServer((host, port), Handler, bind_and_activate=False, most=most, longest=longest)
    server.socket.close()
    server.socket, server.server_address = listener, listener.getsockname()
    return server


def _post(request: BaseHTTPRequestHandler, witness: Witness) -> WitnessResponse:
    length = request.headers.get("Content-Length", "")
    longest = LONGEST_RESTORED if request.path == "/add-restored" else LONGEST
    if not re.fullmatch(r"[0-9]{1,7}", length) or int(length) > longest:
        return WitnessResponse(400, "too long\n")
    if request.path not in RESPONDERS:
        return WitnessResponse(404, "no such address\n")
    try:
        body = request.rfile.read(int(length)).decode()
    except UnicodeDecodeError:
        return WitnessResponse(400, "not UTF-8\n")
    try:
        return witness.answer(body, int(now().timestamp()), RESPONDERS[request.path])
    except OSError:
        return _UNUSABLE_FOLDER


def _get(path: str, witness: Witness) -> WitnessResponse:
    if path == "/vkey":
        return WitnessResponse(200, f"{witness.signer.key.vkey}\n")
    hashed = re.fullmatch(r"/([0-9a-f]{64})/(?:checkpoint|restores)", path)
    try:
        if hashed and path.endswith("/restores"):
            return WitnessResponse(200, witness.restores(hashed[1]))
        last = witness.last(hashed[1]) if hashed else None
    except ValueError:
        return WitnessResponse(500, "what was kept cannot be read\n")
    except OSError:
        return _UNUSABLE_FOLDER
    return WitnessResponse(404, "nothing here\n") if last is None else WitnessResponse(200, last.text, PLAIN)

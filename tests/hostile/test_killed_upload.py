"""A program that is killed with an upload in it: nothing of the files is in clear on the disk, before or after, and no name is left."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api.web.access.secret_files import api_token
from tests.conftest import FIGURES, Database
from tests.support.serving import by_token
from tests.support.sheets import ACCEPTED
from tests.support.uploads import GRANTS, sheet
from tests.support.waiting import PATIENCE, until

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux shows a file without a name"),
]

PROMISE = "an upload is on the disk encrypted only, and gone when the program is killed"

PLANTED = "010180-0001"
NAME = "Inge Planteret"
ROWS = 60_000
SERVE = """
import sys
from api.settings import settings
from api.web.server import run
{}
run(settings(), lambda line: print(line, flush=True), host="127.0.0.1", port=0)
"""
IN_CLEAR = """
from api.web.uploads import encrypted_file
class Clear:
    def __init__(self, key): pass
    @staticmethod
    def generate_key(bit_length): return bytes(32)
    def encrypt(self, nonce, data, more): return data + bytes(16)
    def decrypt(self, nonce, data, more): return data[:-16]
encrypted_file.AESGCM = Clear
"""


@contextmanager
def serving(database: Database, folder: Path, change: str = "") -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A program of its own with its folder for temporary files, and its address."""
    for each in ("data", "tmp"):
        (folder / each).mkdir()
    environment = {
        **os.environ,
        "JOURNEY_DATABASE_URL": database.app_url,
        "JOURNEY_DATA": str(folder / "data"),
        "JOURNEY_UPLOADS": "on",
        "TMPDIR": str(folder / "tmp"),
    }
    with (folder / "log").open("wb") as log:
        program = [sys.executable, "-c", SERVE.format(change)]
        with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, stderr=log) as process:
            try:
                assert process.stdout is not None
                found = re.search(rb"http://127\.0\.0\.1:\d+", process.stdout.readline())
                assert found
                yield process, found[0].decode()
            finally:
                process.kill()


def send(url: str, folder: Path, rows: int = ROWS) -> str:
    """Send many rows with the planted number and name in; gives the address of the upload's page."""
    content = sheet(GRANTS, *(f"{n};{n};{PLANTED};{NAME};Efterskole;01-02-2026;Iværksat;;100" for n in range(rows)))
    parts = [("files", ("bevillinger.csv", content)), ("mapping", ("m.toml", ACCEPTED.encode()))]
    headers = {**by_token(api_token(folder / "data")), "Origin": url}
    answer = httpx.post(f"{url}/indlaes", files=parts, headers=headers, timeout=PATIENCE)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def files_without_a_name(process: subprocess.Popen[bytes], folder: Path) -> list[bytes]:
    """What is on the disk of the files that the program holds and that have no name."""
    found: list[bytes] = []
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        target = str(link.readlink()) if link.is_symlink() else ""
        if target.endswith("(deleted)") and target.startswith(str(folder / "tmp")):
            found.append(link.read_bytes())
    return found


def in_clear(*contents: bytes) -> list[str]:
    """The planted words that stand in what was read."""
    return [word for word in (PLANTED, PLANTED.replace("-", ""), NAME) if any(word.encode() in each for each in contents)]


def every_file(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_a_killed_program_leaves_nothing_of_an_upload(database: Database, tmp_path: Path, record_property) -> None:
    with serving(database, tmp_path) as (process, url):
        address = send(url, tmp_path)
        held = files_without_a_name(process, tmp_path)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    left = [path.name for path in (tmp_path / "tmp").rglob("*")]
    size = sum(map(len, held))
    record_property(
        FIGURES, f"an upload of {ROWS} rows killed: {size} bytes on the disk, none in clear, {len(left)} files left"
    )

    assert size > ROWS * 40
    assert in_clear(*held) == []
    assert left == []
    assert in_clear(*every_file(tmp_path)) == []
    assert re.fullmatch(r"/indlaes/[A-Za-z0-9_-]{43}", address)


def test_a_report_that_ends_leaves_nothing_either(database: Database, tmp_path: Path) -> None:
    with serving(database, tmp_path) as (process, url):
        address, headers = send(url, tmp_path, 1_000), by_token(api_token(tmp_path / "data"))

        def page() -> httpx.Response:
            return httpx.get(url + address, headers=headers, timeout=PATIENCE)

        until(lambda: "refresh" not in page().headers)
        assert "Rapport, før leverancen indlæses" in page().text
        headers["Origin"] = url
        assert httpx.post(f"{url}{address}/fortryd", headers=headers, timeout=PATIENCE).status_code == 303
        assert files_without_a_name(process, tmp_path) == []
        process.terminate()
        process.wait(PATIENCE)

    assert [*(tmp_path / "tmp").rglob("*")] == []
    assert in_clear(*every_file(tmp_path)) == []


def test_an_upload_in_clear_is_seen(database: Database, tmp_path: Path) -> None:
    """The twin: a program whose files are not encrypted."""
    with serving(database, tmp_path, IN_CLEAR) as (process, url):
        send(url, tmp_path)
        held = files_without_a_name(process, tmp_path)

    assert in_clear(*held) == [PLANTED, NAME]

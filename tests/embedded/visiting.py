"""Processes that come and go in a server's data, and what is seen of them from outside."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from journey.postgres import Embedded
from tests.support.waiting import until

AS_ROOT = sys.platform != "win32" and os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="only root hands the server to another account")


VISIT = """
import sys
from pathlib import Path
from journey.postgres import embedded
with embedded(Path(sys.argv[1])) as server:
    print(server.admin_url, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """A folder the server's account can reach, which pytest's own, being private, is not for root."""
    folder = Path(tempfile.mkdtemp(prefix="journey-test-")).resolve()
    folder.chmod(0o711)
    yield folder
    for process in psutil.process_iter():
        # What a failed test left running would be found by nobody once its folder is gone.
        if str(folder) in " ".join(_cmdline(process)):
            process.kill()
    shutil.rmtree(folder)


def copied(made: Path, home: Path) -> Path:
    subprocess.run(["cp", "-a", made, home], check=True)  # With owners and rights, which shutil leaves out.
    return home / made.name


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def run_python(code: str, data: Path, **variables: str) -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join([variables.pop("PYTHONPATH", ""), root, os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-B", "-c", code, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path} | variables,
    )


@contextmanager
def visitor(data: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that is inside until the block ends, or until it is killed."""
    process = run_python(VISIT, data, **variables)
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline().startswith("postgresql://"), process.stderr.read()
    yield process
    process.communicate("leave\n" if process.poll() is None else None)


def postmaster(data: Path) -> psutil.Process | None:
    """The living server of the data, as its own file tells."""
    try:
        pid = int((data / "postgres/cluster/postmaster.pid").read_text().split("\n")[0])
        process = psutil.Process(pid)
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None
    return None if process.status() == psutil.STATUS_ZOMBIE else process


def kill(process: psutil.Process) -> None:
    """Kills a process that is not our child, and waits until it is dead, buried or not."""
    process.kill()
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def fail(url: str, question: str) -> None:
    """Asks what will not be answered, because the server dies meanwhile."""
    with pytest.raises(psycopg.Error):
        answer(url, question)


def log_of(data: Path) -> str:
    return "".join(file.read_text() for file in data.glob("postgres/log/*"))


@contextmanager
def asking(server: Embedded, question: str) -> Iterator[psutil.Process]:
    """The server's process that works on a question, and is to die in the block."""
    thread = threading.Thread(target=fail, args=(server.admin_url, question))
    thread.start()
    quoted = question.replace("'", "''")
    working = f"select coalesce(max(pid), 0) from pg_stat_activity where query = '{quoted}'"
    until(lambda: answer(server.admin_url, working) != "0")
    yield psutil.Process(int(answer(server.admin_url, working)))
    thread.join()


def crash_while_asked(server: Embedded, question: str) -> None:
    """Kills the process that works on a question, upon which the server restarts all of its processes."""
    before = log_of(server.data).count("terminated by signal")
    with asking(server, question) as backend:
        backend.kill()
    until(lambda: log_of(server.data).count("terminated by signal") > before)


def answer(url: str, question: str = "select current_user") -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row
        return str(row[0])


def rights(folder: Path) -> tuple[int, int, int]:
    found = folder.stat()
    return found.st_mode, found.st_uid, found.st_gid

"""The application as it runs in production, as processes of its own: eight writers at the log, and the follower of the rows."""

from __future__ import annotations

import json
import os
import signal
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, NamedTuple

import psycopg

from api.register.follower import Follower
from journey import events as e
from journey.codes import standard
from journey.history import Recorded
from journey.log.login import as_role
from journey.log.migrate import PROJECT
from journey.log.recorder import Busy
from journey.log.store import Log
from journey.log.stored import Entry
from journey.refusals import Refused
from projections.engine import follow
from tests.promises.tally import Sent

WRITERS = 8
CASES = 40
BEGIN = date(2024, 1, 1)

_processes = get_context("forkserver")  # not fork: this process has threads, and connections of its own
_processes.set_forkserver_preload([__name__])


class Command(NamedTuple):
    """What a writer sends; the same again for the same writer and number, as who retries does."""

    id: str
    stream: str
    entries: list[Entry]


def command(writer: int, nth: int) -> Command:
    """One to five events of a case that other writers write to as well."""
    rng = Random(f"{writer}/{nth}")
    name, stream = f"w{writer}-{nth}", f"N-{rng.randrange(CASES)}"
    entries = [
        Entry(stream, BEGIN + timedelta(rng.randrange(600)), "fire", f"{name}-{at}", _event(rng, stream))
        for at in range(rng.choice((1, 1, 1, 2, 5)))
    ]
    return Command(name, stream, entries)


def _event(rng: Random, stream: str) -> e.Event:
    grant, worker, role = f"g{rng.randrange(3)}", f"m{rng.randrange(6)}", rng.choice(("authority", "employment"))
    unit = rng.choice(("ungeindsatsen", "arbejdsmarked", "social"))
    return rng.choice(
        (
            e.Referred(unit, f"b-{stream}"),
            e.Transferred(unit, "handover"),
            e.BenefitChanged(rng.choice(("sygedagpenge", "ressourceforloeb", "fleksjob"))),
            e.SupportGranted(grant, rng.choice(("bostoette_85", "mentor", "botilbud")), rng.randrange(100_000)),
            e.SupportEnded(grant),
            e.CaseworkerAssigned(role, worker),
            e.CaseworkerChanged(role, worker, "reorganisation"),
            e.CaseworkerEnded(role),
            e.ActivityRecorded("samtale", worker),
            e.Closed("other"),
            e.Reopened(),
        )
    )


class Acknowledged:
    """The receipts that the writers have had, in a file that outlives them: one line each, written once a command is done."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.touch()

    def receipts(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_bytes().split(b"\n")[:-1]]

    def __len__(self) -> int:
        return self.file.read_bytes().count(b"\n")

    def done_by(self, writer: int) -> int:
        return sum(1 for receipt in self.receipts() if receipt["command"].startswith(f"w{writer}-"))


class Application:
    """The two processes; whoever of them has been killed is started again by `start`, and goes on where it was."""

    def __init__(self, url: str, home: Path) -> None:
        self.url, self.complaint = url, home / "complaint"
        self.acknowledged = Acknowledged(home / "acknowledged")
        self.running: dict[str, BaseProcess] = {}

    def start(self, *names: str) -> None:
        for name in names or PROCESSES:
            if name not in self.running:
                arguments = (self.url, str(self.acknowledged.file), str(self.complaint))
                self.running[name] = _processes.Process(target=PROCESSES[name], args=arguments, daemon=True)
                self.running[name].start()

    def kill(self, *names: str) -> None:
        """SIGKILL; raises AssertionError for a process that had ended before, with what it said."""
        for name in names:
            process = self.running.pop(name)
            ended = process.exitcode
            process.kill()
            process.join()
            assert ended is None, self.complaint.read_text() if self.complaint.exists() else f"{name} ended: {ended}"

    def stop(self) -> None:
        """SIGKILL for whoever still runs."""
        for process in self.running.values():
            process.kill()
            process.join()
        self.running.clear()


def keep_writing(url: str, acknowledged: str, complaint: str) -> None:
    """Send commands from eight threads until killed, each again under its own id until it has its receipt."""
    receipts, parent = Acknowledged(Path(acknowledged)), os.getppid()
    out = os.open(acknowledged, os.O_WRONLY | os.O_APPEND)
    with ExitStack() as stack:
        stack.push(partial(_complain, Path(complaint)))
        log = _opened(url, stack)
        pool = ThreadPoolExecutor(WRITERS)
        writers = [pool.submit(_write, log, writer, receipts.done_by(writer), out, parent) for writer in range(WRITERS)]
        for one in as_completed(writers):
            one.result()


def _write(log: Log, writer: int, nth: int, out: int, parent: int) -> None:
    while os.getppid() == parent:
        sent = command(writer, nth)
        decided: list[int] = []

        def decide(history: list[Recorded], sent: Command = sent, decided: list[int] = decided) -> list[Entry]:
            decided.append(len(history))
            return sent.entries

        with suppress(Busy):  # who is told so sends the command again
            receipt = log.record(sent.id, sent.stream, sent.id.encode(), decide)
            told = {"command": sent.id, "positions": receipt.positions, "versions": receipt.versions}
            os.write(out, json.dumps(told | {"recorded_before": not decided}).encode() + b"\n")
            nth += 1


def keep_following(url: str, _acknowledged: str, complaint: str) -> None:
    """Bring the rows on, as `journey serve` does, until killed."""
    parent = os.getppid()
    with ExitStack() as stack:
        stack.push(partial(_complain, Path(complaint)))
        stack.enter_context(Follower(url, standard().classes))
        while os.getppid() == parent:
            time.sleep(0.5)


def _opened(url: str, stack: ExitStack) -> Log:
    """The log of a database that may still be on its way up."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return stack.enter_context(Log(url, size=WRITERS))
        except Refused:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _complain(file: Path, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
    """Leave word of what ended the process, for the test to tell, and end it whatever its threads do."""
    if error is not None:
        file.write_text("".join(traceback.format_exception(kind, error, trace)))
        os._exit(1)


def killed_between_position_and_rows(url: str) -> bool:
    """Let a follower run whose position moves in a transaction of its own, until it dies right after; gives whether it was killed."""
    process = _processes.Process(target=_follow_carelessly, args=(url,))
    process.start()
    process.join(60)
    return process.exitcode == -signal.SIGKILL


def _follow_carelessly(url: str) -> None:
    with psycopg.connect(as_role(url, PROJECT), autocommit=True) as conn, psycopg.connect(as_role(url, PROJECT)) as other:
        follow.prepare(conn)

        def move(_: object, after: int, upto: int) -> None:
            with other.transaction():
                other.execute("update rows.progress set position = %s where position = %s", (upto, after))
            os.kill(os.getpid(), signal.SIGKILL)

        follow._move = move
        follow.advance(conn, follow.Cases(standard().classes))


PROCESSES = {"writers": keep_writing, "follower": keep_following}


def sent_by(acknowledged: Acknowledged) -> Iterator[Sent]:
    """The commands that were acknowledged, and of each writer the one that it was at, made anew."""
    receipts = acknowledged.receipts()
    for receipt in receipts:
        writer, nth = map(int, receipt["command"].removeprefix("w").split("-"))
        yield Sent(receipt["command"], command(writer, nth).entries, receipt["positions"], receipt["versions"])
    for writer in range(WRITERS):
        current = command(writer, acknowledged.done_by(writer))
        yield Sent(current.id, current.entries, None, None)

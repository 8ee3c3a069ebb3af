"""A command of `journey` and what it said; lines and files for it to take."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api.cli.main import run
from dashboards.figures import FIGURES
from journey.sample import sample_register

PROGRAM = [sys.executable, "-m", "api"]
PINNED = ("--until", "2025-12-30")
"""The end of the sample's own years: the register of `sample_register()`, whatever day the tests run."""


class Said(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert (self.code, self.err.partition("Bemærk: ")[0]) == (0, "")
        return json.loads(self.out)


Journey = Callable[..., Said]


class reachable_folder:  # noqa: N801 -- used as a function, in `with`
    def __enter__(self) -> Path:
        self._path = Path(tempfile.mkdtemp(prefix="journey-cli-")).resolve()
        self._path.chmod(0o711)
        return self._path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


def journey_of(capsys: pytest.CaptureFixture[str]) -> Journey:
    def journey(*words: object) -> Said:
        capsys.readouterr()
        code = run([str(word) for word in words])
        return Said(code, *capsys.readouterr())

    return journey


def a_line(nth: int, kind: str = "referred", day: str = "2025-03-01", **said: Any) -> dict[str, Any]:
    data = {"unit": "ungeindsatsen", "citizen": f"b-{nth}"} if kind == "referred" else {}
    return {
        "case": f"N-{nth}",
        "kind": kind,
        "valid_at": day,
        "known_at": f"{day}T12:00:00+01:00",
        "source": "fs",
        "source_id": str(nth),
        "data": data,
        **said,
    }


def filed(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


def head_of(journey: Journey) -> int:
    return journey("status", "--json").json["position"]


def sample_file(path: Path, lines: int | None = None) -> Path:
    return filed(path, *sample_register(2025)[:lines])


COHORT = ("--from-unit", "social", "--to-unit", "am", "--from", "2022-10-01", "--to", "2022-11-01", "--valid-at", "2025-02-01")


def words_of(figure: str) -> tuple[str, ...]:
    takes = FIGURES[figure].takes
    if figure == "cohort":
        return COHORT
    if takes.has_period:
        return ("--from", "2025-01-01", "--to", "2026-01-01")
    return tuple(word for day in days_of(figure) for word in ("--valid-at", day))


def days_of(figure: str) -> list[str]:
    """The days that `words_of` puts to the figure: two where it compares two."""
    takes = FIGURES[figure].takes
    return ["2024-02-02", "2025-02-01"][-(takes.days or 1) :] if "valid_at" in takes.names else []

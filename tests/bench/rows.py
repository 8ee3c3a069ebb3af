"""A row of the speed table: what was measured, what it is held against, and whether that is enough."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

HEADER = ("what", "ours", "reference", "ratio", "target", "reached")
_WIDTHS = (80, 14, 14, 9, 11, 7)


class Row(Struct, frozen=True):
    """One row; it is judged by its ratio where there is a reference, else by what is ours, and not at all without a target."""

    what: str
    ours: float
    unit: str
    reference: float | None = None
    least: float | None = None
    most: float | None = None
    note: str = ""
    because: str = ""
    """Why it falls short, where it does."""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.reference if self.reference else None

    @property
    def reached(self) -> bool | None:
        judged = self.ours if self.ratio is None else self.ratio
        if self.least is not None:
            return judged >= self.least
        return None if self.most is None else judged <= self.most

    @property
    def target(self) -> str:
        limit = self.most if self.least is None else self.least
        if limit is None:
            return ""
        return f"{'≤' if self.least is None else '≥'} {limit:g} {'×' if self.reference else self.unit}"

    @property
    def said(self) -> str:
        """What stands beside it: its note, and the reason if it falls short."""
        return "; ".join(filter(None, (self.note, self.because if self.reached is False else "")))

    @property
    def texts(self) -> tuple[str, ...]:
        """The row as it is printed, in the order of the header."""
        return (
            self.what,
            _number(self.ours, self.unit),
            "" if self.reference is None else _number(self.reference, self.unit),
            "" if self.ratio is None else f"{self.ratio:.2f} ×",
            self.target,
            {True: "yes", False: "NO", None: ""}[self.reached],
        )


def _number(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if abs(value) >= 1_000 else f"{value:.3g} {unit}"


def as_line(texts: Sequence[str], note: str = "") -> str:
    """One line of the table."""
    cells = (
        text.ljust(width) if at == 0 else text.rjust(width) for at, (text, width) in enumerate(zip(texts, _WIDTHS, strict=True))
    )
    return " | ".join((*cells, note)).rstrip(" |")


def keep(file: Path, rows: Sequence[Row], *, scale: float, postgres: str, seconds: float) -> None:
    """Write the run as JSON: its rows, and what they were measured on."""
    told = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "scale": scale,
        "seconds": round(seconds, 1),
        "cores": os.cpu_count(),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgres": postgres,
        "rows": [
            {**asdict(row), "note": row.said, "ratio": row.ratio, "target": row.target, "reached": row.reached} for row in rows
        ],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")

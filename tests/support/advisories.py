"""Snapshot of the advisories known of the locked packages: `make advisories` takes it, a release demands a fresh one.

The newest stands in `docs/advisories.json`: the day it was taken, its source, the lock file it is of, how many packages were looked at,
and what was found. Where there is no such file, none has been taken.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from tests.support.lock import LOCK, ROOT, locked

FILE = ROOT / "docs" / "advisories.json"
FRESH = timedelta(days=7)
"""How old a snapshot may be when a release is made."""


class Advisory(Struct, frozen=True, forbid_unknown_fields=True):
    """Advisory of a package: its id, and the versions that mend it."""

    package: str
    version: str
    id: str
    mended_in: tuple[str, ...] = ()


class Snapshot(Struct, frozen=True, forbid_unknown_fields=True):
    """Snapshot of the advisories of a lock file, on a day."""

    taken: date
    source: str
    lock: str
    packages: int
    found: tuple[Advisory, ...] = ()


def stored() -> Snapshot | None:
    """The newest snapshot; None where none has been taken. Raises msgspec's errors for a file that is none."""
    return msgspec.json.decode(FILE.read_bytes(), type=Snapshot) if FILE.exists() else None


def hash_of(lock: str) -> str:
    return hashlib.sha256(lock.encode()).hexdigest()


def snapshot(audit: dict[str, Any], lock: str, day: date, source: str) -> Snapshot:
    """The snapshot that an answer of pip-audit is. Raises ValueError where it did not look at every package of the lock file."""
    looked_at = {each["name"]: each for each in audit["dependencies"] if "skip_reason" not in each}
    if missing := sorted({each.name for each in locked(lock) if not each.where} - {*looked_at}):
        raise ValueError(f"these packages were not looked at: {', '.join(missing)}")
    found = tuple(
        Advisory(each["name"], each["version"], vulnerability["id"], tuple(vulnerability["fix_versions"]))
        for each in looked_at.values()
        for vulnerability in each["vulns"]
    )
    return Snapshot(day, source, hash_of(lock), len(looked_at), found)


def fault(taken: Snapshot | None, lock: str, today: date) -> str:
    """Why no release can be made with this snapshot; empty where one can."""
    if taken is None:
        return "No snapshot of advisories has been taken: run make advisories where the network reaches an advisory service."
    if taken.lock != hash_of(lock):
        return f"The snapshot of {taken.taken} is of another lock file: run make advisories."
    if not timedelta() <= today - taken.taken <= FRESH:
        return f"The snapshot was taken on {taken.taken}, more than {FRESH.days} days from today: run make advisories."
    if taken.found:
        names = ", ".join(sorted({f"{each.package} {each.version} ({each.id})" for each in taken.found}))
        return f"Advisories are known: {names}. Lock a version that mends each, and run make advisories."
    return ""


def shown(taken: Snapshot | None) -> str:
    """The sentence on the newest snapshot, for a paper."""
    if taken is None:
        return "No snapshot of known advisories has been taken yet: `make release` refuses until `make advisories` has."
    return (
        f"Newest snapshot of known advisories: {taken.taken} ({taken.source}), {taken.packages} packages, "
        f"{len(taken.found)} found."
    )


def main() -> str:
    """Store the snapshot that pip-audit's answer on standard input is. Gives what is wrong, or nothing."""
    text = sys.stdin.read()
    if not text.strip():
        return "The advisory service could not be reached, so no snapshot was taken; the one there was stands."
    taken = snapshot(json.loads(text), LOCK.read_text("utf-8"), datetime.now(UTC).date(), "OSV, by pip-audit")
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(taken), indent=1) + b"\n")
    return ""


if __name__ == "__main__":
    sys.exit(main() or None)

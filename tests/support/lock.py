"""The lock file, read: each package with its version, where it is installed, and the hashes of its files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
_PACKAGE = re.compile(
    r"(?P<name>[a-z0-9._-]+)==(?P<version>[^\s;\\]+)(?: ; (?P<where>[^\\\n]+?))? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+)"
)


class LockedPackage(NamedTuple):
    """Package as it is locked; `where` is the condition on the machine, empty for none."""

    name: str
    version: str
    where: str
    hashes: tuple[str, ...]


def locked(text: str) -> list[LockedPackage]:
    """The packages of a lock file. Raises ValueError for a line that is none of one."""
    found = [
        LockedPackage(each["name"], each["version"], each["where"] or "", tuple(re.findall(r"[0-9a-f]{64}", each["hashes"])))
        for each in _PACKAGE.finditer(text)
    ]
    rest = _PACKAGE.sub("", text).strip()
    if rest:
        raise ValueError(f"the lock file has a line that is no package of one version with its hashes: {rest.splitlines()[0]}")
    return found

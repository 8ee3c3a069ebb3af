"""The files of a release, made in `dist/`: the wheel, its bill of materials, and the hash of each: `make release`.

It is refused where the tree has changes, where no fresh snapshot of advisories has been taken, and where the wheel made twice is not the
same bytes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.support import advisories, sbom
from tests.support.lock import LOCK, ROOT

DIST = ROOT / "dist"


def main() -> str:
    """Make the files. Gives why they cannot be made, or nothing."""
    if _git("status", "--porcelain"):
        return "The tree has changes that are not committed."
    if fault := advisories.fault(advisories.stored(), LOCK.read_text("utf-8"), datetime.now(UTC).date()):
        return fault
    wheels = [_wheel(), _wheel()]
    if wheels[0] != wheels[1]:
        return "The wheel made twice is not the same bytes."
    DIST.mkdir(exist_ok=True)
    [(name, content)] = wheels[0].items()
    files = {name: content, name.replace(".whl", ".cdx.json"): sbom.text().encode()}
    for each, bytes_ in files.items():
        (DIST / each).write_bytes(bytes_)
    sums = "".join(f"{hashlib.sha256(bytes_).hexdigest()}  {each}\n" for each, bytes_ in files.items())
    (DIST / "SHA256SUMS").write_text(sums, "ascii")
    print(sums, end="")  # noqa: T201 -- what was made, for who makes the release
    return ""


def _wheel() -> dict[str, bytes]:
    """The wheel of the newest commit, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        tree, out = Path(folder, "tree"), Path(folder, "out")
        _git("worktree", "add", "--detach", str(tree))
        try:
            moment = _git("log", "-1", "--format=%ct")
            command = [
                sys.executable,
                "-m",
                "pip",
                "wheel",
                "--quiet",
                "--no-deps",
                "--no-build-isolation",
                "-w",
                str(out),
                str(tree),
            ]
            subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": moment})
        finally:
            _git("worktree", "remove", "--force", str(tree))
        return {path.name: path.read_bytes() for path in out.iterdir()}


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main() or None)

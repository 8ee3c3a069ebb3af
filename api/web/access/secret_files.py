"""Secret files of the access: the token of the API, made in the data folder, the secret that a trusted proxy sends, and
the one that this site shows the municipality's login."""

from __future__ import annotations

import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from api.oidc_settings import SECRET_FILE
from journey.postgres.folders import sync_folder
from journey.refusals import Refused
from journey.system_words import os_error_reason

TOKEN_FILE = "api.token"  # noqa: S105 -- the name of its file
"""The file of the API's token, in the data folder."""
PROXY_SETTING = "JOURNEY_TRUSTED_PROXY_SECRET_FILE"
CONTAINER_SECRETS = Path("/run/secrets")
"""The folder in which a container is given its secrets, with the mode they have outside; there are no other accounts in there."""

_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_SECRET = re.compile(r"[!-~]{32,512}")
_CLIENT_SECRET = re.compile(r"[!-~]{16,512}")
_NOT_OTHERS, _NOT_WORLD = 0o077, 0o027
"""What the mode may not have: for the token anything for others, for a proxy's secret writing by a group and anything for the world."""


def api_token(data: Path) -> str:
    """The token of the API, made where there is none. Raises Refused (`wrong_start`) for a file that is not to be trusted."""
    path = data / TOKEN_FILE
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        _make(path)
    return existing_token(data)


def existing_token(data: Path) -> str:
    """The token of the API as a server has made it. Raises Refused (`wrong_start`) for none, and for one not to be trusted."""
    path = data / TOKEN_FILE
    remedy = f"Slet {path}, og start registret igen: så laves en ny."
    text = _read(path, _NOT_OTHERS, str(path), remedy)
    if not _TOKEN.fullmatch(text):
        raise _refused("Filen er ikke en nøgle til API'et, som registret laver den.", str(path), remedy)
    return text


def proxy_secret(path: Path) -> str:
    """The secret of the trusted proxy. Raises Refused (`wrong_start`) for a file not to be trusted, or a secret easily guessed."""
    checked = 0 if path.parent == CONTAINER_SECRETS else _NOT_WORLD
    remedy = f"Lav den sådan: (umask 077; openssl rand -hex 32 > {path}), og giv proxyen den samme."
    text = _read(path, checked, PROXY_SETTING, remedy)
    if not _SECRET.fullmatch(text):
        raise _refused("Hemmeligheden skal være mindst 32 tegn af ASCII uden mellemrum.", PROXY_SETTING, remedy)
    return text


def client_secret(path: Path) -> str:
    """The secret that this site shows the municipality's login. Raises Refused (`wrong_start`) for a file not to be trusted."""
    checked = 0 if path.parent == CONTAINER_SECRETS else _NOT_WORLD
    remedy = f"Læg den hemmelighed i filen, som kommunens log ind har givet registret, og kør: chmod 600 {path}."
    text = _read(path, checked, SECRET_FILE, remedy)
    if not _CLIENT_SECRET.fullmatch(text):
        raise _refused("Hemmeligheden skal være mindst 16 tegn af ASCII uden mellemrum.", SECRET_FILE, remedy)
    return text


def _make(path: Path) -> None:
    # Written in full beside it and then given the name, so that nobody reads half a token and none is ever replaced.
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{secrets.token_urlsafe(_BYTES)}\n")
    try:
        with suppress(FileExistsError):
            os.link(beside, path)
            sync_folder(path.parent)
    finally:
        beside.unlink()


def _read(path: Path, closed: int, place: str, remedy: str) -> str:
    """The text of a secret file whose mode has none of the `closed` rights."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            text = file.read(1024).decode("ascii").strip()
    except FileNotFoundError:
        raise _refused(f"Filen {path} er der ikke.", place, remedy) from None
    except (OSError, ValueError) as error:
        why = os_error_reason(error) if isinstance(error, OSError) else "den er ikke ASCII"
        raise _refused(f"Filen {path} kan ikke læses: {why}.", place, remedy) from None
    if os.name == "posix" and closed:
        if stat.S_IMODE(found.st_mode) & closed:
            raise _refused(f"Filen {path} er åben for andre konti på maskinen, så de kan have læst den.", place, remedy)
        if found.st_uid not in (os.geteuid(), 0) and os.geteuid() != 0:
            raise _refused(f"Filen {path} ejes af en anden konto.", place, remedy)
    return text


def _refused(message: str, place: str, remedy: str) -> Refused:
    refused = Refused("wrong_start", message, place=place)
    refused.remedy = remedy
    return refused

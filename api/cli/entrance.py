"""`journey open`, `journey token` and `journey emergency make`: the ways into a register, for a browser and for a program on this machine,
and for two people while the municipality's login is down."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import click

from api.browser import show_page
from api.cli.danish_click import DanishCommand, DanishGroup
from api.clock import now
from api.console import print_line
from api.register.register import opened
from api.settings import settings
from api.socket import LOOPBACK
from api.web.access.links import MINUTES, link
from api.web.access.oidc.emergency import make
from api.web.access.oidc.stored_sessions import LONGEST_EMERGENCY
from api.web.access.secret_files import existing_token
from journey.log.migrate import SESSION
from journey.personal import is_clean, is_person_id
from journey.refusals import Refused
from journey.system_words import os_error_reason

STANDARD = "127.0.0.1:8000"
PATIENCE = 5


@click.command("open", cls=DanishCommand)
@click.argument("address", default=STANDARD, metavar="[ADRESSE]")
@click.option("--open/--no-open", "browse", default=True, help="vis siden i en browser, eller skriv kun linket")
def open_(address: str, browse: bool) -> None:
    """Giv et link, der åbner registret i en browser og virker én gang.

    ADRESSE er registrets, som localhost:8000 eller localhost:8000/sager; udeladt: 127.0.0.1:8000.
    """
    site, port, page = _parts(address)
    chosen = settings()
    token = existing_token(chosen.data)
    if not _answers(site):
        refused = Refused("wrong_start", "Der er intet register på adressen.", place=site)
        refused.remedy = "Start det med journey serve, eller skriv den adresse, som det sagde, da det blev startet."
        raise refused
    entrance = link(token, site, port, page)
    print_line(f"Linket virker én gang, i {MINUTES} minutter:")
    print_line(entrance)
    if browse and not show_page(entrance, chosen.data):
        print_line("Der er ingen browser at åbne; skriv linket i en.")


@click.command(cls=DanishCommand)
def token() -> None:
    """Skriv den header, som API'et vil have med hver forespørgsel: journey token | curl -H @- ADRESSE."""
    print_line(f"Authorization: Bearer {existing_token(settings().data)}")


@click.group(cls=DanishGroup, name="emergency")
def emergency() -> None:
    """Lav nødadgangen, som to personer sammen bruger, når kommunens log ind er nede."""


@emergency.command(cls=DanishCommand, name="make")
@click.option(
    "--half",
    "halves",
    nargs=2,
    type=(str, click.Path(path_type=Path, dir_okay=False)),
    multiple=True,
    metavar="PERSON FIL",
    help="en persons id, og den nye fil, som personens kode skrives i; gives for to personer",
)
def make_account(halves: tuple[tuple[str, Path], ...]) -> None:
    """Skriv en kode til hver af to personer i hver sin fil. Den nødadgang, der var før, virker så ikke mere."""
    people, files = [person for person, _ in halves], [file for _, file in halves]
    chosen = settings()
    if len(halves) != 2 or len({*people}) != 2 or len({file.absolute() for file in files}) != 2:
        raise Refused("bad_parameter", "Nødadgangen er to personers, med hver sin fil.", place="--half")
    for person in people:
        if not is_person_id(person, chosen.person_ids) or not is_clean(person):
            raise Refused("bad_parameter", "Det er ikke et id på en person.", place="--half")
    made: list[Path] = []
    try:
        for file in files:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            made.append(file)
        with opened(chosen) as register, register.connected(SESSION) as conn:
            for file, half in zip(files, make(conn, people, now()), strict=True):
                file.write_text(f"{half}\n", "ascii")
    except OSError as error:
        _remove(made)
        raise Refused("bad_parameter", f"Filen kan ikke laves: {os_error_reason(error)}.", place="--half") from None
    except BaseException:
        _remove(made)
        raise
    print_line(
        f"Nødadgangen er lavet. Den virker én gang, i højst {LONGEST_EMERGENCY // 3600} timer, når kommunens log ind er nede."
    )
    print_line("Giv hver person sin kode på papir i en lukket kuvert, og slet de to filer.")


def _parts(address: str) -> tuple[str, int, str]:
    """The site, the port and the page of an address of this machine. Raises Refused (`bad_parameter`) for another."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, port = parts.netloc.rpartition("@")[2].removesuffix(f":{parts.port}").lower(), parts.port or 80
        if parts.scheme == "http" and host in LOOPBACK and not parts.username:
            page = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
            return f"http://{host}:{port}", port, page
    except ValueError:
        pass
    raise Refused("bad_parameter", f"Det er ikke en adresse på denne maskine, som {STANDARD}.", place="ADRESSE")


def _answers(site: str) -> bool:
    """Whether something answers there; it is shown nothing, since it may be another's program."""
    try:
        with urllib.request.urlopen(f"{site}/health/live", timeout=PATIENCE):  # noqa: S310 -- http, to this machine
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _remove(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)

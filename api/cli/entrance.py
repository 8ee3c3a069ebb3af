"""`journey open` and `journey token`: the way into a register that is served on this machine, for a browser and for a program."""

from __future__ import annotations

import urllib.error
import urllib.request
from urllib.parse import urlsplit

import click

from api.browser import show_page
from api.cli.danish_click import DanishCommand
from api.console import print_line
from api.settings import settings
from api.socket import LOOPBACK
from api.web.access.links import MINUTES, link
from api.web.access.secret_files import existing_token
from journey.refusals import Refused

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

"""A register that takes files in by its pages, and a browser without scripts that sends them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from tests.conftest import Database, fresh_database
from tests.support.registers import register_on
from tests.support.serving import Running, running
from tests.support.sheets import ACCEPTED
from tests.support.waiting import until

GRANTS = "Sagsnr;Bevillingsnr;CPR;Navn;Ydelse;Startdato;Status;Slutdato;Beløb pr. måned\n"
CASES = "CPR;Enhed;Henvist;Sagsbehandler\n"
GRANT_ROWS = ("1;7;010180-0001;Navn Navnesen;Bostøtte § 85;01-02-2026;Iværksat;;100",)
CASE_ROWS = ("010180-0001;Ungeindsatsen;01-01-2026;sb-17",)
NUMBER = "010180-0001"


def sheet(heads: str, *rows: str) -> bytes:
    return (heads + "".join(f"{row}\n" for row in rows)).encode("cp1252")


def sheets(grants: tuple[str, ...] = GRANT_ROWS, cases: tuple[str, ...] = CASE_ROWS) -> dict[str, bytes]:
    """The files of a delivery."""
    return {"bevillinger.csv": sheet(GRANTS, *grants), "sager.csv": sheet(CASES, *cases)}


@contextmanager
def taking_uploads(server: Database, template: Database, data: Path) -> Iterator[Running]:
    """The app of an empty register with `JOURNEY_UPLOADS=on`."""
    with fresh_database(server, template.name) as database:
        register = register_on(database, data)
        with running(msgspec.structs.replace(register.settings, takes_uploads=True)) as made:
            yield made


def send(
    app: Running, files: Mapping[str, bytes], mapping: str | None = ACCEPTED, to: str = "/indlaes", **fields: str
) -> httpx.Response:
    """What a browser's form sends."""
    parts = [("files", (name, content, "text/csv")) for name, content in files.items()]
    if mapping is not None:
        parts.append(("mapping", ("m.toml", mapping.encode(), "application/toml")))
    return app.client.post(to, files=parts or [("files", ("", b""))], data=fields, headers=same_origin(app))


def press(app: Running, address: str) -> httpx.Response:
    """What a form with a button alone sends."""
    return app.client.post(address, headers={**same_origin(app), "Content-Type": "application/x-www-form-urlencoded"})


def same_origin(app: Running) -> dict[str, str]:
    return {"Origin": app.url}


def after(app: Running, sent: httpx.Response) -> httpx.Response:
    """The page that the browser is led to, once no work is under way."""
    assert sent.status_code == 303, (sent.status_code, words(sent))
    address, pages = sent.headers["location"], list[httpx.Response]()

    def is_done() -> bool:
        pages.append(app.client.get(address))
        return "refresh" not in pages[-1].headers

    until(is_done)
    return pages[-1]


def words(page: httpx.Response) -> str:
    """The text of a page's main part."""
    main = page.text.partition("<main")[2].partition("</main>")[0] or page.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def id_of(sent: httpx.Response) -> str:
    """The address of an upload's page, without its language."""
    return sent.headers["location"].partition("?")[0]

"""CPR numbers of a delivery: fifty are planted in every place a list has, and found in none that the program writes."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg
import pytest
from msgspec.structs import replace

from journey.log.identity_vault import LINE_BREAK, IdentityKeys
from journey.postgres import Embedded, embedded
from journey.postgres.binaries import MAJOR, installed_package
from tests.cli.asking import PROGRAM
from tests.conftest import Database
from tests.promises.conftest import Figures
from tests.support.municipality import WORKSHEET, XLSX
from tests.support.planted import NUMBERS, hits, hits_in_files
from tests.support.registers import register_on
from tests.support.serving import running
from tests.support.uploads import after, id_of, press, send

PROMISE = (
    "A6 begins: fifty CPR numbers go through whole deliveries and stand in no log, dump, write-ahead log, table, answer, error or"
    " temporary file"
)

pytestmark = pytest.mark.long

MAPPING = """
format = "sheets"
source = "fagsystem"
[[sheet]]
name = "sager"
file = "*sager.csv"
key = ["CPR"]
case = { cpr = "CPR" }
ignore = ["Navn", "Bemærkning"]
gone = "withdraw"
  [[sheet.event]]
  kind = "referred"
  on = "Henvist"
  data = { citizen = { cpr = "CPR" }, born = { birth_month_of = "CPR" }, unit = "Enhed" }
  [[sheet.event]]
  kind = "caseworker_changed"
  first = "caseworker_assigned"
  follows = "Sagsbehandler"
  on = "Henvist"
  data = { role = { is = "authority" }, worker = { person = "Sagsbehandler" }, reason = { is = "other" } }
"""
HEADER = "CPR;Navn;Henvist;Enhed;Sagsbehandler;Bemærkning"


def spelled(nth: int, number: str) -> str:
    """A number as people and programs write it, each in its own way."""
    return (number, f"{number[:6]}-{number[6:]}", f"{number[:6]} {number[6:]}", number.lstrip("0"))[nth % 4]


def rows(unit: str = "ui", worker: str = "Mette Ærø") -> list[str]:
    """A good row of each number, which stands in the columns that nobody reads too."""
    return [
        f"{spelled(nth, number)};Borger {number[:6]}-{number[6:]};04-03-2024;{unit};{worker};ringede om {number}"
        for nth, number in enumerate(NUMBERS)
    ]


def bad_rows() -> list[str]:
    """Rows with a number in each column that is none for it, or that is bad in another way."""
    number = f"{NUMBERS[1][:6]}-{NUMBERS[1][6:]}"
    good = f"{number};x;04-03-2024;ui;sb-1;y".split(";")
    return [
        *(";".join(number if at == column else cell for at, cell in enumerate(good)) for column in (2, 3, 4)),
        f"{number} {number};x;04-03-2024;ui;sb-1;y",
        f"{number};x;04-03-2024;Ungeindsats {number};sb-1;y",
        f"{number};x;i går;ui;sb-1",
        *(f"{number};x;04-03-2024;ui;sb-1;twice" for _ in range(2)),
    ]


class Desk:
    """The command line of a register of its own, everything that it wrote, and the folder of its temporary files."""

    def __init__(self, home: Path, server: Embedded) -> None:
        self.home, self.server = home, server
        self.written = b""
        self.temporary = home / "tmp"
        self.temporary.mkdir()
        self.temporary.chmod(0o777)
        (home / "m.toml").write_text(MAPPING, "utf-8")
        of_a_workbook = MAPPING.replace("fagsystem", "andet").replace('sager.csv"', f'sager.xlsx"\nworksheet = "{WORKSHEET}"')
        (home / "w.toml").write_text(of_a_workbook, "utf-8")

    def run(self, *words: object, code: int = 0) -> str:
        own = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
        settings = {"JOURNEY_DATA": str(self.home / "data"), "TMPDIR": str(self.temporary)}
        done = subprocess.run([*PROGRAM, *map(str, words)], env={**own, **settings}, capture_output=True, cwd=Path.cwd())
        self.written += done.stdout + done.stderr
        assert done.returncode == code, done.stderr.decode()
        return done.stdout.decode()

    def deliver(self, name: str, lines: Sequence[str], *options: object, code: int = 0, encoding: str = "cp1252") -> str:
        folder = self.home / "lists" / str(len(list((self.home / "lists").glob("*"))))
        folder.mkdir(parents=True)
        (folder / name).write_bytes("\n".join([HEADER, *lines, ""]).encode(encoding))
        return self.run("import", "--mapping", self.home / "m.toml", folder, *options, code=code)

    def deliver_workbook(self, lines: Sequence[str], *options: object, code: int = 0) -> str:
        """Deliver the lines as a workbook, in which some of the numbers are numbers, without their zero in front."""
        folder = self.home / "lists" / "workbook"
        folder.mkdir(exist_ok=True)
        book = XLSX.write([line.split(";") for line in (HEADER, *lines)])
        (folder / f"{NUMBERS[5]} sager.xlsx").write_bytes(book)
        return self.run("import", "--mapping", self.home / "w.toml", folder, *options, code=code)

    def as_superuser(self, *statements: str) -> None:
        with psycopg.connect(self.server.admin_url.replace("/postgres?", "/journey?"), autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement.encode())

    def dump(self) -> bytes:
        """A plain dump of the whole database."""
        program = installed_package() / f"pginstall{MAJOR}" / "bin" / "pg_dump"
        url = self.server.admin_url.replace("/postgres?", "/journey?")
        return subprocess.run([program, "--dbname", url], check=True, capture_output=True).stdout

    def found(self) -> dict[str, set[str]]:
        """Where a planted number stands: by place."""
        self.as_superuser("checkpoint")
        places = {"what was written": hits(self.written), "the dump": hits(self.dump())}
        places |= hits_in_files([self.home / "data", self.temporary])
        return {place: numbers for place, numbers in places.items() if numbers}


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    with embedded(home / "data") as server:
        made = Desk(home, server)
        made.run("migrate")
        made.as_superuser(
            "alter system set log_statement = 'all'",
            "alter system set log_min_messages = 'debug1'",
            "alter system set log_min_error_statement = 'debug1'",
            "alter system set log_error_verbosity = 'verbose'",
            "alter system set log_min_duration_statement = 0",
            "alter system set log_parameter_max_length = -1",
            "alter system set log_parameter_max_length_on_error = -1",
            "select pg_reload_conf()",
        )
        yield made


def test_fifty_numbers_go_through_deliveries_and_stand_nowhere(desk: Desk, figures: Figures) -> None:
    desk.deliver("sager.csv", rows(), "--taken-at", "2025-03-01", "--dry-run")
    desk.deliver("sager.csv", rows(), "--taken-at", "2025-03-01")
    desk.deliver("sager.csv", [*rows(), *bad_rows()], "--taken-at", "2025-04-01", code=1)
    desk.deliver(
        "sager.csv",
        [*rows("am", "Søren Ask"), *bad_rows()],
        "--taken-at",
        "2025-04-01",
        "--skip-bad",
        "--rejects",
        desk.home / "data" / "bad",
    )
    desk.deliver(f"{NUMBERS[3]} sager.csv", rows("am")[:20], "--taken-at", "2025-05-01", code=1)  # too much is gone
    desk.deliver(f"{NUMBERS[3]} sager.csv", rows("am")[:48], "--taken-at", "2025-05-01", encoding="utf-16")
    desk.deliver("sager.csv", [f'{NUMBERS[5]};"x'], "--taken-at", "2025-06-01", code=1)
    desk.deliver("sager.csv", [], "--taken-at", "2025-06-01", code=1)
    desk.run("import", "--mapping", desk.home / "m.toml", desk.home / f"{NUMBERS[7]}.csv", code=1)
    desk.deliver_workbook([*rows(), *bad_rows()], code=1)
    desk.deliver_workbook(rows())
    desk.run("mapping", "draft", *(path for path in (desk.home / "lists").rglob("sager.csv") if "1" in path.parts))
    desk.run("deliveries", "--json")
    desk.run("deliveries", "undo", "fagsystem")
    desk.run("figure", "caseload", "--valid-at", "2025-04-01", "--json")
    desk.run("export", desk.home / "data" / "export.jsonl")

    assert desk.found() == {}
    with psycopg.connect(desk.server.admin_url.replace("/postgres?", "/journey?")) as conn:
        sealed = conn.execute("select pseudonym, sealed from identity.numbers").fetchall()
    keys = IdentityKeys((desk.home / "data" / "identity.key").read_bytes().rstrip(LINE_BREAK))
    assert {keys.opened(pseudonym, each) for pseudonym, each in sealed} == {*NUMBERS}
    figures("A6", numbers=len(NUMBERS), places_with_a_number=0, bytes_of_the_dump=len(desk.dump()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into files without a name, as Linux shows them")
def test_fifty_numbers_go_through_the_page_and_stand_nowhere(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(desk.temporary))
    place = desk.server
    register = register_on(Database("journey", place.owner_url, place.app_url, place.admin_url), desk.home / "data")
    with running(replace(register.settings, takes_uploads=True)) as app:

        def look(*pages: httpx.Response) -> None:
            desk.written += b"".join(page.content + str([*page.headers.items(), page.url]).encode() for page in pages)
            assert numbers_in_open_files(desk.temporary) == set()

        look(send(app, {f"{NUMBERS[3]} sager.csv": b"x"}, MAPPING), send(app, {"sager.csv": NUMBERS[7].encode()}, NUMBERS[7]))
        for lines in (rows(), [*rows("am"), *bad_rows()], [f'{NUMBERS[5]};"x']):
            file = "\n".join([HEADER, *lines, ""]).encode("cp1252")
            sent = send(app, {"sager.csv": file}, MAPPING, skip_bad="yes")
            report = after(app, sent)
            look(sent, report, app.client.get(f"{id_of(sent)}/daarlige-raekker.csv"))
            done = after(app, press(app, f"{id_of(sent)}/tag"))
            look(done, app.client.get("/leverancer"), app.client.get("/sager"), app.client.get("/"))
        desk.written += app.logged.getvalue().encode()
        assert "Leverancen er indlæst" in desk.written.decode(errors="replace")
        assert desk.found() == {}
        copy = tempfile.TemporaryFile()  # noqa: SIM115 -- the twin: a file without a name that is not encrypted
        copy.write(NUMBERS[9].encode())
        copy.flush()
        assert numbers_in_open_files(desk.temporary) == {NUMBERS[9]}


def numbers_in_open_files(folder: Path) -> set[str]:
    """The planted numbers in the files of the folder that this process has open, also those that no name leads to."""
    found: set[str] = set()
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if str(each.readlink()).startswith(str(folder)):
                found |= hits(each.read_bytes())
    return found


def test_a_number_that_is_written_in_clear_is_found_in_each_place(desk: Desk) -> None:
    """The twins: unencrypted numbers in a table, as text and as bytes, in a file, in what is printed."""
    text, state, copied, printed = (spelled(nth, number) for nth, number in enumerate(NUMBERS[:4]))
    encoded = json.dumps({"data": {"grant": state}}).encode().hex()
    desk.as_superuser(
        "create table clear (text text, state bytea)",
        f"insert into clear values ('{text}', null), (null, '\\x{encoded}')",
    )
    (desk.temporary / "copy").write_bytes(f"x;{copied};y".encode("utf-16"))
    desk.written += printed.encode()

    found = desk.found()

    in_database = {NUMBERS[0], NUMBERS[1]}
    assert found.pop("what was written") == {NUMBERS[3]}
    assert found.pop(str(desk.temporary / "copy")) == {NUMBERS[2]}
    assert found.pop("the dump") == in_database
    for folder in ("pg_wal", "base", "log"):
        assert [numbers for place, numbers in found.items() if f"/{folder}/" in place] == [in_database], folder

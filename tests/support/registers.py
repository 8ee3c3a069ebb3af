"""Registers for tests: a database with rows, filled from lines of the interchange format."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from api.register.figure_functions import bring_up_to_date
from api.register.register import Register
from api.settings import Settings
from dashboards.counting.statements import counting_functions, definitions_digest
from journey.access.reader import LOCAL
from journey.codes import standard
from journey.exchange.importing import ImportReport, import_file
from journey.exchange.lines import header_line
from journey.log.vault import Vault
from tests.conftest import Database, Sample, fresh_database

HEADER = header_line(None) + b"\n"
TODAY = date(2026, 1, 15)
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def register_on(database: Database, data: Path) -> Register:
    """The register in the database, with its keys in the folder."""
    return Register(database.app_url, Settings(data, database.app_url, database.owner_url, standard()), LOCAL)


@contextmanager
def sampled_register(server: Database, sample: Sample, data: Path) -> Iterator[Register]:
    """A register of its own with the sample in it and its rows up to date; its keys are put into the folder."""
    shutil.copytree(sample.keys, data, dirs_exist_ok=True)
    with fresh_database(server, sample.database.name) as database:
        yield register_on(database, data)


def load(register: Register, lines: Iterable[dict[str, Any]], **options: Any) -> ImportReport:
    """Import the lines as an older register's own export, whatever ids and labels they hold."""
    file = io.BytesIO(HEADER + b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines))
    with Vault(register.settings.data / "outer.key", register.url) as vault:
        return import_file(register.url, file, codes=register.codes, now=NOW, vault=vault, **options)


def as_words(parameters: dict[str, Any]) -> dict[str, list[str]]:
    """A figure's parameters as a person would write them."""
    out: dict[str, list[str]] = {}
    for name, value in parameters.items():
        if isinstance(value, bool):
            out[name] = [str(value).lower()]
        elif name == "bands":
            out[name] = [",".join(map(str, value))]
        elif isinstance(value, list):
            out[name] = [str(each) for each in value]
        elif value is not None:
            out[name] = [str(value)]
    return out


@contextmanager
def functions_of_changed_figures(register: Register) -> Iterator[None]:
    """The database counts by the figures as they are now, as it does once a program with such figures has migrated it."""
    _forget_functions()
    assert bring_up_to_date(register.settings.owner_url or "") == ["tallenes funktioner"]
    try:
        yield
    finally:
        _forget_functions()


def _forget_functions() -> None:
    counting_functions.cache_clear()
    definitions_digest.cache_clear()

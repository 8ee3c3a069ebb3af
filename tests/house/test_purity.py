"""The pure core: only the edge does I/O or reads the clock, a library has one home, and the sample is drawn repeatably."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import FILES, modules_imported, name_of, nodes, where

MAY_TOUCH_THE_WORLD = {
    "dashboards/published/municipality.py",  # reads the municipality that comes with the product
    "dashboards/words/language.py",  # reads the English sentences that come with the product
    "journey/access/rules.py",  # reads the table that comes with the product
    "journey/codes.py",  # reads the lists that come with the product
    "journey/exchange/exporting.py",
    "journey/exchange/foreign_staging.py",
    "journey/exchange/importing.py",
    "journey/exchange/input_file.py",
    "journey/log/acts.py",
    "journey/log/application.py",
    "journey/log/identity_vault.py",
    "journey/log/login.py",
    "journey/log/look_reading.py",
    "journey/log/looks.py",
    "journey/log/migrate.py",
    "journey/postgres/__init__.py",
    "journey/postgres/accounts.py",
    "journey/postgres/binaries.py",
    "journey/postgres/cluster.py",
    "journey/postgres/creation.py",
    "journey/postgres/errors.py",
    "journey/postgres/folders.py",
    "journey/postgres/locks.py",
    "journey/proof/bundle.py",
    "journey/proof/handing_over.py",
    "journey/proof/checking.py",
    "journey/proof/last_signed.py",
    "journey/proof/looks.py",
    "journey/proof/notes.py",
    "journey/proof/proofs.py",
    "journey/proof/reading.py",
    "journey/proof/restores.py",
    "journey/proof/sealing.py",
    "journey/proof/verify.py",  # runs by itself, without the rest
    "journey/log/outer_keys.py",
    "journey/log/reading.py",
    "journey/exchange/recording.py",
    "journey/exchange/rejects.py",
    "journey/exchange/sameness.py",
    "journey/exchange/settling.py",
    "journey/exchange/deliveries/comparing.py",
    "journey/exchange/deliveries/reading_beside.py",
    "journey/exchange/deliveries/reading_process.py",
    "journey/exchange/deliveries/staging.py",
    "journey/exchange/deliveries/taking.py",
    "journey/exchange/deliveries/undoing.py",
    "journey/log/deliveries.py",
    "journey/exchange/sheets/delivery_files.py",
    "journey/exchange/sheets/workbooks/archives.py",
    "journey/exchange/sheets/workbooks/process.py",
    "journey/exchange/sheets/workbooks/reader.py",
    "journey/core_dumps.py",
    "journey/exchange/sheets/pseudonym.py",  # runs by itself, without the rest
    "journey/exchange/staging.py",
    "journey/log/protections.py",
    "journey/log/starting.py",
    "journey/log/receipts.py",
    "journey/log/recorder.py",
    "journey/log/role_answers.py",
    "journey/log/role_tokens.py",
    "journey/log/roles.py",
    "journey/log/rotation.py",
    "journey/log/store.py",
    "journey/log/vault.py",
    "projections/engine/follow.py",
    "projections/engine/identity.py",
    "projections/engine/placing.py",
    "projections/engine/stored_rows.py",
    "projections/engine/replay.py",
    "projections/engine/row_security.py",
    "projections/engine/sharing.py",
    "projections/engine/tables.py",
    "projections/engine/tentative.py",
}
"""Beside the edge, `api/`. Every other file is pure: no database, file, process, network, clock, chance or environment."""
WORLD = {
    *("psycopg", "psycopg_pool", "eventsourcing", "sqlite3"),
    *("os", "sys", "pathlib", "shutil", "tempfile", "glob", "fasteners", "platformdirs"),
    *("socket", "ssl", "http", "urllib", "subprocess", "signal", "threading", "multiprocessing", "asyncio"),
    *("time", "random", "secrets", "uuid", "rich", "click", "logging"),
}
"""Modules that only those files and the edge import."""
PURE = {"urllib.parse"}
"""What of them touches nothing."""
ONLY_IN = {
    "eventsourcing": ("journey/log/application.py", "journey/log/recorder.py", "journey/log/store.py"),
    "rich": ("api/",),
    "click": ("api/",),
}
OF_THE_CLOCK = {"now", "today", "utcnow"}
OF_FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "iterdir", "rglob"}


def touches(source: str, path: str) -> set[str]:
    """What of the world the source reaches for: modules, the clock, files; a repeatable `Random` is not chance."""
    found = {module.split(".")[0] for module in modules_imported(source, path) if module not in PURE} & WORLD
    if path.startswith("journey/sample/") and draws_repeatably(source):
        found.discard("random")
    for node in nodes(source):
        if isinstance(node, ast.Attribute) and node.attr in OF_THE_CLOCK and _of_a_date(node.value):
            found.add(node.attr)
        if isinstance(node, ast.Call):
            called = name_of(node.func)
            if called == "open" or (isinstance(node.func, ast.Attribute) and called in OF_FILES | OF_THE_CLOCK):
                found.add(called)
    return found


def draws_repeatably(source: str) -> bool:
    """Only the class `Random` is imported, and it is made with a seed."""
    tree = ast.parse(source)
    from_random = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "random"]
    whole = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names if alias.name == "random"]
    names = {alias.name for node in from_random for alias in node.names}
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and name_of(node.func) == "Random"]
    return not whole and names <= {"Random"} and all(len(call.args) == 1 and not call.keywords for call in made)


def _of_a_date(node: ast.expr) -> bool:
    return name_of(node) in ("date", "datetime")


def test_a_pure_file_touches_nothing_of_the_world():
    pure = [path for path in FILES if path not in MAY_TOUCH_THE_WORLD and not path.startswith("api/")]

    assert where({path: touches(FILES[path], path) for path in pure}) == {}


def test_each_exemption_is_still_needed():
    """One that is not needed is of a file that has become pure, or is gone: take it off the list."""
    assert [path for path in sorted(MAY_TOUCH_THE_WORLD) if path not in FILES or not touches(FILES[path], path)] == []


def test_the_clock_is_read_in_one_place():
    assert [path for path, source in FILES.items() if touches(source, path) & OF_THE_CLOCK] == ["api/clock.py"]


@pytest.mark.parametrize(("module", "places"), ONLY_IN.items())
def test_some_modules_have_one_home(module, places):
    importing = [path for path, source in FILES.items() if module in {m.split(".")[0] for m in modules_imported(source, path)}]

    assert importing
    assert [path for path in importing if not path.startswith(places)] == []


def test_the_sample_is_drawn_repeatably():
    sample = [path for path in FILES if path.startswith("journey/sample/")]

    assert sample
    assert [path for path in sample if not draws_repeatably(FILES[path])] == []


# --- the checks bite ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import datetime\nx = datetime.datetime.now",
        "from datetime import date\nx = date.today()",
        "from datetime import datetime\nclock = datetime.utcnow",
        "from datetime import datetime as dt\nx = dt.now(tz)",
        "import time\nx = time.time()",
        "from time import time",
        "from uuid import uuid4",
        "import random",
        "from random import Random\nx = Random(1)",
        "def f():\n    import os\n    return os.environ",
        "from os import environ",
        "x = open('f')",
        "from io import open\nx = open('f')",
        "import io\nx = io.open('f')",
        "def f(path): return path.read_text()",
        "from pathlib import Path",
        "import psycopg.sql",
        "import subprocess as s",
        "import urllib.request",
    ],
)
def test_a_hand_on_the_world_is_seen(source):
    assert touches(source, "journey/case.py")


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import date, datetime\ndef f(now: datetime, today: date): return now.date() == today",
        "def f(state): return state.open and state.now",
        "from journey.case import State\nx = State(open=True)",
        "from urllib.parse import urlencode",
    ],
)
def test_what_only_looks_like_it_is_not(source):
    assert touches(source, "journey/case.py") == set()


@pytest.mark.parametrize(
    ("source", "repeatable"),
    [
        ("from random import Random\nrng = Random(7)", True),
        ("from random import Random\nrng = Random()", False),
        ("from random import Random, random", False),
        ("from random import SystemRandom", False),
        ("import random\nrng = random.Random(7)", False),
    ],
)
def test_only_a_seeded_draw_is_repeatable(source, repeatable):
    assert draws_repeatably(source) is repeatable
    assert (touches(source, "journey/sample/plan.py") == set()) is repeatable

"""The shape of the code: imports point left, only the edge does I/O or reads the clock, files are small, ignores have reasons."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("journey", "projections", "dashboards", "api")
"""Each may import from those before it."""
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for layer in LAYERS
    for path in sorted((ROOT / layer).rglob("*.py"))
}
TESTS = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("*.py"))}

ROOMS: dict[str, tuple[str, ...]] = {
    "journey": (
        "system_words refusals problem personal types_in_danish events history codes case conformance sample postgres log",
        "commands publishing proof exchange",
    ),
    "projections": ("fold rows projections engine conformance",),
    "dashboards": (
        "words site figures published/municipality view definitions published drawing sections drilldown case pages pack",
    ),
    "api": (
        "clock logs console socket connections background settings sealing register answers",
        "web web/rest web/pages web/not_found web/app web/server cli entry __main__",
    ),
}
"""The rooms of each package, folders and single files, in their order: each may import from itself and those before it."""
MOST_FILES = 25
"""How many files of its own a folder has at most."""

MAY_TOUCH_THE_WORLD = {
    "dashboards/published/municipality.py",  # reads the municipality that comes with the product
    "dashboards/words/language.py",  # reads the English sentences that come with the product
    "journey/codes.py",  # reads the lists that come with the product
    "journey/exchange/exporting.py",
    "journey/exchange/importing.py",
    "journey/exchange/input_file.py",
    "journey/log/login.py",
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
    "journey/proof/checking.py",
    "journey/proof/notes.py",
    "journey/proof/proofs.py",
    "journey/proof/reading.py",
    "journey/proof/sealing.py",
    "journey/proof/verify.py",  # runs by itself, without the rest
    "journey/log/reading.py",
    "journey/exchange/rejects.py",
    "journey/exchange/sameness.py",
    "journey/exchange/settling.py",
    "journey/exchange/staging.py",
    "journey/log/starting.py",
    "journey/log/receipts.py",
    "journey/log/store.py",
    "journey/log/vault.py",
    "projections/engine/follow.py",
    "projections/engine/stored_rows.py",
    "projections/engine/replay.py",
    "projections/engine/sharing.py",
    "projections/engine/tables.py",
}
"""Beside the edge, `api/`. Every other file is pure: no database, file, process, network, clock, chance or environment."""

ALONE = ("journey/proof/verify.py",)
"""A program of one file, handed out to be read and run without the rest: it imports nothing of ours, and may be longer."""

WORLD = {
    *("psycopg", "psycopg_pool", "eventsourcing", "sqlite3"),
    *("os", "sys", "pathlib", "shutil", "tempfile", "glob", "fasteners", "platformdirs"),
    *("socket", "ssl", "http", "urllib", "subprocess", "signal", "threading", "multiprocessing", "asyncio"),
    *("time", "random", "secrets", "uuid", "rich", "click", "logging"),
}
"""Modules that only those files and the edge import."""
PURE = {"urllib.parse"}
"""What of them touches nothing."""
ONLY_IN = {"eventsourcing": ("journey/log/store.py",), "rich": ("api/",), "click": ("api/",)}

OF_THE_CLOCK = {"now", "today", "utcnow"}
OF_FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "iterdir", "rglob"}


def modules_imported(source: str, path: str) -> list[str]:
    """Every module that the source imports, wherever in it, relative imports resolved."""
    package = path.removesuffix(".py").split("/")[:-1]
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.append(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1]
            found += [".".join([*above, *([node.module] if node.module else [alias.name])]) for alias in node.names]
        elif isinstance(node, ast.Call) and _name(node.func) in ("__import__", "import_module"):
            found += [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)] or ["<unknown>"]
    return found


def imports_to_the_right(source: str, path: str) -> list[str]:
    allowed = {*LAYERS[: LAYERS.index(path.split("/")[0]) + 1]}
    forbidden = {*LAYERS, "tests", "<unknown>"} - allowed
    return [module for module in modules_imported(source, path) if module.split(".")[0] in forbidden]


def rank(path: str) -> tuple[int, int]:
    """The place of a file's room in the order: its package, then the longest name of a room that its path begins with."""
    package, _, rest = path.removesuffix(".py").partition("/")
    rooms = " ".join(ROOMS[package]).split()
    fitting = [room for room in rooms if rest == room or rest.startswith(f"{room}/")]
    if rest == "__init__":
        return LAYERS.index(package), -1
    assert fitting, f"{path} is in no room of ROOMS"
    return LAYERS.index(package), rooms.index(max(fitting, key=len))


def files_imported(source: str, path: str, files: Collection[str]) -> set[str]:
    """The files of ours that the source imports."""
    found: set[str] = set()
    for module in modules_imported(source, path):
        whole = module.replace(".", "/")
        found |= {file for file in (f"{whole}.py", f"{whole}/__init__.py") if file in files and file != path}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            base = node.module.replace(".", "/")
            for alias in node.names:
                found |= {file for file in (f"{base}/{alias.name}.py", f"{base}/{alias.name}/__init__.py") if file in files}
    # A file of a folder is imported by way of the folder; that is no use of what the folder's own file gathers.
    return found - {path}


def imports_upwards(files: dict[str, str]) -> dict[str, list[str]]:
    """For each file the files of later rooms that it imports."""
    found = {
        path: sorted(file for file in files_imported(source, path, files) if rank(file) > rank(path))
        for path, source in files.items()
    }
    return {path: later for path, later in found.items() if later}


def circles(files: dict[str, str]) -> list[list[str]]:
    """Every set of files that import each other in a circle (the strongly connected parts of the imports, Tarjan 1972)."""
    arrows = {path: files_imported(source, path, files) for path, source in files.items()}
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(path: str) -> None:
        order[path] = low[path] = len(order)
        stack.append(path)
        for other in arrows[path]:
            if other not in order:
                visit(other)
                low[path] = min(low[path], low[other])
            elif other in stack:
                low[path] = min(low[path], order[other])
        if low[path] == order[path]:
            part = stack[stack.index(path) :]
            del stack[stack.index(path) :]
            if len(part) > 1:
                found.append(sorted(part))

    for path in arrows:
        if path not in order:
            visit(path)
    return found


def touches(source: str, path: str) -> set[str]:
    """What of the world the source reaches for: modules, the clock, files; a repeatable `Random` is not chance."""
    found = {module.split(".")[0] for module in modules_imported(source, path) if module not in PURE} & WORLD
    if path.startswith("journey/sample/") and draws_repeatably(source):
        found.discard("random")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in OF_THE_CLOCK and _of_a_date(node.value):
            found.add(node.attr)
        if isinstance(node, ast.Call):
            called = _name(node.func)
            if called == "open" or (isinstance(node.func, ast.Attribute) and called in OF_FILES | OF_THE_CLOCK):
                found.add(called)
    return found


def draws_repeatably(source: str) -> bool:
    """Only the class `Random` is imported, and it is made with a seed."""
    tree = ast.parse(source)
    from_random = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "random"]
    whole = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names if alias.name == "random"]
    names = {alias.name for node in from_random for alias in node.names}
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "Random"]
    return not whole and names <= {"Random"} and all(len(call.args) == 1 and not call.keywords for call in made)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _of_a_date(node: ast.expr) -> bool:
    return _name(node) in ("date", "datetime")


def ignores_without_a_reason(source: str) -> list[str]:
    comments = [
        token.string for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type == tokenize.COMMENT
    ]
    ignore = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore)")
    reasoned = re.compile(r"#\s*(noqa: [A-Z]+[0-9]+|(type|pyright): ?ignore\[[\w, -]+\]).* -- \S")
    return [comment for comment in comments if ignore.search(comment) and not reasoned.search(comment)]


def forbidden_class_names(source: str) -> list[str]:
    ending = re.compile(r"(Manager|Helper|Utils?|Base|Service)$")
    return [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef) and ending.search(node.name)]


def where(found: dict[str, object]) -> dict[str, object]:
    """Only the files in which something was found."""
    return {path: what for path, what in found.items() if what}


def test_imports_point_left():
    assert where({path: imports_to_the_right(source, path) for path, source in FILES.items()}) == {}


def test_no_import_goes_back_up_between_rooms():
    assert imports_upwards(FILES) == {}


def test_no_files_import_each_other_in_a_circle():
    assert circles(FILES) == []


def test_no_folder_is_crowded():
    folders = Counter(path.rpartition("/")[0] for path in FILES if not path.endswith("/__init__.py"))

    assert {folder: n for folder, n in folders.items() if n > MOST_FILES} == {}


def test_every_room_is_there():
    rooms = {f"{package}/{room}" for package, names in ROOMS.items() for room in " ".join(names).split()}

    assert (
        sorted(room for room in rooms if not any(path == f"{room}.py" or path.startswith(f"{room}/") for path in FILES)) == []
    )


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


def test_files_are_small():
    lines = {path: source.count("\n") for path, source in FILES.items()}

    assert {path: n for path, n in lines.items() if n > (700 if path in ALONE else 400)} == {}
    assert {path: n for path, n in ((path, source.count("\n")) for path, source in TESTS.items()) if n > 400} == {}
    assert median(lines.values()) <= 100


def test_every_ignore_has_its_reason():
    assert where({path: ignores_without_a_reason(source) for path, source in (FILES | TESTS).items()}) == {}


def test_no_class_is_named_for_nothing():
    assert where({path: forbidden_class_names(source) for path, source in FILES.items()}) == {}


def test_every_module_says_what_it_is_for():
    assert [path for path, source in FILES.items() if not ast.get_docstring(ast.parse(source))] == []


# --- the checks bite ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("journey/case.py", "import projections.fold"),
        ("journey/case.py", "from projections import fold"),
        ("journey/sample/plan.py", "def later():\n    from api.clock import now"),
        ("journey/sample/plan.py", "from ...dashboards import danish"),
        ("projections/fold.py", "from .. import api"),
        ("projections/__init__.py", "from ..dashboards.figure import FIGURES"),
        ("dashboards/figures/money.py", "if True:\n    import json, api.register.register as register"),
        ("dashboards/figures/figure.py", "import importlib\nimportlib.import_module('api.clock')"),
        ("dashboards/figures/figure.py", "module = 'api.clock'\n__import__(module)"),
        ("journey/case.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from projections.fold import Row"),
        ("api/cli/main.py", "from tests.support.given import given"),
    ],
)
def test_an_upward_import_is_seen(path, source):
    assert imports_to_the_right(source, path)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("api/cli/main.py", "import journey.case, projections.fold, dashboards.figures.figure"),
        ("projections/fold.py", "from . import believed\nfrom .spans import CaseSpan\nfrom journey.case import State"),
        ("journey/sample/plan.py", "from .. import case\nfrom ..events import Event"),
    ],
)
def test_an_import_to_the_left_or_within_is_not(path, source):
    assert imports_to_the_right(source, path) == []


def test_an_import_back_up_between_rooms_is_seen():
    files = {
        "journey/log/store.py": "from journey.exchange import lines\nfrom journey.events.fields import Code",
        "journey/exchange/lines.py": "from journey.log import store",
        "journey/events/fields.py": "",
        "api/web/rest/cases.py": "from api.web import query\nfrom api.web.app import create_app",
        "api/web/app.py": "import api.web.rest.cases",
        "api/web/query.py": "",
    }

    assert imports_upwards(files) == {
        "journey/log/store.py": ["journey/exchange/lines.py"],
        "api/web/rest/cases.py": ["api/web/app.py"],
    }


def test_a_circle_of_files_is_seen():
    files = {
        "journey/a.py": "from journey import b",
        "journey/b.py": "def later():\n    from journey.c import x",
        "journey/c.py": "import journey.a",
        "journey/d.py": "from journey.a import y",
    }

    assert circles(files) == [["journey/a.py", "journey/b.py", "journey/c.py"]]


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


@pytest.mark.parametrize(
    ("comment", "reasoned"),
    [
        ("noqa", False),
        ("noqa: S603", False),
        ("noqa: S603 (ours)", False),
        ("noqa: S603 --", False),
        ("noqa -- a reason", False),
        ("type: ignore", False),
        ("type: ignore -- a reason", False),
        ("pyright: ignore[reportUnknown]", False),
        ("noqa: S603 -- the program is ours", True),
        ("noqa: S603, S607 -- the program is ours", True),
        ("type: ignore[index] -- a table", True),
        ("pyright: ignore[reportUnknown, reportOther] -- what JSON holds", True),
        ("as it was before", True),
    ],
)
def test_an_ignore_without_a_reason_is_seen(comment, reasoned):
    assert (ignores_without_a_reason(f"x = 1  # {comment}\n") == []) is reasoned


def test_a_class_named_for_nothing_is_seen():
    assert forbidden_class_names("class CaseManager: ...\nclass Database: ...\nclass RowBase: ...") == [
        "CaseManager",
        "RowBase",
    ]

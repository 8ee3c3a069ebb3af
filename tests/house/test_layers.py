"""The order of the code: imports point left between packages and back between the rooms of one, in no circle."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection

import pytest

from tests.house.source import FILES, LAYERS, modules_imported, nodes, where

ROOMS: dict[str, tuple[str, ...]] = {
    "journey": (
        "system_words core_dumps personal refusals problem json_text toml_text types_in_danish mended",
        "events history codes case conformance access",
        "sample postgres log commands publishing adopting merging proof exchange",
    ),
    "projections": ("fold rows projections engine conformance",),
    "dashboards": (
        "words site coverage figures counting published/municipality view definitions rights periods published drawing sections",
        "drilldown case comparing pages pack",
    ),
    "api": (
        "clock logs console socket browser connections background oidc_settings settings sealing register answers",
        "web web/rest web/pages web/not_found web/app web/server cli entry __main__",
    ),
}
"""The rooms of each package, folders and single files, in their order: each may import from itself and those before it."""
MOST_FILES = 25
"""How many files of its own a folder has at most."""


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
    for node in nodes(source):
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

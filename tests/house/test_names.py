"""Names and docstrings: one meaning a class name, no private dialect, and a docstring that begins with its noun."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.house.source import ALONE, FILES, nodes

SCHEMAS = ("api/web/rest/schemas.py",)
"""The names of the API's shapes are its contract, and stand in its description."""

DIALECT = {
    *(
        "one",
        "ones",
        "said",
        "says",
        "say",
        "unsay",
        "told",
        "tell",
        "tells",
        "asked",
        "asks",
        "asking",
        "taken",
        "kept",
        "alike",
    ),
    *("together", "behind", "lost", "elsewhere", "nowhere", "listening", "speak", "spoken", "heard", "ours", "theirs", "whom"),
}
"""Words that tell what was done to a thing, or how somebody felt about it, where the field has a noun for what it is."""


def class_names(files: dict[str, str]) -> dict[str, list[str]]:
    """The class names that are defined in more than one file, each with its files."""
    places: dict[str, set[str]] = defaultdict(set)
    for path, source in files.items():
        for node in nodes(source):
            if isinstance(node, ast.ClassDef) and path not in (*ALONE, *SCHEMAS):
                places[node.name].add(path)
    return {name: sorted(found) for name, found in places.items() if len(found) > 1}


def names_bound(source: str) -> Iterator[str]:
    """Every name that the source gives to something: files apart, classes, functions, parameters and locals."""
    for node in nodes(source):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def dialect(source: str) -> list[str]:
    """The names of the private dialect that the source gives."""
    return sorted({name for name in names_bound(source) if {*name.strip("_").lower().split("_")} & DIALECT})


def test_a_class_name_has_one_meaning():
    assert class_names(FILES) == {}


@pytest.mark.parametrize("path", [path for path in FILES if path not in ALONE])
def test_names_are_the_field_s_nouns(path):
    assert dialect(FILES[path]) == []
    assert not {*path.removesuffix(".py").replace("/", "_").split("_")} & DIALECT


# --- the checks bite ----------------------------------------------------------------------------------------------------


def test_a_class_name_with_two_meanings_is_seen():
    files = {"journey/a.py": "class Line: ...", "journey/b.py": "class Line: ...", "journey/c.py": "class Row: ..."}

    assert class_names(files) == {"Line": ["journey/a.py", "journey/b.py"]}


@pytest.mark.parametrize(
    "source",
    [
        "one = 1",
        "def told(): ...",
        "def f(said): ...",
        "for asked_of in (): ...",
        "class Kept: ...",
        "x = [told for told in ()]",
    ],
)
def test_the_private_dialect_is_seen(source):
    assert dialect(source)


def test_a_noun_is_not():
    assert dialect("answer = question.position\ndef phone_number(stone, tone): ...") == []

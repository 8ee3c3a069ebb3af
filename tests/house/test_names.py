"""Names and docstrings: one meaning a class name, no private dialect, and a docstring that begins with its noun."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.house.source import ALONE, FILES, nodes

SCHEMAS = ("api/web/rest/schemas.py", "api/web/rest/why_schemas.py")
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


OF_OTHERS = {"connection_lost", "taken_at"}
"""The names that others give: of a method that asyncio calls, and of the law's moment of a delivery, which is an option too."""

NO_NOUN = re.compile(
    r"(What|Who|How|Where|When|That|Those|It|They|Nobody|Somebody|Someone|The same|Whom|Of|So|Such|Here|There)\b"
)
PUBLISHED = {"CommandResult", "Order", "PublicationResult", "SealAnswer", "SealHealth", "StreamMoved", "believed", "the module"}
"""Docstrings that are the API's description of a shape or the catalogue's of a refusal; and `believed.py`'s, which are good."""


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
    found = {name for name in names_bound(source) if {*name.strip("_").lower().split("_")} & DIALECT}
    return sorted(found - OF_OTHERS)


def docstrings_without_a_noun(source: str) -> list[str]:
    """The module, public classes and functions whose docstring begins with a pronoun or a question in place of its noun."""
    parts = [
        node for node in nodes(source) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    named = {getattr(node, "name", "the module"): ast.get_docstring(node) or "" for node in parts}
    return sorted(name for name, text in named.items() if not name.startswith("_") and NO_NOUN.match(text))


def test_a_class_name_has_one_meaning():
    assert class_names(FILES) == {}


@pytest.mark.parametrize("path", [path for path in FILES if path not in ALONE])
def test_names_are_the_field_s_nouns(path):
    assert dialect(FILES[path]) == []
    assert not {*path.removesuffix(".py").replace("/", "_").split("_")} & DIALECT


@pytest.mark.parametrize("path", [path for path in FILES if path not in (*ALONE, *SCHEMAS)])
def test_a_docstring_begins_with_its_noun(path):
    published = (
        PUBLISHED if path.startswith("api/") or path in ("journey/refusals.py", "projections/engine/believed.py") else set()
    )

    assert set(docstrings_without_a_noun(FILES[path])) - published == set()


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


@pytest.mark.parametrize(
    "source",
    ['"""What a figure is."""', 'def f():\n    """How far it is."""', 'class Row:\n    """Who holds the role."""'],
)
def test_a_docstring_without_its_noun_is_seen(source):
    assert docstrings_without_a_noun(source)
    assert (
        docstrings_without_a_noun(source.replace("What", "Figure").replace("How far", "Distance").replace("Who", "Holder"))
        == []
    )


def test_a_noun_is_not():
    assert dialect("answer = question.position\ndef phone_number(stone, tone): ...") == []

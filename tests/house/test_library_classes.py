"""The event store library is built on by its public names: no class of ours overrides or uses a private name of its classes."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from tests.house.source import FILES, where

LIBRARY = "eventsourcing"
OURS = {path: source for path, source in FILES.items() if LIBRARY in source}


def classes(source: str) -> Iterator[tuple[ast.ClassDef, list[type]]]:
    """Each class of the source that derives from the library's, with those of the library's that it derives from."""
    tree = ast.parse(source)
    imported: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            module = importlib.import_module(node.module)
            imported |= {each.asname or each.name: getattr(module, each.name, None) for each in node.names}
        elif isinstance(node, ast.Import):
            imported |= {each.asname or each.name: importlib.import_module(each.name) for each in node.names if each.asname}
    local: dict[str, list[type]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = list(chain.from_iterable(_of_library(base, imported, local) for base in node.bases))
            local[node.name] = bases
            if bases:
                yield node, bases


def _of_library(base: ast.expr, imported: dict[str, Any], local: dict[str, list[type]]) -> list[type]:
    """The library's classes that a base stands for; `Mapper[str]` stands for Mapper."""
    while isinstance(base, ast.Subscript):
        base = base.value
    if isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name):
        found = getattr(imported.get(base.value.id), base.attr, None)
    elif isinstance(base, ast.Name):
        if base.id in local:
            return local[base.id]
        found = imported.get(base.id)
    else:
        return []
    return [each for each in getattr(found, "__mro__", ()) if each.__module__.split(".")[0] == LIBRARY]


def _is_private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def _private_names(library: list[type]) -> set[str]:
    """The private names of the classes: those of the class, and those that its methods set on the object."""
    names = {name for each in library for name in vars(each)}
    for each in library:
        for function in vars(each).values():
            names |= set(getattr(getattr(function, "__code__", None), "co_names", ()))
    return {name for name in names if _is_private(name)}


def private_names_used(source: str) -> list[str]:
    """The private names of the library that a class of the source defines, or reads or calls on itself or its base."""
    found: list[str] = []
    for node, library in classes(source):
        private = _private_names(library)
        for inner in ast.walk(node):
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [inner.name]
            elif isinstance(inner, ast.Attribute):
                names = [inner.attr]
            elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                names = [inner.id]
            else:
                names = []
            found += [f"{node.name}.{name}" for name in names if name in private]
    return found


def overridden(source: str) -> set[str]:
    """The names of the library that classes of the source define anew, special methods apart."""
    return {
        f"{node.name}.{inner.name}"
        for node, library in classes(source)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef)
        if not inner.name.startswith("__")
        if any(hasattr(each, inner.name) for each in library)
    }


def test_no_private_name_of_the_library_is_overridden_or_used() -> None:
    assert where({path: private_names_used(source) for path, source in OURS.items()}) == {}


def test_these_public_names_are_overridden() -> None:
    """The subclass points that docs/decisions/0004-event-store-library.md names."""
    assert set().union(*map(overridden, OURS.values())) == {
        *("Recorder.create_table", "Recorder.insert_events"),
        *("KindMapper.to_stored_event", "KindMapper.to_domain_event"),
        *("LogFactory.application_recorder", "LogFactory.aggregate_recorder", "LogFactory.tracking_recorder"),
        *("LogFactory.process_recorder", "LogFactory.close"),
        *("LogApplication.construct_env", "LogApplication.construct_factory", "LogApplication.construct_mapper"),
    }


# --- the checks bite ----------------------------------------------------------------------------------------------------

HEAD = "from eventsourcing.postgres import PostgresApplicationRecorder as P\n"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (HEAD + "class R(P):\n    def _notify_channel(self, curs): ...", ["R._notify_channel"]),
        (HEAD + "class R(P):\n    _lock_table = None", ["R._lock_table"]),
        (HEAD + "class A(P): ...\nclass R(A):\n    def _insert_events(self): ...", ["R._insert_events"]),
        (HEAD + "class R(P):\n    def insert_events(self, e): self._insert_stored_events(e)", ["R._insert_stored_events"]),
        (HEAD + "class R(P):\n    def subscribe(self): return super()._lock_table(1)", ["R._lock_table"]),
        (
            "import eventsourcing.postgres as es\nclass R(es.PostgresRecorder):\n    def _create_table(self): ...",
            ["R._create_table"],
        ),
        (
            "from eventsourcing.application import Application\nclass A(Application[str]):\n    def _record(self): ...",
            ["A._record"],
        ),
        ("from journey.log.recorder import Recorder\nclass R(Recorder):\n    def _lock_table(self): ...", ["R._lock_table"]),
        (
            "from eventsourcing.application import Application\nclass A(Application[str]):\n    def f(self): self._repository = 1",
            ["A._repository"],
        ),
    ],
)
def test_a_private_name_of_the_library_is_seen(source: str, found: list[str]) -> None:
    assert private_names_used(source) == found


@pytest.mark.parametrize(
    "source",
    [
        HEAD + "class R(P):\n    def __init__(self): ...\n    def insert_events(self): self.construct_pg_stored_event()",
        HEAD + "class R(P):\n    def _of_our_own(self): ...",
        "class R:\n    def _lock_table(self): ...",
    ],
)
def test_a_public_name_or_one_of_our_own_is_not(source: str) -> None:
    assert private_names_used(source) == []


def test_an_overridden_public_name_is_seen() -> None:
    assert overridden(HEAD + "class R(P):\n    def subscribe(self): ...\n    def other(self): ...") == {"R.subscribe"}

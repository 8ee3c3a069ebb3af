"""The map of OWASP ASVS 5.0.0 has every requirement that binds, each with what holds it; and that is there."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.house.asvs import FILE, LEVELS, OF_LEVEL_3, ROOT, Requirement, bound, level_of, requirements

MAP = requirements(FILE.read_text("utf-8"))


@cache
def functions_of(path: str) -> frozenset[str]:
    """The tests of a file, by its text."""
    return frozenset(
        node.name for node in ast.parse((ROOT / path).read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
    )


def faults(name: str, each: Requirement) -> list[str]:
    """What is wrong with a requirement's entry."""
    found = [] if name in bound() else [f"{name} is not of those that bind"]
    if sum(map(bool, (each.met, each.not_applicable, each.not_met))) != 1:
        found.append(f"{name} has no status, or two")
    found += [f"{name} has a reason that is none" for text in (each.not_applicable, each.not_met) if text and " " not in text]
    for place in each.met:
        path, _, test = place.partition("::")
        if not (ROOT / path).is_file() or (test and test not in functions_of(path)):
            found.append(f"{name} names what is not there: {place}")
    return found


def test_the_standard_is_whole() -> None:
    levels = "".join(LEVELS.values())

    assert (len(levels), levels.count("1"), levels.count("2"), levels.count("3")) == (345, 70, 183, 92)
    assert [level_of(each) for each in OF_LEVEL_3] == [3] * 14


def test_every_requirement_that_binds_is_in_the_map() -> None:
    assert {*MAP} == bound()
    assert len(MAP) == 267


@pytest.mark.parametrize("chapter", range(1, 18))
def test_what_holds_it_is_there(chapter: int) -> None:
    assert [fault for name, each in MAP.items() if name.startswith(f"{chapter}.") for fault in faults(name, each)] == []


# --- the checks bite ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "each"),
    [
        ("1.1.3", Requirement("x", met=("SECURITY.md",))),
        ("6.7.1", Requirement("x", met=("SECURITY.md",))),
        ("1.1.1", Requirement("x")),
        ("1.1.1", Requirement("x", met=("SECURITY.md",), not_met="It is not so.")),
        ("1.1.1", Requirement("x", not_applicable="nowhere")),
        ("1.1.1", Requirement("x", met=("docs/nowhere.md",))),
        ("1.1.1", Requirement("x", met=("tests/house/test_asvs.py::test_nothing",))),
    ],
)
def test_a_wrong_entry_is_seen(name: str, each: Requirement) -> None:
    assert faults(name, each)


@pytest.mark.parametrize(
    "text", ['[v2]\n"1.1.1" = { about = "x" }', '[v1]\n"1.1.1" = { about = "x" }\n[v]\n"1.1.1" = { about = "x" }']
)
def test_a_requirement_twice_or_elsewhere_is_seen(text: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        requirements(f"[reason]\n{text}")

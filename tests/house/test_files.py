"""The files: small, with a docstring, with a reason for each ignore, and no class named for nothing."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from statistics import median

import pytest

from tests.house.source import ALONE, FILES, LAYERS, ROOT, TESTS, nodes, where


def ignores_without_a_reason(source: str) -> list[str]:
    comments = [
        token.string for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type == tokenize.COMMENT
    ]
    ignore = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore)")
    reasoned = re.compile(r"#\s*(noqa: [A-Z]+[0-9]+|(type|pyright): ?ignore\[[\w, -]+\]).* -- \S")
    return [comment for comment in comments if ignore.search(comment) and not reasoned.search(comment)]


def forbidden_class_names(source: str) -> list[str]:
    ending = re.compile(r"(Manager|Helper|Utils?|Base|Service)$")
    return [node.name for node in nodes(source) if isinstance(node, ast.ClassDef) and ending.search(node.name)]


def test_files_are_small():
    lines = {path: source.count("\n") for path, source in FILES.items()}

    assert {path: n for path, n in lines.items() if n > (1050 if path in ALONE else 400)} == {}
    assert {path: n for path, n in ((path, source.count("\n")) for path, source in TESTS.items()) if n > 400} == {}
    assert median(lines.values()) <= 100


UNMERGED = re.compile(r"^(<{7}|={7}|>{7}|[|]{7})( |$)", re.MULTILINE)
"""What git writes into a file whose two versions it could not merge."""


def test_no_file_holds_two_versions():
    found = [*ROOT.glob("*"), *(path for folder in (*LAYERS, "tests", "docs", ".ci") for path in (ROOT / folder).rglob("*"))]
    endings = {"", ".py", ".md", ".toml", ".j2", ".css", ".js", ".sql", ".yml"}
    files = [path for path in found if path.suffix in endings and path.is_file() and "node_modules" not in path.parts]

    assert len(files) > 500
    assert [path.relative_to(ROOT).as_posix() for path in files if UNMERGED.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("mark", ["<" * 7 + " HEAD", "=" * 7, ">" * 7 + " 2828612 (Name the cases)"])
def test_marks_of_an_unmerged_file_are_seen(mark: str):
    assert UNMERGED.search(f"before\n{mark}\nafter\n")
    assert not UNMERGED.search(f"before {mark}\n{mark[0] * 8}\n")


def test_every_ignore_has_its_reason():
    assert where({path: ignores_without_a_reason(source) for path, source in (FILES | TESTS).items()}) == {}


def test_no_class_is_named_for_nothing():
    assert where({path: forbidden_class_names(source) for path, source in FILES.items()}) == {}


def test_every_module_says_what_it_is_for():
    assert [path for path, source in FILES.items() if not ast.get_docstring(ast.parse(source))] == []


# --- the checks bite ----------------------------------------------------------------------------------------------------


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

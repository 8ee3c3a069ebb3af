"""The source files of the project, read once, and what they import."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYERS = ("journey", "projections", "dashboards", "api")
"""Each may import from those before it."""
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for layer in LAYERS
    for path in sorted((ROOT / layer).rglob("*.py"))
}
TESTS = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("*.py"))}
ALONE = ("journey/proof/verify.py",)
"""A program of one file, handed out to be read and run without the rest: it imports nothing of ours, and may be longer."""


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Every node of the source's syntax tree, parsed once."""
    return tuple(ast.walk(ast.parse(source)))


def modules_imported(source: str, path: str) -> list[str]:
    """Every module that the source imports, wherever in it, relative imports resolved."""
    package = path.removesuffix(".py").split("/")[:-1]
    found: list[str] = []
    for node in nodes(source):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.append(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1]
            found += [".".join([*above, *([node.module] if node.module else [alias.name])]) for alias in node.names]
        elif isinstance(node, ast.Call) and name_of(node.func) in ("__import__", "import_module"):
            found += [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)] or ["<unknown>"]
    return found


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def where(found: dict[str, object]) -> dict[str, object]:
    """Only the files in which something was found."""
    return {path: what for path, what in found.items() if what}

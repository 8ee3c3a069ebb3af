"""The papers that `make docs` makes: the figures and the promises as Markdown, each from where it is known."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dashboards.figures import FIGURES
from dashboards.rights import rule_tables
from dashboards.words.language import ENGLISH
from journey.access.rules import rules

MADE = "<!-- Made by `make docs`; held by tests/house/test_docs.py. -->\n"


class Promise(NamedTuple):
    """A promise, and the test file that holds it."""

    text: str
    path: str


def promises(tests: Path) -> Iterator[Promise]:
    """Every `PROMISE = "…"` of the test files and packages below the folder, by path."""
    for path in sorted(tests.rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["PROMISE"]:
                place = path.parent if path.name == "__init__.py" else path
                yield Promise(ast.literal_eval(node.value), place.relative_to(tests.parent).as_posix())


def promises_page(tests: Path) -> str:
    """The promises as a page, in the order of their paths, those with a number first."""
    rows = sorted(promises(tests), key=lambda promise: (_number(promise.text), promise.path))
    table = "\n".join(f"| {promise.text} | `{promise.path}` |" for promise in rows)
    return f"""# Promises

{MADE}
Each sentence stands in the test file that holds it. The numbered ones have twins that must fail, so that the tests are known to bite.

| promise | held by |
|---|---|
{table}

`make test` holds the mechanism of each, `make promises` about a tenth of the sizes that the promises are given at, `make soak`
the whole; each run adds its figures to `results/promises.jsonl`. `make mutants` makes small wrongs in rules, folds and counting,
one at a time, and demands that the tests see at least 90 % of them.

Not promised yet: erasure of a citizen, sign-in and roles for people, small counts hidden in what is published.
"""


def _number(text: str) -> int:
    """The number of a promise that has one, else one past all of them."""
    found = re.match(r"A(\d+): ", text)
    return int(found[1]) if found else 100


def rights_page() -> str:
    """The table of rules as a page: roles, then what each may do, by mark."""
    table = rules()
    roles = "\n".join(f"| `{code}` | {role.english} | {role.danish} | {role.does} |" for code, role in table.role.items())
    parts = [_RIGHTS.format(made=MADE, roles=roles)]
    for each in rule_tables(table, ENGLISH):
        lines = "\n".join(f"| {' | '.join(row)} |" for row in each.rows)
        parts.append(f"## {each.title}\n\n| {' | '.join(each.columns)} |\n|{'---|' * len(each.columns)}\n{lines}\n")
    return "\n".join(parts)


_RIGHTS = """# Rights

{made}
Who may do what: the one table of rules, `journey/access/rules.toml`, that routes and database take their answer from. What
it does not name is not allowed. How people get a role: [roles.md](roles.md).

- *cases of own units*: cases that are now in the person's own units; *all cases*: every case. A protected case (beskyttet sag) is in
  neither: it takes a named grant that runs.
- *yes, with all units*: for whoever's units are all of them, since it touches the whole register.
- *(two people)*: no one person does it alone. The one person of a register on their own machine, and the command line on the machine that
  holds the keys, may do whatever does not say so.

## Roles

| code | role | in Danish | what for |
|---|---|---|---|
{roles}
"""


def figures_page() -> str:
    """Every figure as a page: its words, its counting rule, its parameters."""
    parts = [
        f"# Figures\n\n{MADE}\nEach figure answers at any `(valid_at, known_at)`: `journey figure ID`, `/api/figures/ID`, `/figur/ID`.\n"
    ]
    for figure in FIGURES.values():
        parameters = ", ".join(f"`{name}`" for name in figure.takes.names)
        parts.append(
            f"## `{figure.id}`: {figure.title_da}\n\n{figure.title_en}. Version {figure.version}; counts {figure.unit}.\n\n"
            f"{figure.rule}\n\nParameters: {parameters}.\n"
        )
    return "\n".join(parts)


def glossary_page(table: str) -> str:
    """The glossary as a page around its tables."""
    return f"# Glossary\n\n{MADE}\n{table}\n"

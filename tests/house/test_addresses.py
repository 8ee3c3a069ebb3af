"""An address of a page is written in `dashboards/site.py` alone: all others, and the templates, take it from there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dashboards import site
from tests.house.source import nodes

ROOT = Path(__file__).parents[2]
SITE = ROOT / "dashboards" / "site.py"
ROUTES = (
    *(page.address for page in site.PAGES),
    *(site.PUBLISH, site.STATEMENT_SHORT, site.FIGURE_ROUTE, site.CASE_FILE_ROUTE, site.DOWNLOAD_ROUTE),
)
FIRST_PARTS = sorted({route.split("/")[1] for route in ROUTES} - {""})
"""What an address of a page begins with after its slash."""
ADDRESS = re.compile(rf"/({'|'.join(FIRST_PARTS)})(?![\w-])")
IN_A_TEMPLATE = re.compile(rf"""["'=(]/({"|".join(FIRST_PARTS)})(?![\w-])|\bto\(["']/["']""")


def addresses_in(source: str) -> list[str]:
    """The string literals, and literal beginnings of f-strings, that begin with a page's address."""
    texts = [node.value for node in nodes(source) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [text for text in texts if ADDRESS.match(text)]


def test_no_other_file_writes_an_address_of_a_page():
    code = [path for layer in ("journey", "projections", "dashboards", "api") for path in (ROOT / layer).rglob("*.py")]
    found = {path.name: addresses_in(path.read_text("utf-8")) for path in code if path != SITE}

    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_no_template_or_script_writes_an_address_of_a_page(folder):
    files = [path for path in (ROOT / "dashboards" / folder).iterdir() if path.suffix in (".j2", ".js")]

    assert files
    assert {path.name: each for path in files for each in IN_A_TEMPLATE.findall(path.read_text("utf-8"))} == {}


# --- the checks bite ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    ['x = "/sager"', 'x = f"/figur/{name}/sager"', 'x = f"/sag/{case}?known_at=1"', 'route("/hent/{name:path}/{part}.{form}")'],
)
def test_an_address_in_code_is_seen(source):
    assert addresses_in(source)


@pytest.mark.parametrize(
    "source", ['x = "/sagerne"', 'x = "/api/figures"', 'x = "/"', 'x = "følg siden (/ubrudt)"', "x = a / b"]
)
def test_what_only_looks_like_one_is_not(source):
    assert addresses_in(source) == []


@pytest.mark.parametrize(
    "source", ['<a href="/rapport/x">', "{{ to('/sag/' ~ case) }}", "{{ to('/') }}", "fetch('/hvorfor?x')"]
)
def test_an_address_in_a_template_is_seen(source):
    assert IN_A_TEMPLATE.search(source)

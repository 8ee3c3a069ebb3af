"""What the papers say is what there is: README, CONTRIBUTING, SECURITY and docs/."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from starlette.routing import Match

from api.cli.main import application
from api.settings import settings
from api.web.access.access import ProxyAccess
from api.web.app import create_app
from dashboards.words.glossary import glossary
from journey.codes import standard
from journey.exchange.sheets.schema import schema_text
from tests.house.asvs import page
from tests.house.documents import figures_page, glossary_page, promises, promises_page, rights_page

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PRESENT = [path for path in PAPERS if path.name != "CHANGELOG.md"]
"""The papers that tell how things are; the changelog tells how they were."""
MADE = {
    "docs/glossary.md": lambda: glossary_page(glossary(standard())),
    "docs/figures.md": figures_page,
    "docs/sheets.schema.json": lambda: schema_text(standard()),
    "docs/security-map.md": page,
    "docs/rights.md": rights_page,
    "docs/promises.md": lambda: promises_page(ROOT / "tests"),
}
"""The papers that `make docs` makes."""


@pytest.mark.parametrize("name", MADE)
def test_a_paper_that_is_made_is_up_to_date(name: str) -> None:
    path, text = ROOT / name, MADE[name]()

    if os.environ.get("JOURNEY_WRITE_DOCS"):
        path.write_text(text, "utf-8")

    assert path.read_text("utf-8") == text, "run make docs"


def test_a_promise_stands_with_its_test() -> None:
    texts = [promise.text for promise in promises(ROOT / "tests")]

    assert len(texts) == len(set(texts)) > 20


def test_the_readme_is_a_page() -> None:
    assert len(README.read_text("utf-8").split()) <= 760


@pytest.mark.parametrize("path", PRESENT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_paper_names_is_there(path: Path) -> None:
    text = path.read_text("utf-8")

    assert missing(text, path.parent) == []


def missing(text: str, folder: Path) -> list[str]:
    """Commands, targets, files and links that the text names and that are not there."""
    commands, makefile = application().commands, (ROOT / "Makefile").read_text("utf-8")
    named = re.findall(r"(?<![\w`])`?(?:\.venv/bin/)?journey ([a-z]+)\b", text)
    absent = [f"journey {name}" for name in named if name not in commands]
    absent += [
        f"make {target}"
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE)
        if not re.search(rf"^{target}:", makefile, re.MULTILINE)
    ]
    paths = re.findall(r"`((?:journey|projections|dashboards|api|tests|docs|\.ci)/[\w./-]*)`", text)
    absent += [path for path in paths if not (ROOT / path).exists()]
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    return absent + [link for link in links if not (folder / link).exists()]


@pytest.mark.parametrize(
    "text",
    ["`journey dance`", "`make coffee`", "`journey/events/dancing.py`", "[a link](docs/nowhere.md)", ".venv/bin/journey dance"],
)
def test_what_is_not_there_is_seen(text: str) -> None:
    assert missing(text, ROOT)


def test_every_file_of_the_map_is_there() -> None:
    block = README.read_text("utf-8").split("## The house")[1].split("```")[1]
    files = {
        path.name for folder in ("journey", "projections", "dashboards", "api", "tests") for path in (ROOT / folder).rglob("*")
    }

    for named in re.findall(r"\b([a-z_]+\.(?:py|toml))\b", block):
        assert named in files, named
    for folder in re.findall(r"\b([a-z]+)/", block):
        assert folder in files | {"journey", "projections", "dashboards", "api", "tests", "docs"}, folder


def test_every_address_of_the_papers_answers() -> None:
    routes = create_app(settings({}), ProxyAccess("")).routes
    named = {address for path in PRESENT for address in re.findall(r"`(/[a-z][a-z/.]*)`", path.read_text("utf-8"))}

    assert "/rapport" in named
    for address in named:
        request = {"type": "http", "method": "GET", "path": address, "headers": []}
        assert any(route.matches(request)[0] is Match.FULL for route in routes), address


def test_every_setting_is_in_the_papers() -> None:
    source = "".join((ROOT / "api" / name).read_text("utf-8") for name in ("settings.py", "oidc_settings.py"))
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")

    assert set(re.findall(r"\| `(JOURNEY_[A-Z_]+)` \|", text)) == set(re.findall(r"JOURNEY_[A-Z_]+", source))

"""What the README says is what there is."""

from __future__ import annotations

import os
import re
from pathlib import Path

from starlette.routing import Match

from api.cli.main import application
from api.settings import settings
from api.web.app import create_app
from dashboards.words.glossary import glossary
from journey.codes import standard

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BEGIN = "<!-- glossary: made by `make docs`, held by tests/house/test_docs.py -->\n"
END = "\n<!-- end of glossary -->"


def test_the_glossary_is_the_vocabulary() -> None:
    text = README.read_text("utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    made = f"{before}{BEGIN}{glossary(standard())}{END}{after}"

    if os.environ.get("JOURNEY_WRITE_DOCS"):
        README.write_text(made, "utf-8")

    assert text == made, "run make docs"


def test_every_command_in_the_readme_is_one() -> None:
    commands = application().commands

    for name in re.findall(r"\bjourney ([a-z]+)\b", README.read_text("utf-8")):
        assert name in commands, name


def test_every_file_of_the_map_is_there() -> None:
    block = README.read_text("utf-8").split("## Map of the code")[1].split("```")[1]
    files = {
        path.name for folder in ("journey", "projections", "dashboards", "api", "tests") for path in (ROOT / folder).rglob("*")
    }

    for named in re.findall(r"\b([a-z_]+\.(?:py|toml))\b", block):
        assert named in files, named
    for folder in re.findall(r"\b([a-z]+)/", block):
        assert folder in files | {"journey", "projections", "dashboards", "api", "tests"}, folder


def test_every_test_that_a_promise_names_is_there() -> None:
    for named in re.findall(r"`(tests/[a-z_/]+\.py)`", README.read_text("utf-8")):
        assert (ROOT / named).exists(), named


def test_every_address_of_the_readme_answers() -> None:
    routes = create_app(settings({})).routes
    named = re.findall(r"`(/[a-z][a-z/.]*)`", README.read_text("utf-8"))

    assert "/rapport" in named
    for address in named:
        asked = {"type": "http", "method": "GET", "path": address, "headers": []}
        assert any(route.matches(asked)[0] is Match.FULL for route in routes), address


def test_every_setting_of_the_readme_is_read() -> None:
    source = (ROOT / "api" / "settings.py").read_text("utf-8")

    assert set(re.findall(r"\| `(JOURNEY_[A-Z_]+)` \|", README.read_text("utf-8"))) == set(
        re.findall(r"JOURNEY_[A-Z_]+", source)
    )

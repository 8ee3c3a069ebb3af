"""A municipality's own names stand in code lists and data files: no rule, figure or page names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from api.settings import settings
from dashboards.published.municipality import standard as municipality
from journey.codes import standard as code_lists
from journey.conformance import ADULTS_BEGAN, RULES
from journey.refusals import Refused
from tests.house.source import nodes

ROOT = Path(__file__).parents[2]
LAYERS = ("projections", "dashboards", "api")
NAMES = re.compile(r"ungeindsats|arbejdsmarkeds(afdeling|udvalg|område)|norddjurs kommune", re.IGNORECASE)
"""The municipality, its units and committees, however they are spelled."""
SHOWN_AS_EXAMPLES = {
    "api/web/problem_types.py",
    "api/web/rest/cases.py",
    "api/web/rest/drilldown.py",
    "api/web/rest/figures.py",
    "api/web/rest/publications.py",
    "api/web/rest/register.py",
}
"""Documents of the API, whose examples are of the sample register."""


def names_in(source: str) -> set[str]:
    """The texts of the source that are a unit's code, or in which a name of the municipality stands; docstrings and comments too."""
    codes = set(code_lists()["units"].codes)
    texts = [node.value for node in nodes(source) if isinstance(node, ast.Constant)]
    own = {text for text in texts if isinstance(text, str) and (text in codes or NAMES.search(text))}
    comments = {found[0] for found in re.finditer(r"#.*", source) if NAMES.search(found[0])}
    return own | comments


def naming() -> dict[str, set[str]]:
    """The files that name one, with what they name."""
    files = (path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py")))
    found = {path.relative_to(ROOT).as_posix(): names_in(path.read_text("utf-8")) for path in files}
    return {path: names for path, names in found.items() if names}


def test_no_code_names_a_unit_or_committee_of_one_municipality() -> None:
    assert {path: names for path, names in naming().items() if path not in SHOWN_AS_EXAMPLES} == {}


def test_each_document_of_the_api_still_shows_an_example() -> None:
    assert set(naming()) >= SHOWN_AS_EXAMPLES


def test_the_units_of_the_papers_are_in_the_code_lists() -> None:
    own, units = municipality(), set(code_lists()["units"].codes)
    named = {own.tables.first, own.tables.second, own.cohort.from_unit, own.cohort.to_unit, *own.expected}
    named |= {each.unit for breaks in own.breaks.values() for each in breaks if each.unit}

    assert named <= units
    assert set(own.expected.values()) <= set(own.numbers)


def test_the_days_that_the_rules_count_from_are_those_of_the_papers() -> None:
    of_caseworkers = {each.day for breaks in municipality().breaks.values() for each in breaks if each.caseworkers}

    assert of_caseworkers == {ADULTS_BEGAN, RULES["R12"].first}


@pytest.mark.parametrize(
    "source",
    [
        'UNIT = "ungeindsatsen"',
        'UNIT = f"{x}" if unit == "social" else "arbejdsmarked"',
        'def f():\n    """The cases of Ungeindsatsen."""',
        "x = 1  # Norddjurs Kommune counts so",
        'ASKED = "Arbejdsmarkedsudvalget ønskede det"',
    ],
)
def test_a_name_of_one_municipality_is_seen(source: str) -> None:
    """The twin."""
    assert names_in(source)


def test_a_word_of_the_law_is_none() -> None:
    assert names_in('x = "lov om en aktiv beskæftigelsesindsats: arbejdsmarkedet, social støtte"') == set()


def test_another_municipality_s_file_is_read(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(_shipped().replace('name = "Norddjurs Kommune"', 'name = "Andre Kommune"').replace("1-2 sager", "3 sager"))

    read = settings({"JOURNEY_MUNICIPALITY": str(own)}).municipality

    assert (read.name, "3 sager" in read.forum_note) == ("Andre Kommune", True)
    assert settings({}).municipality.name == "Norddjurs Kommune"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('second = "arbejdsmarked"', 'second = "norden"', "nævner en enhed, som kodelisten ikke har: norden"),
        ("first_year = 2022", 'first_year = "to"', "passer ikke ved first_year"),
        ("first_year = 2022", "first_yaer = 2022", "passer ikke ved roden"),
        ("first_year = 2022", "first_year = ", "er ikke TOML: linje"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_place(tmp_path: Path, old: str, new: str, why: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(_shipped().replace(old, new))

    with pytest.raises(Refused) as refused:
        settings({"JOURNEY_MUNICIPALITY": str(own)})

    assert why in str(refused.value)
    assert refused.value.place == "JOURNEY_MUNICIPALITY"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="kan ikke læses"):
        settings({"JOURNEY_MUNICIPALITY": str(tmp_path / "nowhere.toml")})


def _shipped() -> str:
    return (ROOT / "dashboards" / "published" / "norddjurs.toml").read_text("utf-8")

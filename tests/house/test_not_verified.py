"""What nobody has looked up is said in one word everywhere: ikke efterprøvet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("journey", "projections", "dashboards", "api")
SAID = [
    path
    for layer in LAYERS
    for path in (ROOT / layer).rglob("*")
    if path.suffix in {".py", ".j2", ".toml", ".txt", ".js"} and path.is_file()
]
"""All that pages, papers, messages and files of the product are made of."""
OTHER_WORDS = re.compile(
    r"\b(?:ikke|aldrig) (?:efterset|slået\s+op|verificer\w+|bekræft\w+|kontroller\w+|tjekke\w+|undersøgt)\b"
    r"|\bu(?:verificere|bekræfte|efterprøve|kontrollere)\w*",
    re.IGNORECASE,
)


def other_words(text: str) -> list[str]:
    return [found[0] for found in OTHER_WORDS.finditer(text)]


def test_what_is_not_verified_is_said_in_one_word() -> None:
    found = {str(path.relative_to(ROOT)): words for path in SAID if (words := other_words(path.read_text("utf-8")))}

    assert len(SAID) > 300
    assert found == {}


@pytest.mark.parametrize(
    "said",
    ["ikke efterset", "Ikke slået op", "paragraffen er ikke verificeret", "aldrig kontrolleret", "ubekræftet", "uverificerede"],
)
def test_twin_another_word_is_seen(said: str) -> None:
    assert other_words(f"loven siger det, men {said}.")
    assert not other_words("loven siger det, men ikke efterprøvet; det er ikke sagt.")

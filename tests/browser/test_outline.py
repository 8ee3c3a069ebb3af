"""The outline of every page of numbers: headings, captions and table heads, alike in both languages, and each chart with its table."""

from __future__ import annotations

import re
from html import unescape

import pytest

from dashboards.figures import FIGURES
from dashboards.pages.catalogue import DASHBOARDS
from dashboards.site import PAGES
from tests.support.serving import Running

COHORT = {"from_unit": "social", "to_unit": "arbejdsmarked", "from": "2022-10-01", "to": "2022-11-01"}
IN_EVERY_RUN = ("caseload", "code_questions", "membership")
"""Figures whose pages have between them what those of all have; the pages of the others are looked at by `make promises`."""
FIGURE_PAGES = [
    pytest.param(f"/figur/{name}", marks=() if name in IN_EVERY_RUN else pytest.mark.long) for name in sorted(FIGURES)
]
ADDRESSES = [page.address for page in PAGES if page.id in DASHBOARDS] + FIGURE_PAGES
"""Every page that is made of figures; a new one is among them without being written here."""
OUTLINE = re.compile(r"<(h1|h2|h3|caption|figcaption|dt|th scope=\"col\")[^>]*>(.*?)</", re.DOTALL)


def _outline(site: Running, address: str, lang: str) -> list[tuple[str, str]]:
    given = {"valid_at": "2025-02-01", "lang": lang, **(COHORT if address == "/figur/cohort" else {})}
    html = site.client.get(address, params=given).raise_for_status().text
    return [(tag, unescape(re.sub(r"<[^>]+>", "", text)).strip()) for tag, text in OUTLINE.findall(html)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_one_outline_in_two_languages(site: Running, address: str) -> None:
    danish, english = (_outline(site, address, lang) for lang in ("da", "en"))

    assert [tag for tag, _ in danish] == [tag for tag, _ in english]
    assert danish[0][0] == "h1"
    assert [tag for tag, _ in danish].count("h1") == 1
    assert [tag for tag, _ in danish].count("caption") >= [tag for tag, _ in danish].count("figcaption")
    assert not [text for tag, text in danish + english if not text and "th" not in tag]
    assert not [text for _, text in english if re.search("[æøåÆØÅ]", text)]
    assert not [text for _, text in english if "{" in text]

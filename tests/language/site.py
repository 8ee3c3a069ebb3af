"""The addresses of the whole site, with typical, empty, wrong and rich parameters, and what is read of each answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import NamedTuple
from urllib.parse import urlencode

from dashboards import site
from dashboards.drilldown.cell import OF_CELL
from dashboards.figures import FIGURES
from tests.cli.asking import words_of
from tests.language.checks import found_in, uneven
from tests.language.papers import tables_of_docx, texts_of_csv, texts_of_docx, texts_of_xlsx
from tests.language.reading import Answer
from tests.support.serving import Running

UNDATED = (site.SEAL.address, site.RIGHTS.address, site.STATEMENT.address, site.REPORT.address, site.LEDGER.address)
DRILLED = re.compile(r'class="behind" href="([^"]+)"')
DOWNLOADED = re.compile(r'href="(/hent/[^"]+\.(?:csv|xlsx)[^"]*)"')


IDS = re.compile(r"\b[a-z]+-(?:fagsystem-[a-z]|samarbejdsplatform)\b|(?<=kildens id: )\w+|(?<=source id: )\w+")
"""What the sample's sources are called, and the ids that they give: they are shown as they are."""


class Wrong(NamedTuple):
    """A text of a page or file in which a check finds something."""

    address: str
    check: str
    found: str
    text: str


def parameters(figure: str) -> dict[str, str]:
    """What a figure is asked, as the command line has it."""
    words = words_of(figure)
    return {name.removeprefix("--").replace("-", "_"): value for name, value in zip(words[::2], words[1::2], strict=True)}


def addresses(days: Sequence[str], cases: Sequence[str], years: Sequence[int]) -> Iterator[str]:
    """Every page and paper, without the language."""
    for page in site.PAGES:
        for day in days if page.address not in UNDATED else ("",):
            yield _of(page.address, **({"valid_at": day} if day else {}))
    for figure in FIGURES:
        yield _of(site.figure_page(figure), **parameters(figure))
    yield _of(site.MERGE)
    yield _of(site.PUBLISH, figure="caseload", valid_at="2025-02-01")
    yield _of(site.WHY.address, figure="caseload", valid_at="2025-02-01", known_from="2024-06-01")
    yield from (_of(site.case_page(case)) for case in cases)
    for year in years:
        yield _of(site.REPORT.address, year=str(year))
        yield from (_of(site.report_file(f"status-{year}.{form}")) for form in ("docx", "xlsx"))
    yield from (
        "/n-0",
        "/sager?valid_at=1",
        "/sager?ukendt=1",
        "/sag/n-0",
        "/figur/n-0",
        "/log-ind?kode=x",
    )


def _of(address: str, **given: str) -> str:
    return f"{address}?{urlencode(given)}" if given else address


def wrong_in(api: Running, every: Iterable[str], masks: Sequence[str] = ()) -> list[Wrong]:
    """All that the checks find at the addresses in both languages, with a list of cases or a file of every page that has any."""
    found: dict[tuple[str, str, str], Wrong] = {}
    every = list(every)
    for lang in ("da", "en"):
        waiting, seen = [*every], set[str]()
        while waiting:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            asked = address if lang == "da" or "lang=" in address else f"{address}{'&' if '?' in address else '?'}lang={lang}"
            answer = api.client.get(asked, headers={"Accept": "text/html"}, follow_redirects=False)
            assert answer.status_code < 500, (asked, answer.status_code)
            kind = answer.headers.get("content-type", "")
            for each in _checked(asked, kind, answer.content, answer.status_code, lang, masks):
                found.setdefault((each.check, each.found, re.sub(r"\d+", "9", each.text)), each)
            if kind.startswith("text/html") and OF_CELL not in address:
                drilled, files = (pattern.findall(answer.text) for pattern in (DRILLED, DOWNLOADED))
                turn = len(seen) % 3  # a list, a CSV file and a workbook by turns
                waiting += [unescape(way) for way in (drilled[:1], files[:1], files[1:2])[turn]]
    return sorted(found.values())


def _checked(address: str, kind: str, content: bytes, status: int, lang: str, masks: Sequence[str]) -> Iterator[Wrong]:
    without: tuple[str, ...] = ()
    if kind.startswith("text/html"):
        page = Answer(content.decode(), lang)
        said, tables = page.said, page.tables
        if status >= 400:  # a refusal names the words of the address that was written
            without = ("code", "english")
    elif kind.startswith("text/csv"):
        said, tables = [(text, lang) for text in texts_of_csv(content)], []
    elif "spreadsheet" in kind:
        said, tables = [(text, lang) for text in texts_of_xlsx(content)], []
    elif "wordprocessing" in kind:
        said, tables = [(text, lang) for text in texts_of_docx(content)], tables_of_docx(content)
    else:
        return
    if site.REPORT.address in address:  # the paper is in Danish, and what is said of it quotes it
        without = (*without, "danish")
        lang = lang if kind.startswith("text/html") else "da"
        said = said if kind.startswith("text/html") else [(text, "da") for text, _ in said]
    for text, its in dict.fromkeys(said):
        if its in ("da", "en"):
            for check, words in found_in(_masked(text, masks if its == "en" else ()), its, *without):
                yield Wrong(address, check, words, text)
    for table in tables:
        if table and table[0]:
            for column in uneven(table, lang):
                yield Wrong(address, "uneven", column[0], " ".join(column))


def _masked(text: str, masks: Sequence[str]) -> str:
    """The text without what the register holds in Danish: statements, notes and titles of papers, and what is quoted."""
    text = IDS.sub("▮", text)
    for mask in masks:
        text = text.replace(mask, "▮")
    return re.sub(r"“[^”]*”|\([^)]*\)", "▮", text) if masks else text

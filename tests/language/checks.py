"""What no text for people has in it, each with the words that show it: codes, traces of the program, broken Danish and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

Find = Callable[[str], Iterator[str]]

MANY_DANISH = (
    "sager|borgere|dage|gange|hændelser|bevillinger|klager|opfølgninger|timer|minutter|linjer|værdier|møder|måneder|enheder|kilder|"
    "sagsbehandlere|fagpersoner|afvigelser|anledninger|sagsdage|veje|rækker|kopier|figurer|papirer|tabeller|filer|sider|poster"
)
ONE_DANISH = (
    "sag|borger|dag|gang|hændelse|bevilling|klage|opfølgning|time|minut|linje|værdi|måned|enhed|kilde|sagsbehandler|fagperson|"
    "afvigelse|anledning|sagsdag|vej|række|kopi|figur|fil|side|post"
)
MANY_ENGLISH = (
    "cases|citizens|days|times|events|grants|complaints|hours|minutes|numbers|lines|findings|values|meetings|months|years|units|"
    "sources|caseworkers|professionals|deviations|occasions|questions|ways|rows|copies|figures|papers|tables|files|pages|"
    "changes|follow-ups|case-days|case-years"
)
ONE_ENGLISH = (
    "case|citizen|day|event|grant|complaint|hour|minute|number|finding|value|meeting|month|year|unit|source|caseworker|deviation|"
    "occasion|question|answer|way|row|copy|figure|file|page|change|follow-up"
)
NEW = r"(?:(?:nye|åbne|andre|new|open|other) )?"
ALONE = r"(?<![\w.,/:#–-])"
NOT_ONE = rf"{ALONE}(?<!\w )(?!(?:19|20)\d\d)(?:0|[2-9]|\d{{2,}}|\d+[.,]\d+)"
"""A number that is not one, and no year: days end with those, and the word after them is another sentence's."""
ENGLISH_WORDS = (
    "the|of|are|with|from|not|this|that|was|which|and|is|cases|known|unknown|none|closed|opened|referred|days|citizens?|counted|"
    "between|within|until|before|after|their"
)
DANISH_WORDS = (
    "og|ikke|er|det|den|af|på|som|med|sager?|dage?|borgere?|fra|til|ved|har|eller|efter|uden|kun|kan|skal|blev|enheder"
)
OWN_LETTERS = re.compile(r"o(?:en|er|ens|erne|ernes)$|skema|koefficient|poesi|israel")
"""Danish words that have `ae`, `oe` or `aa` of their own: those in -o and -a with an ending, and few others."""


def _pattern(*patterns: str) -> Find:
    made = [re.compile(pattern) for pattern in patterns]

    def find(text: str) -> Iterator[str]:
        for pattern in made:
            yield from (found[0] for found in pattern.finditer(text))

    return find


def _letters(text: str) -> Iterator[str]:
    for found in re.finditer(r"[^\W\d_]+", text):
        word = found[0].lower()
        if re.search("ae|oe|aa", word) and not found[0].isupper() and not OWN_LETTERS.search(word):
            yield found[0]


def _quotes(opens: str, closes: str, others: str) -> Find:
    """One pair of marks: no other kind, never the wrong way round, each that opens closed."""

    def find(text: str) -> Iterator[str]:
        yield from (sign for sign in text if sign in others)
        yield from re.findall(r"(?<!\w)'[^']*[a-zæøå][^']*'(?!\w)", text)
        depth = 0
        for sign in text:
            depth += (sign == opens) - (sign == closes)
            if depth not in (0, 1):
                break
        if depth:
            yield text

    return find


CODES = _pattern(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
TRACES = _pattern(
    r"\b(?:None|null|nan|NaN|undefined|Traceback|NULL)\b|\b(?:True|False)\b(?! [a-z])",
    r"\{\w*\}|%\(\w+\)s|\[object|\{\{|\}\}|<\w+ object",
    r"\['|\('",
)
SPACES = _pattern(
    r"\S {2,}\S",
    r" [,.;:!?)](?!\w)",
    r"\( ",
    r"(?<!\.)\.\.(?!\.)",
    r",[,.]|(?<!kr)(?<!pr)\.,|;;|: ?[.,;](?!\w)|\( *\)|\[\]",
)
INNER = _pattern(r"\bT\d{1,2}\b", r"\bS[0-4]\b", r"\bdomain\.md\b")
"""Marks of the research behind the product, which no reader has."""
ISO = _pattern(r"(?<!f\.eks\. )(?<!fx )(?<!formen )(?<!som )(?<!e\.g\. )(?<!like )\b\d{4}-\d\d-\d\d(?:T[\d:.+Z]+)?")
"""A day as a program writes it, but where it is said how a day is to be written."""

CHECKS: Mapping[str, Mapping[str, Find]] = {
    "da": {
        "code": CODES,
        "letters": _letters,
        "trace": TRACES,
        "spaces": SPACES,
        "inner": INNER,
        "iso": ISO,
        "one and many": _pattern(
            rf"{ALONE}1 {NEW}(?:{MANY_DANISH})\b",
            rf"{NOT_ONE} {NEW}(?:{ONE_DANISH})\b",
            r"\b[Dd]en 1 \w+|\b[Dd]e [01] \w+|\b[Oo]prindelig \d",
        ),
        "quotes": _quotes("»", "«", '“”„‟‘"'),
        "english": _pattern(rf"(?<![-./])\b(?:{ENGLISH_WORDS})\b(?![-.]\w)"),
        "number": _pattern(
            r"\d%",
            r"(?<!WCAG )(?<![\d.])\d+\.\d{1,2}(?![\d.]|\. )(?<!kl\. \d\d\.\d\d)(?<!kl\. \d\.\d\d)",
            r"(?<![\w.,/-])[1-9]\d{4,}(?![\w/-])",
            r"(?:^|[ (])-\d",
        ),
        "unit": _pattern(r"\b(?:i|fra|til|af|på) (?:Social|Arbejdsmarked|Skole|Børn)\b(?! og)", r"\b[Tt]il og med dagen før\b"),
    },
    "en": {
        "code": CODES,
        "trace": TRACES,
        "spaces": SPACES,
        "inner": INNER,
        "iso": ISO,
        "one and many": _pattern(
            rf"{ALONE}1 {NEW}(?:{MANY_ENGLISH})\b",
            rf"{NOT_ONE} {NEW}(?:{ONE_ENGLISH})\b(?!-)",
            rf"{ALONE}1 (?:{ONE_ENGLISH}) (?:are|were|have)\b",
        ),
        "quotes": _quotes("“", "”", '»«„‟‘"'),
        "danish": _pattern(rf"\b(?:{DANISH_WORDS})\b", r"\b\w*[æøåÆØÅ]\w*\b"),
        "number": _pattern(r"\d %", r"(?<![\w.,/-])[1-9]\d{4,}(?![\w/-])", r"(?:^|[ (])-\d"),
    },
}
"""The checks of a text in each language."""


def found_in(text: str, lang: str, *without: str) -> list[tuple[str, str]]:
    """Each check that finds something, with what it finds."""
    return [(name, found) for name, find in CHECKS[lang].items() if name not in without for found in find(text)]


def decimals(text: str, lang: str) -> int | None:
    """How many decimals a cell that is a number has; None for any other."""
    sign, thousands = (",", ".") if lang == "da" else (".", ",")
    number = rf"[+−-]?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})*(?:{re.escape(sign)}(\d+))?(?: ?%)?"
    found = re.fullmatch(number, text)
    return None if found is None else len(found[1] or "")


def uneven(table: Sequence[Sequence[str]], lang: str) -> list[tuple[str, ...]]:
    """The series of a table whose numbers have not one number of decimals.

    A series is a column; where each row is a measure of its own it is the row. A column that stands alone may hold several measures:
    of its numbers those with decimals have as many.
    """
    rows = [tuple(row) for row in table[1:] if len(row) == len(table[0])]
    columns = [tuple(column) for column in zip(table[0], *rows, strict=True)][1:]
    if len(columns) == 1:
        return [each for each in columns if len(_places(each[1:], lang) - {0}) > 1]
    odd = [each for each in columns if len(_places(each[1:], lang)) > 1]
    return odd if any(len(_places(each[1:], lang)) > 1 for each in rows) else []


def _places(cells: Sequence[str], lang: str) -> set[int]:
    return {places for cell in cells if (places := decimals(cell, lang)) is not None}

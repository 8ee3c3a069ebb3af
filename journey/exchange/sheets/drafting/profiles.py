"""Profiles of a sheet's columns: what each seems to hold, by its heading and by the form of its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Literal

from msgspec import Struct

from journey.codes import CodeLists
from journey.exchange.sheets.declarations import CellSettings
from journey.exchange.sheets.drafting.forms import (
    COMMA,
    MONTH,
    POINT,
    PSEUDONYM,
    SHORT_YEAR,
    is_amount,
    is_day_cell,
    is_number_of_person,
    is_of_house,
    is_worker_id,
    looks_personal,
)
from journey.exchange.sheets.drafting.headings import heading_of
from journey.exchange.sheets.drafting.samples import SheetSample, values_of
from journey.exchange.sheets.values import CellReader, is_day
from journey.personal import HIDDEN, has_personal_number, quoted

Role = Literal[
    "empty",
    "doubled",
    "number",
    "pseudonym",
    "month",
    "hidden",
    "private",
    "worker",
    "day",
    "amount",
    "identifier",
    "case",
    "code",
    "unknown",
]
"""What a column holds: "number" is a CPR number, "pseudonym" what `pseudonym.py` made of one, "month" what it made of a birth beside it;
"hidden" holds numbers where none should be."""

MOST_WORDS = 60
"""How many different values a column has at most that is taken for codes."""
_MOSTLY = 0.8
_LISTS = (
    "supports",
    "benefits",
    "units",
    "roles",
    "forums",
    "closings",
    "endings",
    "rejections",
    "follow_up_outcomes",
    "change_reasons",
    "layers",
)
"""The lists that a column's values are looked for in, where its heading does not say."""


class ColumnProfile(Struct, frozen=True):
    """A column: what it holds, and which; the words that may be printed, of a column of codes alone."""

    name: str
    role: Role
    of: str = ""
    """Of a day what happens on it, of codes their list, of an identifier what it is the number of."""
    words: tuple[str, ...] = ()
    left_out: int = 0
    """How many of its words are not printed, since they look personal."""
    is_unique: bool = False
    """Whether each row has a value of its own in it."""
    is_plain: bool = False
    """Of a worker: whether the cells are ids as they stand, not names."""
    has_short_years: bool = False
    has_danish_days: bool = False
    """Whether days stand in it as the text dd-mm-yyyy; the next one: as ISO's."""
    has_iso_days: bool = False
    open_ends: tuple[str, ...] = ()
    """Days far off, which mean that there is no end."""
    commas: int = 0
    points: int = 0


def profiles_of(sample: SheetSample, codes: CodeLists) -> list[ColumnProfile]:
    """The profiles of the columns that have a name."""
    doubled = {name for name, times in Counter(sample.columns).items() if times > 1}
    found: dict[str, ColumnProfile] = {}
    for at, name in enumerate(sample.columns):
        if name and name not in found:
            found[name] = ColumnProfile(name, "doubled") if name in doubled else _profile(sample, at, codes)
    return list(found.values())


def _profile(sample: SheetSample, at: int, codes: CodeLists) -> ColumnProfile:
    name, cells = sample.columns[at], CellReader(CellSettings())
    values = Counter(values_of(sample, at))
    texts = Counter({text: times for value, times in values.items() if (text := cells.text(value)) is not None})
    filled = texts.total()
    unique = filled == len(texts) == len(sample.rows)
    if not filled:
        return ColumnProfile(name, "empty")
    if all(map(PSEUDONYM.fullmatch, texts)):
        return ColumnProfile(name, "pseudonym", is_unique=unique)
    if all(map(MONTH.fullmatch, texts)):
        return ColumnProfile(name, "month", is_unique=unique)
    numbers = sum(times for text, times in texts.items() if is_number_of_person(text))
    days = sum(times for value, times in values.items() if is_day_cell(value))
    heading = heading_of(name, of_days=days >= _MOSTLY * filled)
    of_persons = sum(times for text, times in texts.items() if is_number_of_person(text) and len(text) > _NINE)
    if of_persons >= _MOSTLY * filled or (heading and heading.subject == "number" and 2 * numbers >= filled):
        return ColumnProfile(name, "number", is_unique=unique)
    if any(has_personal_number(text) or (is_number_of_person(text) and not text.isdigit()) for text in texts):
        return ColumnProfile(name, "hidden")
    if heading is not None and heading.subject in ("private", "number"):
        return ColumnProfile(name, "private")
    if days >= _MOSTLY * filled:
        written = [value for value in values if isinstance(value, str)]
        return ColumnProfile(
            name,
            "day",
            heading.of if heading else "",
            is_unique=unique,
            has_short_years=any(SHORT_YEAR.fullmatch(text) for text in texts),
            has_danish_days=any(is_day(day, "dd-mm-yyyy") and not is_day(day, "yyyy-mm-dd") for day in written),
            has_iso_days=any(is_day(day, "yyyy-mm-dd") for day in written),
            open_ends=tuple(sorted(text for text in texts if text.endswith(_FAR_OFF) or text.startswith(_FAR_OFF))),
        )
    subject = heading.subject if heading else None
    if subject == "amount" and sum(times for value, times in values.items() if is_amount(value)) >= _MOSTLY * filled:
        commas, points = (sum(times for text, times in texts.items() if form.search(text)) for form in (COMMA, POINT))
        return ColumnProfile(name, "amount", commas=commas, points=points)
    if subject in ("identifier", "case") and (unique or not _of_list(texts, codes)):
        return ColumnProfile(
            name, "case" if subject == "case" else "identifier", heading.of if heading else "", is_unique=unique
        )
    if subject == "worker":
        return ColumnProfile(name, "worker", is_plain=all(map(is_worker_id, texts)))
    return _codes(name, texts, heading.of if heading and subject in ("code", "identifier") else None, codes, is_unique=unique)


_NINE = 9
_FAR_OFF = ("2099", "9999")


def _codes(name: str, texts: Counter[str], of: str | None, codes: CodeLists, *, is_unique: bool) -> ColumnProfile:
    """The profile of a column of codes; an unknown one where neither its heading nor a list knows its words, or they are many."""
    known = _of_list(texts, codes)
    if known and (not of or of == "reason" or {of, known} == {"supports", "benefits"}):
        of = known
    if of is None or len(texts) > MOST_WORDS:
        return ColumnProfile(name, "unknown")
    spellings: Collection[str] = codes[of].spellings if of in codes.lists else ()
    personal = {text for text in texts if text not in spellings and (looks_personal(text) or quoted(text) == HIDDEN)}
    # Where something of a person stands among them, any of them may be of one: then only what is known to be none is printed.
    free = {text for text in texts if text not in spellings and text not in personal and (not personal or is_of_house(text))}
    words = tuple(text for text, _ in texts.most_common() if text in spellings or text in free)
    return ColumnProfile(name, "code", of, words, len(texts) - len(words), is_unique=is_unique)


def _of_list(texts: Counter[str], codes: CodeLists) -> str | None:
    """The list that knows at least half of the words, and of several the one that knows most; None where there is none."""
    known = {name: sum(text in codes[name].spellings for text in texts) for name in _LISTS}
    best = max(known, key=lambda name: known[name])
    return best if 2 * known[best] >= len(texts) else None

"""The two languages that pages and papers are in: Danish as it is written in the code, English by the lists in `english/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, localcontext
from functools import cache
from importlib import resources
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from msgspec import Struct

from journey.codes import CodeEntry
from journey.history import COPENHAGEN, FOREVER


class Language(Struct, frozen=True):
    """One language: its sentences, numbers, days and moments. Called `translate` where it is at hand."""

    code: str
    """As HTML's `lang` has it."""
    locale: str
    separators: str
    """The decimal and the thousands separator, as Plotly's layout has them."""
    _day: str
    _short: str
    _moment: str

    def __call__(self, danish: str, **values: Any) -> str:
        """The sentence in this language, its `{places}` filled with the values. Danish is the key of the English one.

        Raises KeyError for a sentence that has no English; held for every literal by tests/house/test_language.py.
        """
        sentence = danish if self.code == "da" else english()[danish]
        return sentence.format(**values) if values else sentence

    def given(self, danish: str) -> str:
        """A sentence of the municipality's own: its English where there is one, else as it was given."""
        return danish if self.code == "da" else english().get(danish, danish)

    def counted(self, n: float, singular: str, plural: str, **values: Any) -> str:
        """The sentence for exactly one, or that for any other number, which stands in it as `{n}`: 1 sag, 0 sager, 1.000 sager."""
        return self(singular if n == 1 else plural, n=self.number(n), **values)

    def days(self, count: float) -> str:
        """1 dag, 2 dage, 1.000 dage."""
        return self.counted(count, "1 dag", "{n} dage")

    def number(self, value: float | None, *, decimals: int | None = None) -> str:
        """1.150.000, 90,5 or 0,82 (1,150,000, 90.5, 0.82): so many decimals, or at most two and no idle nought; a dash where it is
        not known. A half is rounded away from nought, as a spreadsheet does it: 0,125 is 0,13. A minus is as it is printed.
        """
        if value is None:
            return "–"
        form = "#,##0.##" if decimals is None else "#,##0" + "." * bool(decimals) + "0" * decimals
        with localcontext(rounding=ROUND_HALF_UP):
            return format_decimal(value, form, locale=self.locale).replace("-", "−")

    def numbers(self, values: Sequence[float | None]) -> list[str]:
        """The numbers of one series, all with as many decimals as the one that needs most of them."""
        places = max((len(self.number(each).partition(self.separators[0])[2]) for each in values), default=0)
        return [self.number(each, decimals=places) for each in values]

    def signed(self, value: float) -> str:
        """A difference with its sign, the minus as it is printed; 0 has none."""
        return ("+" if value > 0 else "−" if value < 0 else "") + self.number(abs(value))

    def day(self, value: date) -> str:
        """1. februar 2025 (1 February 2025)."""
        return format_date(value, self._day, locale=self.locale)

    def period(self, first: date, after: date) -> str:
        """The days in words, from the first to the last before `after`; an end that is open is said to be so."""
        if first == date.min:
            return self("alle dage") if after >= FOREVER else self("til og med {day}", day=self.day(after - timedelta(days=1)))
        if after >= FOREVER:
            return self("fra {day}, uden slutdato", day=self.day(first))
        return f"{self.day(first)} – {self.day(after - timedelta(days=1))}"

    def end(self, value: date) -> str:
        """One end of a period as it is, or that there is none."""
        return self("uden startdato") if value == date.min else self("uden slutdato") if value >= FOREVER else self.day(value)

    def short(self, value: date) -> str:
        """01.02.2025 (01/02/2025), for a table's narrow column."""
        return format_date(value, self._short, locale=self.locale)

    def month(self, value: date) -> str:
        """feb. 2025 (Feb 2025)."""
        return format_date(value, "MMM y", locale=self.locale)

    def moment(self, value: datetime | None) -> str:
        """14. maj 2025 kl. 08.00 (14 May 2025 at 08:00), Danish time."""
        if value is None:
            return self("før den første registrering")
        return format_datetime(value.astimezone(COPENHAGEN), self._moment, locale=self.locale)

    def quoted(self, text: str) -> str:
        """The text in the language's quotation marks: »…« in Danish, as Dansk Sprognævn has them and papers do, “…” in English."""
        return f"»{text}«" if self.code == "da" else f"“{text}”"

    def label(self, code: CodeEntry) -> str:
        """The label of a code of a code list."""
        return code.da if self.code == "da" else code.en


DANISH = Language("da", "da", ",.", "d. MMMM y", "dd.MM.y", "d. MMMM y 'kl.' HH.mm")
ENGLISH = Language("en", "en_GB", ".,", "d MMMM y", "dd/MM/y", "d MMMM y 'at' HH:mm")
LANGUAGES: Mapping[str, Language] = {each.code: each for each in (DANISH, ENGLISH)}


@cache
def english() -> Mapping[str, str]:
    """Each Danish sentence with its English, of every list in the folder `english/`. Raises ValueError for one that stands in two lists."""
    out: dict[str, str] = {}
    for path in sorted(resources.files("dashboards").joinpath("words", "english").iterdir(), key=lambda path: path.name):
        for danish, sentence in tomllib.loads(path.read_text("utf-8")).items():
            if danish in out:
                raise ValueError(f"{path.name}: {danish} stands in another list too")
            out[danish] = sentence
    return out


def later(danish: str) -> str:
    """A sentence that is said where the language is known: marked, so that its English is asked for."""
    return danish

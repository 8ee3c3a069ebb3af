"""The report of an upload as its page shows it: numbers, bad rows by their cause, codes to choose, and why it was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from api.register.request_rejected import RequestRejected
from api.web.problem_types import PROBLEMS
from api.web.problems import HttpProblem
from api.web.uploads.delivery_form import CHOICE, FILES, MAPPING, TEXTS
from api.web.uploads.uploads import Upload
from dashboards.comparing.preview_words import PreviewLines, preview_lines
from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.exchange.causes import Cause, causes
from journey.exchange.deliveries.report import BadCellReport, DeliveryReport
from journey.exchange.importing import MOST_NAMED
from journey.exchange.sheets.code_choices import FLAG_CODES, CodeChoice, code_options
from journey.exchange.sheets.rows import UnknownWord
from journey.personal import has_personal_number
from journey.problem import Problem
from journey.refusals import CATALOGUE, Refused

MOST_CAUSES, MOST_WORDS = 100, 200
"""How many causes of bad rows, and unknown words, are shown; a file has all that are named."""

_REMEDIES = {
    "bad_parameter": "Ret feltet, som beskrevet, og send formularen igen.",
    "bad_file": "Ret det, som beskrevet, og vælg filerne igen nedenfor.",
    "bad_mapping": "Ret oversættelsesfilen, som beskrevet, og vælg den nedenfor.",
}
"""What to do on the page, where the catalogue says it in words of another."""
_ALLOW_GONE = re.compile(r"gentag med --allow-gone ([0-9]+)")


class Notice(Struct, frozen=True):
    """A refusal as a page shows it: everything that is wrong, where, and what to do."""

    faults: Sequence[str]
    place: str
    remedy: str


class ChoiceField(Struct, frozen=True):
    """A word that no list knows, with the codes to choose among, the nearest first; none where the word may not be repeated."""

    name: str
    word: UnknownWord
    options: Sequence[tuple[str, str]]


class SheetCause(Struct, frozen=True):
    """A cause of bad rows of one sheet's file, with its count and the physical lines of the first."""

    sheet: str
    file: str
    cause: Cause


class IntakeReport:
    """The report of an upload, in one language."""

    def __init__(self, upload: Upload, codes: CodeLists, translate: Language) -> None:
        self._upload, self._codes, self._translate = upload, codes, translate
        self.report: DeliveryReport | None = upload.after or (upload.before.report if upload.before else None)

    @cached_property
    def figures(self) -> PreviewLines | None:
        """Figures as they stand, and as it would make them stand."""
        before = self._upload.before
        return preview_lines(before.figures, self._translate) if before and before.figures else None

    @property
    def may_take(self) -> bool:
        """Whether what was reported on can be taken in."""
        return self._upload.may_take

    @cached_property
    def causes(self) -> list[SheetCause]:
        """The causes of the bad rows, by sheet and file."""
        by_file: dict[tuple[str, str], list[BadCellReport]] = {}
        for bad in self.report.bad if self.report else ():
            by_file.setdefault((bad.sheet, bad.file), []).append(bad)
        return [
            SheetCause(sheet, file, cause)
            for (sheet, file), every in by_file.items()
            for cause in causes(Problem(bad.column, bad.reason, bad.code, bad.line) for bad in every)
        ]

    @property
    def names_all(self) -> bool:
        """Whether every bad row is named."""
        return self.report is None or len(self.report.bad) < MOST_NAMED

    @cached_property
    def choices(self) -> list[ChoiceField]:
        """The words that no list knows, those in most rows first."""
        return choice_fields(self.report, self._codes, self._translate)


def choice_fields(report: DeliveryReport | None, codes: CodeLists, translate: Language) -> list[ChoiceField]:
    """The fields in which codes are chosen, in the order of the report's own words: their names do not move."""
    fields: list[ChoiceField] = []
    for nth, word in enumerate(report.unknown[:MOST_WORDS] if report else ()):
        options: list[tuple[str, str]] = []
        if word.word is not None:
            for code in code_options(word.word, word.code_list, codes):
                label = FLAG_CODES[code] if not word.code_list else translate.label(codes[word.code_list].codes[code])
                options.append((code, label))
        fields.append(ChoiceField(f"{CHOICE}{nth}", word, options))
    return sorted(fields, key=lambda field: -field.word.rows)


def choices_in(upload: Upload, texts: Mapping[str, str], codes: CodeLists) -> list[CodeChoice]:
    """The choices that a form makes for the words of the report. Raises Refused (`bad_parameter`) for a code that was not offered."""
    report = upload.before.report if upload.before else None
    chosen: list[CodeChoice] = []
    for name, text in texts.items():
        if not name.startswith(CHOICE) or not text:
            continue
        nth = name.removeprefix(CHOICE)
        word = report.unknown[int(nth)] if report and nth.isdecimal() and int(nth) < len(report.unknown) else None
        if word is None or word.word is None or text not in code_options(word.word, word.code_list, codes):
            raise Refused("bad_parameter", "Koden er ikke en af dem, der kan vælges.", place="kode")
        chosen.append(CodeChoice(word.sheet, word.column, word.code_list, word.word, text))
    return chosen


def form_values(fields: Mapping[str, str], error: Exception | None) -> dict[str, Any]:
    """The values that a form is shown with: its fields, the refusal, and the field that the refusal is of."""
    notice = None if error is None else notice_of(error)
    place = notice.place if notice and notice.place in (*TEXTS, FILES, MAPPING) else ""
    fields = {name: "" if has_personal_number(text) else text for name, text in fields.items()}
    suggested = _ALLOW_GONE.search(error.message) if isinstance(error, Refused) else None
    return {
        "fields": {"allow_gone": suggested[1], **fields} if suggested else fields,
        "notice": notice,
        "bad_field": place,
        "files_field": FILES,
        "mapping_field": MAPPING,
    }


def _remedy(code: str) -> str:
    return _REMEDIES.get(code, PROBLEMS[code].remedy)


def notice_of(error: Exception) -> Notice:
    """The refusal in words; a database that does not answer is said to be so."""
    match error:
        case Refused():
            message = _ALLOW_GONE.sub(r"skriv \1 i feltet om rækker, der må være væk", error.message)
            is_own = error.remedy != CATALOGUE[error.code].remedy
            return Notice(message.split(" Også: "), error.place, error.remedy if is_own else _remedy(error.code))
        case HttpProblem():
            return Notice([error.detail or PROBLEMS[error.code].meaning], error.place, error.remedy)
        case RequestRejected():
            refusal = PROBLEMS[error.code]
            return Notice([error.detail or refusal.meaning], error.place, refusal.remedy)
        case _:
            refusal = PROBLEMS["no_database"]
            return Notice([refusal.meaning], "", refusal.remedy)

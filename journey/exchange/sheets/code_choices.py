"""Choices of a code for each word that no list knows, written into the text of a mapping file beside what stands there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec

from journey.codes import CodeLists, folded
from journey.exchange.cells import tidy
from journey.exchange.sheets.declarations import SheetsFile, ValueForm
from journey.exchange.sheets.kinds import SHEET_FIELDS, column_of, kinds_of
from journey.exchange.sheets.mapping import parse_sheets
from journey.refusals import Refused

FLAG_CODES: Mapping[str, str] = {"true": "ja", "false": "nej"}
"""What a word means where a field says yes or no."""


class CodeChoice(NamedTuple):
    """The code of a word of a sheet's column; `code_list` is none where the field says yes or no."""

    sheet: str
    column: str
    code_list: str
    word: str
    code: str


class CodedField(NamedTuple):
    """A field whose cells are words of a code list: its place in the mapping file, and the table that it is read by."""

    sheet: int
    event: int
    name: str
    column: str
    table: str | None


def code_options(word: str, code_list: str, codes: CodeLists) -> list[str]:
    """The codes that a word could mean, the nearest first."""
    if not code_list:
        return list(FLAG_CODES)

    def distance(code: str) -> float:
        entry = codes[code_list].codes[code]
        names = (code, entry.da, entry.en)
        return -max(difflib.SequenceMatcher(None, folded(word)[:80], folded(name)).ratio() for name in names)

    return sorted(codes[code_list].codes, key=distance)


def code_lists_of(file: SheetsFile, sheet: str, column: str) -> list[str]:
    """The code lists that the sheet's column is read by, none of them named for one that says yes or no."""
    found = {
        (field.list or ""): None
        for each in file.sheets
        if each.name == sheet
        for event in each.events
        for kind, data in kinds_of(event)
        for name, form in data.items()
        if (field := SHEET_FIELDS[kind][name]).sort in ("code", "flag") and tidy(column_of(form) or "") == tidy(column)
    }
    return list(found)


def with_choices(text: str, choices: Iterable[CodeChoice], codes: CodeLists) -> str:
    """The text of a mapping file with the choices in its code tables, and a table for each field that had none.

    Raises Refused (`bad_mapping`) where the text is written so that they cannot be put into it; it then says what to write.
    """
    file = parse_sheets(text, codes)
    wanted, names = cast("dict[str, Any]", msgspec.to_builtins(file)), dict[str, str]()
    edited, added = text, dict[str, dict[str, str]]()
    for choice in choices:
        for field in _fields(file, choice):
            table = field.table or names.setdefault(choice.code_list, _free_name(choice.code_list, file))
            if field.table is None:
                data = wanted["sheet"][field.sheet]["event"][field.event]["data"]
                form = data[field.name]
                data[field.name] = {**(form if isinstance(form, dict) else {"column": form}), "codes": table}
                edited = _with_table(edited, field.name, field.column, table)
            added.setdefault(table, {})[choice.word] = choice.code
    for table, words in added.items():
        wanted["codes"].setdefault(table, {}).update(words)
        edited = _with_words(edited, table, words)
    _refuse_other(edited, msgspec.convert(wanted, SheetsFile), added, codes)
    return edited


def _fields(file: SheetsFile, choice: CodeChoice) -> Iterator[CodedField]:
    """The fields that the choice is of: those of the sheet that read the column by the list."""
    for nth, sheet in enumerate(file.sheets):
        if sheet.name != choice.sheet:
            continue
        for at, event in enumerate(sheet.events):
            found: dict[str, CodedField] = {}
            for kind, data in kinds_of(event):
                for name, form in data.items():
                    field, column = SHEET_FIELDS[kind][name], column_of(form) or ""
                    coded = field.sort in ("code", "flag") and (field.list or "") == choice.code_list
                    if coded and tidy(column) == choice.column:
                        place = name if name in event.data else "unit"  # `to` of a unit that follows is the unit's
                        table = form.codes if isinstance(form, ValueForm) else None
                        found[place] = CodedField(nth, at, place, column, table)
            yield from found.values()


def _free_name(code_list: str, file: SheetsFile) -> str:
    name = code_list or "ja_nej"
    tries = (name, *(f"{name}_{n}" for n in range(2, 1_000)))
    return next(each for each in tries if each not in file.codes)


def _with_table(text: str, field: str, column: str, table: str) -> str:
    """The text in which the fields of this name that read the column are read by the table."""
    spelled = "|".join(map(re.escape, (_quoted(column), f"'{column}'")))
    head = rf"(?<![\w.-])(?P<head>{re.escape(field)}[ \t]*=[ \t]*)"
    bare = re.compile(rf"{head}(?P<column>{spelled})")
    inline = re.compile(rf"{head}\{{[ \t]*column[ \t]*=[ \t]*(?P<column>{spelled})(?![^}}\n]*codes)")
    text = bare.sub(lambda found: f"{found['head']}{{ column = {found['column']}, codes = {_quoted(table)} }}", text)
    return inline.sub(lambda found: f"{found[0]}, codes = {_quoted(table)}", text)


def _with_words(text: str, table: str, words: Mapping[str, str]) -> str:
    """The text with the words in the table, at its beginning; a table that is not there is put last."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = "".join(f"{_quoted(word)} = {_quoted(code)}{end}" for word, code in words.items())
    spelled = "|".join(map(re.escape, (table, _quoted(table), f"'{table}'")))
    header = re.compile(rf"^[ \t]*\[[ \t]*codes[ \t]*\.[ \t]*(?:{spelled})[ \t]*\][^\n]*(?:\n|\Z)", re.MULTILINE)
    found = header.search(text)
    if found is None:
        return f"{text.rstrip()}{end}{end}[codes.{_quoted(table)}]{end}{lines}"
    before = text[: found.end()]
    return f"{before}{'' if before.endswith(chr(10)) else end}{lines}{text[found.end() :]}"


def _quoted(text: str) -> str:
    """The text as a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _refuse_other(text: str, wanted: SheetsFile, added: Mapping[str, Mapping[str, str]], codes: CodeLists) -> None:
    """Raise Refused (`bad_mapping`) for a text that does not say what is wanted: it was written in a way that is not edited here."""
    try:
        if parse_sheets(text, codes) == wanted:
            return
    except Refused as refused:
        if "hver sin kode" in refused.message:  # two spellings of one word were given each its code
            raise
    refused = Refused("bad_mapping", "Valgene kan ikke føjes til oversættelsesfilen, som den er skrevet.", place="codes")
    refused.remedy = f"Skriv dem selv i filen, og giv feltet codes: {'; '.join(_lines(added))}."
    raise refused


def _lines(added: Mapping[str, Mapping[str, str]]) -> Sequence[str]:
    return [
        f"[codes.{table}] " + ", ".join(f"{_quoted(word)} = {_quoted(code)}" for word, code in words.items())
        for table, words in added.items()
    ]

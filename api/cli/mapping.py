"""The commands of mapping files: `mapping draft`, `mapping check`, `mapping choose` and `mapping schema`."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.files import new_file, replace_file
from api.console import print_error, print_line
from api.settings import settings
from dashboards.words.language import DANISH
from journey.exchange.cells import tidy
from journey.exchange.importing import load_mapping, mapping_text
from journey.exchange.input_file import open_input
from journey.exchange.sheets.code_choices import CodeChoice, code_lists_of, code_options, with_choices
from journey.exchange.sheets.drafting.draft import FILL, draft
from journey.exchange.sheets.drafting.samples import csv_sample
from journey.exchange.sheets.drafting.worksheets import WorkbookSamples, workbook_samples
from journey.exchange.sheets.mapping import mapping_faults, parse_sheets, resolve_sheets
from journey.exchange.sheets.schema import schema_text
from journey.exchange.sheets.tables import refuse_large
from journey.exchange.sheets.workbooks.contents import is_workbook_name
from journey.personal import excerpt
from journey.refusals import Refused
from journey.toml_text import BadToml, parsed

FILE = click.Path(path_type=Path)
output_option = click.option("--output", type=FILE, metavar="FIL", help="skriv det i en ny fil; udeladt: på skærmen")


@click.group(cls=DanishGroup, name="mapping")
def mapping() -> None:
    """Skriv og efterse en oversættelsesfil: den, der siger, hvordan kommunens egne ark bliver til hændelser."""


@mapping.command(cls=DanishCommand, name="draft")
@click.argument("files", metavar="FIL …", nargs=-1, required=True, type=FILE)
@click.option("--source", metavar="NAVN", help="kildens navn, f.eks. fagsystem-a; det ændres aldrig siden")
@output_option
def draft_(files: tuple[Path, ...], source: str | None, output: Path | None) -> None:
    """Skriv et udkast ud fra arkene: alt gættet er mærket, og intet om en borger står i det."""
    codes = settings().codes
    try:
        found = [_samples(file) for file in files]
        samples = [sample for each in found for sample in each.samples]
        text = draft(samples, codes, source, [why for each in found for why in each.passed_over])
    except Refused as refused:
        if refused.code == "bad_file":
            refused.remedy = "Ret det, som beskrevet; intet er skrevet."
        raise
    _write(text, output)


@mapping.command(cls=DanishCommand)
@click.argument("file", metavar="FIL", type=FILE)
def check(file: Path) -> int:
    """Efterse en oversættelsesfil: alt, der er galt med den, uden at noget indlæses."""
    codes = settings().codes
    text = mapping_text(file)
    sheets = _sheets_table(text)
    if sheets is None:
        load_mapping(file, codes)
        print_line("Oversættelsesfilen kan bruges.")
        return 0
    faults = mapping_faults(sheets, codes)
    for fault in faults:
        print_error(f"{fault.field}: {fault.reason}.")
    _print_marks(text)
    if faults:
        count = DANISH.counted(len(faults), "1 sted", "{n} steder")
        raise Refused("bad_mapping", f"Oversættelsesfilen skal rettes {count}.", place=excerpt(str(file)))
    found = resolve_sheets(text, codes, lambda name: mapping_text(file.parent / name)).file
    events = sum(len(sheet.events) for sheet in found.sheets)
    print_line(
        f"Oversættelsesfilen kan bruges: kilden {excerpt(found.source)}, "
        f"{DANISH.counted(len(found.sheets), '1 ark', '{n} ark')}, {DANISH.counted(events, '1 hændelse', '{n} hændelser')}."
    )
    return 0


@mapping.command(cls=DanishCommand)
@click.argument("file", metavar="FIL", type=FILE)
@click.argument("sheet", metavar="ARK")
@click.argument("column", metavar="KOLONNE")
@click.argument("word", metavar="ORD")
@click.argument("code", metavar="KODE")
def choose(file: Path, sheet: str, column: str, word: str, code: str) -> None:
    """Skriv i oversættelsesfilen, hvilken kode et ord i en kolonne betyder; alt andet i den bliver stående, som det er."""
    codes = settings().codes
    text = mapping_text(file)
    lists = code_lists_of(parse_sheets(text, codes), sheet, column)
    if not lists:
        why = f"Arket {excerpt(sheet)} har ingen kolonne {excerpt(column)}, der læses som koder."
        raise Refused("bad_parameter", why, place="KOLONNE")
    known = next((name for name in lists if code in code_options(word, name, codes)), None)
    if known is None:
        near = " eller ".join(code_options(word, lists[0], codes)[:3])
        raise Refused("bad_parameter", f"Koden {excerpt(code)} er ikke på listen; mente du {near}?", place="KODE")
    replace_file(file, with_choices(text, [CodeChoice(sheet, tidy(column), known, tidy(word), code)], codes).encode())
    print_line(f"{excerpt(sheet)}, {excerpt(column)}: {excerpt(word)} betyder {excerpt(code)}.")


@mapping.command(cls=DanishCommand)
@output_option
def schema(output: Path | None) -> None:
    """Skriv oversættelsesfilens JSON Schema med kommunens egne koder, så en editor udfylder og retter undervejs."""
    _write(schema_text(settings().codes), output)


def _samples(file: Path) -> WorkbookSamples:
    with open_input(file) as opened:
        size = opened.seek(0, os.SEEK_END)
        refuse_large(file.name, size)
        if is_workbook_name(file.name):
            return workbook_samples(opened, size, file.name)
        return WorkbookSamples([csv_sample(opened, file.name)], [])


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    with new_file(output) as out:
        out.write(text.encode())


def _sheets_table(text: str) -> dict[str, object] | None:
    """The table of a mapping file of sheets; None of one of another format, or of none."""
    try:
        table = parsed(text)
    except BadToml:
        return None
    return table if table.get("format") == "sheets" else None


def _print_marks(text: str) -> None:
    """Print where the file still has the marks of a draft's places to fill in."""
    lines = [str(nth) for nth, line in enumerate(text.split("\n"), 1) if re.search(rf"# {FILL}:", line)]
    if lines:
        print_error(f"Endnu mærket »{FILL}:«: {DANISH.counted(len(lines), 'linje', 'linjerne')} {', '.join(lines)}.")

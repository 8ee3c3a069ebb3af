"""Deliveries (leverancer) of a municipality's own sheets: taken in by `journey import`, listed and undone by `journey deliveries`."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, time
from pathlib import Path
from typing import NamedTuple

import click
from msgspec import Struct, to_builtins

from api.answers.deliveries import (
    DeliveryOrder,
    ReportBefore,
    bad_rows_csv,
    report_before,
    report_before_undoing,
    stored_deliveries,
    take_in,
    undoable_deliveries,
)
from api.answers.deliveries import undo as undo_newest
from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.files import new_file
from api.cli.keys import name_of
from api.cli.options import as_json_option
from api.cli.preview import print_preview
from api.cli.sealing import seal_recorded
from api.console import phases_bar, print_error, print_json, print_line, print_table, progress_bar
from api.register.register import Register, opened
from api.settings import settings
from dashboards.comparing.preview_words import preview_json
from dashboards.figures.table import Table
from dashboards.words.danish import day_in, moment, number
from dashboards.words.language import DANISH
from journey.exchange.causes import causes
from journey.exchange.deliveries.comparing import DeliveryOptions
from journey.exchange.deliveries.report import BadRows, DeliveryReport
from journey.exchange.importing import READING
from journey.exchange.sheets.delivery_files import DeliveryFile, delivery_files
from journey.exchange.sheets.files import files_of
from journey.exchange.sheets.mapping import SheetsMapping
from journey.history import COPENHAGEN
from journey.log.deliveries import StoredDelivery, deliveries
from journey.log.migrate import READ
from journey.problem import Problem
from journey.refusals import Refused

MOST_SHOWN = 30
"""How many causes of bad rows, and how many unknown words, are shown."""


class DeliveryWords(Struct, frozen=True):
    """Words of the command `journey import` that are about deliveries."""

    paths: Sequence[Path]
    taken_at: str | None
    dry_run: bool
    skip_bad: bool
    rejects: Path | None
    allow_gone: int | None
    by: str | None
    as_json: bool


class PlannedDelivery(NamedTuple):
    """A delivery that is to be taken: of which mapping, its files, and the moment that it was taken out; None for now."""

    mapping: SheetsMapping
    files: Sequence[DeliveryFile]
    taken_at: datetime | None


def import_deliveries(mappings: Sequence[SheetsMapping], words: DeliveryWords) -> int:
    """Take in the deliveries that the words name, in the order of their moments; gives the exit code."""
    with _of_deliveries():
        planned = plan(mappings, words)
    if words.dry_run and len(planned) > 1:
        why = "Det, der ville ske, kan kun vises for en leverance ad gangen. Vælg en af mapperne."
        raise Refused("bad_parameter", why, place="--dry-run")
    reports: list[ReportBefore] = []
    who = name_of(words.by)
    fits = True
    with opened(settings()) as register:
        for delivery in planned:
            reports.append(_take(register, delivery, who, words))
            if not words.as_json:
                print_delivery(reports[-1].report)
                _print_figures(reports[-1])
        if not words.dry_run:
            with progress_bar("Tæller") as progress:
                register.believe(progress=progress)
            fits = seal_recorded(register)
    if words.as_json:
        found = [
            json_of(report) | ({} if figures is None else {"figures": preview_json(figures)}) for report, figures in reports
        ]
        print_json(found if len(found) > 1 else found[0])
    refused = words.dry_run and not words.skip_bad and any(report.bad_rows for report, _ in reports)
    return 0 if fits and not refused else 1


def plan(mappings: Sequence[SheetsMapping], words: DeliveryWords) -> list[PlannedDelivery]:
    """The deliveries: one a mapping, or one a mapping and a folder whose subfolders are named by a day or a moment.

    Raises Refused (`bad_parameter`) where there is none.
    """
    dated = sorted(_dated(words.paths), key=lambda each: each[0])
    if not dated:
        at = moment_in(words.taken_at) if words.taken_at else None
        files = delivery_files(words.paths)
        return [PlannedDelivery(mapping, _files_for(mapping, files, mappings), at) for mapping in mappings]
    if words.taken_at:
        why = (
            "Mappens undermapper siger selv, hvornår hver leverance er trukket. Udelad indstillingen, eller vælg en undermappe."
        )
        raise Refused("bad_parameter", why, place="--taken-at")
    planned = [
        PlannedDelivery(mapping, found, at)
        for at, folder in dated
        for files in [delivery_files([folder])]
        for mapping in mappings
        if any(files_of(mapping.file, [each.name for each in files]))
        for found in [_files_for(mapping, files, mappings)]
    ]
    if not planned:
        raise Refused("bad_parameter", "Ingen af undermapperne har en fil, som oversættelsesfilen læser.", place="FIL")
    return planned


def _files_for(
    mapping: SheetsMapping, files: Sequence[DeliveryFile], mappings: Sequence[SheetsMapping]
) -> Sequence[DeliveryFile]:
    """The files that the mapping reads, and those that none of the others does."""
    names = [each.name for each in files]
    others = {name for other in mappings if other is not mapping for found in files_of(other.file, names) for name in found}
    own = {name for found in files_of(mapping.file, names) for name in found}
    return [each for each in files if each.name in own or each.name not in others]


def _dated(paths: Sequence[Path]) -> Iterator[tuple[datetime, Path]]:
    if len(paths) == 1 and paths[0].is_dir():
        for folder in paths[0].iterdir():
            if folder.is_dir():
                with suppress(Refused):
                    yield moment_in(folder.name), folder


def moment_in(text: str) -> datetime:
    """The moment that a person wrote: a day in any of the forms of `day_in`, its beginning; or 2026-10-01T06:00, also without the colon.

    Raises Refused (`bad_parameter`).
    """
    compact = re.sub(r"T(\d{2})(\d{2})$", r"T\1:\2", text.strip().replace(" ", "T", 1) if text[:4].isdigit() else text)
    with suppress(ValueError):
        return datetime.combine(day_in(text), time(), COPENHAGEN)
    with suppress(ValueError):
        written = datetime.fromisoformat(compact)
        return written if written.tzinfo else written.replace(tzinfo=COPENHAGEN)
    why = "Tidspunktet kan ikke læses. Skriv en dag (2026-10-01 eller 1.10.2026) eller et tidspunkt (2026-10-01T06:00)."
    raise Refused("bad_parameter", why, place="--taken-at")


def _take(register: Register, delivery: PlannedDelivery, who: str, words: DeliveryWords) -> ReportBefore:
    options = DeliveryOptions(who, delivery.taken_at, words.dry_run, words.skip_bad, words.allow_gone)
    order = DeliveryOrder(delivery.mapping, delivery.files, options)
    try:
        with _of_deliveries(), phases_bar({READING}) as progress:
            found = (
                report_before(register, order, progress)
                if words.dry_run
                else ReportBefore(take_in(register, order, progress), None)
            )
    except BadRows as bad:
        _print_bad(bad.report)
        _write_rejects(bad.report, words.rejects)
        raise
    _write_rejects(found.report, words.rejects)
    return found


def _print_figures(found: ReportBefore) -> None:
    if found.figures is not None:
        print_preview(found.figures)


@contextmanager
def _of_deliveries() -> Generator[None]:
    """What is refused of a file has its remedy in its own words."""
    try:
        yield
    except BadRows as bad:
        bad.remedy = (
            "Ret rækkerne i kilden eller oversættelsesfilen, eller brug --skip-bad; de dårlige skrives i --rejects FIL."
        )
        raise
    except Refused as refused:
        if refused.code == "bad_file":
            refused.remedy = "Ret det, som beskrevet; intet er indlæst."
        raise


def _write_rejects(report: DeliveryReport, target: Path | None) -> None:
    if target is not None and report.bad:
        with new_file(target) as out:
            out.write(bad_rows_csv(report, DANISH))


def _print_bad(report: DeliveryReport) -> None:
    for text in cause_texts(report)[:MOST_SHOWN]:
        print_error(text)
    for word in report.unknown[:MOST_SHOWN]:
        print_error(f"{word.sheet}, {word.column}: {word.reason} ({counted(word.rows, 'række', 'rækker')})")
    if any(word.word is not None for word in report.unknown):
        print_error("Skriv det valgte i oversættelsesfilen med journey mapping choose FIL ARK KOLONNE ORD KODE.")


def cause_texts(report: DeliveryReport) -> list[str]:
    """Causes of the bad rows, each once with its sheet, column, count and first physical lines; unknown words apart."""
    found: list[str] = []
    unknown = {(word.sheet, word.column, word.reason) for word in report.unknown}
    for sheet, file in dict.fromkeys((each.sheet, each.file) for each in report.bad):
        problems = [
            Problem(each.column, each.reason, each.code, each.line)
            for each in report.bad
            if (each.sheet, each.file) == (sheet, file) and (sheet, each.column, each.reason) not in unknown
        ]
        found += [f"{file}: {cause.text}" for cause in causes(problems)]
    return found


def print_delivery(report: DeliveryReport) -> None:
    """Print the outcome of a delivery: a table of its sheets, and its events on a line."""
    if report.repeated:
        print_line(f"{report.source}: leverancen fra {moment(report.taken_at)} er indlæst i forvejen; intet er ændret.")
        return
    rows = tuple(
        (
            name,
            "mangler" if sheet.rows is None else number(sheet.rows),
            number(sheet.skipped),
            number(sheet.bad),
            number(sheet.gone_listed),
            number(sheet.gone_withdrawn),
        )
        for name, sheet in report.numbers.sheets.items()
    )
    heads = ("Ark", "Rækker", "Sprunget over", "Kan ikke bruges", "Væk, men står", "Væk og annulleret")
    print_table(Table(f"{report.source}, trukket {moment(report.taken_at)}", heads, rows, ()))
    if report.dry_run and report.bad_rows:
        _print_bad(report)
    for name in report.unused_files:
        print_error(f"{name}: filen læses ikke ind i noget ark. Ret file i oversættelsesfilen, hvis den skal.")
    print_line(outcome_text(report))


def outcome_text(report: DeliveryReport) -> str:
    """The events of a delivery on a line."""
    numbers, would = report.numbers, report.dry_run
    parts = [
        f"{number(numbers.new)} {'ny' if numbers.new == 1 else 'nye'}",
        f"{number(numbers.corrected)} rettet",
        f"{number(numbers.withdrawn)} annulleret",
        f"{number(numbers.known)} kendt i forvejen",
    ]
    did = "ville blive registreret" if would else "registreret"
    recorded = f"{counted(report.recorded, 'hændelse', 'hændelser')} {did}"
    if report.first_position is not None and report.last_position is not None:
        recorded += f" (position {number(report.first_position)}–{number(report.last_position)})"
    return f"{'; '.join(parts)}: {recorded}."


def counted(count: int, singular: str, plural: str) -> str:
    """The number with its noun."""
    return f"{number(count)} {singular if count == 1 else plural}"


def json_of(report: DeliveryReport) -> dict[str, object]:
    """The report as JSON; the bad rows without their cells."""
    return {**to_builtins(report), "bad_rows": report.bad_rows, "taken_at": report.taken_at.isoformat()}


@click.group(cls=DanishGroup, name="deliveries", invoke_without_command=True)
@click.option("--source", metavar="KILDE", help="kun denne kildes")
@as_json_option
@click.pass_context
def deliveries_(context: click.Context, source: str | None, as_json: bool) -> None:
    """Vis leverancerne: kommunens egne ark, som de er taget ind, de nyeste først."""
    if context.invoked_subcommand is not None:
        return
    with opened(settings()) as register, register.connected(READ) as conn:
        found = deliveries(conn, source)
    if as_json:
        print_json(
            [{**to_builtins(each), "mapping_sha256": each.mapping_sha256 and each.mapping_sha256.hex()} for each in found]
        )
        return
    notes = () if found else ("Der er ingen leverancer. Tag kommunens ark ind med journey import --mapping FIL MAPPE.",)
    heads = ("Nr.", "Kilde", "Trukket", "Taget ind", "Af", "Rækker", "Nye", "Rettet", "Annulleret", "")
    print_table(Table("Leverancer", heads, tuple(map(_row, found)), notes))


def _row(delivery: StoredDelivery) -> tuple[str, ...]:
    numbers = delivery.numbers
    state = (
        f"fortryder {delivery.undoes}" if delivery.undoes else f"fortrudt ({delivery.undone_by})" if delivery.undone_by else ""
    )
    return (
        str(delivery.id),
        delivery.source,
        _short(delivery.taken_at),
        _short(delivery.at),
        delivery.who,
        number(numbers.rows),
        number(numbers.new),
        number(numbers.corrected),
        number(numbers.withdrawn),
        state,
    )


def _short(at: datetime) -> str:
    return f"{at.astimezone(COPENHAGEN):%d-%m-%Y %H.%M}"


@deliveries_.command(cls=DanishCommand, name="undo")
@click.argument("source", metavar="KILDE")
@click.option("--dry-run", is_flag=True, help="se kun, hvad der ville ske")
@click.option("--by", metavar="ID", help="hvem der fortryder; udeladt: maskinens konto")
def undo(source: str, dry_run: bool, by: str | None) -> int:
    """Fortryd kildens nyeste leverance som helhed, med rettelser: intet slettes, og den før er igen den nyeste."""
    who = name_of(by)
    fits = True
    with opened(settings()) as register:
        newest = next((each.id for each in undoable_deliveries(stored_deliveries(register)) if each.source == source), None)
        if newest is None:
            raise Refused("bad_parameter", "Kilden har ingen leverance, der kan fortrydes.", place="KILDE")
        with phases_bar({READING}) as progress:
            if dry_run:
                found = report_before_undoing(register, newest, who, progress)
            else:
                found = ReportBefore(undo_newest(register, newest, who, progress), None)
        if not dry_run:
            with progress_bar("Tæller") as believing:
                register.believe(progress=believing)
            fits = seal_recorded(register)
    print_line(f"{source}: {undone_text(found.report)}")
    _print_figures(found)
    return 0 if fits else 1


def undone_text(report: DeliveryReport) -> str:
    """Outcome of undoing a delivery, on a line."""
    numbers = report.numbers
    did = "ville blive" if report.dry_run else "er"
    return (
        f"leverancen {did} fortrudt: {counted(numbers.withdrawn, 'hændelse', 'hændelser')} annulleret, "
        f"{number(numbers.corrected)} sat tilbage til det, de var, {number(numbers.new)} tilbage igen."
    )

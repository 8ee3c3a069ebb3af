"""`journey import`: events from a file into the log."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.danish_click import DanishCommand
from api.cli.deliveries import DeliveryWords, counted, import_deliveries
from api.cli.files import unusable_file
from api.cli.options import as_json_option
from api.cli.sealing import seal_recorded
from api.clock import now
from api.console import phases_bar, print_error, print_json, print_line, progress_bar
from api.register.register import opened
from api.settings import settings
from dashboards.words.danish import number
from journey.exchange.causes import causes
from journey.exchange.importing import (
    MOST_NAMED,
    READING,
    BadLines,
    ImportReport,
    import_file,
    is_of_sheets,
    load_mapping,
    load_sheets,
)
from journey.refusals import Refused

MOST_SHOWN = 30
"""How many causes of bad lines are shown."""


@click.command("import", cls=DanishCommand)
@click.argument("files", metavar="FIL", nargs=-1, required=True)
@click.option(
    "--mapping",
    "mappings",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="oversættelsesfil til et fremmed systems log, eller til kommunens egne ark; for ark må der være flere",
)
@click.option("--dry-run", is_flag=True, help="se kun, hvad der ville ske")
@click.option("--skip-bad", is_flag=True, help="tag de gode linjer, og skriv de dårlige til --rejects")
@click.option(
    "--rejects", type=click.Path(path_type=Path), metavar="FIL", help="hvor de dårlige linjer skrives; udeladt: FIL.rejects"
)
@click.option("--as-corrections", is_flag=True, help="registrér rækker, kilden har ændret, som rettelser")
@click.option("--taken-at", metavar="TID", help="ark: hvornår de er trukket ud af kilden; udeladt: nu")
@click.option("--allow-gone", type=click.IntRange(min=0), metavar="ANTAL", help="ark: præcis hvor mange rækker der må gå")
@click.option("--by", metavar="ID", help="ark: hvem der tager dem ind; udeladt: maskinens konto")
@as_json_option
def import_(
    files: tuple[str, ...],
    mappings: tuple[Path, ...],
    dry_run: bool,
    skip_bad: bool,
    rejects: Path | None,
    as_corrections: bool,
    taken_at: str | None,
    allow_gone: int | None,
    by: str | None,
    as_json: bool,
) -> int:
    """Indlæs hændelser: hele filen eller intet af den. - er standard input. Med en oversættelsesfil til kommunens egne ark: en
    leverance, som er en mappe, filer eller en zip; har mappen undermapper, der hedder dage, er hver en leverance fra den dag."""
    for mapping in mappings:
        if not mapping.exists():
            raise unusable_file("Oversættelsesfilen findes ikke.", mapping, "Ret stien, og prøv igen.")
    codes = settings().codes
    sheets = [load_sheets(mapping, codes) for mapping in mappings if is_of_sheets(mapping)]
    if sheets:
        _refuse_mixed(len(sheets) < len(mappings), as_corrections)
        words = DeliveryWords([Path(file) for file in files], taken_at, dry_run, skip_bad, rejects, allow_gone, by, as_json)
        return import_deliveries(sheets, words)
    for option, value in (("--taken-at", taken_at), ("--allow-gone", allow_gone), ("--by", by)):
        if value is not None:
            why = 'Indstillingen gælder kun kommunens egne ark: en oversættelsesfil med format = "sheets".'
            raise Refused("bad_parameter", why, place=option)
    if len(files) > 1 or len(mappings) > 1:
        why = 'Flere på en gang gælder kun kommunens egne ark: oversættelsesfiler med format = "sheets".'
        raise Refused("bad_parameter", why, place="FIL" if len(files) > 1 else "--mapping")
    if rejects and not skip_bad:
        raise Refused("bad_parameter", "Indstillingen gælder kun sammen med --skip-bad.", place="--rejects")
    return _import_file(next(iter(files)), next(iter(mappings), None), dry_run, skip_bad, rejects, as_corrections, as_json)


def _refuse_mixed(others: bool, as_corrections: bool) -> None:
    if others:
        raise Refused("bad_parameter", "Kommunens egne ark og et fremmed systems log indlæses hver for sig.", place="--mapping")
    if as_corrections:
        why = "Kommunens egne ark sammenlignes altid med det, kilden gav før. Udelad indstillingen."
        raise Refused("bad_parameter", why, place="--as-corrections")


def _import_file(
    file: str, mapping: Path | None, dry_run: bool, skip_bad: bool, rejects: Path | None, as_corrections: bool, as_json: bool
) -> int:
    if skip_bad and rejects is None:
        rejects = Path("rejects.jsonl" if file == "-" else f"{file}.rejects")
    fits = True
    with opened(settings()) as register, register.open_vault() as vault:
        try:
            with phases_bar({READING}) as progress:
                report = import_file(
                    register.url,
                    file if file == "-" else Path(file),
                    codes=register.codes,
                    now=now(),
                    vault=vault,
                    mapping=load_mapping(mapping, register.codes) if mapping else None,
                    dry_run=dry_run,
                    skip_bad=skip_bad,
                    as_corrections=as_corrections,
                    rejects=rejects,
                    person_ids=register.settings.person_ids,
                    progress=progress,
                )
        except BadLines as bad:
            _print_problems(bad)
            raise
        except Refused as refused:
            if refused.code == "bad_file":
                refused.remedy = "Ret det, som beskrevet; intet er indlæst."
            raise
        if not dry_run:
            with progress_bar("Tæller") as progress:
                register.believe(progress=progress)
            fits = seal_recorded(register)
    if as_json:
        print_json(_json(report))
    else:
        print_report(report, rejects)
    return 0 if fits else 1


def _print_problems(bad: BadLines) -> None:
    found = causes(bad.problems)
    for cause in found[:MOST_SHOWN]:
        print_error(cause.text)
    if len(found) > MOST_SHOWN:
        print_error(f"… og {number(len(found) - MOST_SHOWN)} årsager til. Brug --skip-bad for at få alle linjerne i en fil.")
    if len(bad.problems) >= MOST_NAMED:
        print_error(f"Kun de første {number(MOST_NAMED)} fejl er talt med.")


def print_report(report: ImportReport, rejects: Path | None) -> None:
    """Print the outcome of an import as one line; `rejects` is the file of the lines left out."""
    did = "ville blive registreret" if report.dry_run else "registreret"
    parts = [counted(report.lines, "linje", "linjer") + " læst", counted(report.recorded, "hændelse", "hændelser") + f" {did}"]
    if report.first_position is not None and not report.dry_run:
        parts[-1] += f" (position {number(report.first_position)}–{number(report.last_position)})"
    if report.known:
        parts.append(f"{number(report.known)} kendt i forvejen")
    if report.corrected:
        parts.append(f"{number(report.corrected)} som rettelser")
    if report.removed:
        parts.append(f"{number(report.removed)} annulleret, fordi kilden ikke længere giver dem")
    if report.returned:
        parts.append(f"{number(report.returned)} igen, fordi kilden giver dem på ny")
    if report.annulled:
        parts.append(f"{number(report.annulled)} af de kendte er annulleret i registret og bliver ved med at være det")
    if report.left_out:
        left = "er dårlige og ville blive udeladt" if report.dry_run else f"udeladt, se {rejects}"
        parts.append(f"{number(report.left_out)} {left}")
    print_line("; ".join(parts) + ".")


def _json(report: ImportReport) -> dict[str, object]:
    return {
        "lines": report.lines,
        "taken": report.recorded,
        "known": report.known,
        "corrected": report.corrected,
        "withdrawn": report.removed,
        "returned": report.returned,
        "annulled": report.annulled,
        "left_out": report.left_out,
        "first_position": report.first_position,
        "last_position": report.last_position,
        "dry_run": report.dry_run,
        "problems": [
            {"line": each.line, "field": each.field, "reason": each.reason, "code": each.code} for each in report.problems
        ],
    }

"""The commands that take events in and give them out, and the sample register."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

import click

from api.answers.cohorts import active_in, listed_in
from api.cli.console import complain, progress, show, show_json, tell
from api.cli.danish_click import Command
from api.cli.demo import tables
from api.clock import now
from api.register.answer import known_position
from api.register.register import Register, opened
from api.sealing.catching_up import seal_recorded
from api.settings import settings
from dashboards.words.danish import number
from journey.exchange.exporting import FORMS, export_log
from journey.exchange.exporting import export as exported
from journey.exchange.importing import MOST_NAMED, BadLines, Report, import_file, load_mapping
from journey.log.migrate import READ
from journey.log.reading import history
from journey.log.vault import Vault
from journey.refusals import Refused
from journey.sample import sample_register
from journey.system_words import of_system

KEY_FILE = "outer.key"
"""The key that the cases' keys are wrapped in; in the data folder, never in the database."""

MOST_SHOWN = 200
"""How many problems a screen is filled with; a file or a program that reads them gets all."""


@click.command("import", cls=Command)
@click.argument("file", metavar="FIL")
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FIL", help="oversættelsesfil til et fremmed systems log")
@click.option("--dry-run", is_flag=True, help="se kun, hvad der ville ske")
@click.option("--skip-bad", is_flag=True, help="tag de gode linjer, og skriv de dårlige til --rejects")
@click.option(
    "--rejects", type=click.Path(path_type=Path), metavar="FIL", help="hvor de dårlige linjer skrives; udeladt: FIL.rejects"
)
@click.option("--as-corrections", is_flag=True, help="registrér rækker, kilden har ændret, som rettelser")
@click.option("--json", "as_json", is_flag=True, help="som JSON")
def import_(
    file: str, mapping: Path | None, dry_run: bool, skip_bad: bool, rejects: Path | None, as_corrections: bool, as_json: bool
) -> None:
    """Indlæs hændelser: hele filen eller intet af den. - er standard input."""
    if rejects and not skip_bad:
        raise Refused("bad_parameter", "Indstillingen gælder kun sammen med --skip-bad.", place="--rejects")
    if mapping and not mapping.exists():
        raise _no_file("Oversættelsesfilen findes ikke.", mapping, "Ret stien, og prøv igen.")
    if skip_bad and rejects is None:
        rejects = Path("rejects.jsonl" if file == "-" else f"{file}.rejects")
    with opened(settings()) as register, _vault(register) as vault:
        try:
            with progress("Læser filen") as told:
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
                    progress=told,
                )
        except BadLines as bad:
            _name(bad)
            raise
        except Refused as refused:
            if refused.code == "bad_file":
                refused.remedy = "Ret det, som beskrevet; intet er indlæst."
            raise
        if not dry_run:
            with progress("Tæller") as told:
                register.believe(told=told)
            seal_recorded(register)
    if as_json:
        show_json(_json(report))
    else:
        _say(report, rejects)


def _name(bad: BadLines) -> None:
    shown = MOST_SHOWN if sys.stderr.isatty() else MOST_NAMED
    for problem in bad.problems[:shown]:
        complain(problem.text)
    if len(bad.problems) > shown or len(bad.problems) >= MOST_NAMED:
        more = "flere" if len(bad.problems) >= MOST_NAMED else number(len(bad.problems) - shown)
        complain(f"… og {more} til. Brug --skip-bad for at få dem alle i en fil.")


def _say(report: Report, rejects: Path | None) -> None:
    did = "ville blive registreret" if report.dry_run else "registreret"
    parts = [_counted(report.lines, "linje", "linjer") + " læst", _counted(report.taken, "hændelse", "hændelser") + f" {did}"]
    if report.first_position is not None and not report.dry_run:
        parts[-1] += f" (position {number(report.first_position)}–{number(report.last_position)})"
    if report.known:
        parts.append(f"{number(report.known)} kendt i forvejen")
    if report.corrected:
        parts.append(f"{number(report.corrected)} som rettelser")
    if report.left_out:
        left = "er dårlige og ville blive udeladt" if report.dry_run else f"udeladt, se {rejects}"
        parts.append(f"{number(report.left_out)} {left}")
    tell("; ".join(parts) + ".")


def _counted(count: int, one: str, more: str) -> str:
    return f"{number(count)} {one if count == 1 else more}"


def _json(report: Report) -> dict[str, object]:
    return {
        "lines": report.lines,
        "taken": report.taken,
        "known": report.known,
        "corrected": report.corrected,
        "left_out": report.left_out,
        "first_position": report.first_position,
        "last_position": report.last_position,
        "dry_run": report.dry_run,
        "problems": [{"line": p.line, "field": p.field, "reason": p.reason, "code": p.code} for p in report.problems],
    }


@click.command("export", cls=Command)
@click.argument("file", metavar="[FIL]", default="-")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", *FORMS]), default="jsonl", help="jsonl, eller xes og ocel til procesanalyse"
)
@click.option("--with-notes", is_flag=True, help="tag notaternes tekst med (kun jsonl)")
@click.option("--case", "cases", multiple=True, metavar="SAG", help="kun den sag; med xes og ocel kan der være flere")
@click.option(
    "--cases",
    "listed",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="kun sagerne i filen: en på en linje, eller et tals liste over sager som CSV (xes og ocel)",
)
@click.option("--unit", metavar="ENHED", help="kun sager aktive i enheden i perioden (xes og ocel)")
@click.option("--from", "from_day", metavar="DAG", help="periodens første dag; udeladt: alle dage")
@click.option("--to", "to_day", metavar="DAG", help="dagen efter periodens sidste")
@click.option("--known-at", metavar="POSITION|TID", help="kun hvad registret vidste; udeladt: alt til nu")
def export_(
    file: str,
    form: str,
    with_notes: bool,
    cases: tuple[str, ...],
    listed: Path | None,
    unit: str | None,
    from_day: str | None,
    to_day: str | None,
    known_at: str | None,
) -> None:
    """Skriv registret ud, en hændelse på en linje, i loggens orden. Uden fil, eller med -, på standard output."""
    if form == "jsonl" and (len(cases) > 1 or listed or unit or from_day or to_day):
        raise Refused(
            "bad_parameter", "Flere sager, enhed og periode kan kun bruges med --format xes eller ocel.", place="--format"
        )
    if form != "jsonl" and (with_notes or sum(map(bool, (cases, listed, unit))) > 1):
        raise Refused(
            "bad_parameter",
            "Notater er ikke med i xes og ocel, og kun én af --case, --cases og --unit kan bruges.",
            place="--format",
        )
    if (from_day or to_day) and not unit:
        raise Refused("bad_parameter", "En periode hører til en enhed: angiv --unit.", place="--unit")
    if listed is not None:
        cases = listed_in(listed)
    cases = tuple(dict.fromkeys(cases))  # asked for twice it is still one case
    with opened(settings()) as register, _vault(register) as vault:
        with register.connected(READ) as conn:
            upto = known_position(conn, known_at)
            if unknown := next((case for case in cases if not history(conn, case, upto)), None):
                raise Refused("unknown_case", place=unknown)
        if unit is not None:
            cases = active_in(register, unit, from_day, to_day, upto)
        notes, case = vault if with_notes else None, next(iter(cases), None)

        def write(out: IO[bytes]) -> int:
            if form == "jsonl":
                return exported(register.url, out, with_notes=notes, case=case, upto=upto)
            some = cases if cases or unit is not None else None
            return export_log(register.url, out, FORMS[form], upto=upto, cases=some)

        if file == "-":
            write(sys.stdout.buffer)
            return
        with new_file(Path(file)) as out:
            written = write(out)
    complain(f"{_counted(written, 'hændelse', 'hændelser')} skrevet til {file}.")


@contextmanager
def new_file(target: Path) -> Iterator[BinaryIO]:
    """A file that only its owner may read, and that is there when all of it is written, or not at all."""
    if target.exists():
        raise _no_file("Filen findes i forvejen.", target, "Vælg et andet navn, eller flyt filen.")
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            yield out
        part.rename(target)
    except OSError as error:
        raise _no_file(
            f"Filen kan ikke skrives: {of_system(error)}.", target, "Ret stien, eller giv adgang og plads."
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _no_file(why: str, file: Path, remedy: str) -> Refused:
    refused = Refused("bad_file", why, place=str(file))
    refused.remedy = remedy
    return refused


@click.command(cls=Command)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FIL", help="skriv prøveregistret i en fil i stedet")
@click.option("--seed", type=int, default=2025, metavar="TAL", help="hvilket af de mange mulige; udeladt: 2025")
def sample(output: Path | None, seed: int) -> None:
    """Indlæs prøveregistret (syntetisk, 2021-2025) i et tomt register, eller skriv det i en fil."""
    if output is not None:
        with new_file(output) as out:
            out.write(_sample_file(seed).getvalue())
        tell(f"Prøveregistret er skrevet til {output}.")
        return
    with opened(settings()) as register:
        _say(_loaded(register, seed), None)


@click.command(cls=Command)
@click.option("--seed", type=int, default=2025, hidden=True)
@click.option(
    "--serve/--no-serve", "serving", default=None, help="vis bagefter siderne i en browser; udeladt: kun ved en skærm"
)
def demo(seed: int, serving: bool | None) -> None:
    """Indlæs prøveregistret, vis papirernes tabeller, talt af hændelserne, og åbn siderne i en browser."""
    with opened(settings()) as register:
        _loaded(register, seed)
        for table in tables(register):
            show(table)
        position, _ = register.head()
    tell(f"Talt af {number(position)} syntetiske hændelser i PostgreSQL. Prøv selv: .venv/bin/journey figures")
    if serving or (serving is None and sys.stdout.isatty() and sys.stdin.isatty()):
        from api.web.server import ANY_PORT, run  # the web server takes half a second to load: only who asks for it waits

        run(settings(), host="127.0.0.1", port=ANY_PORT, browse=True)


def _sample_file(seed: int) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in sample_register(seed)))


def _loaded(register: Register, seed: int) -> Report:
    """The sample in the register; the second time everything is known already."""
    file = _sample_file(seed)
    _only_sample(register, json.loads(file.readline()))
    file.seek(0)
    try:
        with _vault(register) as vault, progress("Indlæser prøveregistret") as told:
            report = import_file(
                register.url, cast(BinaryIO, file), codes=register.codes, now=now(), vault=vault, progress=told
            )
    except BadLines:
        raise _not_ours(register) from None
    with progress("Tæller") as told:
        register.believe(told=told)
    seal_recorded(register)
    return report


def _only_sample(register: Register, first: dict[str, str]) -> None:
    """Synthetic cases never enter a register of real ones."""
    if register.head()[0] == 0:
        return
    with register.connected(READ) as conn:
        first_of_ours = "SELECT 1 FROM log.event_ids WHERE source = %s AND source_id = %s"
        if conn.execute(first_of_ours, (first["source"], first["source_id"])).fetchone() is None:
            raise _not_ours(register)


def _not_ours(register: Register) -> Refused:
    place = "JOURNEY_DATABASE_URL" if register.settings.database_url else str(register.settings.data)
    return Refused("not_empty", "Registret har hændelser, der ikke er dette prøveregisters.", place=place)


def _vault(register: Register) -> Vault:
    register.settings.data.mkdir(parents=True, exist_ok=True)
    return Vault(register.settings.data / KEY_FILE, register.url)


COMMANDS = (import_, export_, sample, demo)

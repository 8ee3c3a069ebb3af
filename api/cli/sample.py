"""`journey sample`: the synthetic register, loaded or written to a file."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO, cast

import click

from api.cli.danish_click import DanishCommand
from api.cli.files import new_file
from api.cli.importing import print_report
from api.cli.sealing import seal_recorded
from api.clock import now, today
from api.console import phases_bar, print_line, progress_bar
from api.register.register import Register, opened
from api.settings import settings
from dashboards.words.danish import day as in_words
from journey.exchange.importing import READING, BadLines, ImportReport, import_file
from journey.history import COPENHAGEN
from journey.log.migrate import READ
from journey.refusals import Refused
from journey.sample import PAPERS_END, sample_register


def _moment(_context: click.Context, _parameter: click.Parameter, text: str | None) -> datetime:
    """The end of the day, or now where it is today or none is given. Raises Refused (`bad_parameter`)."""
    if text is None:
        return now()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("bad_parameter", "Dagen skrives som 2026-11-29.", place="--until") from None
    if day > today():
        raise Refused(
            "bad_parameter",
            "Dagen er ikke kommet endnu, og et register kan ikke vide noget fra fremtiden. Angiv en dag til og med i dag.",
            place="--until",
        )
    if day < PAPERS_END.date():
        raise Refused(
            "bad_parameter",
            f"Prøveregistret går mindst til {in_words(PAPERS_END.date())}: "
            "papirernes offentliggjorte tal hviler på alt til og med den dag.",
            place="--until",
        )
    return min(now(), datetime.combine(day, time.max, COPENHAGEN))


until_option = click.option(
    "--until", metavar="DAG", callback=_moment, help="hvor langt det føres frem, f.eks. 2026-11-29; udeladt: til nu"
)


@click.command(cls=DanishCommand)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FIL", help="skriv prøveregistret i en fil i stedet")
@click.option("--seed", type=int, default=2025, metavar="TAL", help="hvilket af de mange mulige; udeladt: 2025")
@until_option
def sample(output: Path | None, seed: int, until: datetime) -> None:
    """Indlæs prøveregistret (syntetisk, fra 2021 til i dag) i et tomt register, eller skriv det i en fil.

    Er det indlæst på en tidligere dag, føres det frem: det, der er sket siden, kommer til.
    """
    if output is not None:
        with new_file(output) as out:
            out.write(_sample_file(seed, until).getvalue())
        print_line(f"Prøveregistret er skrevet til {output}.")
        return
    with opened(settings()) as register:
        print_report(load_sample(register, seed, until), None)


def _sample_file(seed: int, until: datetime) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in sample_register(seed, until)))


def load_sample(register: Register, seed: int, until: datetime) -> ImportReport:
    """Import the sample; a second time what it had then is known already, and what has happened since is added.

    Raises Refused (`not_empty`) where the register has other events.
    """
    file = _sample_file(seed, until)
    _refuse_other_events(register, json.loads(file.readline()))
    file.seek(0)
    try:
        with register.open_vault() as vault, phases_bar({READING}) as progress:
            report = import_file(
                register.url, cast(BinaryIO, file), codes=register.codes, now=now(), vault=vault, progress=progress
            )
    except BadLines:
        raise _not_empty(register) from None
    with progress_bar("Tæller") as progress:
        register.believe(progress=progress)
    seal_recorded(register)
    return report


def _refuse_other_events(register: Register, first: dict[str, str]) -> None:
    """Keep synthetic cases out of a register of real ones. Raises Refused (`not_empty`)."""
    if register.head()[0] == 0:
        return
    with register.connected(READ) as conn:
        first_of_sample = "SELECT 1 FROM log.event_ids WHERE source = %s AND source_id = %s"
        if conn.execute(first_of_sample, (first["source"], first["source_id"])).fetchone() is None:
            raise _not_empty(register)


def _not_empty(register: Register) -> Refused:
    place = "JOURNEY_DATABASE_URL" if register.settings.database_url else str(register.settings.data)
    return Refused("not_empty", "Registret har hændelser, der ikke er dette prøveregisters.", place=place)

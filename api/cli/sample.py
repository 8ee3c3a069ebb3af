"""`journey sample`: the synthetic register, loaded or written to a file."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import BinaryIO, cast

import click

from api.cli.danish_click import DanishCommand
from api.cli.files import new_file
from api.cli.importing import print_report
from api.cli.sealing import seal_recorded
from api.clock import now
from api.console import phases_bar, print_line, progress_bar
from api.register.register import Register, opened
from api.settings import settings
from journey.exchange.importing import READING, BadLines, ImportReport, import_file
from journey.log.migrate import READ
from journey.refusals import Refused
from journey.sample import sample_register


@click.command(cls=DanishCommand)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FIL", help="skriv prøveregistret i en fil i stedet")
@click.option("--seed", type=int, default=2025, metavar="TAL", help="hvilket af de mange mulige; udeladt: 2025")
def sample(output: Path | None, seed: int) -> None:
    """Indlæs prøveregistret (syntetisk, 2021-2025) i et tomt register, eller skriv det i en fil."""
    if output is not None:
        with new_file(output) as out:
            out.write(_sample_file(seed).getvalue())
        print_line(f"Prøveregistret er skrevet til {output}.")
        return
    with opened(settings()) as register:
        print_report(load_sample(register, seed), None)


def _sample_file(seed: int) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in sample_register(seed)))


def load_sample(register: Register, seed: int) -> ImportReport:
    """Import the sample; a second time its events are all known already.

    Raises Refused (`not_empty`) where the register has other events.
    """
    file = _sample_file(seed)
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

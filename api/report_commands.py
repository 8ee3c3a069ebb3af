"""`journey report status`: the committee pack of a year, checked for traps, written into a folder."""

from __future__ import annotations

from pathlib import Path

import click

from api.clock import today
from api.danish_click import Command, Group
from api.pack import packed
from api.pack_files import free, write
from api.pictures import with_pictures
from api.register import opened
from api.screen import progress, show, tell
from api.settings import settings
from dashboards.danish import number
from dashboards.language import DANISH
from dashboards.pack.paper import Paper
from dashboards.pack.status import checked
from dashboards.pack.traps import findings
from dashboards.pack.words import NO_PICTURE
from dashboards.question import value_of
from dashboards.table import Table


class _Papers(Group):
    member, members = "papir", "papirer"


@click.command(cls=Command, short_help="Skriv et års status til udvalget.")
@click.option("--year", type=int, metavar="ÅR", help="statusåret; udeladt: i år")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="MAPPE", help="hvor filerne skrives")
@click.option("--valid-at", metavar="DAG", help="statusdag; udeladt: de offentliggjorte, ellers 1. februar")
@click.option("--known-at", metavar="POSITION|TID", help="hvad registret vidste; udeladt: alt til nu")
@click.option("--overwrite", is_flag=True, help="skriv oven i filer, der findes i forvejen")
def status(year: int | None, output: Path, valid_at: str | None, known_at: str | None, overwrite: bool) -> None:
    """Skriv et års status til udvalget som Word, PDF og regneark, gennemgået for det, der kan misforstås."""
    chosen, now = settings(), today()
    year = now.year if year is None else year
    free(output, year, overwrite=overwrite)
    day = value_of("valid_at", valid_at, chosen.codes) if valid_at else None
    with opened(chosen) as register, progress("Tæller tallene") as told:
        paper = packed(register, year, day, known_at, now, told)
    with progress("Tegner figurerne") as told:
        paper = with_pictures(checked(paper), told)
    show(findings_table(paper))
    with progress("Skriver filerne") as told:
        written = write(output, paper, overwrite=overwrite, told=told)
    if not all(drawing.png for drawing in paper.drawings):
        tell(NO_PICTURE)
    for path in written:
        tell(f"Skrevet: {path}")


def findings_table(paper: Paper) -> Table:
    """What the traps find in the paper, each with its proposal."""
    found = findings(paper, DANISH)
    notes = (
        (
            f"{number(len(found)) if found else 'Intet'} at se på, før sagen sendes; listen står også i bilag 3. Som registret vidste det "
            f"{paper.of.known}."
        ),
    )
    rows = tuple((each.where, each.says, each.proposal) for each in found)
    return Table(f"{paper.title} {paper.of.year}: hvad der kan misforstås", ("Hvor", "Hvad", "Forslag"), rows, notes)


def report_group() -> click.Group:
    """The group of all papers' commands."""
    group = _Papers("report", help="Skriv papirer til udvalget.", short_help="Skriv papirer til udvalget.")
    group.add_command(status)
    return group

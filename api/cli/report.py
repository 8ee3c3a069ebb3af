"""`journey report`: the committee pack of a year, checked for traps, written into a folder; and published when it has been put."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import UNSET

from api.answers.pack import packed
from api.answers.pack_files import free, write
from api.answers.pack_publishing import PackOrder, PackPublication, publish_pack
from api.answers.pictures import with_pictures
from api.answers.publishing import day_of
from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.options import known_at_option
from api.clock import today
from api.console import print_line, print_table, progress_bar
from api.register.register import opened
from api.settings import settings
from dashboards.figures import FIGURES
from dashboards.figures.parameters import value_of
from dashboards.figures.table import Table
from dashboards.pack.paper import StatusPaper
from dashboards.pack.status import checked
from dashboards.pack.traps import traps_in
from dashboards.pack.writers.layout import NO_PICTURE
from dashboards.words.danish import day as day_text
from dashboards.words.danish import number
from dashboards.words.language import DANISH
from journey.exchange.importing import new_id
from journey.log.store import Log


class PaperGroup(DanishGroup):
    member, members = "papir", "papirer"


@click.command(cls=DanishCommand, short_help="Skriv et års status til udvalget.")
@click.option("--year", type=int, metavar="ÅR", help="statusåret; udeladt: i år")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="MAPPE", help="hvor filerne skrives")
@click.option("--valid-at", metavar="DAG", help="statusdag; udeladt: de offentliggjorte, ellers 1. februar")
@known_at_option
@click.option("--overwrite", is_flag=True, help="skriv oven i filer, der findes i forvejen")
def status(year: int | None, output: Path, valid_at: str | None, known_at: str | None, overwrite: bool) -> None:
    """Skriv et års status til udvalget som Word, PDF og regneark, gennemgået for det, der kan misforstås."""
    chosen, now = settings(), today()
    year = now.year if year is None else year
    free(output, year, overwrite=overwrite)
    day = value_of("valid_at", valid_at, chosen.codes) if valid_at else None
    with opened(chosen) as register, progress_bar("Tæller tallene") as progress:
        paper = packed(register, year, day, known_at, now, progress)
    with progress_bar("Tegner figurerne") as progress:
        paper = with_pictures(checked(paper), progress)
    print_table(findings_table(paper))
    with progress_bar("Skriver filerne") as progress:
        written = write(output, paper, overwrite=overwrite, progress=progress)
    if not all(drawing.png for drawing in paper.drawings):
        print_line(NO_PICTURE)
    for path in written:
        print_line(f"Skrevet: {path}")


def findings_table(paper: StatusPaper) -> Table:
    """Table of what the traps find in the paper, each with its proposal."""
    found = traps_in(paper, DANISH)
    notes = (
        (
            f"{number(len(found)) if found else 'Intet'} at se på, før sagen sendes; listen står også i bilag 3. Som registret vidste det "
            f"{paper.of.known}."
        ),
    )
    rows = tuple((each.where, each.text, each.proposal) for each in found)
    return Table(f"{paper.title} {paper.of.year}: hvad der kan misforstås", ("Hvor", "Hvad", "Forslag"), rows, notes)


@click.command("publish", cls=DanishCommand, short_help="Offentliggør et års status: alle dens figurer på én gang.")
@click.option("--year", type=int, required=True, metavar="ÅR", help="statusåret")
@click.option("--paper-case", required=True, metavar="SAGSNR", help="papirets sagsnummer")
@click.option("--paper-title", required=True, metavar="TITEL", help="papirets titel")
@click.option("--paper-date", required=True, metavar="DAG", help="den dag, papiret blev behandlet")
@click.option("--by", required=True, metavar="ID", help="hvem der offentliggør (pseudonym)")
@click.option("--valid-at", metavar="DAG", help="statusdag; udeladt: de offentliggjorte, ellers 1. februar")
@known_at_option
@click.option("--correction", metavar="GRUND", help="annullér det, der er offentliggjort til papiret før, med denne grund")
def publish(
    year: int,
    paper_case: str,
    paper_title: str,
    paper_date: str,
    by: str,
    valid_at: str | None,
    known_at: str | None,
    correction: str | None,
) -> None:
    """Frys alle figurer i et års status, som de står i papiret: alle på én gang eller ingen. Det samme igen gør ingen forskel."""
    chosen = settings()
    day = value_of("valid_at", valid_at, chosen.codes) if valid_at else None
    order = PackOrder(year, paper_case, paper_title, day_of(paper_date, "--paper-date"), by, day, known_at, correction)
    with opened(chosen) as register, Log(register.url, codes=register.codes) as log, progress_bar("Tæller tallene") as progress:
        made = publish_pack(register, log, order, today(), new_id(), progress)
    print_table(published_table(order, made))
    print_line(_outcome_text(made))


def published_table(order: PackOrder, made: PackPublication) -> Table:
    """The figures that stand in the ledger for the paper, each with how many numbers it froze."""
    counts: dict[str, list[int]] = {}
    for published in made.figures:
        counts.setdefault(str(published.figure), []).append(len(published.frozen.cells) if published.frozen is not UNSET else 0)
    rows = [(FIGURES[name].title_da, number(len(cells)), number(sum(cells))) for name, cells in counts.items()]
    rows.append(("I alt", number(len(made.figures)), number(made.cells)))
    note = f"Som registret vidste det ved position {number(made.known_position)}. Se tallene på siden /offentliggjort."
    title = f"Offentliggjort i {order.paper_case}, {day_text(order.paper_date)}"
    return Table(title, ("Figur", "Gange spurgt", "Tal"), tuple(rows), (note,))


def _outcome_text(made: PackPublication) -> str:
    if not made.positions:
        return "Det samme er offentliggjort i forvejen; intet er ændret."
    first, last = made.positions[0], made.positions[-1]
    withdrawn_text = f", og {number(made.withdrawn)} annulleret" if made.withdrawn else ""
    unchanged = len(made.figures) - made.new
    unchanged_text = f"; {number(unchanged)} stod der i forvejen" if unchanged else ""
    new = DANISH.counted(made.new, "1 figur", "{n} figurer")
    return f"{new} offentliggjort{withdrawn_text}{unchanged_text} (position {number(first)}–{number(last)})."


def report_group() -> click.Group:
    """The group of all papers' commands."""
    group = PaperGroup("report", help="Skriv papirer til udvalget.", short_help="Skriv papirer til udvalget.")
    group.add_command(status)
    group.add_command(publish)
    return group

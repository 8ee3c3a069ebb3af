"""`journey publish FIGURE` and `journey published`: a figure frozen as it was put before politicians, and the ledger recounted."""

from __future__ import annotations

from collections.abc import Sequence

import click

from api.answers.ledger_lines import counted_lines, ledger_tables
from api.answers.publishing import Order, day_of, publish_figure
from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.figures import group_of, parameter_texts, print_answer
from api.cli.options import KNOWN_AT, as_json_option
from api.clock import today
from api.console import print_json, print_line, print_table
from api.register.register import opened
from api.settings import settings
from dashboards.figures.figure import Figure
from dashboards.words.danish import number
from dashboards.words.language import DANISH
from journey.exchange.importing import new_id
from journey.log.store import Log


def publish_group() -> DanishGroup:
    """The group `publish`, which publishes a figure."""
    return group_of(
        _publish,
        "publish",
        "Offentliggør en figur.",
        "Offentliggør en figur: dens celler fryses i registret og flytter sig aldrig. Det samme igen gør ingen forskel.",
        "Offentliggør figuren {title}. {rule}",
        [
            click.Option(["--paper-case"], required=True, metavar="SAGSNR", help="papirets sagsnummer"),
            click.Option(["--paper-title"], required=True, metavar="TITEL", help="papirets titel"),
            click.Option(["--paper-date"], required=True, metavar="DAG", help="papirets dag"),
            click.Option(["--by"], required=True, metavar="ID", help="hvem der offentliggør (pseudonym)"),
            click.Option(["--note", "notes"], multiple=True, metavar="TEKST", help="note ved tallet, højst 80 tegn"),
            click.Option(["--correction"], metavar="GRUND", help="annullér det, der er offentliggjort før, med denne grund"),
            KNOWN_AT,
        ],
    )


def _publish(
    figure: Figure,
    paper_case: str,
    paper_title: str,
    paper_date: str,
    by: str,
    notes: Sequence[str],
    correction: str | None,
    known_at: str | None,
    **words: bool | Sequence[str] | None,
) -> None:
    texts = parameter_texts(words)
    day = day_of(paper_date, "--paper-date")
    with opened(settings()) as register, Log(register.url, codes=register.codes) as log:
        answer = register.ask(figure.id, texts, known_at)
        parameters: dict[str, str | list[str]] = {name: list(values) for name, values in texts.items()}
        order = Order(figure.id, paper_case, paper_title, day, by, parameters, known_at, list(notes), correction)
        publication = publish_figure(register, log, order, answer, new_id())
    print_answer(answer)
    cells = f"{number(publication.cells)} {'celle' if publication.cells == 1 else 'celler'}"
    what = f"{cells} offentliggjort som" if publication.is_new else "Det samme er offentliggjort i forvejen som"
    print_line(f"{what} {publication.id} (position {number(publication.position)}).")


@click.command(cls=DanishCommand)
@click.option("--check", is_flag=True, help="afslut med kode 1, hvis et tal afviger")
@as_json_option
def published(check: bool, as_json: bool) -> int:
    """Tæl de offentliggjorte tal igen: hvilke der stemmer med det, der blev talt da, og hvilke der svarer noget andet i dag."""
    with opened(settings()) as register:
        lines = counted_lines(register, today(), DANISH)
    if as_json:
        print_json([line.compared.json for line in lines])
    else:
        for table in ledger_tables(lines):
            print_table(table)
    return 1 if check and any(line.compared.drifted for line in lines) else 0

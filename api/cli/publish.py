"""`journey publish FIGURE`: a figure frozen as it was put before politicians."""

from __future__ import annotations

from collections.abc import Sequence

import click

from api.answers.publishing import Order, day_of, published
from api.cli.console import tell
from api.cli.danish_click import Group
from api.cli.figures import KNOWN_AT, given_by, group_of, show_answer
from api.register.register import opened
from api.settings import settings
from dashboards.figures.figure import Figure
from dashboards.words.danish import number
from journey.exchange.importing import new_id
from journey.log.store import Log


def publish_group() -> Group:
    """The group that publishes each figure."""
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
    given = given_by(words)
    day = day_of(paper_date, "--paper-date")
    with opened(settings()) as register, Log(register.url, codes=register.codes) as log:
        answer = register.ask(figure.id, given, known_at)
        asked: dict[str, str | list[str]] = {name: list(said) for name, said in given.items()}
        order = Order(figure.id, paper_case, paper_title, day, by, asked, known_at, list(notes), correction)
        made = published(register, log, order, answer, new_id())
    show_answer(answer)
    cells = f"{number(made.cells)} {'celle' if made.cells == 1 else 'celler'}"
    what = f"{cells} offentliggjort som" if made.is_new else "Det samme er offentliggjort i forvejen som"
    tell(f"{what} {made.id} (position {number(made.position)}).")

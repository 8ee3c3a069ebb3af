"""`journey adopt FIGURE`: a body adopted a version of a figure's definition."""

from __future__ import annotations

import click

from api.answers.adoptions import AdoptionOrder, record_adoption
from api.answers.publishing import day_of
from api.cli.danish_click import DanishCommand
from api.console import print_line
from api.register.register import opened
from api.settings import settings
from dashboards.figures import FIGURES
from dashboards.words.danish import day, number
from journey.exchange.importing import new_id
from journey.log.store import Log


@click.command(cls=DanishCommand)
@click.argument("figure", metavar="FIGUR")
@click.option("--version", type=int, required=True, metavar="N", help="udgaven af figurens opgørelse")
@click.option("--body", required=True, metavar="ORGAN", help="organet, der vedtog den")
@click.option("--day", "valid_at", required=True, metavar="DAG", help="dagen, organet vedtog den")
@click.option("--by", required=True, metavar="ID", help="hvem der registrerer (pseudonym)")
@click.option("--withdraw", "withdrawal", metavar="GRUND", help="annullér vedtagelsen, som aldrig var, med denne grund")
def adopt(figure: str, version: int, body: str, valid_at: str, by: str, withdrawal: str | None) -> None:
    """Registrér, at et organ har vedtaget en udgave af en figurs opgørelse."""
    order = AdoptionOrder(figure, version, body, day_of(valid_at, "--day"), by, withdrawal)
    with opened(settings()) as register, Log(register.url, codes=register.codes) as log:
        result = record_adoption(register, log, order, new_id())
    what = "Annulleret" if result.withdrawn else "Registreret"
    adopted = f"vedtaget af {result.body} den {day(result.valid_at)}, udgave {result.version}"
    print_line(f"{what} (position {number(result.position)}): {FIGURES[figure].title_da}, {adopted}.")
    if result.rule and not result.withdrawn:
        print_line(result.rule)

"""The commands of citizens' identities: `identity find` and `identity merge`. A CPR number is typed unseen, and is in no answer."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from api.answers.identities import MergeOrder, cases_of_number, preview_merge, record_merge
from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.identity.numbers import number_typed
from api.clock import today
from api.console import print_error, print_line, print_table
from api.register.register import Register, opened
from api.settings import settings
from dashboards.case.merging import MergePreview
from dashboards.figures.parameters import value_of
from dashboards.figures.table import Table
from dashboards.words.danish import day, number
from dashboards.words.language import DANISH
from journey.core_dumps import without_core_dumps
from journey.exchange.importing import new_id
from journey.log.looks import Look, looks_at
from journey.log.store import Log
from journey.personal import has_personal_number
from journey.refusals import Refused


@click.group(cls=DanishGroup, name="identity")
def identity() -> None:
    """Borgeres CPR-numre og sager. Et CPR-nummer skrives kun, når der spørges om det, aldrig i kommandoen."""


@identity.command(cls=DanishCommand, name="find")
def find() -> None:
    """Find en borgers sag: der spørges om CPR-nummeret, og det vises ikke, mens det skrives."""
    without_core_dumps()
    digits = number_typed("CPR-nummer")
    with opened(settings()) as register:
        found = cases_of_number(register, digits)
        shown = looks_at("list", (case for chain in found for case in chain))
        register.look(Look("search", None, digits, len(found)), *shown)
    if not found:
        raise _unknown("nummeret")
    rows = tuple((chain[0], " → ".join(chain[1:]) or "–") for chain in found)
    print_table(Table("Borgerens sager", ("Sag", "Lagt sammen med"), rows, ("Se en sag med journey replay SAG.",)))


@identity.command(cls=DanishCommand, name="merge")
@click.argument("cases", metavar="[SAG VIDERE]", nargs=-1)
@click.option("--valid-at", metavar="DAG", help="dagen, sagen lukkes ved at blive lagt sammen; udeladt: i dag")
@click.option("--by", metavar="ID", help="hvem der registrerer (pseudonym)")
@click.option("--dry-run", is_flag=True, help="vis kun, hvad det gør; registrér intet")
@click.option("--yes", is_flag=True, help="spørg ikke først")
def merge(cases: tuple[str, ...], valid_at: str | None, by: str | None, dry_run: bool, yes: bool) -> None:
    """Læg to sager for én borger sammen: SAG lukkes, VIDERE går videre. Uden sager spørges der om borgerens to CPR-numre.

    Til et CPR-nummer, der er skiftet, var et erstatningsnummer eller var tastet forkert.
    """
    without_core_dumps()
    when = today() if valid_at is None else value_of("valid_at", valid_at, settings().codes)
    _refuse_numbers(cases)
    if len(cases) not in (0, 2):
        raise Refused("bad_parameter", "Angiv to sager: den, der lukkes, og den, der går videre.", place="SAG VIDERE")
    typed = () if cases else (number_typed("CPR-nummeret, der ikke gælder mere"), number_typed("CPR-nummeret, der gælder"))
    with opened(settings()) as register:
        if typed:
            cases = _case_of(register, typed[0], "det første nummer"), _case_of(register, typed[1], "det andet nummer")
        case, into = cases
        order = MergeOrder(case, into, when, by)
        register.look(*looks_at("read" if dry_run else "record", cases))
        preview = preview_merge(register, order, DANISH)
        _print_preview(preview)
        if preview.done:
            print_line(f"Sag {order.case} er lagt sammen med sag {order.into} i forvejen; der er ikke mere at gøre.")
            return
        if dry_run or not (yes or _confirmed()):
            print_line("Der er ikke registreret noget.")
            return
        with Log(register.url, codes=register.codes) as log:
            result = record_merge(register, log, order, new_id())
    if result.position is None:  # somebody else merged them while it was asked
        print_line(f"Sag {order.case} er lagt sammen med sag {order.into} i forvejen; der er ikke mere at gøre.")
        return
    print_line(f"Registreret (position {number(result.position)}): sag {order.case} er lagt sammen med sag {order.into}.")
    if result.findings:
        found = DANISH.counted(
            len(result.findings), "1 senere hændelse giver ikke mening mere", "{n} senere hændelser giver ikke mening mere"
        )
        print_line(f"I sag {order.case}: {found}; se journey replay {order.case}.")


def _case_of(register: Register, digits: str, which: str) -> str:
    """The one case of the citizen that is not merged into another. Raises Refused (`unknown_case`, `bad_parameter`)."""
    found = cases_of_number(register, digits)
    register.look(Look("search", None, digits, len(found)))
    going_on = sorted({chain[-1] for chain in found})
    if not going_on:
        raise _unknown(which)
    if len(going_on) > 1:
        refused = Refused("bad_value", f"Borgeren har flere sager: {', '.join(going_on)}.", place=which)
        refused.remedy = "Angiv de to sager: journey identity merge SAG VIDERE."
        raise refused
    return going_on[0]


def _unknown(which: str) -> Refused:
    refused = Refused("unknown_case", "Registret har ingen sag for den borger.", place=which)
    refused.remedy = (
        "Er nummeret rigtigt, så er borgerens ark ikke taget ind; kommer sagen fra en anden kilde end ark med CPR-numre, "
        "så søg den frem på dens egen reference."
    )
    return refused


def _refuse_numbers(words: Iterable[str]) -> None:
    if any(map(has_personal_number, words)):
        refused = Refused("personal_number", "Et CPR-nummer skrives aldrig i en kommando.", place="SAG")
        refused.remedy = "Slet linjen i skallens historik, og kør journey identity merge uden sager: så spørges der om numrene."
        raise refused


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        print_error("Der kan ikke spørges her.", "Gentag med --yes for at registrere det.")
        return False
    return click.prompt("Læg sagerne sammen? Skriv ja", err=True, default="nej") == "ja"


def _print_preview(preview: MergePreview) -> None:
    for side, what in ((preview.closes, "lukkes"), (preview.goes_on, "går videre")):
        rows = tuple((fact.label, fact.text) for fact in side.facts)
        events = DANISH.counted(side.events, "1 hændelse i alt.", "{n} hændelser i alt.")
        print_table(Table(f"Sag {side.case}, der {what}, {day(preview.valid_at)}", ("", ""), rows, (events,)))
    for line in preview.words:
        print_line(line)

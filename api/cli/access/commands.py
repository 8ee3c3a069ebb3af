"""`journey access`: who may see a case: its protection, grants by name, blocks and links, shown and changed on the register's machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from api.answers.protection import AccessOfCase, access_of, access_overview, carry_out, order_of
from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.keys import name_of
from api.clock import now, today
from api.console import print_line, print_table
from api.register.register import opened
from api.settings import settings
from dashboards.case.access_words import BLOCKED_AS, LINKED_AS, OUTCOME_WORDS, PROTECTED_AS, REASON_WORDS, in_words
from dashboards.figures.table import Table
from dashboards.words.danish import day, day_in, moment
from dashboards.words.language import DANISH
from journey.access.protection import BLOCKS, LINKS, PROTECTIONS, Emergency
from journey.log.looks import looks_at
from journey.refusals import Refused


@click.group(cls=DanishGroup, name="access")
def access() -> None:
    """Hvem der kan se en sag: beskyttelse, adgang ved navn, spærring og sager, der er knyttet sammen."""


@access.command(cls=DanishCommand, name="show")
@click.argument("case", metavar="[SAG]", required=False)
def show(case: str | None) -> None:
    """Vis, hvem der kan se en sag; uden SAG de beskyttede sager og nødadgangene."""
    with opened(settings()) as register:
        if case is not None:
            with register.looking("read", case):
                found = access_of(register, case)
            _print_case(found)
            return
        overview = access_overview(register)
        register.look(
            *looks_at("list", [*(name for name, _ in overview.cases), *(e.case for e in overview.emergencies if e.known)])
        )
    protected = {name for name, _ in overview.protected}
    rows = tuple((name, unit or "–", "ja" if name in protected else "nej") for name, unit in overview.cases)
    print_table(
        Table("Sager med egen adgang", ("Sag", "Enhed", "Beskyttet"), rows, ("Se en sag med journey access show SAG.",))
    )
    heads = ("Sag", "Person", "Åbnet", "Til", "Hvorfor", "Efterset")
    print_table(Table("Nødadgange", heads, tuple(map(_emergency, overview.emergencies)), ()))


@access.command(cls=DanishCommand, name="protect")
@click.argument("case", metavar="SAG")
@click.option("--kind", type=click.Choice(PROTECTIONS), required=True, help="hvorfor sagen beskyttes")
@click.option("--source", required=True, metavar="KILDE", help="hvem der siger det; aldrig en adresse eller et navn")
@click.option("--since", metavar="DAG", help="dagen, beskyttelsen gælder fra; udeladt: i dag")
def protect(case: str, kind: str, source: str, since: str | None) -> None:
    """Beskyt en sag: kun den, der får adgang ved navn, kan se den og de sager, den er knyttet til."""
    _change(case, {"act": "protect", "kind": kind, "source": source, "since": since or today().isoformat()})


@access.command(cls=DanishCommand, name="block")
@click.argument("case", metavar="SAG")
@click.argument("person", metavar="PERSON")
@click.option("--kind", type=click.Choice(BLOCKS), required=True, help="personens egen sag, eller en pårørendes")
def block(case: str, person: str, kind: str) -> None:
    """Spær en sag for en person, hvad end personens rolle er."""
    _change(case, {"act": "block", "kind": kind, "person": person})


@access.command(cls=DanishCommand, name="grant")
@click.argument("case", metavar="SAG")
@click.argument("person", metavar="PERSON")
@click.option("--purpose", required=True, metavar="FORMÅL", help="hvad adgangen er til")
@click.option("--last", required=True, metavar="DAG", help="den sidste dag; højst et år frem")
def grant(case: str, person: str, purpose: str, last: str) -> None:
    """Giv en bestemt person adgang til en sag."""
    _change(case, {"act": "grant", "person": person, "purpose": purpose, "last": last})


@access.command(cls=DanishCommand, name="link")
@click.argument("case", metavar="SAG")
@click.argument("other", metavar="ANDEN")
@click.option("--kind", type=click.Choice(LINKS), required=True, help="hvordan de to sager hører sammen")
def link(case: str, other: str, kind: str) -> None:
    """Knyt to sager sammen: er den ene beskyttet, er den anden det også."""
    _change(case, {"act": "link", "kind": kind, "other": other})


@access.command(cls=DanishCommand, name="end")
@click.argument("case", metavar="SAG")
@click.argument("what", type=click.Choice(("protection", "block", "grant", "link")), metavar="HVAD")
@click.argument("number", metavar="NUMMER")
def end(case: str, what: str, number: str) -> None:
    """Lad en beskyttelse, spærring, adgang eller tilknytning ophøre; numrene står i journey access show SAG."""
    _change(case, {"act": "end", "kind": what, "number": number})


def _change(case: str, fields: dict[str, str]) -> None:
    """Check the order, see that its cases are there, and carry it out."""
    by = f"machine:{name_of(None)}"
    days = {name: _day(fields[name], name) for name in ("since", "last") if name in fields}
    order = order_of(fields, case, by, today(), days)
    with opened(settings()) as register:
        for each in (case, order.other):
            if each:
                with register.looking("record", each):
                    access_of(register, each)
        carry_out(register, order, by)
    print_line(in_words(order, DANISH))


def _day(text: str, name: str) -> date:
    try:
        return day_in(text)
    except ValueError:
        raise Refused("bad_parameter", "Skriv dagen som dd-mm-åååå eller åååå-mm-dd.", place=f"--{name}") from None


def _print_case(found: AccessOfCase) -> None:
    words: Sequence[tuple[str, str, str]] = [
        *(
            ("protection", str(each.id), f"{PROTECTED_AS[each.kind]}, »{each.source}«, fra {day(each.since)} ({each.set_by})")
            for each in found.protections
        ),
        *(("–", "–", f"{PROTECTED_AS[each.kind]}, gennem en sag, den er knyttet til") for each in found.of_linked),
        *(
            ("grant", str(each.id), f"{each.person}: {each.purpose}, til {moment(each.until)} ({each.granted_by})")
            for each in found.grants
        ),
        *(("block", str(each.id), f"{each.person}: {BLOCKED_AS[each.kind]} ({each.set_by})") for each in found.blocks),
        *(
            ("link", str(each.id), f"{each.other if each.case == found.case else each.case}: {LINKED_AS[each.kind]}")
            for each in found.links
        ),
    ]
    state = "Sagen er beskyttet." if found.protected else "Sagen er åben i enheden."
    print_table(Table(f"Adgang til sag {found.case}", ("Hvad", "Nummer", "Hvem og hvorfor"), tuple(words), (state,)))


def _emergency(each: Emergency) -> tuple[str, ...]:
    overdue = " (fristen er overskredet)" if each.review_due <= now() else ""
    reviewed = OUTCOME_WORDS[each.outcome] if each.outcome else f"nej{overdue}"
    return each.case, each.person, moment(each.from_at), moment(each.until), REASON_WORDS[each.reason], reviewed

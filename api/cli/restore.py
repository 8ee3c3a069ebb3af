"""The commands of the register's acts: `restore declare`, and `acts` that lists them."""

from __future__ import annotations

import click
from msgspec import to_builtins

from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.options import as_json_option
from api.console import print_json, print_line, print_table
from api.register.register import opened
from api.sealing.anchors import NotAnchored
from api.sealing.guard import RootCopies
from api.settings import settings
from dashboards.figures.table import Table
from dashboards.words.danish import moment, number
from journey.log.acts import ACTS, Act, BrokenActs, acts, moment_of_act, record_act
from journey.log.migrate import READ, SEAL
from journey.log.roles import KIND as ROLES
from journey.personal import is_clean
from journey.proof.reading import SealBroken
from journey.proof.restores import KIND, Fork, fork_of
from journey.proof.sealing import KEY_FILE, log_signer
from journey.refusals import Refused

LONGEST_NAME, LONGEST_WHY = 80, 400


@click.group(cls=DanishGroup, name="restore")
def restore() -> None:
    """Et register, der er sat tilbage fra en sikkerhedskopi."""


@restore.command(cls=DanishCommand, name="declare")
@click.option(
    "--by",
    "names",
    multiple=True,
    required=True,
    metavar="NAVN",
    help="hvem der erklærer det; to, hver med sin --by, som oplyst",
)
@click.option("--why", required=True, metavar="TEKST", help="hvad der skete, uden personoplysninger om borgere")
@click.option("--yes", is_flag=True, help="spørg ikke først")
def declare(names: tuple[str, ...], why: str, yes: bool) -> None:
    """Erklær, at registret er sat tilbage, og hvad der er tabt: så forsegles der videre fra den nyeste rod, der stadig passer."""
    names, why = _checked(names, why)
    chosen = settings()
    with opened(chosen) as register, register.connected(SEAL) as conn:
        by = log_signer(chosen.key_file(KEY_FILE), conn)
        try:
            copies = RootCopies(chosen.last_signed, chosen.anchors).all(conn)
        except NotAnchored as error:
            refused = Refused("not_sealed", f"Erklæringen skal nævne den rod, vidnet så sidst, men {error}.")
            refused.remedy = "Start vidnet, og prøv igen. Findes det ikke mere, så fjern JOURNEY_WITNESS først."
            raise refused from None
        fork = fork_of(conn, copies, by.key)
        if fork is None:
            raise Refused("nothing_put_back")
        _print_fork(fork)
        if not yes and click.prompt("Erklær det? Det kan ikke gøres om. Skriv ja", err=True, default="nej") != "ja":
            print_line("Der er ikke erklæret noget.")
            return
        act = record_act(conn, KIND, names, fork.what(why), by.signature_of)
    print_line(
        f"Erklæret som registrets handling {number(act.number)}. Der forsegles igen fra position {number(fork.size + 1)}."
    )


def _print_fork(fork: Fork) -> None:
    first, last = fork.positions
    print_line(f"Alt til position {number(fork.size)} er, som det blev forseglet.")
    print_line(f"Position {number(first)}–{number(last)} er tabt: det, der var registreret dér, skal registreres igen.")
    for copy in sorted(fork.abandoned, key=lambda copy: copy.note.checkpoint.size)[-5:]:
        print_line(f"  Roden ved {number(copy.note.checkpoint.size)} passer ikke mere: {copy.place}")
    if fork.acts_missing:
        print_line(f"Registrets handlinger {fork.acts_missing[0]}–{fork.acts_missing[1]} er også tabt, og skal gøres igen.")


def _checked(names: tuple[str, ...], why: str) -> tuple[tuple[str, ...], str]:
    names, why = tuple(name.strip() for name in names), why.strip()
    if len(names) != 2 or len({name.casefold() for name in names}) != 2:
        raise Refused("bad_parameter", "Der skal to forskellige navne til, hver med sin --by.", place="--by")
    for place, text, longest in (*(("--by", name, LONGEST_NAME) for name in names), ("--why", why, LONGEST_WHY)):
        if not text or len(text) > longest:
            raise Refused("bad_parameter", f"Teksten skal være på 1 til {longest} tegn.", place=place)
        if not is_clean(text):
            raise Refused("bad_parameter", "Teksten har form som et CPR-nummer, eller tegn, der ikke kan ses.", place=place)
    return names, why


@click.command(cls=DanishCommand, name="acts")
@as_json_option
def acts_(as_json: bool) -> None:
    """Vis registrets handlinger: hvad der er besluttet om registret selv, af hvem og hvornår, som oplyst."""
    with opened(settings()) as register, register.connected(READ) as conn:
        try:
            known = acts(conn)
        except BrokenActs:
            raise SealBroken(1, "registrets handlinger (register_acts) er ændret") from None
    if as_json:
        print_json(
            [{name: to_builtins(getattr(act, name)) for name in ("number", "moment", "kind", "who", "what")} for act in known]
        )
        return
    rows = tuple(
        (number(act.number), moment(moment_of_act(act)), ACTS.get(act.kind, act.kind), ", ".join(act.who), _what(act))
        for act in known
    )
    footnotes = () if rows else ("Der er ingen handlinger.",)
    print_table(Table("Registrets handlinger", ("Nr.", "Hvornår", "Hvad", "Hvem, som oplyst", "Nærmere"), rows, footnotes))


def _what(act: Act) -> str:
    if act.kind == "keys_changed":
        return {"outer": "den ydre nøgle", "seal": "seglets nøgle"}.get(str(act.what.get("key")), "")
    if act.kind == ROLES:
        tokens = ", med engangskoder" if act.what.get("by_tokens") else ""
        return f"forslag {act.what.get('proposal')}{tokens}; SHA-256 {act.what.get('sha256')}"
    positions, why = act.what.get("positions"), act.what.get("why", "")
    return f"position {positions[0]}–{positions[1]}: {why}" if positions else str(why)

"""The commands of roles: `roles check`, `show`, `first-tokens`, `propose`, `approve` and `withdraw`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from api.answers.roles import attestations_of, forms_of, propose_roles, roles_state, sign_roles, withdraw_roles
from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.identity.hidden import hidden_line
from api.cli.keys import name_of, owner_connection
from api.clock import now, today
from api.console import print_error, print_line, print_table
from api.register.register import opened
from api.settings import settings
from dashboards.rights import attestation_table, rights_table
from dashboards.words.danish import moment, number
from dashboards.words.language import DANISH
from journey.access.role_faults import MOST, faults_on, parse_role_file, role_faults
from journey.access.role_form import RoleFile
from journey.access.rules import rules
from journey.codes import CodeLists
from journey.log.role_tokens import TOKEN_DAYS, make_tokens
from journey.log.roles import Proposal, RoleSigner
from journey.personal import excerpt
from journey.problem import Problem
from journey.refusals import Refused

FILE = click.Path(path_type=Path)
by_option = click.option("--by", required=True, metavar="ID", help="hvem der gør det: personens id i registret")


@click.group(cls=DanishGroup, name="roles")
def roles() -> None:
    """Hvem har hvilken ret: kommunens rollefil, som to personer sætter i kraft."""


@roles.command(cls=DanishCommand, name="check")
@click.argument("file", metavar="FIL", type=FILE)
def check(file: Path) -> None:
    """Efterse en rollefil: alt, der er galt med den, eller hvad den giver hvem. Intet ændres."""
    chosen = settings()
    text = _text(file)
    faults = role_faults(text, chosen.codes["units"], chosen.person_ids)
    if not faults:
        found = parse_role_file(text, chosen.codes["units"], chosen.person_ids)
        faults = faults_on(found, today())
        _print_rights(found, chosen.codes)
    _refuse(file, faults)
    print_line("Rollefilen kan bruges. Foreslå den med journey roles propose.")


@roles.command(cls=DanishCommand, name="show")
@click.option("--text", "as_text", is_flag=True, help="filen i kraft, som den blev skrevet, til at rette i")
def show(as_text: bool) -> None:
    """Vis den rollefil, der er i kraft, de forslag, der venter, og hvad der halvårligt skal svares for."""
    with opened(settings()) as register:
        state = roles_state(register)
        if as_text:
            if state.in_force is None:
                raise Refused("no_proposal", "Der er ingen rollefil i kraft.")
            sys.stdout.write(state.in_force.text)
            return
        attestations = attestations_of(register, today())
        codes = register.codes
    if state.in_force is None:
        print_line("Der er ingen rollefil i kraft: ingen har en rolle.")
    else:
        tokens = ", med engangskoder" if state.in_force.by_tokens else ""
        print_line(
            f"I kraft siden {moment(state.in_force.moment)} ved {' og '.join(state.in_force.who)}{tokens}"
            f" (registrets handling {number(state.in_force.act)})."
        )
    if state.file is not None:
        _print_rights(state.file, codes)
        print_table(attestation_table(attestations, rules(), codes["units"], today(), DANISH))
    elif state.in_force is not None:
        print_error(
            "Filen kan ikke bruges mere, så ingen har en rolle.", "Ret den (journey roles show --text), og foreslå den på ny."
        )
    for proposal in state.waiting:
        print_line(_waiting(proposal))


@roles.command(cls=DanishCommand, name="first-tokens")
def first_tokens() -> None:
    """Lav to engangskoder, én til hver af to personer, som sætter den første rollefil i kraft. De vises kun denne gang.

    Det gør databasens ejer på registrets maskine. Er dem, der må underskrive, alle holdt op, hjælper to nye.
    """
    with owner_connection(settings()) as conn:
        tokens = make_tokens(conn, f"machine:{name_of(None)}", now())
    for nth, token in enumerate(tokens, 1):
        print_line(f"Kode {nth}: {token}")
    print_line(f"Giv dem til hver sin person. En kode virker én gang, i {TOKEN_DAYS} dage; registret har kun dens SHA-256.")


@roles.command(cls=DanishCommand, name="propose")
@click.argument("file", metavar="FIL", type=FILE)
def propose(file: Path) -> None:
    """Foreslå en rollefil. Den træder i kraft, når to personer har underskrevet; maskinen er ingen af dem."""
    text = _text(file)
    with opened(settings()) as register:
        forms = forms_of(register)
        _refuse(file, role_faults(text, forms.units, forms.person_ids))
        proposal = propose_roles(register, text, RoleSigner(f"machine:{name_of(None)}"), today())
        _print_rights(forms.parse(text), register.codes)
    print_line(f"Forslag {proposal} venter på to underskrifter: journey roles approve {proposal} --by ID.")


@roles.command(cls=DanishCommand, name="approve")
@click.argument("proposal", metavar="FORSLAG", type=click.IntRange(1, 2**31))
@by_option
def approve(proposal: int, by: str) -> None:
    """Underskriv et forslag med din engangskode; der spørges om den, og den vises ikke. Den anden underskrift sætter filen i kraft."""
    person = name_of(by)
    with opened(settings()) as register:
        if all(each.number != proposal for each in roles_state(register).waiting):
            raise Refused("no_proposal")
        token = hidden_line("Engangskode (vises ikke): ").strip()
        act = sign_roles(register, proposal, RoleSigner(person, token=token), today())
    if act is None:
        print_line(f"Forslag {proposal} er underskrevet. Det venter på en underskrift til, af en anden.")
    else:
        print_line(f"Rollefilen er i kraft som registrets handling {number(act.number)}.")


@roles.command(cls=DanishCommand, name="withdraw")
@click.argument("proposal", metavar="FORSLAG", type=click.IntRange(1, 2**31))
def withdraw(proposal: int) -> None:
    """Træk et forslag tilbage, før det er i kraft."""
    with opened(settings()) as register:
        withdraw_roles(register, proposal, f"machine:{name_of(None)}")
    print_line(f"Forslag {proposal} er trukket tilbage.")


def _text(file: Path) -> str:
    with file.open("rb") as opened_file:
        raw = opened_file.read(4 * MOST + 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("bad_roles", "Rollefilen er ikke UTF-8.", place=excerpt(str(file))) from None


def _refuse(file: Path, faults: list[Problem]) -> None:
    for fault in faults:
        print_error(f"{fault.field}: {fault.reason}.")
    if faults:
        count = DANISH.counted(len(faults), "1 sted", "{n} steder")
        raise Refused("bad_roles", f"Rollefilen skal rettes {count}.", place=excerpt(str(file)))


def _print_rights(file: RoleFile, codes: CodeLists) -> None:
    print_table(rights_table(file, rules(), codes["units"], DANISH, whole=True))


def _waiting(proposal: Proposal) -> str:
    signed = ", ".join(each.person for each in proposal.signatures) or "ingen"
    return f"Forslag {proposal.number} af {proposal.person}, {moment(proposal.moment)}, venter. Underskrevet af: {signed}."

"""The commands that maintain the register: `rebuild`, `migrate` and `status`."""

from __future__ import annotations

import click

from api.answers.roles import RolesStanding, roles_standing
from api.cli.danish_click import DanishCommand
from api.cli.options import as_json_option
from api.cli.sealing import fork_problem
from api.clock import today
from api.console import print_json, print_line, print_table, progress_bar
from api.register.figure_functions import bring_up_to_date
from api.register.register import answering, opened
from api.settings import settings
from dashboards.figures.table import NOTHING_KNOWN, Table, known_text
from dashboards.words.danish import moment, number
from dashboards.words.language import DANISH
from journey.history import COPENHAGEN
from journey.log.login import to_primary
from journey.log.migrate import READ
from journey.log.reading import head
from journey.postgres import embedded
from journey.proof.reading import SealBroken
from journey.proof.sealing import KEY_FILE, key_problem
from journey.refusals import Refused
from projections.engine.follow import standing


@click.command(cls=DanishCommand)
def rebuild() -> None:
    """Byg alle rækker på ny af loggen, mens registret er i brug."""
    with opened(settings()) as register, progress_bar("Bygger rækkerne på ny") as progress:
        position = register.rebuild(progress)
    print_line(f"Rækkerne er bygget på ny til position {number(position)}.")


@click.command(cls=DanishCommand)
def migrate() -> None:
    """Bring databasen op til programmets udgave."""
    chosen = settings()
    if chosen.database_url and not chosen.owner_url:
        raise Refused("wrong_start", "Angiv ejerens adresse i JOURNEY_OWNER_URL.", place="JOURNEY_OWNER_URL")
    if chosen.owner_url:
        with answering("JOURNEY_OWNER_URL"):
            done = bring_up_to_date(to_primary(chosen.owner_url))
    else:
        with embedded(chosen.data) as server:
            done = bring_up_to_date(server.owner_url)
    print_line(f"Kørt: {', '.join(done)}." if done else "Databasen er allerede opdateret.")


@click.command(cls=DanishCommand)
@as_json_option
def status(as_json: bool) -> int:
    """Vis, hvor langt loggen og rækkerne er nået, og hvad der eventuelt har standset dem. Kode 1, hvis der ikke kan forsegles."""
    with opened(settings()) as register, register.connected(READ) as conn:
        position, known = head(conn)
        exists = conn.execute("SELECT to_regclass('rows.progress') IS NOT NULL").fetchone()
        rows = standing(conn) if exists and exists[0] else None
        version = conn.info.server_version // 10000
        problem = key_problem(register.settings.key_file(KEY_FILE), conn)
        fork = fork_problem(register.settings, conn)
        try:
            roles = roles_standing(register, today())
        except SealBroken as broken:
            roles, fork = None, fork or broken.message
    code = 0 if problem is None and fork is None else 1
    reached = rows.position if rows else 0
    if as_json:
        print_json(
            {
                "position": position,
                "moment": known and known.astimezone(COPENHAGEN).isoformat(),
                "rows_position": reached,
                "lag_events": position - reached,
                "error": rows.error if rows else None,
                "postgresql": version,
                "database": "server" if register.settings.database_url else "embedded",
                "codes": register.codes.digest,
                "key": problem,
                "seal": fork,
                "roles": roles
                and {
                    "act": roles.act,
                    "since": roles.since.astimezone(COPENHAGEN).isoformat(),
                    "valid": roles.valid,
                    "overdue": roles.overdue,
                },
            }
        )
        return code
    error = rows.error if rows else None
    lines = (
        ("Log", known_text(position, moment(known))),
        ("Rækker", f"position {number(reached)}" + ("" if reached == position else f", {number(position - reached)} bagud")),
        ("Sidste fejl", error or "ingen"),
        ("Database", f"PostgreSQL {version}, " + ("server" if register.settings.database_url else "indbygget")),
        ("Kodelister", register.codes.digest[:16]),
        ("Seglets nøgle", problem or "er her"),
        ("Rødder gemt andetsteds", fork or "passer"),
        ("Rollefil", _roles_text(roles)),
    )
    print_table(Table("Status", ("", ""), lines, () if position else (NOTHING_KNOWN,)))
    return code


def _roles_text(roles: RolesStanding | None) -> str:
    if roles is None:
        return "ingen i kraft"
    if not roles.valid:
        return "kan ikke bruges mere, så ingen har en rolle; se journey roles show"
    overdue = DANISH.counted(roles.overdue, "1 ret venter på svar", "{n} rettigheder venter på svar") if roles.overdue else ""
    return f"i kraft siden {moment(roles.since)}" + (f"; {overdue} (journey roles show)" if overdue else "")

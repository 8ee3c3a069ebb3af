"""The commands that ask the register, and those that keep it."""

from __future__ import annotations

import click

from api.answers.ledger import compared, ledger_table
from api.answers.replays import replay as replayed
from api.answers.replays import replay_table
from api.cli.console import progress, show, show_json, tell
from api.cli.danish_click import Command
from api.clock import today
from api.register.answer import known_json
from api.register.register import answering, opened
from api.settings import settings
from dashboards.figures import FIGURES
from dashboards.figures.parameters import PARAMETERS, value_of
from dashboards.figures.table import NOTHING_KNOWN, Table, known_text
from dashboards.words.danish import day, moment, number
from journey.history import COPENHAGEN
from journey.log.migrate import READ
from journey.log.migrate import migrate as migrated
from journey.log.reading import head, moment_of
from journey.postgres import embedded
from journey.refusals import Refused, finding_text
from projections.engine.as_known import as_known
from projections.engine.follow import standing

_known_at = click.option("--known-at", metavar="POSITION|TID", help="hvad registret vidste; udeladt: alt til nu")
_json = click.option("--json", "as_json", is_flag=True, help="som JSON")


@click.command(cls=Command)
@_json
def figures(as_json: bool) -> None:
    """Vis alle figurer med opgørelse og parametre."""
    if as_json:
        show_json(
            [
                {
                    "figure": figure.id,
                    "version": figure.version,
                    "title": {"da": figure.title_da, "en": figure.title_en},
                    "rule": figure.rule,
                    "unit": figure.unit,
                    "parameters": list(figure.takes.names),
                    "source": figure.source,
                }
                for figure in FIGURES.values()
            ]
        )
        return
    rows = tuple((figure.id, figure.title_da, " ".join(map(_option, figure.takes.names))) for figure in FIGURES.values())
    notes = tuple(f"{_option(name)}: {parameter.danish}" for name, parameter in PARAMETERS.items())
    show(Table("Figurer", ("Figur", "Titel", "Parametre"), rows, notes))


def _option(name: str) -> str:
    kebab = name.replace("_", "-")
    return f"--[no-]{kebab}" if PARAMETERS[name].flag else f"--{kebab}"


@click.command(cls=Command)
@click.argument("case", metavar="SAG")
@click.option("--valid-at", metavar="DAG", help="virkningsdag; udeladt: i dag")
@_known_at
@_json
def replay(case: str, valid_at: str | None, known_at: str | None, as_json: bool) -> None:
    """Genspil en sag: dens hændelser, som registret kendte dem, og tilstanden på en dag."""
    when = today() if valid_at is None else value_of("valid_at", valid_at, settings().codes)
    with opened(settings()) as register:
        answer = replayed(register, case, when, known_at)
    if as_json:
        show_json(answer.json)
    else:
        show(replay_table(answer))


_FINDINGS = f"SELECT case_id, valid_at, position, code FROM rows.findings WHERE {as_known('%(at)s')} ORDER BY position"  # noqa: S608 -- a constant of our own


@click.command(cls=Command)
@_known_at
@_json
def findings(known_at: str | None, as_json: bool) -> None:
    """Vis fundene: de steder, hvor historien ikke giver mening."""
    with opened(settings()) as register:
        position = register.position(known_at)
        with register.connected(READ) as conn:
            known = moment_of(conn, position)
            rows = conn.execute(_FINDINGS, {"at": position}).fetchall()
    if as_json:
        found = [
            {"case": case, "valid_at": valid_at.isoformat(), "position": at, "code": code, "text": finding_text(code)}
            for case, valid_at, at, code in rows
        ]
        show_json(
            {
                "known_at": known_json(position, known),
                "findings": found,
            }
        )
        return
    note = f"{number(len(rows)) if rows else 'Ingen'} fund · som registret vidste det {known_text(position, moment(known))}."
    shown = tuple((case, day(valid_at), number(at), finding_text(code)) for case, valid_at, at, code in rows)
    notes = (note, "Se en sag med journey replay SAG.") if rows else (note,)
    show(Table("Fund", ("Sag", "Virkning", "Position", "Hvad der ikke giver mening"), shown, notes))


@click.command(cls=Command)
@click.option("--check", is_flag=True, help="afslut med kode 1, hvis et tal afviger")
@_json
def published(check: bool, as_json: bool) -> int:
    """Tæl de offentliggjorte tal igen, og nævn dem, der afviger."""
    with opened(settings()) as register:
        ledger = compared(register, today())
    if as_json:
        show_json([one.json for one in ledger])
    else:
        show(ledger_table(ledger))
    return 1 if check and any(one.drifted for one in ledger) else 0


@click.command(cls=Command)
def rebuild() -> None:
    """Byg alle rækker på ny af loggen, mens registret er i brug."""
    with opened(settings()) as register, progress("Bygger rækkerne på ny") as told:
        position = register.rebuild(told)
    tell(f"Rækkerne er bygget på ny til position {number(position)}.")


@click.command(cls=Command)
def migrate() -> None:
    """Bring databasen op til programmets udgave."""
    chosen = settings()
    if chosen.database_url and not chosen.owner_url:
        raise Refused("wrong_start", "Angiv ejerens adresse i JOURNEY_OWNER_URL.", place="JOURNEY_OWNER_URL")
    if chosen.owner_url:
        with answering("JOURNEY_OWNER_URL"):
            done = migrated(chosen.owner_url)
    else:
        with embedded(chosen.data) as server:
            done = migrated(server.owner_url)
    tell(f"Kørt: {', '.join(done)}." if done else "Databasen er allerede opdateret.")


@click.command(cls=Command)
@_json
def status(as_json: bool) -> None:
    """Vis, hvor langt loggen og rækkerne er nået, og hvad der eventuelt har standset dem."""
    with opened(settings()) as register, register.connected(READ) as conn:
        position, known = head(conn)
        exists = conn.execute("SELECT to_regclass('rows.progress') IS NOT NULL").fetchone()
        rows = standing(conn) if exists and exists[0] else None
        version = conn.info.server_version // 10000
    reached = rows.position if rows else 0
    if as_json:
        show_json(
            {
                "position": position,
                "moment": known and known.astimezone(COPENHAGEN).isoformat(),
                "rows_position": reached,
                "lag_events": position - reached,
                "error": rows.error if rows else None,
                "postgresql": version,
                "database": "server" if register.settings.database_url else "embedded",
                "codes": register.codes.digest,
            }
        )
        return
    error = rows.error if rows else None
    lines = (
        ("Log", known_text(position, moment(known))),
        ("Rækker", f"position {number(reached)}" + ("" if reached == position else f", {number(position - reached)} bagud")),
        ("Sidste fejl", error or "ingen"),
        ("Database", f"PostgreSQL {version}, " + ("server" if register.settings.database_url else "indbygget")),
        ("Kodelister", register.codes.digest[:16]),
    )
    show(Table("Status", ("", ""), lines, () if position else (NOTHING_KNOWN,)))


COMMANDS = (figures, replay, findings, published, rebuild, migrate, status)

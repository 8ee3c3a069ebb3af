"""The first making of a cluster with its roles and passwords, and the refusal of one that does not fit."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from journey.postgres.binaries import MAJOR, Programs
from journey.postgres.errors import CannotStart
from journey.postgres.folders import ANOTHER_FOLDER, sync_folder, write_durably

ADMIN, OWNER, APP = "postgres", "journey_owner", "journey_app"
DATABASE = "journey"


def password_file(base: Path, role: str) -> Path:
    """Gives the file with the password of a role."""
    return base / f"{role}.password"


def roles_made(base: Path) -> Path:
    """Gives the file that says that the roles and the database are there."""
    return base / "roles.made"


def make_cluster(base: Path, programs: Programs) -> None:
    """Makes the cluster beside its place and moves it there complete, so that a half-made one is never found."""
    roles_made(base).unlink(missing_ok=True)
    for role in (ADMIN, OWNER, APP):
        if not password_file(base, role).exists():
            write_durably(password_file(base, role), secrets.token_hex(24))

    making = Path(tempfile.mkdtemp(prefix="making-", dir=base))
    try:
        password = making / "password"
        write_durably(password, password_file(base, ADMIN).read_text())
        if programs.account:
            os.chown(password, programs.account.uid, programs.account.gid)
            os.chown(making, programs.account.uid, programs.account.gid)
        code, output = programs.run(
            "initdb",
            f"--pgdata={making / 'data'}",
            f"--username={ADMIN}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # PostgreSQL's own C.UTF-8 knows Æ, Ø and Å and is the same on every system and after every
            # upgrade of it; the system's locales are neither, and are not always there.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-locale",
            "--data-checksums",
            "--no-instructions",
        )
        if code != 0:
            lines = output.strip().splitlines()
            raise CannotStart(
                base,
                f"databasen kan ikke oprettes; der meldes »{' '.join(lines[-4:])}«.",
                "Ret det, der nævnes, og start igen.",
            )
        (making / "data").rename(base / "cluster")
        sync_folder(base)
    finally:
        shutil.rmtree(making)


def refuse_unfit(base: Path) -> None:
    """Raises `CannotStart` if the cluster is of another version, not a cluster, or has lost its passwords."""
    cluster = base / "cluster"
    version = cluster / "PG_VERSION"
    if not version.exists():
        raise CannotStart(cluster, "mappen er ikke en PostgreSQL-database.", ANOTHER_FOLDER)
    if (major := version.read_text().strip()) != str(MAJOR):
        raise CannotStart(
            cluster,
            f"databasen er oprettet af PostgreSQL {major}, og de installerede programmer er PostgreSQL {MAJOR}.",
            "Eksportér med den version af programmet, der oprettede den, og importér med denne, eller brug pg_upgrade.",
        )
    for role in (ADMIN, OWNER, APP):
        if not password_file(base, role).exists():
            raise CannotStart(
                password_file(base, role),
                "databasens adgangskode mangler.",
                "Læg filen tilbage fra den sikkerhedskopi, som databasen kom fra.",
            )


def make_roles(base: Path, admin_url: str) -> None:
    """Makes the two roles and the database, as often as needed; the server must answer."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role, rights in ((OWNER, sql.SQL("login createrole")), (APP, sql.SQL("login noinherit"))):
            found = connection.execute("select from pg_roles where rolname = %s", [role]).rowcount
            verb = sql.SQL("alter" if found else "create")
            password = sql.Literal(password_file(base, role).read_text())
            statement = sql.SQL("{} role {} {} password {}")
            connection.execute(statement.format(verb, sql.Identifier(role), rights, password))
        if not connection.execute("select from pg_database where datname = %s", [DATABASE]).rowcount:
            statement = sql.SQL("create database {} owner {}")
            connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    write_durably(roles_made(base), "")

"""A7 on the command line: every command that shows a case goes through the same door, and with the log broken it prints nothing of it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest

from api.cli.main import application, run
from api.register.register import Register
from tests.conftest import Database, Sample
from tests.support.registers import sampled_register

NUMBER = "0107951234"
SHOWS_NO_CASE = {
    *("import", "sample", "demo", "serve", "open", "token", "figures", "published", "adopt", "rebuild", "migrate", "status"),
    *("seal", "verify", "acts", "deliveries", "deliveries undo", "looks verify"),
    *("emergency", "keys", "mapping", "publish", "report", "restore", "roles", "witness"),
}
"""The commands, or whole groups of them, that print no reference of a case: numbers, one's own files, keys, rights, proofs."""


def leaves(command: click.Command, words: str = "") -> Iterator[str]:
    """Every command that does something, by its words; one for all the figures of a group."""
    if not isinstance(command, click.Group):
        yield words
        return
    context = click.Context(command)
    names = command.list_commands(context)
    if command.invoke_without_command:
        yield words
    if words in ("figure", "why") or words in SHOWS_NO_CASE - {"deliveries"}:
        yield words
        return
    for name in names:
        found = command.get_command(context, name)
        assert found
        yield from leaves(found, f"{words} {name}".strip())


@pytest.fixture(scope="module")
def register(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with sampled_register(server, sample_template, tmp_path_factory.mktemp("looks-cli")) as made:
        yield made


@pytest.fixture
def at_the_register(register: Register, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", register.url)
    monkeypatch.setenv("JOURNEY_DATA", str(register.settings.data))
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{NUMBER}\n"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def cases(register: Register) -> list[str]:
    with psycopg.connect(register.settings.owner_url or "") as conn:
        query = "select originator_id from log.events where topic = 'referred' order by notification_id limit 2"
        return [case for (case,) in conn.execute(query).fetchall()]


def shown(cases: list[str]) -> dict[str, list[str]]:
    """Each command that shows cases, with the words of a run of it."""
    case, other = cases
    stock = ["--unit", "ungeindsatsen", "--valid-at", "2025-02-01"]
    return {
        "replay": ["replay", case],
        "findings": ["findings"],
        "casefile": ["casefile", case, "-o", "sag.zip"],
        "why": ["why", "caseload", *stock, "--valid-from", "2024-02-01"],
        "figure": ["figure", "dotted_chart", "--from", "2024-01-01", "--to", "2025-01-01"],
        "export": ["export", "--case", case],
        "proofs": ["proofs", "revisor"],
        "audit": ["audit", "--moments", "0"],
        "identity find": ["identity", "find"],
        "looks": ["looks", "--case", case],
        "access show": ["access", "show", case],
        "access protect": ["access", "protect", case, "--kind", "sensitive", "--source", "leder"],
        "access block": ["access", "block", case, "x-1", "--kind", "own"],
        "access grant": [
            "access",
            "grant",
            case,
            "x-1",
            "--purpose",
            "afløsning",
            "--last",
            str(datetime.now(UTC).date() + timedelta(30)),
        ],
        "access link": ["access", "link", case, other, "--kind", "parent"],
        "access end": ["access", "end", case, "link", "1"],
        "identity merge": ["identity", "merge", case, other, "--dry-run"],
    }


AT_MOST = {"audit": "it names a case only where replay and rows differ"}
MOST_OF = {
    "identity find": "search",
    "export": "export",
    "proofs": "export",
    "casefile": "export",
    "replay": "read",
    "looks": "read_log",
}


def looks_after(register: Register, number: int) -> list[Any]:
    with psycopg.connect(register.settings.owner_url or "") as conn:
        query = "select action, case_id, person, role, hits from access.looks where number > %s order by number"
        return conn.execute(query, (number,)).fetchall()


def newest(register: Register) -> int:
    with psycopg.connect(register.settings.owner_url or "") as conn:
        ((number,),) = conn.execute("select coalesce(max(number), 0) from access.looks").fetchall()
        return number


def test_every_command_is_known_to_show_cases_or_none() -> None:
    assert {*leaves(application())} == {*shown(["N-1", "N-2"])} | SHOWS_NO_CASE


@pytest.mark.usefixtures("at_the_register")
def test_every_command_that_shows_a_case_is_logged_under_the_machines_account(
    register: Register, cases: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    for name, words in shown(cases).items():
        before = newest(register)
        code = run(words)
        said = capfd.readouterr()
        assert code in (0, 1), (name, said.err)
        found = looks_after(register, before)
        assert found or name in AT_MOST, name
        assert all(person.startswith("machine:") and role == "machine" for _, _, person, role, _ in found)
        if name in MOST_OF:
            assert found[0][0] == MOST_OF[name]
        if name in ("replay", "casefile", "export", "identity merge"):
            assert cases[0] in {case for _, case, *_ in found}


@pytest.mark.usefixtures("at_the_register")
def test_the_whole_register_is_one_look_with_the_number_of_its_cases(
    register: Register, capfd: pytest.CaptureFixture[str]
) -> None:
    before = newest(register)

    assert run(["export", "all.jsonl", "--with-notes"]) == 0

    with psycopg.connect(register.settings.owner_url or "") as conn:
        query = "select count(distinct originator_id) from log.events where not starts_with(originator_id, 'stream:')"
        ((all_cases,),) = conn.execute(query).fetchall()
    found = [(action, case, hits) for action, case, _, _, hits in looks_after(register, before)]
    assert found == [("export", None, all_cases), ("decrypt", None, all_cases)]


@pytest.mark.usefixtures("at_the_register")
def test_a_case_that_is_not_there_is_logged(register: Register, capfd: pytest.CaptureFixture[str]) -> None:
    before = newest(register)

    assert run(["replay", "N-none"]) == 1

    assert [(action, case, hits) for action, case, _, _, hits in looks_after(register, before)] == [("denied", None, 0)]


@pytest.mark.usefixtures("at_the_register")
def test_with_the_log_broken_nothing_is_printed_or_written(
    register: Register, cases: list[str], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with psycopg.connect(register.settings.owner_url or "", autocommit=True) as conn:
        conn.execute("create function access.full() returns trigger language plpgsql as $$ begin raise 'full'; end $$")
        conn.execute("create trigger a_full before insert on access.looks execute function access.full()")
        try:
            for name, words in shown(cases).items():
                if name not in AT_MOST:
                    code = run(words)
                    said = capfd.readouterr()
                    assert (code, said.out) == (1, ""), name
                    assert "opslagsloggen" in said.err, name
        finally:
            conn.execute("drop function access.full() cascade")
    assert [*tmp_path.iterdir()] == []

"""`journey roles`: what a file gives, every fault at once, and how two people take it into force on the register's machine."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import psycopg
import pytest

from tests.cli.asking import Journey
from tests.conftest import Database

pytestmark = pytest.mark.long

FILE = """[[grant]]
name = "Ledere, unge"
claim = "groups"
value = "HOI-leder"
role = "unit_leader"
units = ["ui"]
until = 2999-01-02
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "roller.toml").write_text(FILE, "utf-8")
    return tmp_path / "roller.toml"


def type_(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


def test_two_people_take_a_file_into_force_and_it_is_listed(
    empty: Journey, file: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = empty("roles", "check", str(file))
    assert (checked.code, checked.err) == (0, "")
    assert re.search(r"Ledere, unge\s+groups = HOI-leder\s+Leder\s+Ungeindsatsen\s+01\.01\.2999", checked.out)
    assert "Der er ingen rollefil i kraft: ingen har en rolle." in empty("roles", "show").out
    assert re.search(r"Rollefil\s+ingen i kraft", empty("status").out)
    assert "Angiv ejerens adresse i JOURNEY_OWNER_URL." in empty("roles", "first-tokens").err

    monkeypatch.setenv("JOURNEY_OWNER_URL", database.owner_url)
    made = empty("roles", "first-tokens")
    tokens = re.findall(r"Kode \d: (\S+)", made.out)
    assert (made.code, len(set(tokens))) == (0, 2)
    assert "Forslag 1 venter på to underskrifter: journey roles approve 1 --by ID." in empty("roles", "propose", str(file)).out
    for nth, (person, token) in enumerate((("lb-3", tokens[0]), ("d-1", tokens[1]))):
        type_(monkeypatch, token)
        signed = empty("roles", "approve", "1", "--by", person)
        assert (signed.code, token in signed.out + signed.err) == (0, False)
        assert (nth == 1) is ("Rollefilen er i kraft som registrets handling 1." in signed.out)

    shown = empty("roles", "show").out
    assert "ved lb-3 og d-1, med engangskoder (registrets handling 1)." in shown
    assert "ikke endnu; i kraft siden" in re.sub(r"\s+", " ", shown)
    assert empty("roles", "show", "--text").out == FILE
    assert "rollefil trådt i kraft" in empty("acts").out
    roles = json.loads(empty("status", "--json").out)["roles"]
    assert (roles["act"], roles["valid"], roles["overdue"]) == (1, True, 0)
    assert "roles_unchanged" in empty("roles", "propose", str(file)).err

    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute("alter table log.register_acts disable trigger all")
        admin.execute("update log.register_acts set line = 'x'")
    changed = empty("status")
    assert (changed.code, "(register_acts) er ændret" in re.sub(r"\s+", " ", changed.out)) == (1, True)
    assert "Afvist (seal_broken)" in empty("roles", "show").err


def test_every_fault_is_named_and_nothing_is_proposed(empty: Journey, file: Path) -> None:
    file.write_text(FILE.replace('["ui"]', '["mars"]').replace('"unit_leader"', '"chef"'), "utf-8")

    for command in ("check", "propose"):
        refused = empty("roles", command, str(file))
        assert refused.code == 1
        assert "grant[1].role: skal være en af: caseworker" in refused.err
        assert "grant[1].units[1]: koden mars findes ikke" in refused.err
        assert "Rollefilen skal rettes 2 steder." in refused.err
    assert "venter" not in empty("roles", "show").out
    file.write_bytes("æ".encode("latin-1"))
    assert "Rollefilen er ikke UTF-8." in empty("roles", "check", str(file)).err


def test_a_proposal_is_taken_back_and_then_signed_by_nobody(
    empty: Journey, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty("roles", "propose", str(file))

    assert "Forslag 1 er trukket tilbage." in empty("roles", "withdraw", "1").out
    type_(monkeypatch, "AAAA")
    assert "Afvist (no_proposal)" in empty("roles", "approve", "1", "--by", "d-1").err

"""What an import seals, and what is said where it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from journey.proof.reading import waiting
from journey.proof.sealing import lead
from tests.cli.asking import Journey, a_line, filed, head_of
from tests.conftest import Database, fresh_database
from tests.support.sealed import sealing


def test_an_import_is_sealed_in_the_same_command(empty: Journey, tmp_path: Path) -> None:
    assert empty("import", filed(tmp_path / "a.jsonl", a_line(1), a_line(2))).err == ""
    assert empty("verify", "--json").json["sealed"] == 2


def test_an_import_that_cannot_be_sealed_is_still_taken_and_says_what_to_do(empty: Journey, tmp_path: Path) -> None:
    empty("import", filed(tmp_path / "a.jsonl", a_line(1)))
    key = tmp_path / "keys" / "seal.key"
    gone = key.rename(tmp_path / "gone.key")
    taken = empty("import", filed(tmp_path / "b.jsonl", a_line(2)))
    assert taken.code == 0
    assert taken.err.startswith("Hændelserne er registreret, men ikke forseglet: Nøglefilen ")
    assert taken.err.endswith("Gør: Ret det, og kør så journey seal.\n")
    gone.rename(key)
    assert empty("seal").out == "Forseglet til position 2.\n"
    assert head_of(empty) == 2


def test_a_log_that_no_longer_fits_its_seal_is_refused_with_what_to_do(
    empty: Journey, database: Database, tmp_path: Path
) -> None:
    empty("import", filed(tmp_path / "a.jsonl", a_line(1), a_line(2)))
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute("alter table log.events disable trigger user")
        admin.execute("delete from log.events where notification_id = 2")
    refused = empty("seal")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("Afvist (seal_broken) ved position 2: Loggen slutter ved 1, men er forseglet til 2.")
    assert "Gør: Ret intet, og slet intet. Kør journey verify" in refused.err


def test_an_import_leaves_the_sealing_to_a_program_that_does_it(empty: Journey, database: Database, tmp_path: Path) -> None:
    with sealing(database) as conn:
        assert lead(conn)
        assert empty("import", filed(tmp_path / "a.jsonl", a_line(1))).err == ""
        assert waiting(conn) == (0, 1)


def test_what_the_readme_says_to_do_without_the_key_holds(
    empty: Journey, server: Database, template: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old register stays proven by its own export, and a new one goes on from the same events under a key of its own."""
    note = a_line(2, "note_added", day="2025-03-02", case="N-1", data={"text": "Talte i telefon"})
    empty("import", filed(tmp_path / "a.jsonl", a_line(1), note))
    (tmp_path / "keys" / "seal.key").unlink()
    assert json.loads(empty("verify", "--json").out)["sealed"] == 2
    assert empty("proofs", "til-revisor").code == 0
    verified = [sys.executable, "-I", str(tmp_path / "til-revisor" / "verify.py"), str(tmp_path / "til-revisor")]
    assert subprocess.run(verified, capture_output=True).returncode == 0
    assert empty("export", "--with-notes", "alt.jsonl").code == 0

    with fresh_database(server, template.name) as other:
        monkeypatch.setenv("JOURNEY_DATABASE_URL", other.app_url)
        monkeypatch.setenv("JOURNEY_DATA", str(tmp_path / "new"))
        assert empty("import", "alt.jsonl").err == ""
        assert empty("verify", "--json").json["sealed"] == 2
        assert empty("export", "--with-notes", "igen.jsonl").code == 0
        assert empty("proofs", "nyt").code == 0
    assert (tmp_path / "igen.jsonl").read_bytes() == (tmp_path / "alt.jsonl").read_bytes()
    assert (tmp_path / "nyt" / "keys.txt").read_text() != (tmp_path / "til-revisor" / "keys.txt").read_text()


def a_folder(key: Path) -> None:
    key.unlink()
    key.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "seal.key mangler. Læg den tilbage fra sikkerhedskopien.": lambda key: key.unlink(),
    "seal.key er ikke den, registret er forseglet med. Læg den rigtige tilbage.": lambda key: key.write_bytes(bytes(32)),
    "seal.key er ikke på 32 byte. Læg den rigtige tilbage fra sikkerhedskopien.": lambda key: key.write_bytes(bytes(16)),
    "seal.key kan læses af andre. Kør: chmod 600 ": lambda key: key.chmod(0o644),
    "seal.key kan ikke læses: ": a_folder,
}


def test_verify_and_status_say_that_the_seal_s_key_is_not_here(empty: Journey, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "seal.key"
    assert [empty(command).code for command in ("verify", "status")] == [0, 0]  # nothing is sealed, so no key is missing
    empty("import", filed(tmp_path / "a.jsonl", a_line(1)))
    assert [empty(command).code for command in ("verify", "status")] == [0, 0]
    content = key.read_bytes()

    for why, damage in DAMAGES.items():
        damage(key)
        verified, status = empty("verify"), empty("status")
        as_json = [json.loads(empty(command, "--json").out) for command in ("verify", "status")]

        assert (verified.code, status.code) == (1, 1), why
        assert f"Der kan ikke forsegles mere: Nøglefilen {tmp_path}" in verified.err
        assert why in verified.err
        assert verified.out.startswith("Registret er ubrudt til position 1: ")
        assert "Seglets nøgle" in status.out
        assert (as_json[0]["ok"], [why in said["key"] for said in as_json]) == (False, [True, True])
        key.rmdir() if key.is_dir() else key.unlink(missing_ok=True)
        key.write_bytes(content)
        key.chmod(0o600)
    assert [empty(command).code for command in ("verify", "status")] == [0, 0]

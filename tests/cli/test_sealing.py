"""What an import seals, and what is said where it cannot."""

from __future__ import annotations

from pathlib import Path

import psycopg

from journey.proof.reading import waiting
from journey.proof.sealing import lead
from tests.cli.asking import Journey, a_line, filed, head_of
from tests.conftest import Database
from tests.sealed import sealing


def test_an_import_is_sealed_in_the_same_command(empty: Journey, tmp_path: Path) -> None:
    assert empty("import", filed(tmp_path / "a.jsonl", a_line(1), a_line(2))).err == ""
    assert empty("verify", "--json").json["sealed"] == 2


def test_an_import_that_cannot_be_sealed_is_still_taken_and_says_what_to_do(empty: Journey, tmp_path: Path) -> None:
    empty("import", filed(tmp_path / "a.jsonl", a_line(1)))
    key = tmp_path / "keys" / "seal.key"
    gone = key.rename(tmp_path / "gone.key")
    taken = empty("import", filed(tmp_path / "b.jsonl", a_line(2)))
    assert (taken.code, head_of(empty)) == (0, 2)
    assert taken.err.startswith("Hændelserne er registreret, men ikke forseglet: Nøglefilen ")
    assert taken.err.endswith("Gør: Ret det, og kør så journey seal.\n")
    gone.rename(key)
    assert empty("seal").out == "Forseglet til position 2.\n"


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

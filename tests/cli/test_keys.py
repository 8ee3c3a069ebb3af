"""`journey keys`: who may change a key, what it says, and that a register that is served goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.asking import Journey, a_line, filed
from tests.conftest import Database


@pytest.fixture
def noted(empty: Journey, tmp_path: Path) -> Journey:
    note = a_line(2, "note_added", case="N-1", data={"text": "Talte i telefon"})
    assert empty("import", filed(tmp_path / "a.jsonl", a_line(1), note)).code == 0
    return empty


def test_the_outer_key_is_changed_by_the_owner_alone(
    noted: Journey, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys" / "outer.key"
    old = file.read_bytes()
    refused = noted("keys", "rotate")
    assert (refused.code, refused.out) == (1, "")
    assert "Angiv ejerens adresse i JOURNEY_OWNER_URL." in refused.err

    monkeypatch.setenv("JOURNEY_OWNER_URL", database.owner_url)
    done = noted("keys", "rotate", "--by", "Bo Andersen")

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Den ydre nøgle {file} er skiftet: 1 sags nøgle er krypteret under den nye.\n")
    assert file.read_bytes() != old
    assert noted("export", "--with-notes", "alt.jsonl").code == 0
    assert "Talte i telefon" in (tmp_path / "alt.jsonl").read_text("utf-8")
    assert noted("verify").code == 0


def test_a_key_that_is_not_there_is_told_of(
    noted: Journey, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNEY_OWNER_URL", database.owner_url)
    (tmp_path / "keys" / "outer.key").unlink()

    refused = noted("keys", "rotate")

    assert (refused.code, refused.out) == (1, "")
    assert "outer.key mangler. Læg den tilbage fra sikkerhedskopien." in refused.err

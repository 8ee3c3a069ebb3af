"""`journey keys`: who may change a key, what it says, and that a register that is served goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.keys import name_of
from journey.refusals import Refused
from tests.cli.asking import Journey, a_line, filed, journey_of
from tests.conftest import Database, fresh_database
from tests.support.registers import register_on
from tests.support.serving import referred, running
from tests.support.waiting import until


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
    assert refused.err.startswith("Afvist (wrong_start): Nøglefilen ")
    assert "outer.key mangler. Læg den tilbage fra sikkerhedskopien." in refused.err


def test_the_seal_s_key_is_handed_over_and_an_auditor_follows_it(
    noted: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNEY_WITNESS", str(tmp_path / "vidne"))
    assert noted("seal").code == 0
    assert noted("proofs", "før").code == 0
    old = (tmp_path / "før" / "keys.txt").read_text("utf-8").split("\n")[0]

    done = noted("keys", "hand-over-seal", "--by", "Bo Andersen")

    assert (done.code, done.err) == (0, "")
    new = done.out.split("\n")[0].rpartition(" ")[2]
    assert done.out.startswith(
        f"Seglets nøgle {tmp_path / 'keys' / 'seal.key'} er givet videre. Den nye offentlige nøgle: {new}\n"
    )
    assert new.partition("+")[0] == old.partition("+")[0]
    assert noted("import", filed(tmp_path / "b.jsonl", a_line(3))).err == ""
    assert [noted(command).code for command in ("verify", "status")] == [0, 0]
    assert noted("proofs", "efter").code == 0
    for key in (old, new):
        verify = [sys.executable, "-I", str(tmp_path / "efter" / "verify.py"), "--key", key]
        kept = ["--checkpoint", str(tmp_path / "før" / "checkpoint")]
        audited = subprocess.run([*verify, *kept], capture_output=True, text=True, encoding="utf-8")
        assert audited.returncode == 0, audited.stdout
        assert "Registrets nøgle blev givet videre efter position 2" in audited.stdout
    assert "seglets nøgle" in noted("acts").out


def test_a_name_that_is_none_is_refused_and_without_one_it_is_the_account_s() -> None:
    for name in ("010190-1234", " ", "x" * 81):
        with pytest.raises(Refused) as refused:
            name_of(name)
        assert (refused.value.code, refused.value.place) == ("bad_parameter", "--by")
        assert name.strip() == "" or name not in refused.value.message
    assert name_of(" Bo Andersen ") == "Bo Andersen"
    assert name_of(None)


def test_there_is_nothing_to_hand_over_before_anything_is_sealed(empty: Journey, tmp_path: Path) -> None:
    refused = empty("keys", "hand-over-seal")

    assert (refused.code, refused.out) == (1, "")
    assert "Der er ikke forseglet noget endnu" in refused.err
    assert list((tmp_path / "keys").glob("seal.key.next")) == []


@pytest.mark.long
def test_both_keys_are_changed_while_the_register_is_served(
    server: Database, template: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sealing.sealer.LONGEST", 0.5)
    with fresh_database(server, template.name) as database, running(register_on(database, tmp_path).settings) as app:
        for name, value in (
            ("JOURNEY_DATABASE_URL", database.app_url),
            ("JOURNEY_OWNER_URL", database.owner_url),
            ("JOURNEY_DATA", str(tmp_path)),
        ):
            monkeypatch.setenv(name, value)
        journey = journey_of(capsys)

        def recorded(nth: int) -> None:
            note = {"kind": "note_added", "valid_at": "2025-03-01", "data": {"text": f"Notat {nth}"}}
            case = [referred(f"b-{nth}"), note]
            assert app.post(f"N-{nth}", f"k-{nth}", case).status_code == 201
            until(lambda: app.register.sealer.health().sealed == 2 * nth)

        recorded(1)
        for nth, command in enumerate(("rotate", "hand-over-seal", "rotate", "hand-over-seal"), 2):
            assert journey("keys", command).code == 0, command
            recorded(nth)
        assert app.client.get("/health").json()["seal"]["broken"] is False
        assert journey("export", "--with-notes", str(tmp_path / "alt.jsonl")).code == 0
        assert (tmp_path / "alt.jsonl").read_text("utf-8").count("Notat ") == 5
        assert journey("verify").code == 0

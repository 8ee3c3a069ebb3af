"""A witness that talks nonsense, and one that has forgotten what it signed: neither is taken for one that has nothing to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.elsewhere import Elsewhere, NotKept, cosigned, witnessed
from api.witness import Witness
from journey.proof.sealing import KEY_FILE, seal, signer
from journey.proof.witness import Answer
from tests.conftest import Database
from tests.sealed import recorded, sealing


@pytest.mark.parametrize(("status", "body"), [(409, "²\n"), (409, "9" * 5_000), (409, "-1\n"), (200, "²"), (500, "")])
def test_a_witness_that_talks_nonsense_has_not_signed(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, body: str
) -> None:
    recorded(database, 3, tmp_path)
    key = Witness(tmp_path / "w").signer.key.vkey
    monkeypatch.setattr("api.elsewhere._http", lambda *_: Answer(status, body))
    with sealing(database) as conn:
        note = seal(conn, signer(tmp_path / KEY_FILE, conn))
        assert note is not None
        with pytest.raises(NotKept):
            cosigned(conn, Elsewhere(witness="https://vidne.dk", witness_key=key), note)


def test_what_a_witness_has_signed_outlives_a_loss_of_power(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A witness that forgets could be brought to sign a fork."""
    recorded(database, 1, tmp_path)
    synced: list[Path] = []
    monkeypatch.setattr("api.witness.sync_folder", synced.append)
    with sealing(database) as conn:
        note = seal(conn, signer(tmp_path / KEY_FILE, conn))
        assert note is not None
        cosigned(conn, Elsewhere(witness=str(tmp_path / "w")), note)

    assert synced == [tmp_path / "w"]


@pytest.mark.parametrize("forgotten", ["folder", "address"])
def test_a_witness_that_has_forgotten_what_it_signed_is_said(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    recorded(database, 3, tmp_path)
    gone = tmp_path / "ikke-tilsluttet"
    where = Elsewhere(witness=str(gone) if forgotten == "folder" else "https://vidne.dk")
    monkeypatch.setattr("api.elsewhere._http", lambda *_: Answer(404, ""))
    with sealing(database) as conn:
        note = seal(conn, signer(tmp_path / KEY_FILE, conn))
        assert note is not None
        assert witnessed(conn, where) == []
        cosigned(conn, Elsewhere(witness=str(tmp_path / "w")), note)
        with pytest.raises(NotKept, match="vidnet har ingen rod af registret, men registret har et vidnes underskrift"):
            witnessed(conn, where)
    assert not gone.exists()

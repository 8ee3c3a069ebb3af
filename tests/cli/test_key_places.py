"""Each key may lie in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import KEY_SETTINGS, LOOKS_KEY_FILE, OUTER_KEY_FILE, SEAL_KEY_FILE, settings
from journey.refusals import Refused
from tests.cli.asking import Journey, a_line, filed

PROMISE = "the outer key, the seal's key, the pseudonyms' key and the identity key may each lie in a folder of its own"


@pytest.mark.parametrize(("name", "setting"), KEY_SETTINGS.items())
def test_a_key_lies_in_the_data_folder_or_where_its_setting_says(tmp_path: Path, name: str, setting: str) -> None:
    data, own = tmp_path / "data", tmp_path / "own"
    own.mkdir(0o700)

    chosen = settings({"JOURNEY_DATA": str(data), setting: str(own / "key")})

    assert {key: chosen.key_file(key) for key in KEY_SETTINGS} == {key: data / key for key in KEY_SETTINGS} | {
        name: own / "key"
    }
    assert settings({"JOURNEY_DATA": str(data), setting: ""}).key_file(name) == data / name


@pytest.mark.parametrize(("name", "setting"), KEY_SETTINGS.items())
@pytest.mark.parametrize(
    ("mode", "file", "why"),
    [
        (0o770, "key", "Andre kan skrive"),
        (0o702, "key", "Andre kan skrive"),
        (0o700, "nowhere/key", "findes ikke"),
        (0o700, ".", "er en mappe"),
    ],
)
def test_a_folder_that_is_not_there_or_that_others_may_write_in_is_refused(
    tmp_path: Path, name: str, setting: str, mode: int, file: str, why: str
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own").chmod(mode)

    with pytest.raises(Refused, match=why) as refused:
        settings({"JOURNEY_DATA": str(tmp_path), setting: str(tmp_path / "own" / file)}).key_file(name)

    assert (refused.value.code, refused.value.place) == ("wrong_start", setting)
    (tmp_path / "own").chmod(0o1777)
    assert settings({"JOURNEY_DATA": str(tmp_path), setting: str(tmp_path / "own" / "key")}).key_file(name)


def test_notes_and_roots_use_the_keys_where_they_lie(empty: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (OUTER_KEY_FILE, SEAL_KEY_FILE, LOOKS_KEY_FILE):
        (tmp_path / f"own-{name}").mkdir(0o700)
        monkeypatch.setenv(KEY_SETTINGS[name], str(tmp_path / f"own-{name}" / "key"))
    note = a_line(2, "note_added", case="N-1", data={"text": "Talte i telefon"})

    assert empty("import", filed(tmp_path / "a.jsonl", a_line(1), note)).err == ""
    assert empty("verify").code == 0
    assert empty("export", "--with-notes", "alt.jsonl").code == 0

    assert "Talte i telefon" in (tmp_path / "alt.jsonl").read_text("utf-8")
    assert all(
        (tmp_path / f"own-{name}" / "key").stat().st_size == 32 for name in (OUTER_KEY_FILE, SEAL_KEY_FILE, LOOKS_KEY_FILE)
    )
    assert list((tmp_path / "keys").glob("*.key")) == []

"""Wrong words, and the exact answer that a person gets to each: place, reason and remedy, in Danish (data/bad_words.toml)."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from api.cli.main import application, run
from journey.postgres import embedded

PROMISE = "bad input is answered with place, reason and remedy, in Danish"

TABLE: list[dict[str, Any]] = tomllib.loads((Path(__file__).parents[1] / "data/bad_words.toml").read_text("utf-8"))["wrong"]
SETTINGS = ("JOURNEY_DATABASE_URL", "JOURNEY_OWNER_URL", "JOURNEY_CODES")

SAGER = "CPR;Henvist\n110180-0003;01-02-2024\n"
ROWS = "110180-0003;01-02-2024\n120290-0004;01-02-2024\n"

_FOREIGN = re.compile(
    r"Traceback|Error|Usage|Options|option|argument|command\b|valid integer|No such|File exists|Fejl i programmet"
)
"""What a person is never told: a stack trace, and the English of click, of the system and of PostgreSQL."""

pytestmark = pytest.mark.outside  # a register of the module's own


def filled(folder: Path) -> Path:
    """The data folder of an embedded register with three events, and beside it the files that the table names."""
    lines = [
        {"case": f"N-{nth}", "kind": "referred", "valid_at": "2025-03-01", "data": {"unit": "ui", "citizen": f"b-{nth}"}}
        for nth in (1, 2, 3)
    ]
    (folder / "one.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    (folder / "letter.txt").write_text("Kære kollega\n", "utf-8")
    (folder / "utf16.jsonl").write_text(json.dumps(lines[0]), "utf-16")
    for name, text in (
        ("empty.csv", ""),
        ("blob.csv", "a;b\0\n"),
        ("sager.csv", SAGER),
        ("nyere.csv", SAGER),
        ("rows.csv", ROWS),
    ):
        (folder / name).write_text(text, "utf-8")
    (folder / "draft.toml").write_text(
        'format = "sheets"\n# udfyld: source = "…"\n[[sheet]]\nname = "a"\nfile = "a.ods"\nkey = []\ncase = {}\nevent = []\n',
        "utf-8",
    )
    (folder / "cut.jsonl").write_bytes(gzip.compress((folder / "one.jsonl").read_bytes(), mtime=0)[:-4])
    (folder / "ocel.json").write_text('{"objectTypes": [], "eventTypes": [], "objects": [], "events": []}', "utf-8")
    (folder / "ocel.toml").write_text('format = "ocel"\nsource = "x"\nunit = "social"\n[objects]\ncase = "sag"\n', "utf-8")
    (folder / "codes.toml").write_text("[farver]\nroed = {}\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS:
            patch.delenv(name, raising=False)
        patch.setenv("JOURNEY_DATA", str(folder / "data"))
        assert run(["import", str(folder / "one.jsonl")]) == 0
    return folder / "data"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """The folder of a register whose server runs as long as these tests do."""
    made = Path(tempfile.mkdtemp(prefix="journey-bad-")).resolve()
    made.chmod(0o711)  # as root the server runs as another account, which must reach its data
    try:
        with embedded(filled(made)):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def words(folder: Path, entry: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of an entry, with its settings in force."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JOURNEY_DATA", str(folder / "data"))
    for name, value in entry.get("env", {}).items():
        monkeypatch.setenv(name, value.replace("{folder}", str(folder)))
    return [word.replace("{folder}", str(folder)) for word in entry["words"]]


def wrong_in(entry: dict[str, Any], code: int, out: str, err: str) -> list[str]:
    """What a person would miss in the answer."""
    wrong = [] if (code, err) == (entry["code"], entry["answer"]) else [f"it is {code}: {err}"]
    if out:
        wrong.append(f"it writes to standard output: {out}")
    if _FOREIGN.search(err):
        wrong.append("it is not Danish")
    if not re.search("^Gør: ", err, re.MULTILINE):
        wrong.append("it does not say what to do")
    return wrong


entries = pytest.mark.parametrize("entry", TABLE, ids=[entry["name"] for entry in TABLE])


@entries
def test_wrong_words_get_their_answer(
    folder: Path, entry: dict[str, Any], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.iterdir())

    code = run(words)

    out, err = capsys.readouterr()
    assert wrong_in(entry, code, out, err.replace(str(folder), "{folder}")) == []
    assert sorted(folder.iterdir()) == before


def test_nothing_was_recorded(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("JOURNEY_DATA", str(folder / "data"))
    monkeypatch.delenv("JOURNEY_DATABASE_URL", raising=False)

    run(["status", "--json"])

    assert json.loads(capsys.readouterr().out)["position"] == 3


@entries
def test_the_answers_of_a_program_that_does_not_mind_its_words_are_told_apart(
    folder: Path, entry: dict[str, Any], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = 1
    try:
        code = click.Group.main(application(), words, prog_name="journey")
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except Exception as error:  # noqa: BLE001 -- what a stack trace would end in
        click.echo(f"Traceback\n{type(error).__name__}: {error}", err=True)
    out, err = capsys.readouterr()

    wrong = wrong_in(entry, code, out, err.replace(str(folder), "{folder}"))

    assert wrong


def test_the_table_is_as_long_as_it_should_be_and_says_each_thing_once() -> None:
    assert len(TABLE) >= 40
    assert len({entry["name"] for entry in TABLE}) == len(TABLE)
    assert len({json.dumps([entry["words"], entry.get("env")]) for entry in TABLE}) == len(TABLE)
    assert {entry["code"] for entry in TABLE} == {1, 2}

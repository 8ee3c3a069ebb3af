"""The case file: whole, verifiable without the register, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.answers.casefiles import casefile_zip
from api.cli.main import run
from api.register.register import Register
from dashboards.case.file import READ_ME
from journey.exchange.interchange import format_line
from journey.history import Recorded, in_order
from journey.log.migrate import READ, SEAL
from journey.log.reading import history
from journey.proof.sealing import log_signer
from journey.proof.sealing import seal as sealed_next
from tests.conftest import Database, fresh_database
from tests.pages.test_case_page import LINES, SECRET
from tests.support.registers import load, register_on
from tests.support.sealed import verify_alone

ALL = LINES
DAY = date(2024, 5, 1)


@pytest.fixture(scope="module")
def register(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with fresh_database(server, template.name) as database:
        made = register_on(database, tmp_path_factory.mktemp("keys"))
        load(made, ALL)
        made.believe()
        with made.connected(SEAL) as conn:
            by = log_signer(made.settings.data / "seal.key", conn)
            while sealed_next(conn, by) is not None:
                pass
        yield made


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        return {name: made.read(name) for name in made.namelist()}


def taken(register: Register, case: str = "N-1") -> dict[str, bytes]:
    return files_of(casefile_zip(register, case, [DAY], len(ALL))[1])


def ledger_line(one: Recorded) -> dict[str, Any]:
    """What the event's line says, apart from when it came to be known."""
    return {name: value for name, value in json.loads(format_line(one, "N-1")).items() if name != "known_at"}


def verified(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, place.parent / "verify.py", place], capture_output=True, text=True, check=False)


def test_it_holds_all_that_its_reader_needs(register: Register) -> None:
    files = taken(register)

    assert list(files) == [
        READ_ME,
        "haendelser.jsonl",
        "tilstand.json",
        "tal.json",
        "bevis/checkpoint",
        "bevis/events.tsv",
        "bevis/keys.txt",
        "bevis/proofs.txt",
        "verify.py",
        "MANIFEST.json",
    ]
    (moment,) = json.loads(files["tilstand.json"])
    assert {
        "key": "grant g1",
        "label": "Bevilling g1",
        "text": "Bostøtte, længerevarende, 94.500 kr. om året, primær støtte",
    } in moment["facts"]
    assert moment["open"][0]["clock"] == "frist 20. april 2024: 11 dage over fristen"
    assert "ANNULLERET" in files[READ_ME].decode()


def test_its_manifest_has_the_sum_of_every_file(register: Register) -> None:
    files = taken(register)
    manifest = json.loads(files.pop("MANIFEST.json"))

    assert (manifest["case"], manifest["position"], manifest["valid_at"]) == ("N-1", len(ALL), ["2024-05-01"])
    assert manifest["files"] == {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()
    }


def test_its_events_are_what_the_register_would_take(register: Register, database: Database, tmp_path: Path) -> None:
    other = register_on(database, tmp_path)

    report = load(other, [json.loads(each) for each in taken(register)["haendelser.jsonl"].splitlines()])

    assert report.recorded == sum(one["case"] == "N-1" for one in LINES)
    with register.connected(READ) as conn, other.connected(READ) as there:
        ours, theirs = in_order(history(conn, "N-1")), in_order(history(there, "N-1"))
    said = [[(one.valid_at, ledger_line(one)) for one in some] for some in (ours, theirs)]
    assert said[0] == said[1]


def test_it_is_verified_without_the_register_and_a_changed_byte_is_found(register: Register, tmp_path: Path) -> None:
    _, content = casefile_zip(register, "N-1", [DAY], len(ALL))
    whole, broken = tmp_path / "sag.zip", tmp_path / "brudt.zip"
    whole.write_bytes(content)
    files = files_of(content)
    (tmp_path / "verify.py").write_bytes(files["verify.py"])
    with zipfile.ZipFile(broken, "w") as made:
        for name, each in files.items():
            made.writestr(name, each.replace(b"94500", b"94501") if name == "bevis/events.tsv" else each)

    good, bad = verified(whole), verified(broken)

    assert (good.returncode, bad.returncode) == (0, 1), (good, bad)
    assert "UBRUDT" in good.stdout
    assert "BRUDT ved position" in bad.stdout


Repacked = Callable[[dict[str, bytes]], tuple[int, str]]


@pytest.fixture
def repacked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Repacked:
    """The exit code and the answer of verify.py over a case file packed anew."""
    verifier, place = verify_alone(), tmp_path / "ny.zip"

    def answered(files: dict[str, bytes]) -> tuple[int, str]:
        with zipfile.ZipFile(place, "w") as made:
            for name, each in files.items():
                made.writestr(name, each)
        return verifier.main([str(place)]), capsys.readouterr().out

    return answered


def by_manifest(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with a manifest made to fit them."""
    about = json.loads(files["MANIFEST.json"])
    listed = {name: files[name] for name in about["files"]}
    about["files"] = {name: {"bytes": len(one), "sha256": hashlib.sha256(one).hexdigest()} for name, one in listed.items()}
    return {**files, "MANIFEST.json": json.dumps(about).encode()}


def test_its_answer_says_what_no_seal_covers(register: Register, repacked: Repacked) -> None:
    code, said = repacked(taken(register))

    assert code == 0
    assert "haendelser.jsonl siger det samme som det forseglede" in said
    assert "Tilstand og tal i mappen er regnet ud af hændelserne; ingen forsegling dækker dem" in said
    assert "ingen forsegling dækker dem" in taken(register)[READ_ME].decode()


def _without(lines: list[bytes], nth: int) -> list[bytes]:
    return lines[:nth] + lines[nth + 1 :]


EVENTS_CHANGED: dict[str, Any] = {
    "a value": lambda lines: [one.replace(b"94500", b"94501") for one in lines],
    "a day": lambda lines: [lines[0].replace(b'"valid_at":"2', b'"valid_at":"1'), *lines[1:]],
    "a moment": lambda lines: [lines[0].replace(b'"known_at":"2', b'"known_at":"1'), *lines[1:]],
    "a kind": lambda lines: [lines[0].replace(b'"referred"', b'"reopened"'), *lines[1:]],
    "who it is about": lambda lines: [one.replace(b'"N-1"', b'"N-2"') for one in lines],
    "a word put in": lambda lines: [lines[0].replace(b'"data":{', b'"data":{"layer":"1",'), *lines[1:]],
    "one left out": lambda lines: _without(lines, 1),
    "the last left out": lambda lines: lines[:-1],
    "all left out": lambda _: [],
    "two in another order": lambda lines: [lines[1], lines[0], *lines[2:]],
    "another's event put in": lambda lines: [lines[0], lines[0].replace(b'"N-1"', b'"N-2"'), *lines[1:]],
    "no JSON": lambda lines: [b"\xff", *lines[1:]],
}


@pytest.mark.parametrize("what", EVENTS_CHANGED)
def test_events_to_be_read_that_are_not_those_sealed_are_found(register: Register, repacked: Repacked, what: str) -> None:
    files = taken(register)
    lines = files["haendelser.jsonl"].splitlines()
    changed = b"".join(one + b"\n" for one in EVENTS_CHANGED[what](lines))
    assert changed != files["haendelser.jsonl"]

    code, said = repacked(by_manifest({**files, "haendelser.jsonl": changed}))

    assert code == 1, said
    assert "en fil i sagsmappen svarer ikke til beviset" in said
    assert said.startswith("BRUDT ved position")


def test_an_event_put_in_after_the_last_sealed_is_said_not_to_be_sealed(register: Register, repacked: Repacked) -> None:
    files = taken(register)
    more = files["haendelser.jsonl"] + files["haendelser.jsonl"].splitlines(keepends=True)[-1]

    code, said = repacked(by_manifest({**files, "haendelser.jsonl": more}))

    assert code == 0
    assert "De sidste 1 hændelser i haendelser.jsonl er IKKE forseglet her og ikke efterprøvet" in said


@pytest.mark.parametrize("name", ["tal.json", "tilstand.json", READ_ME])
def test_a_file_that_is_not_the_manifest_s_is_found(register: Register, repacked: Repacked, name: str) -> None:
    files = taken(register)

    changed = repacked({**files, name: files[name] + b" "})
    gone = repacked({other: each for other, each in files.items() if other != name})

    for code, said in (changed, gone):
        assert code == 1
        assert f"{name} er ikke den, som MANIFEST.json nævner" in said


@pytest.mark.parametrize(
    "manifest",
    [b"", b"[]", b"[" * 100_000, b'{"case":"N-2","files":{}}', b'{"case":"N-1","files":{}}', b'{"case":"N-1","files":{"x":1}}'],
)
def test_a_manifest_that_is_none_is_found(register: Register, repacked: Repacked, manifest: bytes) -> None:
    code, said = repacked({**taken(register), "MANIFEST.json": manifest})

    assert code == 1
    assert "MANIFEST.json" in said


def test_a_manifest_that_points_elsewhere_is_not_followed(register: Register, repacked: Repacked) -> None:
    files = taken(register)
    about = json.loads(files["MANIFEST.json"])
    for name in ("../../etc/passwd", "/etc/passwd", "bevis/../verify.py", "..", "a\u0000b"):
        more = {**about["files"], name: {"bytes": 0, "sha256": hashlib.sha256().hexdigest()}}
        code, said = repacked({**files, "MANIFEST.json": json.dumps({**about, "files": more}).encode()})
        assert (code, "MANIFEST.json nævner" in said) == (1, True), name


def test_verify_py_may_be_one_s_own(register: Register, repacked: Repacked) -> None:
    files = taken(register)

    assert repacked({**files, "verify.py": files["verify.py"] + b"\n# read through\n"})[0] == 0


def test_the_same_register_gives_the_same_bytes(register: Register) -> None:
    assert casefile_zip(register, "N-1", [DAY], len(ALL)) == casefile_zip(register, "N-1", [DAY], len(ALL))


def test_a_note_s_text_is_never_in_it(register: Register) -> None:
    for content in taken(register).values():
        assert SECRET.encode() not in content
        assert "søster".encode() not in content


def test_without_a_seal_it_says_so(database: Database, tmp_path: Path) -> None:
    unsealed = register_on(database, tmp_path)
    load(unsealed, LINES)

    files = files_of(casefile_zip(unsealed, "N-1", [DAY], len(LINES))[1])

    assert "verify.py" not in files
    assert "Beviser er der ingen af" in files[READ_ME].decode()


def test_the_command_writes_it_once(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", register.url)
    monkeypatch.setenv("JOURNEY_DATA", str(register.settings.data))
    target = tmp_path / "sag.zip"
    words: list[Any] = ["casefile", "N-1", "-o", str(target), "--valid-at", "2024-05-01", "--known-at", str(len(ALL))]

    assert run(words) == 0
    assert target.stat().st_mode & 0o077 == 0
    assert target.read_bytes() == casefile_zip(register, "N-1", [DAY], len(ALL))[1]
    assert run(words) == 1
    assert run(["casefile", "nobody", "-o", str(tmp_path / "x.zip")]) == 1
    assert not (tmp_path / "x.zip").exists()
    assert "Traceback" not in capsys.readouterr().err

"""verify.py by itself: it shares nothing with the program, and its own Ed25519 is that of RFC 8032."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random
from types import ModuleType

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from journey.proof.bundle import write
from tests.conftest import Database
from tests.support.sealed import fault_of, recorded, sealed, verify_alone

PROMISE = "`verify.py` needs nothing of ours, and its Ed25519 is that of RFC 8032"

SOURCE = (Path(__file__).parents[2] / "journey" / "proof" / "verify.py").read_text("utf-8")

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
"""Public key, message and signature of the RFC's first three tests (section 7.1)."""


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    return verify_alone()


def test_it_imports_the_standard_library_and_ed25519_alone() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SOURCE))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - set(sys.stdlib_module_names) - {"__future__"} == {"cryptography"}


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_rfcs_signatures_hold_and_no_other(verifier: ModuleType, key: str, message: str, signature: str) -> None:
    public, said, signed = map(bytes.fromhex, (key, message, signature))
    assert verifier.is_signed_by_hand(public, said, signed)
    assert not verifier.is_signed_by_hand(public, said + b"x", signed)
    for at in range(0, 64, 7):
        assert not verifier.is_signed_by_hand(public, said, signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])
    longer = (int.from_bytes(signed[32:], "little") + 2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")
    assert not verifier.is_signed_by_hand(public, said, signed[:32] + longer)
    assert not verifier.is_signed_by_hand(public, said, signed[:-1])


def test_both_ways_of_checking_a_signature_agree(verifier: ModuleType) -> None:
    rng = Random(8032)
    for _ in range(10):
        private, message = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)), rng.randbytes(rng.randrange(99))
        public, signed = private.public_key().public_bytes_raw(), private.sign(message)
        assert verifier.is_signed_by_hand(public, message, signed)
        assert verifier.is_signed(public, message, signed)
        assert not verifier.is_signed_by_hand(rng.randbytes(32), message, signed)


@pytest.fixture
def export(database: Database, tmp_path: Path) -> Path:
    recorded(database, 300, tmp_path)
    sealed(database, tmp_path, most=77)
    with psycopg.connect(database.admin_url) as conn:
        assert write(conn, tmp_path / "export") == 300
    return tmp_path / "export"


def test_an_export_verifies_as_it_is_written(export: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as packed:
        for file in export.rglob("*"):
            packed.write(file, f"ud/{file.relative_to(export)}")
    for words in ([str(export / "verify.py")], [str(export / "verify.py"), str(tmp_path / "export.zip")]):
        done = subprocess.run([sys.executable, "-I", *words], capture_output=True, text=True, encoding="utf-8", cwd="/")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("UBRUDT: 300 hændelser i registret")


def test_an_export_is_its_owner_s_alone_and_touches_no_folder_but_its_own(
    database: Database, export: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "ny.part" / "noter.txt"
    kept.parent.mkdir()
    kept.write_text("revisors egne")

    with psycopg.connect(database.admin_url) as conn:
        write(conn, tmp_path / "ny")

    assert [folder.stat().st_mode & 0o077 for folder in (export, tmp_path / "ny")] == [0, 0]
    assert kept.read_text() == "revisors egne"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == ["ny.part"]


def test_it_says_so_in_danish_where_it_does_not(export: Path) -> None:
    lines = (export / "events.tsv").read_bytes().splitlines(keepends=True)
    (export / "events.tsv").write_bytes(b"".join([*lines[:250], *lines[251:]]))
    done = subprocess.run([sys.executable, "-I", str(export / "verify.py")], capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "BRUDT ved position 251: der er et hul.\n  position 251 mangler; hændelserne er ikke hele.\n"


def test_a_folder_without_an_export_is_told_so(verifier: ModuleType, tmp_path: Path) -> None:
    fault = fault_of(verifier.verify, tmp_path)
    assert (fault.what, fault.said) == ("form", "der er ingen events.tsv")


@pytest.mark.parametrize(
    "gone", ["checkpoint", "checkpoints.txt", "keys.txt", "tile/0/000", "tile/1/000.p/1", "tile/entries/001.p/44"]
)
def test_a_file_that_is_missing_is_found(verifier: ModuleType, export: Path, gone: str) -> None:
    (export / gone).unlink()
    assert fault_of(verifier.verify, export) is not None

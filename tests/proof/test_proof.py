"""The sealed log: leaves, roots, proofs and signatures, against the RFC's own numbers and a published library's."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path
from random import Random

import psycopg
import pymerkle
import pytest

from journey.proof import checkpoint as notes
from journey.proof.merkle import (
    EMPTY,
    BadProof,
    Peaks,
    consistency,
    inclusion,
    is_consistent,
    leaf_hash,
    root,
    root_of,
)
from journey.proof.proofs import case_proofs
from journey.proof.reading import SealBroken, entries, newest, tiles
from journey.proof.sealing import KEY_FILE, log_signer, seal
from journey.proof.tiles import GrowingTree, TreeTile, address, all_tiles, bundle, expected_edge, node_in, tile_at
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.readers import reading_all
from tests.support.sealed import recorded, sealed, sealing

PROMISE = "the sealed tree is RFC 6962's: the reference tree's numbers, and a published library's at random sizes"

ROOT = Path(__file__).parents[2]
VERIFY = ROOT / "journey" / "proof" / "verify.py"


def grown(leaves: list[bytes], batches: Random | None = None) -> tuple[GrowingTree, dict[tuple[int, int], bytes]]:
    """A tree in tiles, grown in one go or in random batches with the tiles stored in between."""
    stored: dict[tuple[int, int], bytes] = {}
    growing = GrowingTree(0, {})
    for leaf in leaves:
        growing.append(leaf)
        if batches and batches.random() < 0.02:
            stored |= growing.written()
            edge = {level: stored[level, at] for level, (at, width) in enumerate(expected_edge(growing.size)) if width}
            growing = GrowingTree(growing.size, edge)
    return growing, stored | growing.written()


# The RFC's numbers

REFERENCE = tomllib.loads((Path(__file__).parents[1] / "data" / "rfc6962.toml").read_text("utf-8"))


def test_the_reference_tree_has_its_roots_and_proofs() -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in REFERENCE["leaves"]]
    peaks, roots = Peaks(), [EMPTY.hex()]
    for leaf in leaves:
        peaks.append(leaf)
        roots.append(peaks.root().hex())
    _, stored = grown(leaves)
    node = node_in(lambda level, at: stored[level, at])

    assert roots == REFERENCE["roots"]
    for one in REFERENCE["inclusion"]:
        assert [step.hex() for step in inclusion(node, one["leaf"], one["size"])] == one["path"]
    for one in REFERENCE["consistency"]:
        assert [step.hex() for step in consistency(node, one["old"], one["size"])] == one["path"]


# Another's implementation


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, *(Random(6962).randrange(1, 1500) for _ in range(8)), 66_000])
def test_a_published_library_has_the_same_roots_and_accepts_our_proofs(size: int) -> None:
    rng = Random(size)
    entries = [rng.randbytes(rng.randrange(60)) for _ in range(size)]
    growing, stored = grown([leaf_hash(one) for one in entries], rng)
    node = node_in(lambda level, at: stored[level, at])
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for one in entries:
        theirs.append_entry(one)

    assert growing.root() == root(node, size) == theirs.get_root()
    for _ in range(5 if size < 2000 else 1):
        at, old = rng.randrange(size), rng.randint(1, size)
        old_root, path = root(node, old), consistency(node, old, size)
        assert old_root == theirs.get_root(old)
        assert root_of(leaf_hash(entries[at]), at, size, inclusion(node, at, size)) == growing.root()
        assert is_consistent(old, old_root, size, growing.root(), path)
        proof = theirs.prove_inclusion(at + 1, size)
        pymerkle.verify_inclusion(leaf_hash(entries[at]), growing.root(), proof)
        assert [step.hex() for step in inclusion(node, at, size)] == proof.serialize()["path"][1:]


@pytest.mark.parametrize("size", [2, 7, 8, 300])
def test_a_proof_that_was_changed_leads_nowhere(size: int) -> None:
    leaves = [leaf_hash(bytes([at % 256, at // 256])) for at in range(size)]
    growing, stored = grown(leaves)
    node, whole = node_in(lambda level, at: stored[level, at]), growing.root()
    old = size // 2
    path, steps = inclusion(node, old, size), consistency(node, old, size)
    for nth in range(len(path)):
        other = [*path[:nth], bytes(32), *path[nth + 1 :]]
        assert root_of(leaves[old], old, size, other) != whole
    with pytest.raises(BadProof):
        root_of(leaves[old], old, size, [*path, bytes(32)])
    with pytest.raises(BadProof):
        root_of(leaves[old], old, size, path[:-1])
    for nth in range(len(steps)):
        assert not is_consistent(old, root(node, old), size, whole, [*steps[:nth], bytes(32), *steps[nth + 1 :]])
        assert not is_consistent(old, root(node, old), size, whole, steps[:nth])
    assert not is_consistent(old, bytes(32), size, whole, steps)
    assert not is_consistent(size, bytes(32), size, whole, [])


# Forms


def test_tiles_have_the_addresses_of_the_specification() -> None:
    assert address(TreeTile(0, 1234067, None)) == "tile/0/x001/x234/067"
    assert address(TreeTile(None, 0, 112)) == "tile/entries/000.p/112"
    for tile in [*all_tiles(70_000), TreeTile(None, 999, None), TreeTile(2, 1000, 3)]:
        assert tile_at(address(tile)) == tile
    for path in (
        "tile/00/000",
        "tile/0/1",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/64/000",
        "tile/0/000/",
        "x",
    ):
        assert tile_at(path) is None
    assert [tile for tile in all_tiles(70_000) if tile.level != 0 or tile.width] == [
        TreeTile(0, 273, 112),
        TreeTile(1, 0, None),
        TreeTile(1, 1, 17),
        TreeTile(2, 0, 1),
    ]
    assert bundle([b"", b"ab"]) == b"\0\0\0\2ab"


NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
"""The example of C2SP signed-note, whose key is below."""
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def test_a_key_is_read_and_written_as_the_specification_has_it() -> None:
    key = notes.key_of(VKEY)
    line = NOTE.rpartition("\n\n")[2]
    assert key.vkey == VKEY
    assert [one.line for one in notes.signatures_of(line)] == [line]
    assert notes.signatures_of(line)[0].id == key.id
    for wrong in (VKEY.replace("530d", "530e"), VKEY[:-1] + "l", "example.com/foo", VKEY.replace("example", "exa mple")):
        with pytest.raises(notes.BadNote):
            notes.key_of(wrong)


def test_a_signed_root_is_read_again_and_nothing_else_is() -> None:
    log_signer, witness = notes.Signer("log", notes.SIGNS, bytes(32)), notes.Signer("w", notes.COSIGNS, bytes([1] * 32))
    said = notes.Checkpoint("log", 7, sha256(b"").digest())
    note = notes.SignedNote(said, (log_signer.sign(said), witness.cosign(said, 1_700_000_000)))

    read = notes.note_of(note.text)
    assert read.text == note.text
    assert notes.signed_by(read, log_signer.key)
    assert notes.cosigned_at(notes.signed_by(read, witness.key) or read.signatures[0]) == 1_700_000_000
    assert notes.signed_by(read, notes.Signer("log", notes.SIGNS, bytes([2] * 32)).key) is None
    forged = notes.SignedNote(notes.Checkpoint("log", 8, said.root), note.signatures)
    for key in (log_signer.key, witness.key):
        with pytest.raises(notes.BadNote, match="false"):
            notes.signed_by(forged, key)
    for wrong in (
        note.text[:-1],
        note.text.replace("\n7\n", "\n07\n"),
        note.text.replace("\n\n", "\n"),
        "log\n7\n\n",
        note.text + "\0",
    ):
        with pytest.raises(notes.BadNote):
            notes.note_of(wrong)


# The log, sealed


@pytest.fixture
def filled(database: Database, tmp_path: Path) -> Database:
    recorded(database, 30, tmp_path)
    return database


def test_sealing_in_any_steps_gives_the_root_over_the_entries(filled: Database, tmp_path: Path) -> None:
    last = sealed(filled, tmp_path, most=7)

    assert last is not None
    with psycopg.connect(reading_all(filled.app_url)) as conn:
        read = list(entries(conn, 0, 30))
        peaks = Peaks()
        for one in read:
            peaks.append(leaf_hash(one.entry))
        assert last.checkpoint.root == peaks.root() == root(node_in(tiles(conn)), 30)
        signed = newest(conn)
        assert signed is not None
        assert signed.text == last.text
        assert [row[0] for row in conn.execute("select size from seal.checkpoints order by 1")] == [7, 14, 21, 28, 30]
    assert sealed(filled, tmp_path) is None


def test_a_leaf_commits_to_everything_and_an_erased_note_changes_none(filled: Database, tmp_path: Path) -> None:
    with psycopg.connect(filled.admin_url) as conn:
        before = list(entries(conn, 0, 30))
        assert conn.execute("update log.notes set sealed = null").rowcount == 3
        conn.execute("update log.case_keys set wrapped = null")
        assert list(entries(conn, 0, 30)) == before
    first = json.loads(before[0].entry)
    assert first[0] == "journey-leaf/1"
    assert first[1:2] + first[5:6] == [1, sha256(before[0].state).hexdigest()]
    assert len({len(json.loads(one.entry)) for one in before}) == 1


def test_the_sealer_signs_nothing_that_does_not_follow(filled: Database, tmp_path: Path) -> None:
    sealed(filled, tmp_path)
    with psycopg.connect(filled.admin_url, autocommit=True) as admin, sealing(filled) as conn:
        by = log_signer(tmp_path / KEY_FILE, conn)
        admin.execute("alter table log.events disable trigger user")
        gone = "delete from log.events where notification_id = %s returning *"
        last = admin.execute(gone, (30,)).fetchone()
        with pytest.raises(SealBroken, match="position 30"):
            seal(conn, by)
        admin.execute("insert into log.events values (%s, %s, %s, %s, %s, %s, %s)", last)
        admin.execute("alter table log.events enable trigger user")
        recorded(filled, 3, tmp_path, seed=2)
        admin.execute("alter table log.events disable trigger user")
        admin.execute(gone, (32,))
        with pytest.raises(SealBroken, match="position 32"):
            seal(conn, by)
        admin.execute("alter table seal.tiles disable trigger user")
        admin.execute("update seal.tiles set hashes = sha256('') || substr(hashes, 33)")
        with pytest.raises(SealBroken, match="fliser"):
            seal(conn, by)


def test_nothing_of_the_seal_is_changed_by_anyone(filled: Database, tmp_path: Path) -> None:
    sealed(filled, tmp_path)
    with psycopg.connect(filled.admin_url, autocommit=True) as conn:
        for table in ("keys", "tiles", "checkpoints", "cosignatures", "verifications"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
                conn.execute(f"truncate seal.{table} cascade".encode())
        for table in ("keys", "tiles", "checkpoints"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
                conn.execute(f"delete from seal.{table}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="may grow"):
            conn.execute("update seal.tiles set hashes = sha256('')")
    with sealing(filled) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("insert into log.events (originator_id, originator_version, topic, state) values ('N-1', 1, 'x', '')")


def test_another_key_or_none_seals_nothing_more(filled: Database, tmp_path: Path) -> None:
    sealed(filled, tmp_path)
    key = (tmp_path / KEY_FILE).read_bytes()
    (tmp_path / KEY_FILE).unlink()
    with sealing(filled) as conn:
        with pytest.raises(Refused, match="mangler"):
            log_signer(tmp_path / KEY_FILE, conn)
        (tmp_path / KEY_FILE).write_bytes(bytes(32))
        (tmp_path / KEY_FILE).chmod(0o600)
        with pytest.raises(Refused, match="er ikke den"):
            log_signer(tmp_path / KEY_FILE, conn)
        (tmp_path / KEY_FILE).write_bytes(key)
        assert log_signer(tmp_path / KEY_FILE, conn)


# A case's proofs, verified without us


def verified(place: Path, *words: str) -> tuple[int, dict[str, object]]:
    """What verify.py says of it, run by a Python that does not know the project."""
    run = [sys.executable, "-I", str(VERIFY), str(place), "--json", *words]
    done = subprocess.run(run, capture_output=True, text=True, cwd="/")
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def case_folder(database: Database, folder: Path, case: str = "N-1", upto: int | None = None) -> Path:
    folder.mkdir()
    with psycopg.connect(reading_all(database.app_url)) as conn:
        for name, content in case_proofs(conn, case, upto).files.items():
            (folder / name).write_bytes(content)
    return folder


def test_a_case_file_verifies_as_a_folder_and_in_a_zip(filled: Database, tmp_path: Path) -> None:
    sealed(filled, tmp_path, most=13)
    folder = case_folder(filled, tmp_path / "case")
    shutil.copy(VERIFY, folder)
    with zipfile.ZipFile(tmp_path / "case.zip", "w") as packed:
        for file in folder.iterdir():
            packed.write(file, f"sag/bevis/{file.name}")
    key = (folder / "keys.txt").read_text().split("\n")[0]

    code, found = verified(folder, "--key", key)
    assert (code, found["ok"], found["size"]) == (0, True, 30)
    assert verified(tmp_path / "case.zip") == (0, found)


def test_what_a_case_was_known_to_have_is_proven_by_the_first_root_above_it(filled: Database, tmp_path: Path) -> None:
    """At 20, 13 were sealed and are 26 now: the events in between are proven too, and none after 20 is there."""
    sealed(filled, tmp_path, most=13)
    folder = case_folder(filled, tmp_path / "earlier", upto=20)
    with psycopg.connect(reading_all(filled.app_url)) as conn:
        of_case = "select notification_id from log.events where originator_id = 'N-1' and notification_id <= 20 order by 1"
        known = [position for (position,) in conn.execute(of_case)]

    code, found = verified(folder)

    assert (code, found["size"], found["events"]) == (0, 26, len(known))
    assert [int(line.split()[0]) for line in (folder / "proofs.txt").read_text().splitlines()] == known
    assert known[-1] > 13


def test_a_case_file_that_was_changed_does_not(filled: Database, tmp_path: Path) -> None:
    sealed(filled, tmp_path)
    folder = case_folder(filled, tmp_path / "case")
    events, proofs = (folder / "events.tsv").read_bytes(), (folder / "proofs.txt").read_bytes()
    lines, paths = events.splitlines(keepends=True), proofs.splitlines(keepends=True)
    positions = [int(path.split()[0]) for path in paths]
    hash_ = paths[1].split()[1]
    changed = (b"A" if hash_[:1] != b"A" else b"B") + hash_[1:]

    def given(new_lines: list[bytes], new_paths: list[bytes]) -> tuple[object, object]:
        (folder / "events.tsv").write_bytes(b"".join(new_lines))
        (folder / "proofs.txt").write_bytes(b"".join(new_paths))
        code, found = verified(folder)
        assert code == 1
        return found["what"], found["position"]

    assert given([lines[0], *lines[2:]], [paths[0], *paths[2:]]) == ("version", positions[2])
    assert given([lines[0], *lines[2:]], paths) == ("order", positions[2])
    assert given(lines[:-1], paths) == ("hole", positions[-1])
    assert given([lines[0], lines[1].replace(b"samtale", b"samtals"), *lines[2:]], paths) == ("hash", positions[1])
    assert given(lines, [paths[0], paths[0], *paths[2:]]) == ("order", positions[1])
    assert given(lines, [paths[0], paths[1].replace(hash_, changed), *paths[2:]]) == ("root", positions[1])
    assert given([lines[1], lines[0], *lines[2:]], [paths[1], paths[0], *paths[2:]])[1] == positions[1]


def test_only_what_is_sealed_is_proven(filled: Database, tmp_path: Path) -> None:
    with psycopg.connect(reading_all(filled.app_url), autocommit=True) as conn:
        with pytest.raises(Refused, match="forseglet"):
            case_proofs(conn, "N-1")
        sealed(filled, tmp_path)
        with pytest.raises(Refused) as refused:
            case_proofs(conn, "N-9")
        assert refused.value.code == "unknown_case"

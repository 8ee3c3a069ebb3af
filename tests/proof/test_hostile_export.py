"""verify.py on files made to deceive it: another's key under a trusted name, nothing at all, too much, and what a screen would run."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from journey.history import COPENHAGEN
from journey.proof.checkpoint import COSIGNS, SIGNS, Checkpoint, Signature, SignedNote, Signer, public_of
from journey.proof.leaf import entry
from journey.proof.merkle import inclusion, leaf_hash
from journey.proof.proofs import CaseProofs, ProvenEvent
from journey.proof.reading import SealedEvent
from journey.proof.sealing import origin_of
from journey.proof.stored_roots import StoredRoot
from journey.proof.tiles import GrowingTree, address, all_tiles, bundle, node_in
from tests.support.sealed import verify_alone

LOG = Signer(origin_of(public_of(bytes([1]) * 32)), SIGNS, bytes([1]) * 32)
WITNESS = Signer("vidne/tilsyn", COSIGNS, bytes([2]) * 32)
FORGER = bytes([3]) * 32
SEEN = 1_750_000_000
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    return verify_alone()


class Said(NamedTuple):
    """What the program answered: its code and its words."""

    code: int
    text: str


@pytest.fixture
def verify_said(verifier: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def answered(files: Mapping[str, bytes] | Path, *words: str) -> Said:
        place = files if isinstance(files, Path) else _folder(tmp_path, files)
        code = verifier.main([str(place), *words])
        return Said(code, capsys.readouterr().out)

    return answered


def _folder(home: Path, files: Mapping[str, bytes]) -> Path:
    folder = home / f"export-{sum(1 for _ in home.iterdir())}"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def events(count: int = 3, stream: str = "N-1", purpose: str = "sand") -> list[SealedEvent]:
    """So many events of one stream."""
    moment = datetime(2025, 1, 1, tzinfo=COPENHAGEN)
    made: list[SealedEvent] = []
    for position in range(1, count + 1):
        state = json.dumps(
            {"valid_at": "2025-01-01", "source": "s", "source_id": f"{position}", "data": {"p": purpose}}
        ).encode()
        made.append(SealedEvent(position, entry(position, stream, position, "frame_drawn", state, moment), state, moment))
    return made


def tree(some: Sequence[SealedEvent]) -> GrowingTree:
    growing = GrowingTree(0, {})
    for one in some:
        growing.append(leaf_hash(one.entry))
    return growing


Signs = Callable[[Checkpoint], list[Signature]]


def by_log(said: Checkpoint) -> list[Signature]:
    return [LOG.sign(said), WITNESS.cosign(said, SEEN)]


def export(
    some: Sequence[SealedEvent], signs: Signs = by_log, keys: Sequence[Signer] = (LOG, WITNESS), size: int | None = None
) -> Files:
    """A whole register's export with one signed root."""
    growing = tree(some)
    checkpoint = Checkpoint(LOG.key.name, size or growing.size, growing.root())
    text = SignedNote(checkpoint, signs(checkpoint)).text.encode()
    held = growing.written()
    tiles = {address(tile): held[tile.level or 0, tile.number] for tile in all_tiles(growing.size)}
    return {
        "events.tsv": b"".join(one.entry + b"\t" + one.state + b"\n" for one in some),
        "checkpoint": text,
        "checkpoints.txt": text,
        "keys.txt": "".join(f"{one.key.vkey}\n" for one in keys).encode(),
        f"tile/entries/000.p/{growing.size}": bundle(one.entry for one in some if len(one.entry) < 2**16),
        **tiles,
    }


def case(some: Sequence[SealedEvent], signs: Signs = by_log, keys: Sequence[Signer] = (LOG, WITNESS)) -> Files:
    """A case's proofs, the log being of this case alone."""
    growing = tree(some)
    held = growing.written()
    node = node_in(lambda level, at: held[level, at])
    checkpoint = Checkpoint(LOG.key.name, growing.size, growing.root())
    signed = StoredRoot(checkpoint, tuple(one.line for one in signs(checkpoint)), None)
    proven = [ProvenEvent(one, inclusion(node, one.position - 1, growing.size)) for one in some]
    return CaseProofs(proven, signed, [one.key.vkey for one in keys]).files


def trusting(*more: str) -> tuple[str, ...]:
    return ("--key", LOG.key.vkey, "--witness", WITNESS.key.vkey, *more)


@pytest.mark.parametrize("made", [export, case])
def test_what_is_whole_is_said_to_be(verify_said: Callable[..., Said], made: Callable[..., Files]) -> None:
    said = verify_said(made(events()), *trusting())

    assert (said.code, said.text.split(":")[0]) == (0, "UBRUDT")
    assert "taget fra eksporten selv" not in said.text


@pytest.mark.parametrize("made", [export, case])
def test_a_root_that_another_signed_under_the_log_s_name_is_not_the_log_s(
    verify_said: Callable[..., Said], made: Callable[..., Files]
) -> None:
    """The forger cannot sign as the log, but may put a key of a witness's kind into the export under any name."""
    forger = Signer(LOG.key.name, COSIGNS, FORGER)
    forged = made(events(purpose="falsk"), lambda said: [forger.cosign(said, SEEN)], (LOG, forger))

    said = verify_said(forged, "--key", LOG.key.vkey)

    assert said.code == 1, said.text
    assert "registret har ikke underskrevet roden ved 3" in said.text


@pytest.mark.parametrize("made", [export, case])
def test_a_root_that_another_saw_under_the_witness_s_name_is_not_the_witness_s(
    verify_said: Callable[..., Said], made: Callable[..., Files]
) -> None:
    forger = Signer(WITNESS.key.name, COSIGNS, FORGER)
    forged = made(events(purpose="falsk"), lambda said: [LOG.sign(said), forger.cosign(said, SEEN)], (LOG, forger))

    said = verify_said(forged, *trusting())

    assert said.code == 1, said.text
    assert f"vidnet {WITNESS.key.name} har ikke underskrevet" in said.text
    assert "dets nøgle er taget fra eksporten selv" in verify_said(forged, "--key", LOG.key.vkey).text


def test_a_case_of_which_nothing_is_left_is_not_whole(verify_said: Callable[..., Said]) -> None:
    said = verify_said({**case(events()), "events.tsv": b"", "proofs.txt": b""}, *trusting())

    assert (said.code, said.text) == (1, "BRUDT i filerne: der er et hul.\n  der er ingen hændelser.\n")


def test_a_root_of_ones_own_is_held_against_a_case_where_it_can_be(verify_said: Callable[..., Said], tmp_path: Path) -> None:
    same, other, earlier = tmp_path / "same", tmp_path / "other", tmp_path / "earlier"
    same.write_bytes(case(events())["checkpoint"])
    other.write_bytes(case(events(purpose="anden"))["checkpoint"])
    earlier.write_bytes(case(events(2))["checkpoint"])

    assert verify_said(case(events()), *trusting("--checkpoint", str(same))).code == 0
    fork = verify_said(case(events()), *trusting("--checkpoint", str(other)))
    before = verify_said(case(events()), *trusting("--checkpoint", str(earlier)))

    assert (fork.code, fork.text.split("\n")[0]) == (1, "BRUDT ved position 3: rødderne hænger ikke sammen.")
    assert before.code == 0
    assert "Din rod ved 2 er ikke holdt op mod sagen" in before.text


def test_a_root_that_was_kept_may_have_signatures_of_witnesses_that_are_not_known_here(
    verify_said: Callable[..., Said], tmp_path: Path
) -> None:
    unknown = Signer("vidne/et-andet", COSIGNS, FORGER)
    kept = tmp_path / "kept"
    kept.write_bytes(export(events(), lambda said: [LOG.sign(said), unknown.cosign(said, SEEN)])["checkpoint"])

    assert verify_said(export(events()), *trusting("--checkpoint", str(kept))).code == 0
    assert verify_said({**export(events()), "checkpoint": kept.read_bytes()}, "--key", LOG.key.vkey).code == 1


def test_a_case_s_answer_says_what_it_does_not_show(verify_said: Callable[..., Said]) -> None:
    assert (
        "flere hændelser i sagen efter den sidste, kan en sags bevis ikke vise" in verify_said(case(events()), *trusting()).text
    )


# What is out of all measure, or not what it is called


def resized(size: str) -> Files:
    """An export whose root says another size."""
    files = export(events())
    return {
        **files,
        **{name: files[name].replace(b"\n3\n", f"\n{size}\n".encode()) for name in ("checkpoint", "checkpoints.txt")},
    }


def renamed(name: str) -> Files:
    line = f"{name}+{'0' * 8}+{'A' * 44}\n"
    return {**export(events()), "keys.txt": line.encode("utf-8", "surrogatepass")}


def later(files: Files) -> Files:
    """The same without its first event: the second is where a message names the stream."""
    return {**files, "events.tsv": files["events.tsv"].split(b"\n", 1)[1]}


def streamed(stream: str) -> Files:
    """Two streams, the second of which begins with its second event."""
    first, second = events(1)[0], events(2, stream)[1]
    return export([first, second])


HOSTILE: Mapping[str, Callable[[], Files]] = {
    "a size of five thousand digits": lambda: resized("9" * 5_000),
    "a size that nobody could go through": lambda: export(events(), size=10**17),
    "the same, and a tile changed": lambda: {**export(events(), size=10**17), "tile/0/000": bytes(96)},
    "an entry longer than its length can say": lambda: export(events(1, "x" * 70_000)),
    "JSON without an end": lambda: {**export(events()), "events.tsv": b"[" * 200_000 + b"\t{}\n"},
    "a number without an end": lambda: {**export(events()), "events.tsv": b"[" + b"9" * 9_000 + b"]\t{}\n"},
    "bytes that are no text": lambda: {**export(events()), "events.tsv": b"\xff\xfe\t\xff\n", "keys.txt": b"\xff\n"},
    "a name that clears the screen": lambda: renamed("\x1b[2J\x1b[HUBRUDT"),
    "a name of several lines": lambda: renamed("x\nUBRUDT: 9 hændelser"),
    "a stream that clears the screen": lambda: streamed("\x1b[2J\x1b[HUBRUDT"),
    "a stream of several lines": lambda: streamed("x\r\nUBRUDT: 9 hændelser"),
    "a stream that is half a letter": lambda: streamed("\ud800"),
    "a stream that turns what follows": lambda: streamed("\u202eTDURBU"),
    "no keys": lambda: {**export(events()), "keys.txt": b""},
    "proofs of nothing": lambda: {**export(events()), "proofs.txt": b""},
    "a proof without an end": lambda: {**case(events()), "proofs.txt": b"1" + b" " + b"A" * 100_000 + b"\n"},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_files_that_mean_ill_are_told_of_in_plain_words(verify_said: Callable[..., Said], what: str) -> None:
    files = HOSTILE[what]()

    for words in ((), trusting()):
        said = verify_said(files, *words)
        assert said.code == 1, said.text
        first, second, rest = said.text.split("\n")
        assert first.startswith("BRUDT "), first
        assert (second[:2], rest) == ("  ", "")
        assert all(letter.isprintable() for letter in first + second)
        assert json.loads(verify_said(files, *words, "--json").text)["ok"] is False


def test_whatever_goes_wrong_is_told_without_a_trace(
    verify_said: Callable[..., Said], verifier: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(verifier, "verify_case", out_of_memory)

    assert verify_said(case(events())) == Said(
        1, "BRUDT i filerne: filen har ikke den rette form.\n  filerne kan ikke læses (MemoryError).\n"
    )


# Zips


def zipped(home: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    place = home / "export.zip"
    with zipfile.ZipFile(place, "w", method) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return place


def damaged(home: Path, old: bytes, new: bytes) -> Path:
    """A zip with something in every header changed."""
    place = zipped(home, export(events()), zipfile.ZIP_STORED)
    place.write_bytes(place.read_bytes().replace(old, new))
    return place


def method(home: Path, number: int, flags: int = 0) -> Path:
    """A zip whose headers say that its files are packed in another way, or encrypted."""
    place = zipped(home, export(events()), zipfile.ZIP_STORED)
    content = bytearray(place.read_bytes())
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        found = content.find(mark)
        while found >= 0:
            content[found + at : found + at + 4] = flags.to_bytes(2, "little") + number.to_bytes(2, "little")
            found = content.find(mark, found + 4)
    place.write_bytes(content)
    return place


def twice(home: Path) -> Path:
    """A good file under a name that another file has too: who unpacks it reads the other."""
    place = zipped(home, export(events(purpose="falsk")))
    with zipfile.ZipFile(place, "a") as made:
        for name, content in export(events()).items():
            made.writestr(name, content)
    return place


ZIPS: Mapping[str, Callable[[Path], Path]] = {
    "a file that stands twice": twice,
    "two exports": lambda home: zipped(home, {f"{at}/{name}": one for at in "ab" for name, one in export(events()).items()}),
    "an encrypted one": lambda home: method(home, 0, flags=1),
    "one packed in a way nobody knows": lambda home: method(home, 98),
    "one packed in another way than it says": lambda home: method(home, 8),
    "one of another's sum": lambda home: damaged(home, b'"sand"', b'"sang"'),
    "one cut short": lambda home: _cut(zipped(home, export(events()))),
    "none at all": lambda home: _cut(zipped(home, export(events())), 3),
    "a tile that swells": lambda home: zipped(home, {**export(events()), "tile/0/000.p/3": bytes(40_000_000)}),
    "a line that swells": lambda home: zipped(home, {**export(events()), "events.tsv": b" " * 40_000_000}),
}


def _cut(place: Path, at: int = -60) -> Path:
    place.write_bytes(place.read_bytes()[:at])
    return place


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("what", ZIPS)
def test_a_zip_that_means_ill_is_told_of_in_plain_words(verify_said: Callable[..., Said], tmp_path: Path, what: str) -> None:
    said = verify_said(ZIPS[what](tmp_path), *trusting())

    assert said.code == 1, said.text
    assert said.text.startswith("BRUDT ")
    assert said.text.count("\n") == 2


def test_two_exports_below_a_folder_are_not_taken_for_one(verify_said: Callable[..., Said], tmp_path: Path) -> None:
    home = _folder(tmp_path, {f"{at}/{name}": one for at in "ab" for name, one in export(events()).items()})

    assert "flere events.tsv" in verify_said(home, *trusting()).text
    assert verify_said(home / "a", *trusting()).code == 0

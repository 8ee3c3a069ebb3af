"""verify.py on tiles that are changed, gone, cut short, swapped or too long: the file, the layer and the first position are named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

from journey.history import COPENHAGEN
from journey.proof.checkpoint import SIGNS, Checkpoint, SignedNote, Signer, public_of
from journey.proof.leaf import entry
from journey.proof.merkle import leaf_hash, node_hash
from journey.proof.sealing import origin_of
from journey.proof.tiles import TreeTile, address
from tests.support.sealed import fault_of, verify_alone

LOG = Signer(origin_of(public_of(bytes([1]) * 32)), SIGNS, bytes([1]) * 32)
MOMENT = datetime(2025, 1, 1, tzinfo=COPENHAGEN)
NARROW = 4
"""The width of tiles in a tree that is small and yet has many layers."""
ENTRIES = "entries"


@pytest.fixture
def verifier() -> ModuleType:
    return verify_alone()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root of RFC 6962, by its own words."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(root(hashes[:half]), root(hashes[half:]))


class Tree:
    """An export of so many events with its tiles, of a width of one's own, and what each of these has."""

    def __init__(self, count: int, width: int) -> None:
        self.width, entries, lines = width, list[bytes](), list[bytes]()
        for position in range(1, count + 1):
            state = json.dumps({"data": {"n": position}}).encode()
            entries.append(entry(position, "N-1", position, "closed", state, MOMENT))
            lines.append(entries[-1] + b"\t" + state + b"\n")
        leaves = [leaf_hash(one) for one in entries]
        self.entries = [len(one).to_bytes(2, "big") + one for one in entries]
        checkpoint = Checkpoint(LOG.key.name, count, root(leaves))
        signed = SignedNote(checkpoint, [LOG.sign(checkpoint)]).text.encode()
        self.files = {"events.tsv": b"".join(lines), "checkpoint": signed, "checkpoints.txt": signed}
        self.files["keys.txt"] = f"{LOG.key.vkey}\n".encode()
        self.tiles: dict[str, tuple[str, int, int]] = {}
        """Each tile's layer, the first position that it is over, and how many each of its parts is over."""
        self._lay(ENTRIES, self.entries, 1)
        level = 0
        while leaves:
            self._lay(str(level), leaves, width**level)
            leaves = [root(leaves[at : at + width]) for at in range(0, len(leaves) // width * width, width)]
            level += 1

    def _lay(self, level: str, parts: Sequence[bytes], span: int) -> None:
        for number, at in enumerate(range(0, len(parts), self.width)):
            some = parts[at : at + self.width]
            tile = TreeTile(None if level == ENTRIES else int(level), number, None if len(some) == self.width else len(some))
            self.tiles[address(tile)] = (level, at * span + 1, span)
            self.files[address(tile)] = b"".join(some)

    def position(self, name: str, at: int) -> int:
        """The first position that a byte of a tile is about."""
        level, first, span = self.tiles[name]
        if level != ENTRIES:
            return first + at // 32 * span
        while at >= len(self.entries[first - 1]):
            at, first = at - len(self.entries[first - 1]), first + 1
        return first

    def last(self, name: str) -> int:
        return self.position(name, len(self.files[name]) - 1)


@pytest.fixture
def narrow(verifier: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """Four layers of tiles, full and begun."""
    monkeypatch.setattr(verifier, "WIDTH", NARROW)
    return Tree(83, NARROW)


class Damage:
    """An export in a folder, one file of which is changed at a time."""

    def __init__(self, tree: Tree, home: Path, verify: Callable[[Path], object]) -> None:
        self.tree, self.home, self._verify = tree, home, verify
        for name, content in tree.files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(content)

    def fault(self, contents: Mapping[str, bytes | None]) -> tuple[str, str | None, str | None, int, bool | None]:
        """What is found with these contents, None for a file that is gone."""
        for name, content in contents.items():
            (self.home / name).unlink() if content is None else (self.home / name).write_bytes(content)
        fault = fault_of(self._verify, self.home)
        for name in contents:
            (self.home / name).write_bytes(self.tree.files[name])
        assert fault is not None, [*contents]
        words = (fault.said.startswith("hændelserne er hele; ") and f"flisen {fault.file} " in fault.said) == (
            fault.what == "tile"
        )
        return fault.what if words else fault.said, fault.file, fault.level, fault.position, fault.whole


def flips(tree: Tree, every: int) -> Iterator[tuple[str, int]]:
    """Each tile with one of so many of its bytes, one of each hash among them."""
    for name in tree.tiles:
        length = len(tree.files[name])
        edges = {at + at // 32 % 32 for at in range(0, length, 32)} if name.split("/")[1] != ENTRIES else {0, length - 1}
        yield from ((name, at) for at in sorted({*range(0, length, every), *edges}))


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :]


def wrong_places(damage: Damage, some: Iterator[tuple[str, int]]) -> list[object]:
    tree, found = damage.tree, list[object]()
    for name, at in some:
        fault = damage.fault({name: flipped(tree.files[name], at)})
        if fault != ("tile", name, tree.tiles[name][0], tree.position(name, at), True):
            found.append((name, at, fault))
    return found


def test_a_tree_as_it_was_sealed_is_whole(verifier: ModuleType, narrow: Tree, tmp_path: Path) -> None:
    Damage(narrow, tmp_path, verifier.verify)
    assert {level for level, _, _ in narrow.tiles.values()} == {ENTRIES, "0", "1", "2", "3"}
    assert verifier.verify(tmp_path).events == 83


@pytest.mark.parametrize("every", [1_009, pytest.param(3, marks=pytest.mark.long)])
def test_a_bit_flipped_in_any_tile_is_named_by_file_layer_and_first_position(
    verifier: ModuleType, narrow: Tree, tmp_path: Path, every: int
) -> None:
    assert wrong_places(Damage(narrow, tmp_path, verifier.verify), flips(narrow, every)) == []


@pytest.mark.parametrize("how", ["gone", "empty", "cut inside a part", "cut after a part", "longer", "swapped"])
def test_a_tile_of_another_length_or_another_s_place_is_named(
    verifier: ModuleType, narrow: Tree, tmp_path: Path, how: str
) -> None:
    damage, wrong = Damage(narrow, tmp_path, verifier.verify), list[object]()
    for name, (level, first, _) in [*narrow.tiles.items()][::2]:
        content, other = narrow.files[name], next((one for one in narrow.tiles if alike(narrow, one, name)), name)
        part = len(narrow.entries[first - 1]) if level == ENTRIES else 32
        made: dict[str, bytes | None] = {
            "gone": {name: None},
            "empty": {name: b""},
            "cut inside a part": {name: content[:-1]},
            "cut after a part": {name: content[:part]},
            "longer": {name: content + content[:part]},
            "swapped": {name: narrow.files[other], other: content},
        }[how]
        place = {
            "gone": first,
            "empty": first,
            "cut inside a part": narrow.last(name),
            "cut after a part": narrow.position(name, part) if len(content) > part else None,
            "longer": narrow.last(name),
            "swapped": min(first, narrow.tiles[other][1]) if other != name else None,
        }[how]
        if place is None:
            continue
        fault = damage.fault(made)
        named = min((name, other), key=lambda one: narrow.tiles[one][1]) if how == "swapped" else name
        if fault != ("tile", named, level, place, True):
            wrong.append((name, fault, place))

    assert wrong == []


def alike(tree: Tree, one: str, other: str) -> bool:
    """Whether two tiles stand in the same layer, and either could be put in the other's place."""
    return one != other and tree.tiles[one][0] == tree.tiles[other][0] and (".p/" in one) == (".p/" in other)


@pytest.mark.parametrize("position", [1, 16, 40, 83])
def test_an_event_that_is_changed_is_not_told_as_a_tile(
    verifier: ModuleType, narrow: Tree, tmp_path: Path, position: int
) -> None:
    """The twin: what is changed is the event with its hash, and the tiles are as they were."""
    lines = narrow.files["events.tsv"].splitlines(keepends=True)
    state = b'{"data":{"n":"another"}}'
    lines[position - 1] = entry(position, "N-1", position, "closed", state, MOMENT) + b"\t" + state + b"\n"

    fault = Damage(narrow, tmp_path, verifier.verify).fault({"events.tsv": b"".join(lines)})

    assert fault == ("hash", "events.tsv", None, position, False)


def test_with_a_changed_event_and_a_changed_tile_the_events_are_not_said_to_be_whole(
    verifier: ModuleType, narrow: Tree, tmp_path: Path
) -> None:
    lines = narrow.files["events.tsv"].splitlines(keepends=True)
    lines[79] = lines[79].replace(b'"n": 80', b'"n": 81')
    tile = "tile/0/001"

    fault = Damage(narrow, tmp_path, verifier.verify).fault(
        {"events.tsv": b"".join(lines), tile: flipped(narrow.files[tile], 3)}
    )

    assert fault == ("hash", "events.tsv", None, 80, False)


def test_an_answer_says_it_in_danish_and_as_json(
    verifier: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = Tree(300, 256)
    Damage(tree, tmp_path, verifier.verify)
    (tmp_path / "tile/0/001.p/44").write_bytes(flipped(tree.files["tile/0/001.p/44"], 64))

    assert verifier.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == (
        "BRUDT ved position 259: en flise af træet er ændret.\n"
        "  hændelserne er hele; flisen tile/0/001.p/44 i lag 0 er ændret ved position 259.\n"
    )
    assert verifier.main([str(tmp_path), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert [answer[name] for name in ("what", "position", "file", "level", "events_whole")] == [
        "tile",
        259,
        "tile/0/001.p/44",
        "0",
        True,
    ]


@pytest.mark.long
def test_a_tree_of_the_true_width_is_named_in_each_of_its_layers(verifier: ModuleType, tmp_path: Path) -> None:
    tree = Tree(2**16 + 300, 256)
    names = [*tree.tiles]
    some = [*names[:2], names[255], names[256], *names[-8:]]

    assert {tree.tiles[name][0] for name in some} == {ENTRIES, "0", "1", "2"}
    places = ((name, at) for name in some for at in (0, len(tree.files[name]) - 1))
    assert wrong_places(Damage(tree, tmp_path, verifier.verify), places) == []

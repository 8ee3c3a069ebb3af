"""The tree in tiles of 256 hashes (C2SP tlog-tiles): growing them, finding a subtree's hash in them, and their addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from journey.proof.merkle import Node, node_hash, root

WIDTH, HASH, HEIGHT = 256, 32, 8
"""Hashes in a full tile, bytes in a hash, and levels of the tree that a tile spans."""

Tiles = Callable[[int, int], bytes]
"""Gives the hashes that a tile has, by its level and its number in it."""


class TreeTile(NamedTuple):
    """A tile by its place; level None is the bundle of the entries themselves, width None is a full one."""

    level: int | None
    number: int
    width: int | None


def node_in(tiles: Tiles) -> Node:
    """The hashes of perfect subtrees as the tiles have them. Raises IndexError for one that they do not reach."""

    def node(height: int, index: int) -> bytes:
        level, inside = divmod(height, HEIGHT)
        tile, offset = divmod(index << inside, WIDTH)
        hashes = split_hashes(tiles(level, tile))[offset : offset + (1 << inside)]
        if len(hashes) != 1 << inside:
            raise IndexError(f"tile {level}/{tile} does not reach {offset + (1 << inside)}")
        return perfect(hashes)

    return node


def perfect(hashes: Sequence[bytes]) -> bytes:
    """The root over so many hashes, a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def split_hashes(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH] for at in range(0, len(tile), HASH)]


class GrowingTree:
    """The right edge of a tree in tiles: takes leaf hashes, and has the tiles that they changed."""

    def __init__(self, size: int, edge: Mapping[int, bytes]) -> None:
        """`edge` is the partial tile of each level, where there is one."""
        self.size = size
        self._levels: list[bytearray] = []
        for level in range(len(expected_edge(size))):
            self._levels.append(bytearray(edge.get(level, b"")))
        self.changed: dict[tuple[int, int], bytes] = {}

    def append(self, leaf: bytes) -> None:
        level, index, found = 0, self.size // WIDTH, leaf
        self.size += 1
        while True:
            if level == len(self._levels):
                self._levels.append(bytearray())
            tile = self._levels[level]
            tile += found
            if len(tile) < WIDTH * HASH:
                self.changed[level, index] = b""
                return
            self.changed[level, index] = bytes(tile)
            found = perfect(split_hashes(bytes(tile)))
            tile.clear()
            level, index = level + 1, index // WIDTH

    def written(self) -> dict[tuple[int, int], bytes]:
        """The tiles that have changed, each with all of its hashes."""
        return {(level, index): hashes or bytes(self._levels[level]) for (level, index), hashes in sorted(self.changed.items())}

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        edge = {level: bytes(hashes) for level, hashes in enumerate(self._levels)}
        return edge_root(self.size, edge)


def edge_root(size: int, edge: Mapping[int, bytes]) -> bytes:
    """The root that a tree of the size has by its partial tiles alone: each is the right edge above the one below it.

    Raises IndexError where one is not as wide as the size asks for.
    """
    for level, (index, width) in enumerate(expected_edge(size)):
        if len(edge.get(level, b"")) != width * HASH:
            raise IndexError(f"tile {level}/{index} is not {width} wide")
    return root(node_in(lambda level, _index: edge.get(level, b"")), size)


def expected_edge(size: int) -> list[tuple[int, int]]:
    """The number and width of the last tile of each level of a tree of the size; width 0 where it is full and none is begun."""
    found: list[tuple[int, int]] = []
    while size > 0:
        found.append((size // WIDTH, size % WIDTH))
        size //= WIDTH
    return found


def all_tiles(size: int) -> Iterable[TreeTile]:
    """Every tile of hashes that a tree of the size has."""
    for level, (full, rest) in enumerate(expected_edge(size)):
        for index in range(full):
            yield TreeTile(level, index, None)
        if rest:
            yield TreeTile(level, full, rest)


def bundle(entries: Iterable[bytes]) -> bytes:
    """The entries one after another, each after its length in two bytes. Raises OverflowError for one that is longer than they hold."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def address(tile: TreeTile) -> str:
    """The tile's path below the log's address."""
    digits = f"{tile.number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    level = "entries" if tile.level is None else str(tile.level)
    return f"tile/{level}/{number}" + ("" if tile.width is None else f".p/{tile.width}")


_ADDRESS = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


def tile_at(path: str) -> TreeTile | None:
    """The tile that the path stands for, None for one that is no tile's."""
    found = _ADDRESS.fullmatch(path)
    if found is None:
        return None
    level, number, width = found.groups()
    tile = TreeTile(
        None if level == "entries" else int(level),
        int(number.replace("x", "").replace("/", "")),
        int(width) if width else None,
    )
    fits = (tile.level or 0) < 64 and (tile.width or 1) < WIDTH and address(tile) == path
    return tile if fits else None

"""The Merkle tree of RFC 6962 section 2.1: its hashes, and proofs of inclusion and of consistency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Self

EMPTY = sha256().digest()
"""The root of the tree without leaves."""

Node = Callable[[int, int], bytes]
"""Gives the hash of the perfect subtree of 2**height leaves, by its height and its number among those of that height."""


class BadProof(ValueError):
    """The proof has not the shape that its sizes ask for."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def root(node: Node, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return subtree(node, 0, size) if size else EMPTY


def subtree(node: Node, start: int, end: int) -> bytes:
    """The hash of the leaves `[start, end)`, where start is a place at which a subtree of that size may begin."""
    count = end - start
    if count & (count - 1) == 0:
        height = count.bit_length() - 1
        return node(height, start >> height)
    half = _half(count)
    return node_hash(subtree(node, start, start + half), subtree(node, start + half, end))


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]): what it takes to come from a leaf to the root, the leaf's neighbour first."""
    if not 0 <= index < size:
        raise BadProof(f"no leaf {index} in a tree of {size}")
    path, start, end = list[bytes](), 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            path.append(subtree(node, middle, end))
            end = middle
        else:
            path.append(subtree(node, start, middle))
            start = middle
    return path[::-1]


def consistency(node: Node, old: int, size: int) -> list[bytes]:
    """PROOF(old, D[size]): what shows that the tree of `old` leaves is the beginning of that of `size`."""
    if not 0 <= old <= size:
        raise BadProof(f"no tree of {old} in one of {size}")
    if old in (0, size):
        return []
    path, start, end, whole = list[bytes](), 0, size, True
    while old != end:
        middle = start + _half(end - start)
        if old <= middle:
            path.append(subtree(node, middle, end))
            end = middle
        else:
            path.append(subtree(node, start, middle))
            start, whole = middle, False
    return [*([] if whole else [subtree(node, start, end)]), *path[::-1]]


def root_of(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2). Raises BadProof for one of the wrong length."""
    if not 0 <= index < size:
        raise BadProof(f"no leaf {index} in a tree of {size}")
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise BadProof("too long")
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("too short")
    return found


def is_consistent(old: int, old_root: bytes, size: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the proof shows that the old tree is the beginning of the new (RFC 9162, 2.1.4.2)."""
    if old in (0, size):
        return not path and old_root == (new_root if old else EMPTY)
    if not 0 < old < size or not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, step)
        at, last = at >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, new_root)


class Peaks:
    """The tree's right edge: the roots of its perfect subtrees, largest first; enough to go on from, and to give the root."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    @classmethod
    def of(cls, node: Node, size: int) -> Self:
        """The edge of a tree of the size."""
        peaks, start = cls(), 0
        for height in reversed(range(size.bit_length())):
            if size >> height & 1:
                peaks._peaks.append(node(height, start >> height))
                start += 1 << height
        peaks.size = size
        return peaks

    def append(self, leaf: bytes) -> None:
        merged = self.size
        while merged & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            merged >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        *rest, found = self._peaks
        for peak in reversed(rest):
            found = node_hash(peak, found)
        return found


def _half(count: int) -> int:
    """The largest power of two below the count."""
    return 1 << ((count - 1).bit_length() - 1)

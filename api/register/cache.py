"""Answers kept for those who ask the same again: the ones used last, by how many cells they hold together."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

A = TypeVar("A")


class Kept(Generic[A]):
    """A bounded store, safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._answers: OrderedDict[Hashable, tuple[A, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> A | None:
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                return None
            self._answers.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, answer: A, size: int = 1) -> None:
        with self._lock:
            self._size += size - self._answers.pop(key, (None, 0))[1]
            self._answers[key] = answer, size
            while self._size > self._most and len(self._answers) > 1:
                self._size -= self._answers.popitem(last=False)[1][1]

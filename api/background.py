"""Background threads of a served register: work that begins again after an error, with a growing pause between the tries."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Backoff:
    """The pause before the next try, in seconds: doubled each time up to a longest, the first again after a success."""

    def __init__(self, first: float, longest: float) -> None:
        self._first, self._longest, self._pause = first, longest, first

    def next(self) -> float:
        """Give the pause, and double the one after it."""
        pause, self._pause = self._pause, min(2 * self._pause, self._longest)
        return pause

    def reset(self) -> None:
        """Begin with the first pause again."""
        self._pause = self._first


class BackgroundThread(ABC):
    """A daemon thread as a context manager: it works from entering until leaving, and no error ends it."""

    def __init__(self, name: str, backoff: Backoff) -> None:
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._stopping = threading.Event()
        self._backoff = backoff

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def _run(self) -> None:
        while not self.stopping:
            try:
                self._work()
            except Exception as error:  # noqa: BLE001 -- it must go on; what went wrong is on the health page, without its data
                self._failed(error)
            self._stopping.wait(self._backoff.next())

    @abstractmethod
    def _work(self) -> None:
        """Work until `stopping`, resetting the back-off after each round that succeeds."""

    @abstractmethod
    def _failed(self, error: Exception) -> None:
        """Note the error for the health page."""

"""Turns of the costly answers: a paper or a case file takes seconds of a processor, so a few are made at once and some wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from fastapi import Depends, Request

from api.web.problems import HttpProblem

AT_ONCE = 2
"""How many are made at once."""
MOST_WAITING = 8
"""How many wait at most for their turn."""
LONGEST_WAIT = 20.0
"""Seconds that one waits at most."""


class Turns:
    """Turns that are taken in the order of those who come."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING, longest_wait: float = LONGEST_WAIT) -> None:
        self._free, self._most_waiting, self._longest_wait = asyncio.Semaphore(at_once), most_waiting, longest_wait
        self._waiting = 0

    async def take(self) -> None:
        """Wait for a turn and take it. Raises HttpProblem (`too_many_reports`) where too many wait, or it takes too long."""
        if self._waiting >= self._most_waiting:
            raise HttpProblem("too_many_reports")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._longest_wait):
                await self._free.acquire()
        except TimeoutError:
            raise HttpProblem("too_many_reports") from None
        finally:
            self._waiting -= 1

    def give_back(self) -> None:
        self._free.release()


async def _in_turn(request: Request) -> AsyncGenerator[None]:
    turns: Turns = request.app.state.turns
    await turns.take()
    try:
        yield
    finally:
        turns.give_back()


IN_TURN = Depends(_in_turn, scope="function")
"""The mark of a route whose answer is made in turn: the turn ends when it is made, however slowly it is read."""

"""Which of a long case's events stand on the page, and where those before and after them are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from msgspec import Struct

from dashboards.case.story import Story
from journey.refusals import Refused

MOST_SHOWN = 100
"""So many events stand on the page with all that is to be said of them: those up to the day shown, and some after."""
_AFTER = 10


class Window(Struct, frozen=True):
    """The events shown, by the first's and the last's number in the story (from 1), of how many; `asked` by the address."""

    first: int
    last: int
    total: int
    asked: bool

    @property
    def whole(self) -> bool:
        return self.first == 1 and self.last == self.total

    @property
    def earlier(self) -> Window | None:
        """What stands before these; None where they begin the story."""
        return None if self.first == 1 else _from(max(1, self.first - MOST_SHOWN), self.total)

    @property
    def later(self) -> Window | None:
        """What stands after these; None where they end it."""
        return None if self.last == self.total else _from(self.last + 1, self.total)


def window(story: Story, day: date, first: int | None) -> Window:
    """The events around the day, or those from the number that is asked for. Raises Refused (`bad_parameter`) for one there is not."""
    total = len(story.events)
    if first is not None:
        if not 1 <= first <= max(total, 1):
            raise Refused("bad_parameter", f"Sagen har {total} hændelser; fra skal være nummeret på en af dem.", place="fra")
        return _from(first, total)
    end = min(total, max(len(story.upto(day)) + _AFTER, MOST_SHOWN))
    return Window(max(0, end - MOST_SHOWN) + 1, end, total, asked=False)


def turns(story: Story, here: Window, positions: Collection[int]) -> dict[int, int]:
    """For each of the positions that is not shown: the number to ask for, to have it shown first."""
    numbers = {told.recorded.position: number for number, told in enumerate(story.events, 1)}
    return {at: numbers[at] for at in positions if at in numbers and not here.first <= numbers[at] <= here.last}


def _from(first: int, total: int) -> Window:
    return Window(first, min(first + MOST_SHOWN - 1, total), total, asked=True)

"""The window on a long case: which of its events stand on the page, and the windows before and after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from msgspec import Struct

from dashboards.case.story import CaseStory
from journey.refusals import Refused

MOST_SHOWN = 100
"""How many events stand on the page: those up to the day shown, and some after."""
_AFTER = 10


class Window(Struct, frozen=True):
    """The events shown: the first's and the last's number in the story (from 1), and how many there are."""

    first: int
    last: int
    total: int
    chosen: bool
    """Whether the address names the first."""

    @property
    def whole(self) -> bool:
        return self.first == 1 and self.last == self.total

    @property
    def earlier(self) -> Window | None:
        """The window before this one; None at the start of the story."""
        return None if self.first == 1 else _from(max(1, self.first - MOST_SHOWN), self.total)

    @property
    def later(self) -> Window | None:
        """The window after this one; None at the end of the story."""
        return None if self.last == self.total else _from(self.last + 1, self.total)


def window(story: CaseStory, day: date, first: int | None) -> Window:
    """The window around the day, or from the given number. Raises Refused (`bad_parameter`) for a number of no event."""
    total = len(story.events)
    if first is not None:
        if not 1 <= first <= max(total, 1):
            raise Refused("bad_parameter", f"Sagen har {total} hændelser; fra skal være nummeret på en af dem.", place="fra")
        return _from(first, total)
    end = min(total, max(len(story.until(day)) + _AFTER, MOST_SHOWN))
    return Window(max(0, end - MOST_SHOWN) + 1, end, total, chosen=False)


def turns(story: CaseStory, here: Window, positions: Collection[int]) -> dict[int, int]:
    """By each of the positions that is not shown, the number of its event, which a window can begin with."""
    numbers = {event.recorded.position: number for number, event in enumerate(story.events, 1)}
    return {at: numbers[at] for at in positions if at in numbers and not here.first <= numbers[at] <= here.last}


def _from(first: int, total: int) -> Window:
    return Window(first, min(first + MOST_SHOWN - 1, total), total, chosen=True)

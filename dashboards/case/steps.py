"""The two sliders of the case page: the days of the case's events, and the positions at which something of it was registered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from msgspec import Struct

from dashboards.case.words import kind_word
from dashboards.words.language import Language
from journey.history import COPENHAGEN, Recorded

MOST_NAMED = 3
"""How many kinds are named at a step; the others are counted."""


class SliderStep(Struct, frozen=True):
    """A step of a slider: its value in the address, and its text."""

    value: str
    text: str


class Slider(Struct, frozen=True):
    """A slider: its steps, and the index of the chosen one."""

    steps: tuple[SliderStep, ...]
    at: int

    @property
    def text(self) -> str:
        return self.steps[self.at].text


def days(known: Iterable[Recorded], shown: date, translate: Language) -> Slider:
    """A step for each day of a known event, and for the day shown."""
    on: dict[date, list[Recorded]] = {shown: []}
    for recorded in known:
        on.setdefault(recorded.valid_at, []).append(recorded)
    ordered = sorted(on)
    steps = tuple(SliderStep(day.isoformat(), f"{translate.day(day)}: {_kinds(on[day], translate)}") for day in ordered)
    return Slider(steps, ordered.index(shown))


def positions(history: Sequence[Recorded], shown: int, translate: Language) -> Slider:
    """A step for each moment at which something was registered, by its last position; chosen is the last one up to `shown`."""
    moments = [list(group) for _, group in groupby(history, key=lambda recorded: recorded.known_at)]
    at = {group[-1].position: group for group in moments}
    steps = tuple(_known_step(position, group, translate) for position, group in at.items())
    reached = sum(position <= shown for position in at)
    return Slider(steps, max(reached - 1, 0))


def _known_step(position: int, group: Sequence[Recorded], translate: Language) -> SliderStep:
    moment = translate.moment(group[-1].known_at.astimezone(COPENHAGEN))
    return SliderStep(
        str(position),
        translate(
            "{moment}, position {n}: {kinds}", moment=moment, n=translate.number(position), kinds=_kinds(group, translate)
        ),
    )


def _kinds(events: Sequence[Recorded], translate: Language) -> str:
    counts: dict[str, int] = {}
    for recorded in events:
        word = kind_word(type(recorded.event), translate)
        counts[word] = counts.get(word, 0) + 1
    if not counts:
        return translate("ingen hændelse")
    named: Mapping[str, int] = dict(list(counts.items())[:MOST_NAMED])
    words = [word if n == 1 else f"{word} × {translate.number(n)}" for word, n in named.items()]
    more = sum(counts.values()) - sum(named.values())
    return ", ".join([*words, *([translate("og {n} til", n=translate.number(more))] if more else [])])

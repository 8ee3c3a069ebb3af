"""Linkage of a redacted copy to its case (genkendelse): how often what the copy still tells fits one case of the register alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from msgspec import Struct

Fact = tuple[str, str]
"""A kind of event and the month it is of (`YYYY-MM`)."""

MOST_MEASURED = 500
"""How many cases' facts are paired, evenly chosen; each pair is held against every case of the register."""


class Linkage(Struct, frozen=True):
    """The measure of a register at a position."""

    cases: int
    """How many cases it has."""
    by_order: int
    """For how many of them the order of the kinds of event is theirs alone."""
    measured: int
    """How many cases' facts were paired."""
    pairs: int
    """How many pairs of facts those have."""
    linking: int
    """How many of the pairs are facts of one case alone."""
    linkable: int
    """How many of the measured cases have at least one such pair."""

    @property
    def share(self) -> float:
        """The share of pairs that point out a case, in per cent."""
        return 100 * self.linking / self.pairs if self.pairs else 0.0


def linkage(courses: Mapping[str, Sequence[Fact]]) -> Linkage:
    """The measure of cases, each by its facts in the order of its events."""
    orders = Counter(tuple(kind for kind, _ in facts) for facts in courses.values())
    cases_with: dict[Fact, int] = defaultdict(int)
    for nth, facts in enumerate(courses.values()):
        for fact in set(facts):
            cases_with[fact] |= 1 << nth
    step = max(1, -(-len(courses) // MOST_MEASURED))
    chosen = [courses[case] for case in sorted(courses)[::step]]
    pairs = linking = linkable = 0
    for facts in chosen:
        sets = [cases_with[fact] for fact in set(facts)]
        found = sum((both := first & second) & (both - 1) == 0 for first, second in combinations(sets, 2))
        pairs += len(sets) * (len(sets) - 1) // 2
        linking += found
        linkable += found > 0
    return Linkage(len(courses), sum(times == 1 for times in orders.values()), len(chosen), pairs, linking, linkable)

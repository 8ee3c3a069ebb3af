"""Comparison of what a source's rows give now with what they gave before (domain.md section 10, rule 3).

The first content of an id is version 1 and has the id itself, the nth has `id#n`. What stands before version n is withdrawn by
`id#n:withdrawn`; where a row no longer gives it, that stands alone, and the event that comes back is version n.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import inf
from typing import Literal, NamedTuple

from msgspec.structs import replace

from journey.events import Withdrawn
from journey.history import Recorded, withdrawn_ids
from journey.log.stored import Entry

CORRECTED, REMOVED = "source_corrected", "source_removed"
"""Why an event of a source is withdrawn: its row says otherwise now, or no longer says it."""

WITHDRAWN = ":withdrawn"
"""The end of the id of a withdrawal."""
_VERSION = re.compile(r"(.+)#([1-9][0-9]{0,8})", re.DOTALL)


def base_id(source_id: str) -> str:
    """The id itself, of the id of any content of it or of the withdrawal of one."""
    without = source_id.removesuffix(WITHDRAWN)
    found = _VERSION.fullmatch(without)
    return found[1] if found else without


def version_id(source_id: str, n: int) -> str:
    """The id of the nth content of an id: the first is the id itself."""
    return source_id if n == 1 else f"{source_id}#{n}"


def withdrawal_id(source_id: str, n: int) -> str:
    """The id of the withdrawal of what stands before version n."""
    return f"{version_id(source_id, n)}{WITHDRAWN}"


class Version(NamedTuple):
    """The newest version that the log has of an id: its number, its event, and whether that stands.

    `annulled` was withdrawn by others than the comparison: by a person who knew that it was never true.
    """

    n: int
    recorded: Recorded
    standing: Literal["stands", "removed", "annulled"]


def newest_versions(history: Sequence[Recorded], source: str) -> dict[str, Version]:
    """The newest version of each id that the source has in the history of a case, withdrawals apart."""
    newest: dict[str, tuple[int, Recorded]] = {}
    ids = {recorded.source_id for recorded in history if recorded.source == source}
    for recorded in history:
        if recorded.source == source and not isinstance(recorded.event, Withdrawn):
            found = _VERSION.fullmatch(recorded.source_id)
            source_id, n = (found[1], int(found[2])) if found else (recorded.source_id, 1)
            if source_id not in newest or newest[source_id][0] < n:
                newest[source_id] = n, recorded
    withdrawn = withdrawn_ids(history)

    def standing(source_id: str, n: int, recorded: Recorded) -> Literal["stands", "removed", "annulled"]:
        if withdrawal_id(source_id, n + 1) in ids:
            return "removed"
        return "annulled" if (source, recorded.source_id) in withdrawn else "stands"

    return {source_id: Version(n, recorded, standing(source_id, n, recorded)) for source_id, (n, recorded) in newest.items()}


def no_longer_given(
    given: Collection[str], known: Mapping[str, Version], is_of_rows: Callable[[str, Recorded], bool]
) -> Iterator[tuple[str, Version]]:
    """The ids that stand and that no row gives any more, of those that `is_of_rows` says come of the rows compared."""
    for source_id, version in known.items():
        if version.standing == "stands" and source_id not in given and is_of_rows(source_id, version.recorded):
            yield source_id, version


def given_again(given: Iterable[str], known: Mapping[str, Version]) -> Iterator[tuple[str, Version]]:
    """The ids that are given and do not stand: those the comparison removed come back, those a person annulled do not."""
    for source_id in given:
        version = known.get(source_id)
        if version is not None and version.standing != "stands":
            yield source_id, version


def out_of_order(given: Iterable[Entry], known: Mapping[str, Version]) -> Iterator[tuple[Entry, Version]]:
    """The entries that stand before what they should stand after: given in the order that they should have, of which one that is
    recorded now comes last in its day (domain.md section 1, the end-of-day rule)."""
    last: dict[date, float] = {}
    for entry in given:
        version = known.get(entry.source_id)
        stays = version is not None and version.standing == "stands" and same_content(entry, version.recorded)
        position = version.recorded.position if version is not None and stays else inf
        if version is not None and stays and position < last.get(entry.valid_at, 0):
            yield entry, version
            position = inf
        last[entry.valid_at] = max(position, last.get(entry.valid_at, 0))


def same_content(entry: Entry, recorded: Recorded) -> bool:
    """Whether the entry, of the same case and id, says what is recorded."""
    return (entry.event, entry.valid_at, entry.source_case, entry.by) == (
        recorded.event,
        recorded.valid_at,
        recorded.source_case,
        recorded.by,
    )


def renewal(entry: Entry, version: Version) -> tuple[Entry, Entry]:
    """The withdrawal of what stands too early, and the same anew."""
    withdrawn = Withdrawn(version.recorded.source_id, CORRECTED, entry.source)
    before = replace(entry, source_id=withdrawal_id(entry.source_id, version.n + 1), event=withdrawn)
    return before, replace(entry, source_id=version_id(entry.source_id, version.n + 1))


def withdrawal(case: str, source_id: str, version: Version, reason: str) -> Entry:
    """The withdrawal of an event as a source's rows give it: valid from the day of what it withdraws, known from now on."""
    recorded = version.recorded
    event = Withdrawn(recorded.source_id, reason, recorded.source)
    return Entry(
        case,
        recorded.valid_at,
        recorded.source,
        withdrawal_id(source_id, version.n + 1),
        event,
        source_case=recorded.source_case,
    )

"""The preview of a merge (sammenlægning) of two cases: each as it stands, and in words what the merge would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from dashboards.case.facts import Fact, facts
from dashboards.case.story import story
from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.history import Recorded, in_order
from journey.merging import first_day_both_open


class MergeSide(Struct, frozen=True):
    """A case of a merge, as it is before it: its state at the end of the day, and its events that stand."""

    case: str
    facts: tuple[Fact, ...]
    is_open: bool
    events: int


class MergePreview(Struct, frozen=True):
    """The effect that a merge would have, with nothing recorded."""

    closes: MergeSide
    goes_on: MergeSide
    valid_at: date
    words: tuple[str, ...]
    done: bool
    """Whether the two are merged already."""


def merge_preview(
    closes: tuple[str, Sequence[Recorded]],
    goes_on: tuple[str, Sequence[Recorded]],
    valid_at: date,
    codes: CodeLists,
    translate: Language,
    *,
    done: bool,
) -> MergePreview:
    """The preview of merging the first case into the second: each is given by its reference and its history."""
    closing, going_on = (_side(*each, valid_at, codes, translate) for each in (closes, goes_on))
    both_open = first_day_both_open(closes[1], goes_on[1])
    later = sum(recorded.valid_at > valid_at for recorded in in_order(closes[1]))
    words = () if done else tuple(_words(closing, going_on, valid_at, both_open, later, translate))
    return MergePreview(closing, going_on, valid_at, words, done)


def _side(case: str, history: Sequence[Recorded], day: date, codes: CodeLists, translate: Language) -> MergeSide:
    state, _ = story(case, history).at(day)
    return MergeSide(case, facts(state, codes, translate), state.open, len(in_order(history)))


def _words(
    closes: MergeSide, goes_on: MergeSide, day: date, both_open: date | None, later: int, translate: Language
) -> Iterator[str]:
    names = {"case": closes.case, "into": goes_on.case, "day": translate.day(day)}
    if closes.is_open:
        yield translate("Sag {case} er lukket fra {day} som lagt sammen, og sag {into} går videre.", **names)
    else:
        yield translate("Sag {case} er ikke åben {day}: kun de to borgere lægges sammen.", **names)
    yield translate("De to borgere er én i enhver optælling af borgere, på alle dage og i alle deres sager.")
    if both_open is not None and both_open < day:
        yield translate(
            "På dage før {day}, hvor begge sager er åbne, tæller borgeren to gange i optællinger af sager; den første er {since}. "
            "Skal borgeren tælle én gang fra begyndelsen, så vælg {since} som dag.",
            since=translate.day(both_open),
            **names,
        )
    if not goes_on.is_open:
        yield translate("Sag {into} er ikke åben {day}, så borgeren tæller i ingen af de to sager den dag.", **names)
    if later:
        yield translate.counted(
            later,
            "1 hændelse i sag {case} ligger senere; giver den ikke mening i en lukket sag, bliver den et fund.",
            "{n} hændelser i sag {case} ligger senere; de, der ikke giver mening i en lukket sag, bliver fund.",
            case=closes.case,
        )

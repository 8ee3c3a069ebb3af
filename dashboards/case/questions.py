"""Where a case is not as the rules R1-R15 say: the question it raises, the event that raises it, and the decision behind the rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.conformance import RULES, STANDINGS, Decision
from journey.history import Recorded
from projections.conformance import deviations


class Question(Struct, frozen=True):
    """A deviation, phrased as a question; linked to the event by its position."""

    rule: str
    title: str
    question: str
    since: str
    position: int
    decision: str


def questions(known: Iterable[Recorded], day: date, codes: CodeLists, translate: Language) -> tuple[Question, ...]:
    """The questions that the case raises by the end of the day, oldest first; those mended since say so."""
    return tuple(
        Question(
            one.rule,
            translate(RULES[one.rule].title),
            translate(RULES[one.rule].question),
            translate("Fra {day}", day=translate.day(one.day))
            + (
                translate(", bragt i orden {day}", day=translate.day(one.mended)) if one.mended else translate(", stadig åbent")
            ),
            one.position,
            _decision(RULES[one.rule].decision, translate),
        )
        for one in deviations(known, codes.classes, day)
    )


def _decision(one: Decision, translate: Language) -> str:
    """The decision in words."""
    paper = f"{translate(one.paper)} ({one.case})" if one.case else translate(one.paper)
    return f"{paper}, {translate(one.body)} {translate.day(one.day)}: {translate(STANDINGS[one.standing])}"

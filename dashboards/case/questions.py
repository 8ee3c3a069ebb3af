"""Questions by the rules R1-R15: each deviation of a case, the event that raises it, and the decision behind the rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.conformance import RULES, STANDINGS, Decision
from journey.history import Recorded
from projections.conformance import deviations


class RuleQuestion(Struct, frozen=True):
    """A deviation phrased as a question, with the position of the event that raises it."""

    rule: str
    title: str
    question: str
    since: str
    position: int
    decision: str


def questions(known: Iterable[Recorded], day: date, codes: CodeLists, translate: Language) -> tuple[RuleQuestion, ...]:
    """The questions that the case raises by the end of the day, oldest first; one that is mended says since when."""
    return tuple(
        RuleQuestion(
            found.rule,
            translate(RULES[found.rule].title),
            translate(RULES[found.rule].question),
            translate("Fra {day}", day=translate.day(found.day))
            + (
                translate(", bragt i orden {day}", day=translate.day(found.mended))
                if found.mended
                else translate(", stadig åbent")
            ),
            found.position,
            _decision(RULES[found.rule].decision, translate),
        )
        for found in deviations(known, codes.classes, day)
    )


def _decision(decision: Decision, translate: Language) -> str:
    """The decision in words."""
    paper = f"{translate(decision.paper)} ({decision.case})" if decision.case else translate(decision.paper)
    return f"{paper}, {translate(decision.body)} {translate.day(decision.day)}: {translate(STANDINGS[decision.standing])}"

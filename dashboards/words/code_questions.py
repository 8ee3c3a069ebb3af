"""A question to a code in words: the day that it is outside of, and what could be right instead."""

from __future__ import annotations

from datetime import timedelta

from dashboards.words.language import Language
from journey.codes import CodeLists, CodeQuestion


def code_question(codes: CodeLists, name: str, code: str, kind: CodeQuestion, translate: Language) -> str:
    """The question, with the code's label; a code that the list does not have as it is written."""
    code_list = codes[name]
    entry = code_list.codes.get(code)
    if entry is None or kind == "not_listed":
        return translate(
            "»{code}« står ikke i kodelisten over {list}: er den skrevet rigtigt, eller mangler den i listen?",
            code=code,
            list=translate(code_list.danish),
        )
    what, unverified = translate.label(entry), "" if entry.days_verified else translate(" (dagen er ikke efterprøvet)")
    if kind == "before_use" and entry.valid_from is not None:
        return translate(
            "{code} er først i brug fra {day}{unverified}: er dagen eller koden rigtig?",
            code=what,
            day=translate.day(entry.valid_from),
            unverified=unverified,
        )
    if kind == "after_use" and entry.valid_to is not None:
        return translate(
            "{code} var i brug til og med {day}{unverified}: {then}",
            code=what,
            day=translate.day(entry.valid_to - timedelta(days=1)),
            unverified=unverified,
            then=_instead(codes, name, entry.succeeded_by, translate),
        )
    return translate(
        "Der begynder ingen nye med {code} fra {day}{unverified}: løb det i forvejen?",
        code=what,
        day=translate.day(entry.closed_to_new) if entry.closed_to_new else "",
        unverified=unverified,
    )


def _instead(codes: CodeLists, name: str, succeeded_by: tuple[str, ...], translate: Language) -> str:
    if not succeeded_by:
        return translate("er dagen eller koden rigtig?")
    labels = translate(" eller ").join(translate.label(codes[name].codes[code]) for code in succeeded_by)
    return translate("skulle der stå {codes}?", codes=labels)

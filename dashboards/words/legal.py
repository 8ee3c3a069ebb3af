"""The legal basis (lovgrundlag) of a support in words: as the papers print it, and as the act has it, or that it is not verified."""

from __future__ import annotations

from dashboards.words.language import Language, later
from journey.codes import LegalBasis

NOT_VERIFIED = later("ikke efterprøvet")
"""The one word for what nobody has looked up in the act."""


def printed_words(basis: LegalBasis | None, translate: Language) -> str:
    """The section as printed."""
    return basis.printed if basis and basis.printed else translate("ikke trykt")


def verified_words(basis: LegalBasis | None, translate: Language) -> str:
    """The act and its section; the act alone where the section is not verified."""
    if basis is None:
        return translate(NOT_VERIFIED)
    if basis.verified is None:
        return translate("{act}, paragraffen ikke efterprøvet", act=basis.act)
    return f"{basis.act} {basis.verified}"


def basis_words(basis: LegalBasis | None, translate: Language) -> str:
    """Both in one sentence, with the day it was verified on."""
    if basis is None or basis.verified is None or basis.verified_on is None:
        return translate(
            "trykt: {printed}; i loven: {verified}",
            printed=printed_words(basis, translate),
            verified=verified_words(basis, translate),
        )
    return translate(
        "trykt: {printed}; i loven: {verified} (efterprøvet {day})",
        printed=printed_words(basis, translate),
        verified=verified_words(basis, translate),
        day=translate.day(basis.verified_on),
    )

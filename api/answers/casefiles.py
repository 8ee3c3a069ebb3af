"""The case file as a zip: the case's events, states, figures and proofs, or a redacted copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import resources

import jinja2

from api.answers.inclusion import counted_in
from api.clock import today
from api.register.register import Register
from api.settings import PSEUDONYM_KEY_FILE
from dashboards.case.cards import cards
from dashboards.case.figures import published
from dashboards.case.file import CaseFile, case_file, contents, zipped
from dashboards.case.redaction import LEFT_OUT, Pseudonyms, redacted
from dashboards.case.story import story
from dashboards.words.language import DANISH
from journey.codes import CodeLists
from journey.log.migrate import READ
from journey.log.outer_keys import outer_key
from journey.log.reading import history, moment_of, read_snapshot
from journey.proof.proofs import case_proofs
from journey.refusals import Refused


def casefile_zip(register: Register, case: str, days: Sequence[date], position: int, *, redact: bool) -> tuple[str, bytes]:
    """The name of the zip and its bytes, the same for the same register state. Raises Refused (`unknown_case`)."""
    register.believe(position)
    with register.connected(READ) as conn:
        known, known_at = history(conn, case, position), moment_of(conn, position)
    if not known:
        raise Refused("unknown_case", place=case)
    figures = published(counted_in(register, case, position, today()), DANISH)
    proofs = dict[str, bytes]() if redact else _proofs(register, case, position)
    if redact:
        case, known = redacted(case, known, Pseudonyms(outer_key(register.settings.key_file(PSEUDONYM_KEY_FILE))))
    file = case_file(
        case,
        known,
        days,
        position=position,
        known_at=known_at,
        published=figures,
        proofs=proofs,
        redacted=redact,
        codes=register.codes,
        translate=DANISH,
    )
    return case, zipped(contents(file, _read_me(file, register.codes)))


def _proofs(register: Register, case: str, position: int) -> dict[str, bytes]:
    """The files that verify.py reads, and verify.py; none while the case is not sealed up to the position."""
    try:
        with register.connected(READ) as conn, read_snapshot(conn):
            files = case_proofs(conn, case, position).files
    except Refused as refused:
        if refused.code != "not_sealed":
            raise
        return {}
    return {**files, "verify.py": resources.files("journey").joinpath("proof", "verify.py").read_bytes()}


def _read_me(file: CaseFile, codes: CodeLists) -> str:
    day = max((moment.valid_at for moment in file.moments), default=date.max)
    case_cards = cards(story(file.case, file.history).events, day, codes, DANISH)
    return (
        _templates().get_template("casefile.html.j2").render(file=file, cards=case_cards, translate=DANISH, left_out=LEFT_OUT)
    )


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )

"""Citizens and their cases: the cases of a citizen by the pseudonym, and the order by which two cases of one are merged."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import msgspec
import psycopg
from msgspec import Struct

from api.clock import now, today
from api.register.register import Register
from dashboards.case.merging import MergePreview, merge_preview
from dashboards.words.language import Language
from journey.commands import SenselessEvent, newly_senseless
from journey.exchange.importing import new_id
from journey.exchange.interchange import OWN_SOURCE, parse_line
from journey.exchange.lines import Declared, line_context
from journey.exchange.sheets.pseudonyms import citizen_pseudonym
from journey.history import Recorded
from journey.log.identity_vault import pseudonym_of
from journey.log.migrate import IDENTITY, READ
from journey.log.reading import history
from journey.log.store import Log
from journey.log.stored import STREAM, Entry
from journey.merging import merge, merged_chain
from journey.personal import has_control_character
from journey.refusals import Refused
from projections.engine.as_known import as_known

_REFERRED = f"""
SELECT DISTINCT case_id FROM rows.moves WHERE citizen = %(citizen)s AND {as_known("%(at)s")} ORDER BY case_id
"""  # noqa: S608 -- a constant of our own
_LOCK = 7220134
"""The advisory lock of whoever merges: two merges at once could close both cases of a pair."""


class MergeOrder(Struct, frozen=True, omit_defaults=True):
    """Which case is closed and merged into which, from which day, and who records it."""

    case: str
    into: str
    """The case that goes on."""
    valid_at: date
    by: str | None = None


class MergeResult(Struct, frozen=True):
    """Result of an order: the same, however often it is sent. Without a position where the two were merged before."""

    order: MergeOrder
    position: int | None
    findings: tuple[SenselessEvent, ...] = ()
    """The events of the closed case that make no sense any longer."""


def cases_of_number(register: Register, digits: str) -> list[list[str]]:
    """The cases of the citizen with this CPR number: each with those that it was merged into, one after the other.

    Raises Refused (`wrong_start`) for an identity key that is not the register's.
    """
    key = register.identity_key()
    with register.connected(IDENTITY) as conn:
        pseudonym = pseudonym_of(conn, key, digits) or citizen_pseudonym(key, digits)  # no numbers are there, or not this one
    return cases_of(register, pseudonym)


def cases_of(register: Register, citizen: str) -> list[list[str]]:
    """The cases of the citizen: the one of that reference, and those whose referral says this citizen."""
    at = register.believe()
    with register.connected(READ) as conn:
        referred = [case for (case,) in conn.execute(_REFERRED, {"citizen": citizen, "at": at}).fetchall()]
        own = [citizen] if citizen not in referred and history(conn, citizen) else []
        return [merged_chain(case, _histories(conn)) for case in (*own, *referred)]


def preview_merge(register: Register, order: MergeOrder, translate: Language) -> MergePreview:
    """The effect that the order would have, with nothing recorded. Raises Refused as `record_merge` does."""
    with register.connected(READ) as conn:
        history_of = _histories(conn)
        done = not merge(_entry(register, order), history_of, today=today())
        sides = ((order.case, history_of(order.case)), (order.into, history_of(order.into)))
    return merge_preview(*sides, order.valid_at, register.codes, translate, done=done)


def record_merge(register: Register, log: Log, order: MergeOrder, key: str) -> MergeResult:
    """Merge the two cases, once under the key; where they are merged already, nothing is recorded.

    Raises Refused: `bad_value`, `not_an_id` and `personal_number` with the field, `command_reused`, and as `journey.merging.merge` does.
    """
    proposed = _entry(register, order)
    with _alone(register) as conn:

        def decided(known: list[Recorded]) -> Sequence[Entry]:
            history_of = _histories(conn)
            return merge(proposed, lambda case: known if case == order.case else history_of(case), today=today())

        receipt = log.record(key, order.case, msgspec.json.encode(order, order="deterministic"), decided)
    if not receipt.positions:
        return MergeResult(order, None)
    position = receipt.positions[0]
    with register.connected(READ) as conn:
        known = history(conn, order.case)
    return MergeResult(order, position, tuple(newly_senseless(known, position)))


@contextmanager
def _alone(register: Register) -> Generator[psycopg.Connection[Any]]:
    """A connection to read by, while nobody else merges."""
    with register.connected(READ) as conn:
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        yield conn


def _histories(conn: psycopg.Connection[Any]) -> Callable[[str], Sequence[Recorded]]:
    """The history of a case by its reference; empty for what is no case's."""

    def history_of(case: str) -> Sequence[Recorded]:
        return [] if has_control_character(case) or case.startswith(STREAM) else history(conn, case)

    return history_of


def _entry(register: Register, order: MergeOrder) -> Entry:
    """The merge as a line of the interchange format would say it, read as such, so that the same is refused."""
    line: Mapping[str, object] = {
        "case": order.case,
        "kind": "merged_into",
        "valid_at": order.valid_at,
        **({"by": order.by} if order.by is not None else {}),
        "source": OWN_SOURCE,
        "source_id": new_id(),
        "data": {"case": order.into},
    }
    context = line_context(register.codes, now(), new_id, declared=Declared(register.settings.person_ids))
    found = parse_line(msgspec.json.encode(line), context)
    if isinstance(found, list):
        place = "into" if found[0].field == "data.case" else found[0].field
        raise Refused(found[0].code, found[0].reason, place=place)
    return found

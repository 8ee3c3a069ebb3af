"""The first wall around a single case: its facts are read before anything of it is, and whoever may not do the action with it is
answered as where there is no such case. Row security in the database is the second, enough alone."""

from __future__ import annotations

from collections.abc import Sequence

from api.register.register import Register
from api.register.served import WAIT, Served
from api.web.access.caller import Caller
from journey.access.rules import ON_THIS_MACHINE, CaseAccess, allows
from journey.events import MergedInto, Referred
from journey.log.migrate import READ
from journey.log.protections import case_facts
from journey.log.stored import Entry
from journey.personal import has_control_character
from journey.refusals import Refused


def facts_for(register: Register, caller: Caller, case: str) -> CaseAccess | None:
    """The case as access sees it for the caller; None where there is no such case."""
    if has_control_character(case):
        return None
    with register.connected(READ) as conn:
        return case_facts(conn, case, caller.person)


def may_do(caller: Caller, action: str, case: CaseAccess | None) -> bool:
    """Whether the caller may do the action with a case of these facts; None where there is no such case."""
    return case is not None and allows(caller.role, caller.units, action, case)


def in_reach(register: Register, caller: Caller, action: str, case: str) -> bool:
    """Whether the caller may do the action with the case; not where there is no such case."""
    return caller.role in ON_THIS_MACHINE or may_do(caller, action, facts_for(register, caller, case))


def check_reach(register: Register, caller: Caller, action: str, *cases: str) -> None:
    """Check that the caller may do the action with each of the cases. Raises Refused (`unknown_case`) for the first that is not theirs,
    whether there is such a case or not."""
    for case in cases:
        if not in_reach(register, caller, action, case):
            raise Refused("unknown_case", place=case)


def check_command(register: Served, caller: Caller, case: str, entries: Sequence[Entry]) -> None:
    """Check that the caller may record the events in the case, or begin it by them in a unit of theirs. Raises Refused (`unknown_case`).

    The facts of a case are as new as the rows are, so these are waited for: a case may have been begun a moment ago.
    """
    if caller.role in ON_THIS_MACHINE:
        return
    register.follower.wait(register.head()[0], WAIT)
    facts = facts_for(register, caller, case)
    begun_in = {entry.event.unit for entry in entries if isinstance(entry.event, Referred)} if facts is None else set[str]()
    begins = bool(begun_in) and all(may_do(caller, "record_event", CaseAccess(unit)) for unit in begun_in)
    if not begins and not may_do(caller, "record_event", facts):
        raise Refused("unknown_case", place=case)
    merged = [entry.event.case for entry in entries if isinstance(entry.event, MergedInto)]
    if merged:
        check_reach(register, caller, "merge_cases", case, *merged)

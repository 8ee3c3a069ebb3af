"""Protection of cases: who may see a case and why, orders that change it, and emergency access with its review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal, cast, get_args

from msgspec import Struct

from api.register.register import Register
from journey.access import protection as rules
from journey.access.protection import CaseBlock, CaseGrant, CaseLink, Emergency, Protection, What
from journey.access.reader import Reader
from journey.history import COPENHAGEN
from journey.log import protections as stored
from journey.log.migrate import PROTECT
from journey.refusals import Refused

Act = Literal["protect", "block", "grant", "link", "end"]
"""What an order does: protect a case, block a person from it, grant it to a person, link it to another, or end one of these."""
ACTIONS: Mapping[str, str] = {
    "protect": "protect_case",
    "block": "protect_case",
    "protection": "protect_case",
    "grant": "grant_case",
    "link": "link_cases",
}
"""The action of the table of rules that each act is, and each that ends something of its kind."""


class AccessOrder(Struct, frozen=True, omit_defaults=True):
    """Order about who may see a case: its act, and what that act needs."""

    act: Act
    case: str
    kind: str = ""
    """Of the protection, the block or the link; of an end, what is ended."""
    source: str = ""
    since: date | None = None
    person: str = ""
    purpose: str = ""
    last: date | None = None
    other: str = ""
    number: int = 0

    @property
    def action(self) -> str:
        """The action of the table of rules that it takes."""
        return ACTIONS[self.kind if self.act == "end" else self.act]


class AccessOfCase(Struct, frozen=True):
    """Access to one case: its unit, its own protections and those of the cases it is linked to, and every block, grant and link of it."""

    case: str
    unit: str
    protections: tuple[Protection, ...]
    of_linked: tuple[Protection, ...]
    blocks: tuple[CaseBlock, ...]
    grants: tuple[CaseGrant, ...]
    links: tuple[CaseLink, ...]

    @property
    def protected(self) -> bool:
        return bool(self.protections or self.of_linked)


class AccessOverview(Struct, frozen=True):
    """Overview of access: the emergency accesses, how many cases are protected, and the cases with an access of their own by unit."""

    emergencies: tuple[Emergency, ...]
    protected: tuple[tuple[str, str], ...]
    cases: tuple[tuple[str, str], ...]


def order_of(fields: Mapping[str, str], case: str, by: str, today: date, days: Mapping[str, date | None]) -> AccessOrder:
    """The order that the texts of a form or a command make; `days` are those of its fields that are days.

    Raises Refused (`bad_value`, `personal_number`, `not_an_id`, `own_access`) with the field.
    """

    def text(name: str) -> str:
        return fields.get(name, "")

    act = text("act")
    match act:
        case "protect":
            kind = rules.chosen(rules.PROTECTIONS, text("kind"), "kind")
            source = rules.label(text("source"), "source")
            return AccessOrder("protect", case, kind, source, rules.since_day(days.get("since"), today))
        case "block":
            kind = rules.chosen(rules.BLOCKS, text("kind"), "kind")
            return AccessOrder("block", case, kind, person=rules.person_id(text("person"), "person"))
        case "grant":
            person, last = rules.person_id(text("person"), "person"), rules.last_day(days.get("last"), today)
            rules.not_oneself(person, by, "person")
            return AccessOrder("grant", case, person=person, purpose=rules.label(text("purpose"), "purpose"), last=last)
        case "link":
            kind = rules.chosen(rules.LINKS, text("kind"), "kind")
            other = rules.reference(text("other"), "other")
            if other == case:
                raise Refused("bad_value", "vælg en anden sag, som den hører sammen med", place="other")
            return AccessOrder("link", case, kind, other=other)
        case "end":
            number = text("number")
            if text("kind") not in get_args(What) or not (number.isascii() and number.isdecimal() and len(number) < 19):
                raise Refused("bad_value", "vælg det, der skal ophøre", place="number")
            return AccessOrder("end", case, text("kind"), number=int(number))
        case _:
            raise Refused("bad_value", "vælg en af mulighederne", place="act")


def carry_out(register: Register, order: AccessOrder, by: str) -> None:
    """Record the order. Raises Refused (`bad_value`) where what it ends has ended already or is not of the case."""
    with register.connected(PROTECT) as conn:
        match order.act:
            case "protect":
                stored.protect(conn, order.case, order.kind, order.source, _given(order.since), by)
            case "block":
                stored.block(conn, order.case, order.person, order.kind, by)
            case "grant":
                stored.grant(conn, order.case, order.person, order.purpose, end_of(_given(order.last)), by)
            case "link":
                stored.link(conn, order.case, order.other, order.kind, by)
            case "end":
                if not stored.end(conn, cast(What, order.kind), order.number, [order.case], by):
                    raise Refused("bad_value", "det er ophørt i forvejen", place="number")


def access_of(register: Register, case: str) -> AccessOfCase:
    """Everything about who may see the case. Raises Refused (`unknown_case`)."""
    with register.connected(PROTECT) as conn, conn.transaction():
        unit = stored.unit_of(conn, case)
        if unit is None:
            raise Refused("unknown_case", place=case)
        others = [each for each in stored.linked_cases(conn, case) if each != case]
        return AccessOfCase(
            case,
            unit,
            tuple(stored.protections(conn, [case])),
            tuple(stored.protections(conn, others)),
            tuple(stored.blocks(conn, [case])),
            tuple(stored.grants(conn, [case])),
            tuple(stored.links(conn, [case])),
        )


def access_overview(register: Register) -> AccessOverview:
    """Everything that stands about access to cases; whoever is shown it is shown what is theirs of it."""
    with register.connected(PROTECT) as conn, conn.transaction():
        return AccessOverview(
            tuple(stored.emergencies(conn)), tuple(stored.protected_cases(conn)), tuple(stored.cases_with_access(conn))
        )


def open_emergency(
    register: Register, fields: Mapping[str, str], reader: Reader, units: tuple[str, ...]
) -> tuple[str, datetime]:
    """Open the case that the form names to the person, and give its reference and until when; the same whether there is such a case.

    The case's unit reviews it, the person's own where there is none. Raises Refused (`bad_value`, `personal_number`, `too_many_open`).
    """
    if reader.reach == "everything":
        raise Refused("bad_value", "du ser alle sager i forvejen", place="case")
    case = rules.reference(fields.get("case", ""), "case")
    reason = rules.chosen(rules.REASONS, fields.get("reason", ""), "reason")
    remark = rules.label(fields.get("remark", ""), "remark", required=reason == "other")
    hours = rules.hours_of(fields.get("hours", ""))
    with register.connected(PROTECT) as conn, conn.transaction():
        if stored.open_emergencies(conn, reader.person) >= rules.MOST_OPEN:
            raise Refused("too_many_open")
        unit = stored.unit_of(conn, case)
        own = units[0] if units and units != ("*",) else ""
        return case, stored.open_emergency(conn, case, reader.person, reason, remark, unit or own, hours)


def review_emergency(register: Register, emergency: Emergency, fields: Mapping[str, str], by: str) -> bool:
    """Record what the review found; False where it was reviewed before. Raises Refused (`bad_value`, `own_access`)."""
    rules.not_oneself(emergency.person, by, "emergency")
    outcome = rules.chosen(rules.OUTCOMES, fields.get("outcome", ""), "outcome")
    remark = rules.label(fields.get("remark", ""), "remark", required=outcome == "not_justified")
    with register.connected(PROTECT) as conn:
        return stored.review(conn, emergency.id, outcome, remark, by)


def end_of(day: date) -> datetime:
    """The moment that the day ends in Denmark."""
    return datetime.combine(day + timedelta(days=1), time(), COPENHAGEN)


def _given(day: date | None) -> date:
    if day is None:
        raise TypeError("an order without its day")
    return day

"""Adoptions (vedtagelser) of definitions: those that stand, and the order by which one is recorded or withdrawn, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

import msgspec
import psycopg
from msgspec import Struct

from api.clock import now, today
from api.register.register import Register
from dashboards.figures import FIGURES
from dashboards.words.danish import day as day_word
from journey.adopting import DEFINITIONS, adopt, content, withdraw_adoption
from journey.commands import EARLIEST
from journey.events import DefinitionAdopted, Withdrawn
from journey.exchange.importing import new_id
from journey.exchange.interchange import OWN_SOURCE, parse_line
from journey.exchange.lines import Declared, line_context
from journey.history import COPENHAGEN, Recorded
from journey.log.migrate import READ
from journey.log.store import Log
from journey.log.stored import STREAM, Entry
from journey.personal import without_numbers
from journey.problem import Problem
from journey.refusals import Refused
from projections.engine.as_known import as_known
from projections.rows.adoptions import Adoption

_STANDING = f"""
SELECT valid_at, position, figure, version, body, case_id FROM rows.adoptions
WHERE {as_known("%(at)s")} AND valid_at <= %(day)s ORDER BY valid_at, position
"""  # noqa: S608 -- a constant of our own


class AdoptionOrder(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which body adopted which version of a figure's definition, on which day, and who records it."""

    figure: str
    version: int
    body: str
    """The body (organ), as it calls itself."""
    valid_at: date
    """The day of its decision."""
    by: str
    withdrawal: str | None = None
    """Why the adoption with this content, which was never made, is withdrawn: a code of the list `withdrawals`."""


class AdoptionResult(Struct, frozen=True):
    """Result of an order: the same, however often it is sent."""

    figure: str
    version: int
    body: str
    valid_at: date
    rule: str | None
    """The definition's text; null for an earlier version, whose text is kept no more."""
    position: int
    """Of the event in the log: the adoption, or its withdrawal."""
    known_at: str | None
    withdrawn: bool


def adoptions(conn: psycopg.Connection[Any], at: int, day: date) -> list[Adoption]:
    """The adoptions that stand on the day as known at the position, oldest first."""
    return [Adoption(*row[:5]) for row in conn.execute(_STANDING, {"at": at, "day": day}).fetchall()]


def record_adoption(register: Register, log: Log, order: AdoptionOrder, key: str) -> AdoptionResult:
    """Record the adoption, or its withdrawal, once under the key.

    Raises Refused: `bad_parameter` for a figure that there is not, `bad_value`, `too_early`, `not_an_id` and `personal_number` with the
    field, `adopted_already`, `not_adopted`, `command_reused`.
    """
    proposed, reason = _entry(register, order), _reason(register, order)
    if reason is None:
        _refuse_imported(register, proposed)

    def decide(known: list[Recorded]) -> Sequence[Entry]:
        return adopt(known, proposed) if reason is None else withdraw_adoption(known, proposed, reason)

    receipt = log.record(key, DEFINITIONS, msgspec.json.encode(order, order="deterministic"), decide)
    figure = FIGURES[order.figure]
    return AdoptionResult(
        order.figure,
        order.version,
        order.body,
        order.valid_at,
        figure.rule if order.version == figure.version else None,
        receipt.positions[0],
        receipt.known_at and receipt.known_at.astimezone(COPENHAGEN).isoformat(),
        reason is not None,
    )


def _refuse_imported(register: Register, proposed: Entry) -> None:
    """Raise Refused (`adopted_already`) where the same stands in another stream than that of commands: an import put it there."""
    at = register.believe()
    with register.connected(READ) as conn:
        rows = conn.execute(_STANDING, {"at": at, "day": date.max}).fetchall()
    wanted = content(cast(DefinitionAdopted, proposed.event))
    for valid_at, _, figure, version, body, stream in rows:
        if stream != DEFINITIONS and content(DefinitionAdopted(figure, version, body)) == wanted:
            raise Refused("adopted_already", place=f"{figure}, udgave {version}, {body}, {valid_at.isoformat()}")


def _entry(register: Register, order: AdoptionOrder) -> Entry:
    """The adoption as a line of the interchange format would say it, read as such, so that the same is refused."""
    figure = FIGURES.get(order.figure)
    if figure is None:
        raise Refused("bad_parameter", f"Der er ingen figur {without_numbers(order.figure)}.", place="figure")
    if not 1 <= order.version <= figure.version:
        versions = "har kun udgave 1" if figure.version == 1 else f"har udgave 1 til {figure.version}"
        raise Refused("bad_value", f"Figuren {figure.id} {versions}; der er ingen udgave {order.version}.", place="version")
    for place in ("body", "by"):
        if not getattr(order, place).strip():
            raise Refused("bad_value", "må ikke være tom", place=place)
    if order.valid_at > today():
        why = f"{day_word(order.valid_at)} er ikke kommet endnu: en vedtagelse registreres, når den er truffet."
        raise Refused("bad_value", why, place="valid_at")
    if order.valid_at < EARLIEST:
        raise Refused("too_early", place="valid_at")
    data = {"figure": order.figure, "version": order.version, "body": " ".join(order.body.split())}
    found = _read(register, order, "definition_adopted", data)
    if isinstance(found, list):
        raise Refused(found[0].code, found[0].reason, place=found[0].field.removeprefix("data."))
    return found


def _reason(register: Register, order: AdoptionOrder) -> str | None:
    """Why it is withdrawn, where it is: a code of the list `withdrawals`. Raises Refused (`bad_value`, `personal_number`)."""
    if order.withdrawal is None:
        return None
    found = _read(register, order, "withdrawn", {"source_id": order.figure, "reason": order.withdrawal})
    if isinstance(found, list):
        worst = next((problem for problem in found if problem.code == "personal_number"), found[0])
        raise Refused(worst.code, worst.reason, place="withdrawal")
    return cast(Withdrawn, found.event).reason


def _read(register: Register, order: AdoptionOrder, kind: str, data: Mapping[str, object]) -> Entry | list[Problem]:
    line = {
        "stream": DEFINITIONS.removeprefix(STREAM),
        "kind": kind,
        "valid_at": order.valid_at,
        "by": order.by,
        "source": OWN_SOURCE,
        "source_id": new_id(),
        "data": data,
    }
    context = line_context(register.codes, now(), new_id, declared=Declared(register.settings.person_ids))
    return parse_line(msgspec.json.encode(line), context)

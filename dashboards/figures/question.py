"""A question to a figure: the parameters it takes, filled in from a person's words or with their defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from dashboards.figures.parameters import PARAMETERS, value_of
from journey.codes import CodeLists
from journey.events.caseworkers import ROLES
from journey.history import LAST_DAY
from journey.refusals import Refused


def counted_on(day: date) -> date:
    """The day that a state is read on: the one after the last that an event can have stands for no end, and is as that was."""
    return min(day, LAST_DAY)


class FigureQuestion(Struct, frozen=True, kw_only=True):
    """A figure's parameters, read and filled in, with the log position it is asked at. A figure looks only at those it takes."""

    position: int
    codes: CodeLists
    unit: tuple[str, ...] = ()
    valid_at: tuple[date, ...] = ()
    from_day: date = date.min
    to_day: date = date.min
    """The period is half-open: `to_day` is the first day after it."""
    include_assessing: bool = True
    include_out_of_scope: bool = True
    count: str = "cases"
    layer: str | None = None
    role: str | None = None
    from_unit: str | None = None
    to_unit: str | None = None
    reason: str | None = None
    forum: str | None = None
    window: int = 90
    bands: tuple[int, ...] = (0, 18, 25, 30)
    wave: str | None = None
    statement: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The values that a query may name as `%(name)s`."""
        return {
            "position": self.position,
            "unit": list(self.unit),
            "valid_at": sorted(set(map(counted_on, self.valid_at))),
            "day": counted_on(self.valid_at[0]) if self.valid_at else None,
            "from": self.from_day,
            "to": self.to_day,
            "layer": self.layer,
            "roles": [self.role] if self.role else list(ROLES),
            "from_unit": self.from_unit,
            "to_unit": self.to_unit,
            "reason": self.reason,
            "forum": self.forum,
            "window": self.window,
            "bands": list(self.bands),
            "wave": self.wave,
            "statement": self.statement,
        }


class Takes(Struct, frozen=True):
    """The parameters a figure takes, which of them may be many days, must be given, or have a default of their own."""

    names: tuple[str, ...]
    many_days: bool = False
    days: int | None = None
    """How many different days must be given, where it is not any number."""
    required: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = {}

    @property
    def has_period(self) -> bool:
        return "from" in self.names

    @property
    def repeatable(self) -> tuple[str, ...]:
        """The parameters that may be given more than once."""
        return tuple(name for name in self.names if PARAMETERS[name].many or (name == "valid_at" and self.many_days))


def parse_question(
    takes: Takes, given: Mapping[str, Sequence[str]], *, position: int, today: date, codes: CodeLists
) -> FigureQuestion:
    """The question that a person's words make.

    Raises Refused (`bad_parameter`) for one that the figure does not take, cannot be read, stands twice, or is missing.
    """
    read: dict[str, Any] = {"position": position, "codes": codes}
    for name, texts in given.items():
        if not texts:
            continue
        if name not in takes.names:
            raise Refused("bad_parameter", f"Figuren tager ikke {name}; den tager {', '.join(takes.names)}.", place=name)
        read[PARAMETERS[name].field] = _read(name, texts, takes, codes)
    for name in takes.required:
        if not given.get(name):
            raise Refused("bad_parameter", "Parameteren skal angives.", place=name)
    for name, value in takes.defaults.items():
        read.setdefault(PARAMETERS[name].field, value)
    if "unit" in takes.names:
        read.setdefault("unit", codes.hoi_units)
    if "valid_at" in takes.names:
        read.setdefault("valid_at", (today,))
        if takes.days is not None and len(read["valid_at"]) != takes.days:
            raise Refused("bad_parameter", f"Figuren tager {takes.days} forskellige dage.", place="valid_at")
    if takes.has_period:
        read.setdefault("from_day", date(today.year, 1, 1))
        read.setdefault("to_day", date(today.year + 1, 1, 1))
        if read["from_day"] >= read["to_day"]:
            raise Refused("bad_parameter", "Perioden slutter, før den begynder: to er den første dag efter den.", place="to")
    return FigureQuestion(**read)


def _read(name: str, texts: Sequence[str], takes: Takes, codes: CodeLists) -> Any:
    many = name in takes.repeatable
    if len(texts) != 1 and not many:
        raise Refused("bad_parameter", "Parameteren kan kun angives én gang.", place=name)
    values = tuple(dict.fromkeys(value_of(name, text, codes) for text in texts))
    return values if many or name == "valid_at" else values[0]


def parameters_of(takes: Takes, question: FigureQuestion) -> dict[str, Any]:
    """The question's parameters as JSON has them, by the names of domain.md section 6."""
    out: dict[str, Any] = {}
    for name in takes.names:
        value = getattr(question, PARAMETERS[name].field)
        if name == "valid_at" and not takes.many_days:
            value = value[0]
        if isinstance(value, tuple):
            out[name] = [item.isoformat() if isinstance(item, date) else item for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] -- a tuple of days, codes or numbers
        else:
            out[name] = value.isoformat() if isinstance(value, date) else value
    return out

"""What can be asked of a figure: its parameters, their defaults, and the reading of what a person wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

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
        """What a query may name as `%(name)s`."""
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


Read = Callable[[str, CodeLists], Any]


class Parameter(Struct, frozen=True):
    """One parameter: the words for it, how what a person wrote is read, and whether it may be given more than once."""

    danish: str
    field: str
    read: Read
    many: bool = False
    flag: bool = False


def _code(name: str) -> Read:
    def read(text: str, codes: CodeLists) -> str:
        known = codes[name].canonical
        if text not in known:
            raise ValueError(f"{text} er ikke en af {', '.join(codes[name].codes)}")
        return known[text]

    return read


def _day(text: str, _: CodeLists) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} er ikke en dag på formen 2025-02-01") from None


def _yes_no(text: str, _: CodeLists) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text} er ikke true eller false")
    return text == "true"


def _count(text: str, _: CodeLists) -> str:
    if text not in ("cases", "citizens"):
        raise ValueError(f"{text} er ikke cases eller citizens")
    return text


def _role(text: str, codes: CodeLists) -> str | None:
    return None if text == "all" else _code("roles")(text, codes)


def _days(text: str, _: CodeLists) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 3660:
        raise ValueError(f"{text} er ikke et antal dage fra 1 til 3660")
    return int(text)


def _bands(text: str, _: CodeLists) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
        raise ValueError(f"{text} er ikke aldersgrænser på formen 0,18,25,30")
    bands = tuple(int(part) for part in parts)
    if bands[0] != 0:
        bands = (0, *bands)
    if list(bands) != sorted(set(bands)):
        raise ValueError(f"{text} er ikke stigende aldersgrænser")
    return bands


def _text(text: str, _: CodeLists) -> str:
    return text


PARAMETERS: Mapping[str, Parameter] = {
    "unit": Parameter("enhed; flere er tilladt, udeladt: HOI-enhederne", "unit", _code("units"), many=True),
    "valid_at": Parameter("virkningsdag; udeladt: i dag", "valid_at", _day),
    "from": Parameter("periodens første dag; udeladt: 1. januar i år", "from_day", _day),
    "to": Parameter("første dag efter perioden; udeladt: 1. januar næste år", "to_day", _day),
    "include_assessing": Parameter("tæl sager under udredning med", "include_assessing", _yes_no, flag=True),
    "include_out_of_scope": Parameter("tæl medfulgte sager uden for HOI med", "include_out_of_scope", _yes_no, flag=True),
    "count": Parameter("tæl cases (sager) eller citizens (borgere)", "count", _count),
    "layer": Parameter("lag 1, 2 eller 3 (model 3)", "layer", _code("layers")),
    "role": Parameter("sagsbehandlerrolle; udeladt eller all: alle tre", "role", _role),
    "from_unit": Parameter("enhed, der overdrager", "from_unit", _code("units")),
    "to_unit": Parameter("enhed, der modtager", "to_unit", _code("units")),
    "reason": Parameter("overdragelsesgrund", "reason", _code("transfer_reasons")),
    "forum": Parameter("forum; udeladt: alle", "forum", _code("forums")),
    "window": Parameter("antal dage, der ses tilbage", "window", _days),
    "bands": Parameter("aldersgrænser, fx 0,18,25,30", "bands", _bands),
    "wave": Parameter("spørgeskemabølge; udeladt: den seneste", "wave", _text),
    "statement": Parameter("udsagn; udeladt: alle", "statement", _text),
}
"""Every parameter of domain.md section 6 by its name there."""


LISTS: Mapping[str, str] = {
    "unit": "units",
    "layer": "layers",
    "role": "roles",
    "from_unit": "units",
    "to_unit": "units",
    "reason": "transfer_reasons",
    "forum": "forums",
}
"""The code list that a parameter's values are of."""


class Takes(Struct, frozen=True):
    """The parameters a figure takes, which of them may be many days, must be given, or have a default of their own."""

    names: tuple[str, ...]
    many_days: bool = False
    required: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = {}

    @property
    def has_period(self) -> bool:
        return "from" in self.names


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
    if takes.has_period:
        read.setdefault("from_day", date(today.year, 1, 1))
        read.setdefault("to_day", date(today.year + 1, 1, 1))
        if read["from_day"] >= read["to_day"]:
            raise Refused("bad_parameter", "Perioden slutter, før den begynder: to er den første dag efter den.", place="to")
    return FigureQuestion(**read)


def value_of(name: str, text: str, codes: CodeLists) -> Any:
    """What a person's word for a parameter stands for. Raises Refused (`bad_parameter`) with the parameter's name as place."""
    try:
        return PARAMETERS[name].read(text, codes)
    except ValueError as error:
        raise Refused("bad_parameter", f"{error}.", place=name) from None


def _read(name: str, texts: Sequence[str], takes: Takes, codes: CodeLists) -> Any:
    parameter = PARAMETERS[name]
    many = parameter.many or (name == "valid_at" and takes.many_days)
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

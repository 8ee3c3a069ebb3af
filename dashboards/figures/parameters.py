"""The parameters that a figure can take, each described once: its words, its values, how it is read, and its JSON Schema.

The command line, the API, the forms of the pages and the notes of the tables all take them from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from dashboards.words.language import Language, later
from journey.codes import CodeLists
from journey.refusals import Refused

Read = Callable[[str, CodeLists], Any]
Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
DAY: Schema = {"type": "string", "format": "date", "example": "2025-02-01"}


class Parameter(Struct, frozen=True, kw_only=True):
    """One parameter of a figure."""

    danish: str
    """What it means, as the command line and the API say it."""
    label: str
    """What forms and notes call it; in Danish, said through a `Language`."""
    field: str
    """The field of a question that it fills."""
    read: Read
    """Reads a person's word for it; raises ValueError with the reason in Danish."""
    many: bool = False
    """Whether it may be given more than once."""
    flag: bool = False
    """Whether it is yes or no."""
    code_list: str | None = None
    """The code list that its values are of."""
    every_code: str | None = None
    """The word for all the codes of that list."""
    options: Mapping[str, str] = {}
    """Its values, where they are few and of no code list, each with its label in Danish."""
    input: Literal["text", "date", "number"] = "text"
    """The kind of field that a form has for it, where there is nothing to choose from."""
    schema: Schema | None = None
    """Its JSON Schema, where its values are of no code list; None where it is any text."""

    def choices(self, codes: CodeLists, translate: Language) -> dict[str, str]:
        """The values to choose from in a form, each with its label; empty where it is typed."""
        if self.code_list:
            return {code: translate.label(entry) for code, entry in codes[self.code_list].codes.items()}
        return {value: translate(label) for value, label in self.options.items()}

    def json_schema(self, codes: CodeLists) -> dict[str, Any]:
        """Its JSON Schema with the codes of this register."""
        if not self.code_list:
            return dict(self.schema or TEXT)
        every = [self.every_code] if self.every_code else []
        return {"type": "string", "enum": [*every, *sorted(codes[self.code_list].canonical)]}


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


COUNTED_OR_NOT: Mapping[str, str] = {"true": later("talt med"), "false": later("ikke talt med")}

PARAMETERS: Mapping[str, Parameter] = {
    "unit": Parameter(
        danish="enhed; flere er tilladt, udeladt: HOI-enhederne",
        label=later("Enhed"),
        field="unit",
        read=_code("units"),
        many=True,
        code_list="units",
    ),
    "valid_at": Parameter(danish="virkningsdag; udeladt: i dag", label=later("Pr."), field="valid_at", read=_day, schema=DAY),
    "from": Parameter(
        danish="periodens første dag; udeladt: 1. januar i år",
        label=later("Fra og med"),
        field="from_day",
        read=_day,
        input="date",
        schema={**DAY, "example": "2024-01-01"},
    ),
    "to": Parameter(
        danish="første dag efter perioden; udeladt: 1. januar næste år",
        label=later("Før den"),
        field="to_day",
        read=_day,
        input="date",
        schema={**DAY, "example": "2025-01-01"},
    ),
    "include_assessing": Parameter(
        danish="tæl sager under udredning med",
        label=later("Sager under udredning"),
        field="include_assessing",
        read=_yes_no,
        flag=True,
        options=COUNTED_OR_NOT,
        schema={"type": "boolean"},
    ),
    "include_out_of_scope": Parameter(
        danish="tæl medfulgte sager uden for HOI med",
        label=later("Medfulgte sager uden for HOI"),
        field="include_out_of_scope",
        read=_yes_no,
        flag=True,
        options=COUNTED_OR_NOT,
        schema={"type": "boolean"},
    ),
    "count": Parameter(
        danish="tæl cases (sager) eller citizens (borgere)",
        label=later("Talt"),
        field="count",
        read=_count,
        options={"cases": later("Sager"), "citizens": later("Borgere")},
        schema={"type": "string", "enum": ["cases", "citizens"]},
    ),
    "layer": Parameter(
        danish="lag 1, 2 eller 3 (model 3)", label=later("Model 3"), field="layer", read=_code("layers"), code_list="layers"
    ),
    "role": Parameter(
        danish="sagsbehandlerrolle; udeladt eller all: alle tre",
        label=later("Rolle"),
        field="role",
        read=_role,
        code_list="roles",
        every_code="all",
    ),
    "from_unit": Parameter(
        danish="enhed, der overdrager", label=later("Fra"), field="from_unit", read=_code("units"), code_list="units"
    ),
    "to_unit": Parameter(
        danish="enhed, der modtager", label=later("Til"), field="to_unit", read=_code("units"), code_list="units"
    ),
    "reason": Parameter(
        danish="overdragelsesgrund",
        label=later("Grund"),
        field="reason",
        read=_code("transfer_reasons"),
        code_list="transfer_reasons",
    ),
    "forum": Parameter(
        danish="forum; udeladt: alle", label=later("Forum"), field="forum", read=_code("forums"), code_list="forums"
    ),
    "window": Parameter(
        danish="antal dage, der ses på: tilbage ved kontaktflade, frem ved kommende opfølgninger",
        label=later("Vindue i dage"),
        field="window",
        read=_days,
        input="number",
        schema={"type": "integer", "minimum": 1, "maximum": 3660},
    ),
    "bands": Parameter(
        danish="aldersgrænser, fx 0,18,25,30",
        label=later("Aldersgrænser"),
        field="bands",
        read=_bands,
        schema={"type": "string", "pattern": "^[0-9]{1,3}(,[0-9]{1,3})*$", "example": "0,18,25,30"},
    ),
    "wave": Parameter(danish="spørgeskemabølge; udeladt: den seneste", label=later("Bølge"), field="wave", read=_text),
    "statement": Parameter(danish="udsagn; udeladt: alle", label=later("Udsagn"), field="statement", read=_text),
}
"""Every parameter of domain.md section 6 by its name there."""

IN_NOTES = (
    *("unit", "from_unit", "to_unit", "reason", "include_assessing", "include_out_of_scope", "count"),
    *("layer", "role", "forum", "window", "wave", "statement"),
)
"""The parameters that a table's notes name, in their order; the others its heads or its first line say."""


def value_of(name: str, text: str, codes: CodeLists) -> Any:
    """Read a person's word for a parameter. Raises Refused (`bad_parameter`) with the parameter's name as place."""
    try:
        return PARAMETERS[name].read(text, codes)
    except ValueError as error:
        raise Refused("bad_parameter", f"{error}.", place=name) from None

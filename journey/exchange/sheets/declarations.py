"""The mapping file of a municipality's own sheets as it is written (domain.md section 10); its JSON Schema is made from these types."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from msgspec import Meta, Struct, field

from journey.events.fields import Id

NAME = "^[a-z][a-z0-9_-]{0,39}$"
"""The form of a name that is part of a source_id."""

Column = Annotated[str, Meta(min_length=1, max_length=200)]
SheetName = Annotated[str, Meta(pattern=NAME)]
Sign = Annotated[Literal[";", ",", "\t", "tab", "|"], Meta(description="tegnet mellem felterne")]
CodePage = Literal["cp1252", "latin-1", "utf-8"]


class CellForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Writing of the cells; what a sheet leaves out is as the file says."""

    encoding: (
        Annotated[CodePage, Meta(description="tegnsættet, hvor filen ikke er UTF-16 eller UTF-8; gættes aldrig")] | None
    ) = None
    delimiter: Sign | None = None
    dates: (
        Annotated[
            Literal["dd-mm-yyyy", "yyyy-mm-dd"], Meta(description="datoer som tekst; ISO og rigtige datoceller læses altid")
        ]
        | None
    ) = None
    decimal: Annotated[Literal[",", "."], Meta(description="decimaltegnet i beløb")] | None = None
    empty: Annotated[list[str], Meta(description="det, der står i en celle uden værdi")] | None = None
    open_ends: Annotated[list[str], Meta(description="dage, der betyder »ingen slutdato«")] | None = None
    header: (
        Annotated[int, Meta(ge=1, le=1_000, description="rækken med kolonnenavne; det, der står over, springes over")] | None
    ) = None
    multiline: Annotated[bool, Meta(description="om en celle i anførselstegn må gå over flere linjer")] | None = None
    zone: (
        Annotated[
            Literal["Europe/Copenhagen"],
            Meta(description="gør et tidspunkt med forskydning fra UTC i en kolonne med dage til dagen i Danmark"),
        ]
        | None
    ) = None


class CellSettings(Struct, frozen=True):
    """Writing of the cells of one sheet, every default filled in."""

    encoding: str = "cp1252"
    delimiter: str = ";"
    dates: Literal["dd-mm-yyyy", "yyyy-mm-dd"] = "dd-mm-yyyy"
    decimal: Literal[",", "."] = ","
    empty: tuple[str, ...] = ("", "-", "NULL", "NONE", "nan")
    open_ends: tuple[str, ...] = ("31-12-9999",)
    header: int = 1
    multiline: bool = False
    zone: Literal["Europe/Copenhagen"] | None = None


def settings_of(*forms: CellForm | None) -> CellSettings:
    """The settings of the forms, the later before the earlier, and defaults where none says anything."""
    found: dict[str, object] = {}
    for form in forms:
        for name in CellForm.__struct_fields__ if form is not None else ():
            value = getattr(form, name)
            if value is not None:
                found[name] = tuple(cast("list[str]", value)) if isinstance(value, list) else "\t" if value == "tab" else value
    return CellSettings(**found)  # pyright: ignore[reportArgumentType] -- the fields are the form's own, of the same types


class RowCondition(Struct, frozen=True, forbid_unknown_fields=True, rename={"value": "is", "among": "in"}):
    """Condition on a row, by what a cell of it says: one of `is`, `in` and `starts`."""

    column: Column
    value: str | None = None
    among: list[str] | None = None
    starts: str | None = None


class CaseForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Case of a row: by a CPR number, or by the source's own case."""

    cpr: Column | None = None
    column: Column | None = None


class DayForm(Struct, frozen=True, forbid_unknown_fields=True):
    """A column of days; `inclusive` where it says the last day with, so that a day is added."""

    column: Column
    inclusive: bool = False


class ValueForm(Struct, frozen=True, forbid_unknown_fields=True, rename={"constant": "is"}):
    """Source of a field's value: one of `column`, `is`, `cpr`, `person` and `birth_month_of`."""

    column: Column | None = None
    codes: Annotated[str, Meta(description="tabellen [codes.…], der gør cellens ord til koder")] | None = None
    times: Annotated[int | float, Meta(description="det, beløbet ganges med, f.eks. 12")] | None = None
    round: Annotated[bool, Meta(description="om et beløb rundes til hele kroner, halve op")] = False
    constant: str | int | bool | None = None
    cpr: Annotated[Column, Meta(description="kolonnen med CPR-numre: borgerens pseudonym")] | None = None
    person: Annotated[Column, Meta(description="kolonnen med et navn eller initialer: et pseudonym")] | None = None
    birth_month_of: Annotated[Column, Meta(description="kolonnen med CPR-numre: fødselsmåneden")] | None = None


class EventForm(Struct, frozen=True, forbid_unknown_fields=True):
    """An event that each row of the sheet may give."""

    kind: Annotated[str, Meta(description="hændelsestypen")]
    on: Annotated[Column | DayForm, Meta(description="dagen; en tom celle: rækken giver ikke hændelsen")]
    name: Annotated[SheetName, Meta(description="en del af hændelsens id; hændelsestypen, hvor intet er sagt")] | None = None
    when: RowCondition | None = None
    data: dict[str, Column | ValueForm] = field(default_factory=dict[str, str | ValueForm])
    follows: Annotated[Column, Meta(description="kolonnen, der kun siger, hvad der gælder i dag")] | None = None
    first: Annotated[str, Meta(description="hændelsestypen første gang")] | None = None
    changed_on: Annotated[Column, Meta(description="kolonnen med dagen for ændringen; ellers udtrækkets dag")] | None = None
    known_at: Annotated[Column, Meta(description="kolonnen med det tidspunkt, kilden kendte hændelsen fra")] | None = None

    @property
    def id_name(self) -> str:
        """The name that its source_ids end with."""
        return self.name or self.kind

    @property
    def day(self) -> DayForm:
        """The column of its day."""
        return self.on if isinstance(self.on, DayForm) else DayForm(self.on)


class SheetForm(Struct, frozen=True, forbid_unknown_fields=True, rename={"events": "event"}):
    """One of the source's tables."""

    name: Annotated[SheetName, Meta(description="en del af hver hændelses id; ændres aldrig")]
    file: Annotated[Column, Meta(description="filens navn, hvor * står for hvad som helst")]
    key: Annotated[list[Column], Meta(description="kolonnerne, der gør en række til den samme næste gang")]
    case: CaseForm
    events: list[EventForm]
    worksheet: Column | None = None
    ignore: Annotated[list[Column], Meta(description="kolonner, som ingen læser")] = field(default_factory=list[str])
    skip: Annotated[list[RowCondition], Meta(description="rækker, som ingen er")] = field(default_factory=list[RowCondition])
    gone: Annotated[
        Literal["keep", "withdraw"], Meta(description="en række, der ikke er der mere: behold (og nævn) den, eller annullér")
    ] = "keep"
    cells: CellForm | None = None


class SheetsFile(Struct, frozen=True, forbid_unknown_fields=True, rename={"sheets": "sheet"}):
    """The mapping file of a municipality's own sheets."""

    format: Literal["sheets"]
    source: Annotated[Id, Meta(description="kildens navn; ændres aldrig")]
    sheets: list[SheetForm]
    cells: CellForm | None = None
    codes: Annotated[dict[str, dict[str, str]], Meta(description="tabeller, der gør kildens ord til koder: [codes.navn]")] = (
        field(default_factory=dict[str, dict[str, str]])
    )
    cases: (
        Annotated[
            dict[str, str | dict[str, str]] | str,
            Meta(description="kildens sager og registrets: en tabel, eller navnet på en CSV-fil"),
        ]
        | None
    ) = None

    def settings(self, sheet: SheetForm) -> CellSettings:
        """Writing of the sheet's cells."""
        return settings_of(self.cells, sheet.cells)

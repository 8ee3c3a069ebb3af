"""The JSON Schema of the mapping file of sheets, made from the types that read it, so that an editor completes and checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from journey.codes import CodeLists
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.kinds import SHEET_FIELDS, SHEET_KINDS, SheetField

TITLE = "Oversættelsesfil til kommunens egne ark"


def mapping_schema(codes: CodeLists) -> dict[str, Any]:
    """The schema: the types' own, and of each kind its fields, what each may come from, and the codes that come with the product."""
    schema = cast("dict[str, Any]", _without_null(msgspec.json.schema(SheetsFile)))
    parts: dict[str, Any] = schema["$defs"]
    for name, part in parts.items():
        part.pop("description", None)  # the docstrings are for whoever reads the code
        part["title"] = name
    kinds = [kind for kind in SHEET_FIELDS if kind in SHEET_KINDS]
    event = parts["EventForm"]
    event["properties"]["kind"]["enum"] = kinds
    event["properties"]["first"]["enum"] = kinds
    event["dependentRequired"] = {"first": ["follows"], "changed_on": ["follows"]}
    event["allOf"] = [_of_kind(kind, SHEET_FIELDS[kind], codes) for kind in kinds]
    parts["CaseForm"]["oneOf"] = _alternatives("cpr", "column")
    parts["RowCondition"]["oneOf"] = _alternatives("is", "in", "starts")
    value = parts["ValueForm"]
    value["oneOf"] = _alternatives("column", "is", "cpr", "person", "birth_month_of")
    value["dependentRequired"] = {name: ["column"] for name in ("codes", "times", "round")}
    for name, part in (("SheetForm", "key"), ("SheetForm", "event"), ("SheetsFile", "sheet")):
        parts[name]["properties"][part]["minItems"] = 1
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": TITLE}


def schema_text(codes: CodeLists) -> str:
    """The schema as it is published."""
    return msgspec.json.format(msgspec.json.encode(mapping_schema(codes)), indent=2).decode() + "\n"


def _alternatives(*names: str) -> list[dict[str, list[str]]]:
    return [{"required": [name]} for name in names]


def _of_kind(kind: str, fields: Mapping[str, SheetField], codes: CodeLists) -> dict[str, Any]:
    """The fields of an event of the kind, where it follows no column: what follows one has those of its first kind too."""
    required = [name for name, field in fields.items() if field.required]
    data: dict[str, Any] = {"properties": {name: _field(field, codes) for name, field in fields.items()}}
    data["propertyNames"] = {"enum": list(fields)}
    then: dict[str, Any] = {"properties": {"data": {**data, "required": required}}}
    if required:
        then["required"] = ["data"]
    return {"if": {"properties": {"kind": {"const": kind}}, "not": {"required": ["follows"]}}, "then": then}


def _field(field: SheetField, codes: CodeLists) -> dict[str, Any]:
    """A field's form; a code that is always the same is one of the list, to which a municipality may add its own."""
    if field.list is None:
        return {}
    known: dict[str, Any] = {"enum": list(codes[field.list].canonical)}
    if codes[field.list].open:
        known = {"anyOf": [known, {"type": "string"}]}
    return {"properties": {"is": known}}


def _without_null(value: object) -> object:
    """The schema without null, which TOML has not: what may be left out is so by not being required."""
    if isinstance(value, list):
        return [_without_null(each) for each in cast("Sequence[object]", value)]
    if not isinstance(value, dict):
        return value
    fields = {name: _without_null(each) for name, each in cast("dict[str, object]", value).items()}
    options = fields.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [cast("dict[str, object]", each) for each in cast("list[object]", options) if each != {"type": "null"}]
        fields.pop("anyOf")
        fields = {**fields, **rest[0]} if len(rest) == 1 else {**fields, "anyOf": rest}
        if fields.get("default", 0) is None:
            del fields["default"]
    return fields

"""The events of a command as the API describes them: one form for each kind, with the codes that its fields take."""

from __future__ import annotations

from re import Pattern
from typing import Any

import msgspec

from journey.codes import CodeLists
from journey.events import KINDS, STREAM_KINDS
from journey.events.fields import PERSONS
from journey.exchange.lines import DATA_FORMS

_REF = "#/components/schemas/{name}"
_ID = {"type": "string", "minLength": 1, "maxLength": 200}

PERSON = "^[A-Za-z0-9._:/-]*[0-9][A-Za-z0-9._:/-]*$"
"""The form of the id of a person, as a schema says it."""

EVENT = {"$ref": "#/components/schemas/Event"}

EXAMPLE = {
    "kind": "support_granted",
    "valid_at": "2024-03-01",
    "by": "sb-17",
    "data": {"grant": "g1", "support": "bostoette_85", "yearly_amount": 96000},
}
CORRECTION = [
    {
        "kind": "withdrawn",
        "valid_at": "2024-03-01",
        "data": {"source_id": "880123", "source": "fagsystem-a", "reason": "forkert_dato"},
    },
    {**EXAMPLE, "valid_at": "2024-03-15"},
]


def event_schemas(codes: CodeLists, person_ids: Pattern[str] | None = None) -> dict[str, Any]:
    """The schemas by name; `Event` is any of the kinds. The ids of persons have their form, unless the municipality has its own beside."""
    person = _ID if person_ids else {**_ID, "pattern": PERSON}
    kinds = [kind for kind in KINDS if kind not in STREAM_KINDS]
    forms = [DATA_FORMS[kind] for kind in kinds]
    _, schemas = msgspec.json.schema_components(forms, ref_template=_REF)
    for kind, form in zip(kinds, forms, strict=True):
        for field, name in KINDS[kind].codes.items():
            schemas[form.__name__]["properties"][field] = _coded(
                schemas[form.__name__]["properties"][field], sorted(codes[name].canonical)
            )
        properties = schemas[form.__name__]["properties"]
        for field in PERSONS & {*properties}:
            properties[field] = _person(properties[field], person)
        schemas[f"{kind}_event"] = _event(kind, form, person, bool(schemas[form.__name__].get("required")))
    refs = {kind: f"#/components/schemas/{kind}_event" for kind in kinds}
    schemas["Event"] = {
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {"propertyName": "kind", "mapping": refs},
    }
    return schemas


def _coded(schema: dict[str, Any], spellings: list[str]) -> dict[str, Any]:
    if "anyOf" in schema:
        return {**schema, "anyOf": [_coded(option, spellings) for option in schema["anyOf"]]}
    return {"type": "string", "enum": spellings} if schema.get("type") == "string" else schema


def _person(schema: dict[str, Any], person: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        return {**schema, "anyOf": [_person(option, person) for option in schema["anyOf"]]}
    return {**schema, **person} if schema.get("type") == "string" else schema


def _event(kind: str, form: type, person: dict[str, Any], has_required: bool) -> dict[str, Any]:
    event = KINDS[kind]
    return {
        "type": "object",
        "title": event.danish,
        "description": (event.__doc__ or "").strip(),
        "properties": {
            "kind": {"const": kind},
            "valid_at": {"type": "string", "format": "date"},
            "data": {"$ref": _REF.format(name=form.__name__)},
            "by": person,
            "source": _ID,
            "source_id": _ID,
        },
        "dependentRequired": {"source": ["source_id"], "source_id": ["source"]},
        "required": ["kind", "valid_at", *(["data"] if has_required else [])],
        "additionalProperties": False,
    }

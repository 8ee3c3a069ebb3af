"""The events of a command as the API describes them: one form for each kind, with the codes that its fields take."""

from __future__ import annotations

from typing import Any

import msgspec

from journey.codes import CodeLists
from journey.events import KINDS, STREAM_KINDS
from journey.exchange.lines import DATA_FORMS

_REF = "#/components/schemas/{name}"
_ID = {"type": "string", "minLength": 1, "maxLength": 200}

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


def event_schemas(codes: CodeLists) -> dict[str, Any]:
    """The schemas by name; `Event` is any of the kinds."""
    kinds = [kind for kind in KINDS if kind not in STREAM_KINDS]
    forms = [DATA_FORMS[kind] for kind in kinds]
    _, schemas = msgspec.json.schema_components(forms, ref_template=_REF)
    for kind, form in zip(kinds, forms, strict=True):
        for field, name in KINDS[kind].codes.items():
            schemas[form.__name__]["properties"][field] = _coded(
                schemas[form.__name__]["properties"][field], sorted(codes[name].canonical)
            )
        schemas[f"{kind}_event"] = _event(kind, form, bool(schemas[form.__name__].get("required")))
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


def _event(kind: str, form: type, has_required: bool) -> dict[str, Any]:
    event = KINDS[kind]
    return {
        "type": "object",
        "title": event.danish,
        "description": (event.__doc__ or "").strip(),
        "properties": {
            "kind": {"const": kind},
            "valid_at": {"type": "string", "format": "date"},
            "data": {"$ref": _REF.format(name=form.__name__)},
            "by": _ID,
            "source": _ID,
            "source_id": _ID,
        },
        "dependentRequired": {"source": ["source_id"], "source_id": ["source"]},
        "required": ["kind", "valid_at", *(["data"] if has_required else [])],
        "additionalProperties": False,
    }

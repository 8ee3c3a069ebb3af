"""Problems of a bad line, all of them, in plain Danish."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from typing import Any, cast

import msgspec
import msgspec.inspect
import msgspec.structs

from journey.events import KINDS, STREAM_KINDS
from journey.events.fields import LABELS
from journey.exchange.lines import DATA_FIELDS, DATA_IDS, DATA_PERSONS, ENVELOPE_IDS, FIRST_MOMENT_YEAR, Envelope, LineContext
from journey.history import FOREVER, LAST_DAY
from journey.json_text import BadJson, decoded
from journey.log.stored import STREAM
from journey.personal import excerpt, has_control_character, has_personal_number
from journey.problem import Problem
from journey.types_in_danish import type_problems

ENVELOPE = tuple(name for name in Envelope.__struct_encode_fields__ if not name.startswith("_"))
"""The fields that a line may have, beside what a reject file says of it."""

NOT_AN_ID = (
    "er ikke et id: brug tegnene A-Z, a-z, 0-9 og ._:/- med mindst ét tal, f.eks. sb-17, og aldrig et navn; en anden form"
    " angives i JOURNEY_PERSON_IDS"
)
"""What is said of the id of a person that could be a name."""

MOST = 50
"""How many problems of one line are named."""


def explain(raw: bytes, context: LineContext) -> list[Problem]:
    """Every problem of a line, by field; none for a line that is as it should be."""
    try:
        line: object = decoded(raw)
    except BadJson as error:
        return [Problem("linjen", error.text)]
    if not isinstance(line, dict):
        return [Problem("linjen", 'skal være et objekt: { "case": …, "kind": …, … }')]
    fields = cast("dict[str, Any]", line)
    found = list(islice(chain(_repeated_keys(raw), _envelope(fields, context), _data(fields, context)), MOST + 1))
    return found if len(found) <= MOST else [*found[:MOST], Problem("linjen", f"har flere fejl end de {MOST}, der er nævnt")]


def _repeated_keys(raw: bytes) -> Iterator[Problem]:
    repeated: list[str] = []

    def pairs(found: list[tuple[str, object]]) -> None:
        repeated.extend(name for name, times in Counter(name for name, _ in found).items() if times > 1)

    try:
        json.loads(raw, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return  # this reader is stricter about some numbers; the keys are then left as they are
    for name in repeated:
        yield Problem(excerpt(name), "feltet står der to gange")


def _envelope(line: dict[str, Any], context: LineContext) -> Iterator[Problem]:
    unknown = [name for name in line if name not in ENVELOPE and name != "_reason"]
    for name in unknown:
        yield Problem(excerpt(name), f"feltet kendes ikke{nearest(name, ENVELOPE)}")
        yield from _unclean(excerpt(name), line[name], name=name)
    yield from _whose(line, context)
    yield from _kind(line)
    kind = line.get("kind")
    yield from _day("valid_at", line.get("valid_at"), context.last_day(kind) if isinstance(kind, str) else LAST_DAY)
    yield from _moment(line.get("known_at"), context)
    for name in ("by", "source", "source_id", "source_case"):
        yield from _text(name, line.get(name), 200)
    yield from _person("by", line.get("by"), line, context)
    for present, missing in (("source", "source_id"), ("source_id", "source")):
        if line.get(present) is not None and line.get(missing) is None:
            yield Problem(missing, f"mangler: {present} og {missing} følges ad")
    exempt = ENVELOPE_IDS if _ids_are_not_cpr(line, context) else frozenset[str]()
    for name in ("case", "stream", "kind", "by", "source", "source_id", "source_case"):
        yield from _unclean(name, line.get(name), exempt=name in exempt)


def _whose(line: dict[str, Any], context: LineContext) -> Iterator[Problem]:
    case, stream, source_case = line.get("case"), line.get("stream"), line.get("source_case")
    yield from _text("case", case, 64)
    yield from _text("stream", stream, 64)
    if isinstance(case, str) and case.startswith(STREAM):
        yield Problem("case", f"en sag kan ikke hedde noget, der begynder med {STREAM}")
    if case is not None and stream is not None:
        yield Problem("stream", "linjen har både case og stream; en hændelse hører til én af dem")
    if case is not None or stream is not None:
        return
    if source_case is None:
        yield Problem(
            "case", "mangler: en linje skal have case eller stream (eller source_case, som oversættelsesfilen kender)"
        )
    elif isinstance(source_case, str):
        mapped = context.cases.get((_source(line), source_case))
        if mapped is None:
            whose = f"{excerpt(source_case)} fra kilden {excerpt(_source(line))}"
            yield Problem("source_case", f"oversættelsesfilen har ingen sag til {whose}, og linjen har ingen case")
        elif mapped.startswith(STREAM):
            yield Problem("source_case", f"en sag kan ikke hedde noget, der begynder med {STREAM}")


def _kind(line: dict[str, Any]) -> Iterator[Problem]:
    kind = line.get("kind")
    if kind is None:
        yield Problem("kind", "feltet mangler")
    elif not isinstance(kind, str):
        yield Problem("kind", "skal være en tekst")
    elif kind not in KINDS:
        yield Problem("kind", f"hændelsestypen {excerpt(kind)} kendes ikke{nearest(kind, KINDS)}")
    elif kind in STREAM_KINDS and line.get("stream") is None:
        yield Problem("kind", f"{kind} hører til en strøm, ikke en sag: brug stream i stedet for case", "not_a_case_event")
    elif kind not in STREAM_KINDS and kind != "withdrawn" and line.get("stream") is not None:
        yield Problem("kind", f"{kind} hører til en sag, ikke en strøm: brug case i stedet for stream", "not_a_stream_event")


def _day(field: str, value: object, last: date = LAST_DAY) -> Iterator[Problem]:
    if value is None:
        yield Problem(field, "feltet mangler")
        return
    try:
        day = msgspec.convert(value, date)
    except msgspec.ValidationError:
        yield Problem(field, f"{excerpt(value)} er ikke en dag; skriv ÅÅÅÅ-MM-DD uden klokkeslæt, f.eks. 2024-03-01")
        return
    if day >= FOREVER:
        yield Problem(field, "9999-12-31 betyder i mange systemer »ingen slutdato«; det, der ikke er sket, skal udelades")
    elif day > last:
        yield Problem(field, "9999-12-30 betyder her »ingen slutdato«; det, der ikke er sket, skal udelades")


def _moment(value: object, context: LineContext) -> Iterator[Problem]:
    if value is None:
        return
    try:
        moment = msgspec.convert({"known_at": value}, _KNOWN_AT)["known_at"]
    except msgspec.ValidationError:
        example = "2024-03-04T09:12:00+01:00"
        yield Problem("known_at", f"{excerpt(value)} er ikke et tidspunkt med forskydning fra UTC; skriv f.eks. {example}")
        return
    if moment > context.now:
        yield Problem("known_at", f"{excerpt(value)} ligger efter nu; ret tidspunktet, eller udelad feltet", "future_knowledge")
    elif moment.year < FIRST_MOMENT_YEAR:
        yield Problem("known_at", f"{excerpt(value)} ligger før kalenderens begyndelse; udelad feltet")


_KNOWN_AT: Any = dict[str, next(f.type for f in msgspec.structs.fields(Envelope) if f.name == "known_at")]


def _text(field: str, value: object, longest: int) -> Iterator[Problem]:
    if value is None:
        return
    if not isinstance(value, str):
        yield Problem(field, f"skal være en tekst, ikke {excerpt(json.dumps(value))}")
    elif not 1 <= len(value) <= longest:
        yield Problem(field, f"er {len(value)} tegn lang; højst {longest} er tilladt" if value else "må ikke være tom")


def _data(line: dict[str, Any], context: LineContext) -> Iterator[Problem]:
    kind, data = line.get("kind"), line.get("data", {})
    if not isinstance(data, dict):
        yield Problem("data", "skal være et objekt: { … }")
        yield from _unclean("data", data)
        return
    values = cast("dict[str, Any]", data)
    known = DATA_FIELDS.get(kind) if isinstance(kind, str) else None
    if known is None:
        yield from _unclean("data", values)
        return
    kind = cast(str, kind)
    for name in values:
        if name not in known:
            yield Problem(f"data.{excerpt(name)}", f"feltet kendes ikke i {kind}{nearest(name, known)}")
            yield from _unclean(f"data.{excerpt(name)}", values[name], name=name)
    exempt = DATA_IDS[kind] if _ids_are_not_cpr(line, context) else frozenset[str]()
    for name, field in known.items():
        place = f"data.{name}"
        if name not in values:
            if field.required:
                yield Problem(place, "feltet mangler")
            continue
        problems = list(type_problems(place, values[name], field.type))
        yield from problems or _code_or_day(kind, name, values[name], line, context)
        if name in DATA_PERSONS[kind] and not problems:
            yield from _person(place, values[name], line, context)
        is_note = kind == "note_added" and name == "text"
        if not isinstance(field.type, msgspec.inspect.DateType):
            yield from _unclean(place, values[name], exempt=name in exempt, note=is_note)
    if kind == "note_added" and (values.get("text") is None) == (values.get("text_hash") is None):
        yield Problem("data.text", "et notat skal have enten text eller text_hash, og kun én af dem")


def _code_or_day(kind: str, name: str, value: object, line: dict[str, Any], context: LineContext) -> Iterator[Problem]:
    for field, spellings in context.spellings[kind]:
        if field == name and value is not None and str(value) not in spellings:
            if context.declared.takes_label(kind, field, _source(line)):
                continue
            codes = context.codes[KINDS[kind].codes[field]]
            # What stands where words were once written freely may be of a person: it is not repeated.
            word = "ordet" if LABELS.get(kind) == field else f"koden {excerpt(value)}"
            near = nearest(str(value), spellings) or any_of(codes.codes)
            yield Problem(f"data.{name}", f"{word} findes ikke på listen {codes.danish}{near}")
    if kind == "follow_up_agreed" and name in ("due", "moved_from") and value is not None:
        yield from _day(f"data.{name}", value)


def _person(place: str, value: object, line: dict[str, Any], context: LineContext) -> Iterator[Problem]:
    """A problem of what stands as the id of a person and could be a name: never repeated in the message."""
    if isinstance(value, str) and not context.declared.takes_person(value, _source(line)):
        yield Problem(place, NOT_AN_ID, "not_an_id")


def _source(line: dict[str, Any]) -> str:
    source = line.get("source")
    return source if isinstance(source, str) else "journey"


def _ids_are_not_cpr(line: dict[str, Any], context: LineContext) -> bool:
    return _source(line) in context.not_cpr


def _unclean(place: str, value: object, *, name: str = "", exempt: bool = False, note: bool = False) -> Iterator[Problem]:
    """Problems of texts that hold what no text may, wherever: in the value, within it, or in a field's own name."""
    texts = [name, *_texts(value)]
    if any(has_control_character(text, note=note) for text in texts):
        yield Problem(place, "indeholder et styretegn eller et usynligt tegn (f.eks. et linjeskift), som ikke kan stå her")
    if not exempt and not note and any(has_personal_number(text) for text in texts):
        yield Problem(place, "har form som et CPR-nummer; brug et pseudonym", "personal_number")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in cast("dict[str, object]", value).items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _texts(item)


def nearest(word: str, known: Iterable[str]) -> str:
    """The nearest of the known to a word that is none of them, as the end of a message; nothing where none is near."""
    near = closest(word, known)
    return f"; mente du {near[0]}?" if near else ""


def closest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """The nearest of the known to a word, the nearest first."""
    return list(_closest(word[:80].lower(), tuple(islice(known, MOST_COMPARED)), most))


MOST_COMPARED = 200
"""How many names a wrong one is compared with, so that a long list does not make each wrong line cost its length."""


@lru_cache(maxsize=1_000)  # one cause is often that of every line
def _closest(word: str, known: tuple[str, ...], most: int) -> list[str]:
    return difflib.get_close_matches(word, known, n=most, cutoff=0.6)


def any_of(codes: Collection[str]) -> str:
    """The codes to choose among, as the end of a message; nothing where they are many."""
    return f"; brug en af: {', '.join(codes)}" if len(codes) <= 10 else ""

"""What nests without end is refused where it does, by every reader of JSON and TOML."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.settings import settings
from journey import json_text, toml_text
from journey.codes import parse_code_lists, standard, standard_text
from journey.exchange.importing import new_id
from journey.exchange.input_events import records
from journey.exchange.interchange import parse_line
from journey.exchange.lines import line_context
from journey.exchange.mapping import parse_mapping
from journey.refusals import Refused

CONTEXT = line_context(standard(), datetime(2026, 1, 15, 12, tzinfo=UTC), new_id)
LINE = '{"case":"N-1","kind":"%s","valid_at":"2025-03-01",%s}'
LINES = {
    "text": LINE % ("note_added", '"data":{"text":%s}'),
    "a field's place": LINE % ("referred", '"data":{"unit":"social","citizen":"b-1","born":%s}'),
    "an unknown field": LINE % ("referred", '"data":{"unit":"social","citizen":"b-1","x":%s}'),
    "beside": LINE % ("referred", '"data":{"unit":"social","citizen":"b-1"},"_reason":%s'),
    "an open field": LINE % ("figure_published", '"data":{"parameters":%s}'),
    "the kind": '{"kind":%s}',
    "all of it": "%s",
}
BRACKETS = [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]"), ("[", "")]


def nested(depth: int, brackets: tuple[str, str]) -> str:
    return brackets[0] * depth + "1" + brackets[1] * depth


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(
    ("depth", "brackets"), [*((33, each) for each in BRACKETS), *((900, each) for each in BRACKETS), (100_000, "[]")]
)
def test_a_line_is_refused_where_it_nests_too_deep(line: str, depth: int, brackets: tuple[str, str]) -> None:
    raw = (LINES[line] % nested(depth, brackets)).encode()

    found = parse_line(raw, CONTEXT)

    assert isinstance(found, list)
    assert [(each.field, each.reason.partition(" (ved tegn ")[0]) for each in found] == [
        ("linjen", "har for mange lag af objekter og lister i hinanden")
    ]
    (record,) = records(io.BytesIO(raw), None, CONTEXT, lambda _: None).records
    assert isinstance(record.found, list)
    assert json.loads(record.beside("dybt"))["_reason"] == "dybt"


def test_a_line_may_hold_brackets_in_its_texts() -> None:
    text = json.dumps("[{" * 500 + '"\\')
    raw = LINE % ("note_added", f'"data":{{"text":{text}}}')

    assert not isinstance(parse_line(raw.encode(), CONTEXT), list)


def test_the_place_is_that_of_the_bracket_also_after_a_text_with_brackets() -> None:
    before = '{"æ":"[[[\\"[[","b":'
    with pytest.raises(json_text.BadJson) as bad:
        json_text.decoded(f"{before}{'[' * 100}".encode())

    assert bad.value.place == f"tegn {len(before) + json_text.MOST_LEVELS}"


@pytest.mark.parametrize("text", ["{", '{"a":}', '"\\', "[" * 500, '{"a":"\\ud800"}', "", "\xff"])
def test_a_text_that_is_no_json_is_refused_with_its_place(text: str) -> None:
    raw = text.encode("latin-1")

    with pytest.raises(json_text.BadJson) as bad:
        json_text.decoded(raw)

    assert bad.value.place or "slutter for tidligt" in bad.value.text or bad.value.text == "er tom"


def a_mapping(text: str) -> None:
    parse_mapping(text, standard())


def a_code_file(text: str) -> None:
    parse_code_lists(standard_text(), text)


@pytest.fixture
def a_municipality(tmp_path: Path) -> Callable[[str], None]:
    def read(text: str) -> None:
        path = tmp_path / "municipality.toml"
        path.write_text(text, "utf-8")
        settings({"JOURNEY_MUNICIPALITY": str(path)})

    return read


def toml(shape: str, depth: int) -> str:
    match shape:
        case "lists":
            return f"b = 1\na = {'[' * depth}1{']' * depth}"
        case "tables":
            return f"b = 1\na = {'{a = ' * depth}1{'}' * depth}"
        case "key":
            return f"b = 1\n{'.'.join('a' * depth)} = 1"
        case "header":
            return f"b = 1\n[{' . '.join('a' * depth)}]"
        case "quoted":
            return "b = 1\n" + ".".join(['"a.b"', "'c'"] * depth) + " = 1"
        case "keys of tables":
            return f"b = 1\na = {'{a.b.c.d = ' * depth}1{'}' * depth}"
        case "a number":
            return f"b = 1\nclose = {'1' * max(depth, 30)}"
        case _:
            return f"b = 1\nclose = 0x{'f' * depth}"


SHAPES = ["lists", "tables", "key", "header", "quoted", "keys of tables", "a number", "a hexadecimal number"]


@pytest.mark.parametrize("depth", [21, 300, 20_000])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_toml_file_is_refused_where_it_nests_too_deep(shape: str, depth: int, a_municipality: Callable[[str], None]) -> None:
    text = toml(shape, depth)

    for read in (a_mapping, a_code_file, a_municipality):
        with pytest.raises(Refused) as refused:
            read(text)
        assert "TOML" in refused.value.message
        assert refused.value.place
        assert len(refused.value.message) < 500


@pytest.mark.parametrize("shape", SHAPES[:6])
def test_its_line_is_named(shape: str) -> None:
    with pytest.raises(toml_text.BadToml, match=r"^linje 2: |^a\.a"):
        toml_text.parsed(toml(shape, 1_000))


def test_a_toml_file_may_nest_and_hold_dots_in_its_texts() -> None:
    text = f'a = "{"a." * 100}"\nb.c.d.e = [[[{{f.g.h = 1}}]]]\nc = """\n"x" [[[[[[[[[[[[[[[[[[[[[[[[[[[\n"""\n'

    assert toml_text.parsed(text)["b"]["c"]["d"]["e"] == [[[{"f": {"g": {"h": 1}}}]]]

"""A large JSON object read item by item gives what a reader of the whole gives, wherever the file is cut into pieces."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.exchange.event_logs import json_items
from journey.exchange.file_lines import LONGEST
from journey.json_text import BadJson

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
WHOLE = st.dictionaries(st.text(max_size=5), st.lists(VALUES, max_size=4) | VALUES, max_size=4)


def items(content: bytes, piece: int = 1 << 16) -> list[json_items.JsonItem]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_items, "PIECE", piece)
        return list(json_items.json_items(io.BytesIO(content), lambda _: None))


@settings(max_examples=40)
@given(WHOLE, st.integers(1, 12), st.sampled_from([None, 1]), st.booleans())
def test_the_items_are_those_of_the_whole(whole: dict[str, Any], piece: int, indent: int | None, ascii_only: bool) -> None:
    content = json.dumps(whole, indent=indent, ensure_ascii=ascii_only).encode()

    found: dict[str, list[Any]] = {}
    for name, number, raw in items(content, piece):
        if number == 0:
            found[name] = []
        else:
            found[name].append(json.loads(raw))
            assert number == len(found[name])

    assert found == {name: value if isinstance(value, list) else [] for name, value in whole.items()}


@settings(max_examples=40)
@given(WHOLE, st.integers(1, 12), st.data())
def test_what_is_cut_off_is_refused_wherever_it_is(whole: dict[str, Any], piece: int, data: st.DataObject) -> None:
    content = json.dumps(whole).encode()
    cut = data.draw(st.integers(0, len(content) - 1))

    with pytest.raises(BadJson):
        items(content[:cut], piece)


def test_an_item_without_end_is_refused_and_no_more_of_it_read() -> None:
    for begun in (b'{"a": [{"b": "', b'{"a": [[', b'{"a": "', b'{"', b'{"a": [1'):
        read: list[int] = []
        content = io.BytesIO(begun + b"1" * 8 * LONGEST)

        with pytest.raises(BadJson, match=r"længere end 1\.000\.000 tegn"):
            list(json_items.json_items(content, read.append))
        assert sum(read) <= 3 * LONGEST


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[]", "ikke et objekt"),
        (b'{"a" []}', "mangler et kolon efter a"),
        (b'{"a": [] "b": []}', "mangler et komma, eller den sidste }"),
        (b'{"a": [1 2]}', "mangler et komma eller en ] i a efter nummer 1"),
        (b"{1: []}", "hvor et navn skulle stå"),
        (b'{"a": []}x', "noget stående efter sin slutning"),
        (b'{"a": []', "slutter for tidligt"),
        (b'{"a": [1', "slutter for tidligt"),
        (b'{"a": [,1]}', "et tegn, der ikke må stå der"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, why: str) -> None:
    with pytest.raises(BadJson, match=why.replace("}", r"\}")):
        items(content)


def test_brackets_that_do_not_fit_are_an_item_for_its_reader_to_refuse() -> None:
    assert items(b'{"a": [[1}]}')[1].raw == b"[1}"

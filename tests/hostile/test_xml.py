"""An XML file of any shape is read piece by piece, and what has no end in it is refused where it begins."""

from __future__ import annotations

import io

import pytest

from journey.exchange import xml_events
from journey.exchange.foreign_files import xes_records
from journey.exchange.xml_events import LONGEST_TOKEN, MOST_LEVELS, BadXml
from journey.refusals import Refused

BEGINNINGS = {
    "attribute": '<log><trace><string key="a" value="',
    "comment": "<log><!-- ",
    "instruction": "<log><?a ",
    "document type": "<!DOCTYPE ",
    "declaration": '<?xml version="1.0" encoding="',
    "tag": "<log><",
    "end of a tag": "<log></",
    "entity": "<log>&",
    "attributes": "<log " + " ".join(f'a{nth}=""' for nth in range(1_000)) + " ",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("begun", BEGINNINGS.values(), ids=[*BEGINNINGS])
def test_what_has_no_end_is_refused_where_it_begins(begun: str, encoding: str) -> None:
    text = f"{begun}{'x' * 2 * LONGEST_TOKEN}"

    with pytest.raises(Refused) as refused:
        list(xes_records(io.BytesIO(text.encode(encoding))))

    assert "1.000.000 tegn" in refused.value.message
    assert "linje 1, tegn " in refused.value.message
    assert refused.value.place == "efter hændelse 0"


def test_no_more_of_it_is_read_than_shows_that_it_has_no_end() -> None:
    file = io.BytesIO(b"<log a='" + b"x" * 16 * LONGEST_TOKEN)

    with pytest.raises(BadXml):
        list(xml_events.xml_events(file))

    assert file.tell() <= LONGEST_TOKEN + 2 * xml_events.PIECE


@pytest.mark.parametrize("text", ["<log>{}</log>", "<log><![CDATA[{}]]></log>", "{}<log/>"])
def test_a_text_may_be_long(text: str) -> None:
    filler = " " * 3 * LONGEST_TOKEN

    assert len(list(xml_events.xml_events(io.BytesIO(text.format(filler).encode())))) == 2


def test_elements_within_each_other_have_an_end() -> None:
    nested = f"{'<a>' * MOST_LEVELS}{'</a>' * MOST_LEVELS}"
    assert len(list(xml_events.xml_events(io.BytesIO(nested.encode())))) == 2 * MOST_LEVELS

    with pytest.raises(BadXml, match=rf"linje 1, tegn {3 * MOST_LEVELS + 1}: mere end 100 elementer"):
        list(xml_events.xml_events(io.BytesIO(b"<a>" * 100_000)))


def test_what_a_case_says_of_itself_has_an_end() -> None:
    attributes = "".join(f'<string key="{nth}" value="{"v" * 100}"/>' for nth in range(2_000))

    with pytest.raises(Refused, match=r"mere end 100\.000 tegn"):
        list(xes_records(io.BytesIO(f"<log><trace>{attributes}<event/></trace></log>".encode())))


def test_no_name_grows_by_the_address_that_its_prefix_stands_for() -> None:
    text = f'<x:log xmlns:x="{"u" * 100_000}">{"<x:event/>" * 1_000}</x:log>'

    assert {event.tag for event in xml_events.xml_events(io.BytesIO(text.encode()))} == {"log", "event"}

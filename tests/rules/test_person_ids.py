"""Ids of persons: no name passes, a municipality's own form does, and a pattern that is none is refused at start."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from api.settings import settings
from journey.codes import standard
from journey.exchange.interchange import parse_line
from journey.exchange.lines import Declared, line_context
from journey.log.stored import Entry
from journey.refusals import Refused

NAMES = ("Anna Hansen", "anna", "Bo Ægidius, Storegade, tlf. 86123456", "ah")
FIELDS = (
    ("referred", "data.citizen", {"unit": "social"}),
    ("caseworker_assigned", "data.worker", {"role": "authority"}),
    ("caseworker_changed", "data.worker", {"role": "authority", "reason": "other"}),
    ("performer_matched", "data.worker", {}),
    ("performer_ended", "data.worker", {}),
    ("activity_recorded", "data.worker", {"activity": "moede"}),
    ("reopened", "by", {}),
)


def found(kind: str, place: str, data: dict[str, Any], person: str, declared: Declared) -> Any:
    line: dict[str, Any] = {"case": "N-1", "kind": kind, "valid_at": "2024-03-01", "source": "fs", "source_id": "1"}
    if place == "by":
        line |= {"by": person}
    else:
        data = {**data, place.removeprefix("data."): person}
    context = line_context(standard(), datetime(2026, 1, 1, tzinfo=UTC), lambda: "own", declared=declared)
    return parse_line(json.dumps({**line, "data": data}).encode(), context)


@pytest.mark.parametrize(("kind", "place", "data"), FIELDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_refused_in_every_field_of_a_person_and_not_repeated(
    kind: str, place: str, data: dict[str, Any], name: str
) -> None:
    problems = found(kind, place, data, name, Declared())

    assert isinstance(problems, list)
    assert [(problem.field, problem.code) for problem in problems] == [(place, "not_an_id")]
    assert name not in problems[0].text


@pytest.mark.parametrize(("kind", "place", "data"), FIELDS)
def test_what_a_municipality_or_a_mapping_declares_is_taken(kind: str, place: str, data: dict[str, Any]) -> None:
    initials = Declared(re.compile("[a-zæøå]{2,3}"))

    assert isinstance(found(kind, place, data, "ah", initials), Entry)
    assert isinstance(found(kind, place, data, "anna", initials), list)
    assert isinstance(found(kind, place, data, "Anna Hansen", Declared(ids_as_given=frozenset({"fs"}))), Entry)
    assert isinstance(found(kind, place, data, "Anna Hansen", Declared(ids_as_given=frozenset({"gs"}))), list)


def test_a_declared_form_takes_no_cpr_number() -> None:
    anything = Declared(re.compile(".*"), frozenset({"fs"}))

    for kind, place, data in FIELDS:
        problems = found(kind, place, data, "010190 1234", anything)
        assert isinstance(problems, list)
        assert [problem.code for problem in problems] == ["personal_number"]


def test_the_pattern_is_read_from_the_settings_and_a_wrong_one_refused() -> None:
    own = settings({"JOURNEY_PERSON_IDS": "[a-z]{3}"}).person_ids

    assert own is not None
    assert own.fullmatch("abc")
    assert settings({}).person_ids is None
    with pytest.raises(Refused) as refused:
        settings({"JOURNEY_PERSON_IDS": "[a-z"})
    assert (refused.value.code, refused.value.place) == ("wrong_start", "JOURNEY_PERSON_IDS")
    assert "[a-z" not in refused.value.message.replace("[a-zæøå]", "")

"""Section 3 of domain.md as a table, written off by hand: every kind, its fields, and every code they may hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from journey.codes import standard
from journey.events import KINDS
from journey.exchange.interchange import parse_line
from journey.exchange.lines import line_context
from journey.log.stored import Entry

UNITS = "ungeindsatsen arbejdsmarked social boern_familie skole"
FORUMS = "samarbejdsforum_30 samarbejdsforum_ung kv_udvalg"
SUPPORTS = (
    "bostoette_85 bostoette_85a bostoette_82b ungestoette efterskole kontaktperson_32 botilbud"
    " mentor befordring hjaelpemiddel enkeltydelse"
)
BENEFITS = (
    "kontanthjaelp_aktivitetsparat ressourceforloeb jobafklaring kontanthjaelp_jobparat uddannelseshjaelp sygedagpenge"
    " foertidspension fleksjob ingen"
    " kontanthjaelp_uddannelsesparat ledighedsydelse revalidering dagpenge su"
)
ENDINGS = "maal_naaet bevilling_udloebet andet_tilbud flyttet borgerens_oenske udloebet skoleaar_slut other"
PURPOSES = "mentor bostoette befordring hjaelpemiddel enkeltydelse other"
ACTIVITIES = "moede netvaerksmoede hjemmebesoeg telefon telefonsamtale samtale_jobcenter other"
WITHDRAWALS = (
    "fejl forkert_dato forkert_beloeb forkert_borger dobbelt dobbelt_registreret source_corrected source_removed other"
)
CHANGES = "reorganisation cover leave citizen_wish transition other"
ROLES = "authority employment continuous"
PLANS = "ungeplan samlet indsatsmaal"
TRACKS = "social employment forum"
TABLE = f"""
referred | unit: {UNITS} | citizen: b1 | ?born: 1999-04 | ?channel: application internal taken_over | ?in_scope: true false
presented | forum: {FORUMS} | by: leader caseworker | matter: visitation plan_change caseworker_change follow_up sparring
assessment_opened | method: vum child application
assessment_closed
visited | forum: {FORUMS} | ?layer: "1" "2" "3" 1 2 3
rejected | forum: {FORUMS} | reason: botilbud psyk_misbrug fleksjob forsikret integration foertidspension declined other
benefit_changed | benefit: {BENEFITS}
support_granted | grant: g1 | support: {SUPPORTS} | ?yearly_amount: 0 120000 | ?forum: {FORUMS}
support_ended | grant: g1 | ?reason: {ENDINGS}
support_refused | support: {SUPPORTS}
caseworker_assigned | role: {ROLES} | worker: w1
caseworker_changed | role: {ROLES} | worker: w1 | reason: {CHANGES} | ?approved_by_forum: true false
caseworker_ended | role: {ROLES}
performer_matched | worker: w1
performer_ended | worker: w1
plan_agreed | plan: {PLANS}
plan_revised | plan: {PLANS} | ?material: true false
follow_up_agreed | due: 2024-05-01 | ?track: {TRACKS} | ?moved_from: 2024-04-01
follow_up_held | outcome: continue adjust revisit end | ?track: {TRACKS}
frame_agreed | amount: 0 25000
frame_drawn | amount: 0 25000 | purpose: {PURPOSES}
transferred | to: {UNITS} | reason: handover disability_pension age other
sent_to_rehabilitation
complaint_received | complaint: k1
complaint_reassessed | complaint: k1 | outcome: maintained accommodated
complaint_decided | complaint: k1 | outcome: upheld changed remitted dismissed
activity_recorded | activity: {ACTIVITIES} | ?worker: w1
note_added | text: notat
disability_pension_expected
background_group_formed | ?size: 0 5
handover_proposed | to: {UNITS}
handover_accepted | to: {UNITS}
handover_refused | to: {UNITS} | ?reason: kapacitet
merged_into | case: N-2
closed | reason: education employment income_settled disability_pension moved died declined out_of_target_group other
reopened
withdrawn | source_id: a1 | ?source: fs | reason: {WITHDRAWALS}
survey_recorded | wave: 2025 | statement: fig1 | answers: null [1,2,null,4,5] | n: 16 | ?invited: 56
"""
"""A question mark stands before what may be left out; after the colon stands what it may be."""

WORDS = {"2025"}
"""What looks like a number and is a text."""


def _value(text: str) -> Any:
    return json.loads(text) if text not in WORDS and text[0] in '"[0123456789tfn' and _is_json(text) else text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _fields(cells: list[str]) -> dict[str, list[Any]]:
    return {cell.split(": ", 1)[0]: [_value(text) for text in cell.split(": ", 1)[1].split()] for cell in cells}


LAW = {row.split(" | ")[0]: _fields(row.split(" | ")[1:]) for row in TABLE.strip().splitlines()}
KIND_NAMES = sorted(LAW)
OF_A_STREAM = {"survey_recorded"}
OURS = {"figure_published", "definition_adopted"}
"""The law leaves to us what these say."""
CODED = {
    "unit",
    "channel",
    "forum",
    "by",
    "matter",
    "method",
    "layer",
    "benefit",
    "support",
    "role",
    "plan",
    "track",
    "outcome",
    "to",
    "reason",
    "purpose",
    "activity",
}


def read(kind: str, data: dict[str, Any]) -> Entry | list[str]:
    place = {"stream": "s"} if kind in OF_A_STREAM else {"case": "N-1"}
    line = {**place, "kind": kind, "valid_at": "2024-03-01", "source": "fs", "source_id": "1", "data": data}
    found = parse_line(json.dumps(line).encode(), line_context(standard(), datetime(2026, 1, 1, tzinfo=UTC), lambda: "own"))
    return found if isinstance(found, Entry) else [problem.text for problem in found]


def least(kind: str) -> dict[str, Any]:
    """The data with the fields that there must be."""
    return {name: values[0] for name, values in LAW[kind].items() if not name.startswith("?")}


def whole(kind: str) -> dict[str, Any]:
    return {name.removeprefix("?"): values[0] for name, values in LAW[kind].items()}


WHOLE = {kind: whole(kind) for kind in KIND_NAMES}


def test_the_kinds_are_those_of_the_law() -> None:
    assert set(KINDS) == set(LAW) | OURS


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_it_is_taken_with_what_it_must_say_and_with_all_it_may(kind: str) -> None:
    assert isinstance(read(kind, least(kind)), Entry)
    assert isinstance(read(kind, whole(kind)), Entry)


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_each_value_of_the_law_is_taken_and_null_where_a_field_may_be_left_out(kind: str) -> None:
    for name, values in LAW[kind].items():
        for value in [*values, *([None] if name.startswith("?") else [])]:
            assert isinstance(read(kind, {**whole(kind), name.removeprefix("?"): value}), Entry), (name, value)


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_without_a_field_that_there_must_be_it_is_refused_by_its_name(kind: str) -> None:
    for name in least(kind):
        found = read(kind, {field: value for field, value in whole(kind).items() if field != name})
        assert isinstance(found, list), name
        assert [text.split(": ")[0] for text in found] == [f"data.{name}"]


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_field_that_is_not_the_kinds_is_refused_by_its_name(kind: str) -> None:
    found = read(kind, {**whole(kind), "name": "x"})

    assert isinstance(found, list)
    assert [text.split(": ")[0] for text in found] == ["data.name"]


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_code_that_is_on_no_list_is_refused_by_its_name(kind: str) -> None:
    coded = [name for name in whole(kind) if name in CODED and (kind, name) != ("handover_refused", "reason")]
    for name in coded:
        found = read(kind, {**whole(kind), name: "findes_ikke"})
        assert isinstance(found, list), name
        assert [text.split(": ")[0] for text in found] == [f"data.{name}"]
    assert set(coded) == set(KINDS[kind].codes)


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_the_lists_hold_no_code_beside_the_laws(kind: str) -> None:
    said = {name.removeprefix("?"): values for name, values in LAW[kind].items()}
    for name, codes in KINDS[kind].codes.items():
        assert set(standard()[codes].codes) == {str(value) for value in said[name]}

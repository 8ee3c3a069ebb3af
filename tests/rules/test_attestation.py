"""Attestation of rights every half year, and gains: nobody's own signature gives them more (pure rules)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from journey.access.attestation import Attested, Right, attestations, may_attest, rights_of
from journey.access.role_faults import parse_role_file
from journey.access.role_file import grants_for
from journey.access.widening import gains
from journey.codes import standard
from tests.rules.test_role_files import CLAIMS, DAYS, FILE, UNITS, files

DAY = date(2026, 8, 31)


def test_each_right_is_asked_about_unit_by_unit() -> None:
    text = (
        '[[grant]]\nname = "a"\nclaim = "g"\nvalue = "x"\nrole = "caseworker"\n'
        'units_from = { claim = "u", map = { k1 = "ui", k2 = "social", k3 = "ui" } }\n'
        '[[grant]]\nname = "b"\nclaim = "g"\nvalue = "y"\nrole = "unit_leader"\nunits = ["*"]\n'
    )

    found = [(right.name, right.unit) for right in rights_of(parse_role_file(text, standard()["units"]))]

    assert found == [("a", "ungeindsatsen"), ("a", "social"), ("b", "")]


def test_the_first_answer_is_due_half_a_year_after_the_right_came_and_a_new_file_puts_it_off_for_none_that_is_unchanged() -> (
    None
):
    changed = parse_role_file(
        '[[grant]]\nname = "ledelsen"\nclaim = "groups"\nvalue = "HOI-ledelse"\nrole = "management"\n'
        '[[grant]]\nname = "tilsyn"\nclaim = "groups"\nvalue = "d"\nrole = "privacy_officer"\n',
        UNITS,
    )
    later = date(2026, 10, 1)

    found = {each.right.name: each for each in attestations([(DAY, FILE), (later, changed)], [], later)}

    assert {name: each.since for name, each in found.items()} == {"ledelsen": DAY, "tilsyn": later}
    assert found["ledelsen"].due == date(2027, 2, 28)  # there is no 31 February
    assert not found["ledelsen"].is_overdue(found["ledelsen"].due)
    assert found["ledelsen"].is_overdue(found["ledelsen"].due + timedelta(days=1))


def test_an_answer_counts_for_the_right_as_it_was_when_it_was_given() -> None:
    right = next(right for right in rights_of(FILE) if right.name == "ledelsen")
    answers = [
        Attested((right.name, right.unit, b"other"), "right", "d1", date(2026, 12, 1)),
        Attested(right.key, "take_away", "d1", date(2026, 9, 1)),
        Attested(right.key, "right", "d2", date(2026, 11, 1)),
        Attested(right.key, "right", "d0", date(2020, 1, 1)),
    ]

    def last(given: list[Attested]) -> Any:
        (found,) = (each for each in attestations([(DAY, FILE)], given, DAY) if each.right == right)
        return (found.last and found.last.person, found.due, found.is_no_longer_right)

    assert last([]) == (None, date(2027, 2, 28), False)
    assert last(answers[:1]) == (None, date(2027, 2, 28), False)
    assert last(answers[:2]) == ("d1", date(2027, 3, 1), True)
    assert last(answers[:3]) == ("d2", date(2027, 5, 1), False)
    assert last(answers[3:]) == (None, date(2027, 2, 28), False)  # of before it came into force


def test_what_has_ended_by_itself_is_asked_about_no_more() -> None:
    names = {each.right.name for each in attestations([(DAY, FILE)], [], date(2027, 6, 30))}

    assert names == {"sagsbehandlere, unge", "fk: sagsbehandlere", "ledelsen"}
    assert attestations([], [], DAY) == []


@pytest.mark.parametrize(
    ("role", "units", "right", "may"),
    [
        ("unit_leader", ("social",), ("caseworker", "social"), True),
        ("unit_leader", ("*",), ("caseworker", "social"), True),
        ("unit_leader", ("skole",), ("caseworker", "social"), False),
        ("privacy_officer", (), ("caseworker", "social"), False),
        ("caseworker", ("social",), ("caseworker", "social"), False),
        ("unit_leader", ("social",), ("unit_leader", "social"), False),
        ("privacy_officer", (), ("unit_leader", "social"), True),
        ("privacy_officer", (), ("auditor", ""), True),
        ("unit_leader", ("*",), ("auditor", ""), False),
        ("privacy_officer", (), ("privacy_officer", ""), False),
        ("unit_leader", ("skole",), ("privacy_officer", ""), True),
        ("operator", (), ("operator", ""), False),
        ("local", (), ("operator", ""), False),
    ],
)
def test_who_answers_for_a_right(role: str, units: tuple[str, ...], right: tuple[str, str], may: bool) -> None:
    assert may_attest(role, units, Right("r", right[0], right[1], None, b"")) is may


@settings(max_examples=25, deadline=None)
@given(files(), files(), CLAIMS, DAYS)
def test_a_person_with_no_gain_never_has_more_by_the_new_file(old: str, new: str, claims: dict[str, Any], day: date) -> None:
    before, after = parse_role_file(old, UNITS), parse_role_file(new, UNITS)
    found = gains(claims, before, after, day)
    gained = {gain.grant.role for gain in found}

    for later in {day, *(each for each in before.days | after.days if each > day)}:
        has = {grant.role: grant for grant in grants_for(claims, before, later)}
        for grant in grants_for(claims, after, later):
            assert grant.role in gained or (grant.role in has and has[grant.role].covers(grant))
    assert gains(claims, before, before, day) == []
    assert {gain.grant.role for gain in gains(claims, None, after, day)} >= {
        grant.role for grant in grants_for(claims, after, day)
    }


OLD = '[[grant]]\nname = "a"\nclaim = "groups"\nvalue = "a"\nrole = "management"\n'


@pytest.mark.parametrize(
    "grant",
    [
        'claim = "email"\nvalue = "x@k.dk"\nrole = "auditor"\nexternal = false',
        'claim = "groups"\nvalue = "a"\nalso = { acr = ["high"] }\nrole = "auditor"\nexternal = false',
        'claim = "groups"\nvalue = "a"\nrole = "caseworker"\nunits_from = { claim = "locale", map = { da = "social" } }',
        'each = "address"\nclaim = "x"\nvalue = "y"\nrole = "auditor"\nexternal = false',
        'each = "address"\nclaim = "x"\nvalue = "y"\nrole = "caseworker"\nunits_from = { claim = "u", map = { k = "social" } }',
    ],
)
def test_what_a_session_does_not_save_is_assumed_to_be_as_the_new_file_asks(grant: str) -> None:
    old = parse_role_file(OLD, UNITS)
    new = parse_role_file(OLD + f'[[grant]]\nname = "b"\n{grant}\n', UNITS)
    claims, unsaved = {"sub": "p1", "groups": ["a"]}, {"email", "acr", "locale", "address"}

    assert len(gains(claims, old, new, DAY, unsaved)) == 1
    assert gains(claims, old, old, DAY, unsaved) == []
    assert gains({**claims, "groups": []}, old, new, DAY) == []  # the twin: what is known not to be there


def test_an_id_that_a_session_does_not_save_hides_no_gain() -> None:
    old = parse_role_file(OLD, UNITS)
    new = parse_role_file('[person]\nid = "email"\n' + OLD.replace("management", "privacy_officer"), UNITS)

    assert gains({"sub": "p1", "groups": ["a"]}, old, new, DAY, {"email"}) != []
    assert gains({"sub": "p1", "groups": ["a"]}, old, new, DAY) == []
    deputy = (
        '[[deputy]]\nname = "d"\nperson = "x1"\nstands_in_for = "x2"\nrole = "auditor"\nfrom = 2026-01-01\nuntil = 2026-12-01\n'
    )
    other = parse_role_file('[person]\nid = "email"\n' + OLD + deputy, UNITS)
    assert [gain.grant.role for gain in gains({"sub": "p1", "groups": ["a"]}, old, other, DAY, {"email"})] == ["auditor"]

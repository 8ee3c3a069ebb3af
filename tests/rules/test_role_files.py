"""Role files: every fault of one at once (data/bad/role_files.toml), and what a valid one gives to whom, until when."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.access.role_faults import MOST, faults_on, parse_role_file, role_faults
from journey.access.role_file import RoleGrant, grants_for
from journey.access.role_form import ClaimGrant, RoleFile
from journey.codes import standard
from journey.refusals import Refused

BAD = tomllib.loads((Path(__file__).parents[1] / "data" / "bad" / "role_files.toml").read_text("utf-8"))
UNITS = standard()["units"]
FILE = parse_role_file(BAD["file"], UNITS)
TODAY = date(2026, 7, 10)


def changed(wrong: dict[str, Any]) -> str:
    text: str = wrong.get("text", BAD["file"])
    for was, becomes in wrong.get("change", []):
        assert text.count(was) == 1, was
        text = text.replace(was, becomes)
    return text + wrong.get("end", "")


@pytest.mark.parametrize("wrong", BAD["wrong"], ids=lambda wrong: wrong["name"])
def test_a_wrong_role_file_gets_exactly_these_answers(wrong: dict[str, Any]) -> None:
    text = changed(wrong)

    assert [f"{fault.field} | {fault.reason}" for fault in role_faults(text, UNITS)] == wrong["answer"]
    with pytest.raises(Refused) as refused:
        parse_role_file(text, UNITS)
    assert refused.value.code == "bad_roles"
    assert all(answer.split(" | ")[1] in refused.value.message for answer in wrong["answer"][1:])


def test_a_file_that_nobody_could_read_through_is_refused_by_its_length() -> None:
    (fault,) = role_faults(BAD["file"] + "#" * MOST, UNITS)

    assert fault.text == "rollefilen: filen er over 50.000 tegn lang; slå rettigheder sammen i kommunens katalog"


def test_the_municipality_s_own_form_of_ids_is_known() -> None:
    text = BAD["file"].replace('"sb-17"', '"ajn"')

    assert [fault.field for fault in role_faults(text, UNITS)] == ["deputy[1].person"]
    assert role_faults(text, UNITS, re.compile("[a-z]{3}")) == []


def test_a_file_that_is_taken_into_force_has_no_day_that_has_passed_and_no_external_for_more_than_a_year() -> None:
    assert faults_on(FILE, date(2026, 7, 1)) == []
    assert [fault.text for fault in faults_on(FILE, date(2026, 6, 28))] == [
        "grant[3].until: er mere end 366 dage frem; giv en ekstern højst et år ad gangen"
    ]
    without = with_grants(FILE, [grant for grant in FILE.grants if grant.role != "management"])
    assert [fault.text for fault in faults_on(without, date(2026, 7, 1))] == [
        "grant: ingen ville kunne underskrive den næste fil; giv mindst én af rollerne unit_leader, management, privacy_officer"
    ]
    assert [fault.text for fault in faults_on(FILE, date(2027, 6, 30))] == [
        "grant[3].until: 2027-06-30 er ikke efter i dag; tag den [[grant]] ud, eller ret dagen",
        "deputy[1].until: 2026-08-01 er ikke efter i dag; tag den [[deputy]] ud, eller ret dagen",
    ]


UI, SOCIAL = ("ungeindsatsen",), ("social",)
FK = "http://sagsforloeb.dk/roles/usersystemrole/sagsbehandler/1"
UNIT = "5f7c2a90-1b1e-4c0e-9a55-0d6a4a2f11aa"
END = date(2027, 6, 30)
CASEWORKER = RoleGrant("caseworker", UI, None, "sagsbehandlere, unge")
GIVEN: dict[str, tuple[dict[str, Any], list[RoleGrant]]] = {
    "nothing that the file names": ({"sub": "sb-1", "groups": ["HOI-andet"], "role": "caseworker"}, []),
    "no claims": ({}, []),
    "no id": ({"groups": "HOI-sagsbehandler-UI"}, []),
    "an id that is no text": ({"sub": ["sb-1"], "groups": "HOI-sagsbehandler-UI"}, []),
    "a text": ({"sub": "sb-1", "groups": "HOI-sagsbehandler-UI"}, [CASEWORKER]),
    "a list": ({"sub": "sb-1", "groups": [7, "x", "HOI-sagsbehandler-UI"]}, [CASEWORKER]),
    "a part of the value": ({"sub": "sb-1", "groups": "HOI-sagsbehandler-UI2 HOI-sagsbehandler-UI"}, []),
    "the value in other letters": ({"sub": "sb-1", "groups": "hoi-sagsbehandler-ui"}, []),
    "the value as a name of a table": ({"sub": "sb-1", "groups": {"HOI-sagsbehandler-UI": True}}, []),
    "blocked": ({"sub": "sb-9", "groups": "HOI-sagsbehandler-UI"}, []),
    "blocked in other letters": ({"sub": "SB-9 ", "groups": "HOI-sagsbehandler-UI"}, []),
    "external, until its day": (
        {"sub": "rev-1", "groups": "HOI-revision"},
        [RoleGrant("auditor", (), END, "ekstern revision")],
    ),
    "a deputy": ({"sub": "sb-17"}, [RoleGrant("unit_leader", UI, date(2026, 8, 1), "leder af unge, sommer")]),
    "a deputy's id in other letters": ({"sub": "SB-17"}, []),
    "a role with its own limits": (
        {"sub": "sb-1", "privileges": [{"role": FK, "orgenhed": [UNIT, "en anden"], "kle": ["27.36.12", "27.45"]}]},
        [RoleGrant("caseworker", SOCIAL, None, "fk: sagsbehandlere")],
    ),
    "limits lent from another role": (
        {"sub": "sb-1", "privileges": [{"role": FK, "kle": "27.36.12"}, {"role": "x", "orgenhed": UNIT, "kle": "27.36.12"}]},
        [],
    ),
    "a role whose KLE is another": ({"sub": "sb-1", "privileges": {"role": FK, "orgenhed": UNIT, "kle": "27.45"}}, []),
    "limits beside the list": ({"sub": "sb-1", "role": FK, "orgenhed": UNIT, "kle": "27.36.12"}, []),
    "two of one kind": (
        {"sub": "sb-1", "groups": "HOI-sagsbehandler-UI", "privileges": {"role": FK, "orgenhed": UNIT, "kle": "27.36.12"}},
        [RoleGrant("caseworker", (*SOCIAL, *UI), None, "sagsbehandlere, unge, fk: sagsbehandlere")],
    ),
}


@pytest.mark.parametrize("name", GIVEN)
def test_claims_give_exactly_these_roles(name: str) -> None:
    claims, roles = GIVEN[name]

    assert grants_for(claims, FILE, TODAY) == roles


def test_reach_follows_from_the_role_and_its_units() -> None:
    roles = ("caseworker", UI), ("unit_leader", ("*",)), ("auditor", ()), ("management", ()), ("operator", ())

    assert [RoleGrant(*each).reach for each in roles] == ["units", "all", "all", "none", "none"]


@pytest.mark.parametrize(
    ("claims", "first", "last"),
    [
        ({"sub": "sb-17"}, date(2026, 7, 1), date(2026, 7, 31)),
        ({"sub": "rev-1", "groups": "HOI-revision"}, date.min, date(2027, 6, 29)),
    ],
)
def test_access_begins_and_ends_by_itself(claims: dict[str, Any], first: date, last: date) -> None:
    (role,) = grants_for(claims, FILE, last)

    assert role.runs_on(last)
    assert not role.runs_on(last + timedelta(days=1))
    assert grants_for(claims, FILE, last + timedelta(days=1)) == []
    assert grants_for(claims, FILE, first) == [role]
    assert first == date.min or grants_for(claims, FILE, first - timedelta(days=1)) == []


def test_a_role_of_several_grants_ends_on_the_first_day_that_takes_something_of_it() -> None:
    def file(*grants: tuple[list[str], date | None]) -> RoleFile:
        return RoleFile(
            grants=[
                ClaimGrant(f"g{nth}", "groups", "x", "caseworker", units, until=until)
                for nth, (units, until) in enumerate(grants)
            ]
        )

    def until(*grants: tuple[list[str], date | None]) -> date | None:
        (role,) = grants_for({"sub": "sb-1", "groups": "x"}, file(*grants), TODAY)
        return role.until

    soon, late = date(2026, 8, 1), date(2026, 12, 1)
    assert until((["social"], soon), (["skole"], late)) == soon
    assert until((["social"], soon), (["social"], late)) == late
    assert until((["social"], soon), (["*"], None)) is None
    assert until((["*"], soon), (["social"], None)) == soon


# --- any file and any claims --------------------------------------------------------------------------------------------

NAMES, VALUES, PERSONS = ("groups", "roles", "unit"), ("a", "b", "c"), ("p1", "p2", "p3")
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def files(draw: st.DrawFn) -> str:
    lines: list[str] = []
    for nth in range(draw(st.integers(1, 5))):
        role = draw(st.sampled_from(("caseworker", "unit_leader", "management", "auditor")))
        lines += ["[[grant]]", f'name = "g{nth}"', f'claim = "{draw(st.sampled_from(NAMES))}"']
        lines += [f'value = "{draw(st.sampled_from(VALUES))}"', f'role = "{role}"']
        if role in ("caseworker", "unit_leader"):
            form = 'units = ["{}"]', 'units_from = {{ claim = "unit", map = {{ a = "{}", b = "skole" }} }}'
            lines.append(draw(st.sampled_from(form)).format(draw(st.sampled_from(("social", "arbejdsmarked")))))
        if role == "auditor":
            lines.append("external = false")
        if draw(st.booleans()):
            lines.append(f"until = {draw(DAYS)}")
        if draw(st.booleans()):
            lines.append(f'also = {{ {draw(st.sampled_from(NAMES))} = ["{draw(st.sampled_from(VALUES))}"] }}')
    for nth in range(draw(st.integers(0, 2))):
        first = draw(DAYS)
        lines += ["[[deputy]]", f'name = "d{nth}"', f'person = "{draw(st.sampled_from(PERSONS[:2]))}"', 'stands_in_for = "p7"']
        lines += ['role = "unit_leader"', 'units = ["social"]', f"from = {first}", f"until = {first + timedelta(days=40)}"]
    return "\n".join([*lines, '[[blocked]]\nperson = "p3"'])


CLAIMS = st.fixed_dictionaries(
    {"sub": st.sampled_from(PERSONS)},
    optional={name: st.one_of(st.sampled_from(VALUES), st.lists(st.sampled_from(VALUES))) for name in NAMES},
)


@settings(max_examples=60, deadline=None)
@given(files(), CLAIMS, DAYS)
def test_no_role_comes_from_nothing_and_none_outlasts_what_gave_it(text: str, claims: dict[str, Any], day: date) -> None:
    file = parse_role_file(text, UNITS)
    roles = grants_for(claims, file, day)

    assert len({role.role for role in roles}) == len(roles)
    assert all(role.runs_on(day) for role in roles)
    if claims["sub"] == "p3":
        assert roles == []
    names = {name for role in roles for name in role.name.split(", ")}
    without = with_grants(file, [grant for grant in file.grants if grant.name not in names])
    assert grants_for({"sub": "p1", "other": ["a", "b"]}, with_grants(file, file.grants, deputies=False), day) == []
    assert all(role.name.startswith("d") for role in grants_for(claims, without, day))  # nothing but what is named gave them
    for role in roles:
        ends = role.until
        if ends is not None:  # the day it ends it is less, and the day before it is as much
            later = {each.role: each for each in grants_for(claims, file, ends)}
            before = {each.role: each for each in grants_for(claims, file, ends - timedelta(days=1))}
            assert role.role not in later or not later[role.role].covers(role)
            assert before[role.role].covers(role)


@settings(max_examples=60, deadline=None)
@given(files(), CLAIMS, CLAIMS, DAYS)
def test_more_claims_never_give_less_and_fewer_never_more(
    text: str, some: dict[str, Any], others: dict[str, Any], day: date
) -> None:
    file = parse_role_file(text, UNITS)

    def values(claim: Any) -> list[str]:
        return [claim] if isinstance(claim, str) else list(claim)

    both = {name: values(some.get(name, [])) + values(others.get(name, [])) for name in NAMES} | {"sub": some["sub"]}
    more = {role.role: role for role in grants_for(both, file, day)}

    assert all(more[role.role].covers(role) for role in grants_for(some, file, day))


def with_grants(file: RoleFile, grants: list[ClaimGrant], *, deputies: bool = True) -> RoleFile:
    return RoleFile(file.person, grants, file.deputies if deputies else [], file.blocked)

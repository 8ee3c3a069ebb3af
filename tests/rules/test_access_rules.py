"""The table of rules: what each role may do, with which cases, as an authority would read it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from journey.access.reader import LOCAL, NOBODY, Reader, machine
from journey.access.rules import ON_THIS_MACHINE, WHOLE, CaseAccess, allows, reader_of, rules, scope_of

OWN, OTHER = CaseAccess("ui"), CaseAccess("unge")
PROTECTED = CaseAccess("ui", protected=True)
NOWHERE = CaseAccess("")

BLOCKED = CaseAccess("ui", granted=True, blocked=True)

SEES = "read_case list_cases export_case read_findings"
KEEPS = "protect_case grant_case link_cases review_emergency"
ROLES = "propose_roles approve_roles"
LOOKS = "read_looks"
MATRIX: dict[str, tuple[str, str, str]] = {
    "caseworker": (f"{SEES} find_citizen record_event open_emergency", "open_emergency", "read_figures"),
    "unit_leader": (
        f"{SEES} find_citizen record_event merge_cases open_emergency {KEEPS}",
        "open_emergency",
        f"read_figures read_deliveries {ROLES} attest_roles {LOOKS}",
    ),
    "management": ("", "", f"read_figures read_deliveries {ROLES}"),
    "secretary": ("", "", "read_figures publish adopt"),
    "auditor": (f"{SEES} read_proof", f"{SEES} read_proof", "read_figures read_deliveries"),
    "privacy_officer": (KEEPS, KEEPS, f"read_figures read_deliveries {ROLES} attest_roles {LOOKS} review_looks"),
    "operator": ("", "", "read_deliveries read_metrics propose_roles"),
}
"""By role: what it may do with a case of its own unit, with one of another unit, and what shows no case at all."""
WITH_CASES = {action for action, rule in rules().action.items() if rule.mark in ("case", "command")} - {"take_delivery"}
FROM_OUTSIDE = {"open_emergency", *KEEPS.split()}
"""What is done with a case from outside it: protection does not hinder it, and a grant does not widen it."""
BESIDES = {*rules().action} - WITH_CASES


@pytest.mark.parametrize("role", MATRIX)
def test_each_role_may_do_what_the_table_says_and_nothing_else(role: str) -> None:
    own, other, besides = ({*actions.split()} for actions in MATRIX[role])

    def allowed(case: CaseAccess | None, actions: set[str]) -> set[str]:
        return {action for action in actions if allows(role, ("ui",), action, case)}

    assert allowed(OWN, WITH_CASES) == own
    assert allowed(OTHER, WITH_CASES) == other
    assert allowed(NOWHERE, WITH_CASES) == other
    assert allowed(PROTECTED, WITH_CASES) == own & FROM_OUTSIDE
    assert allowed(replace(PROTECTED, granted=True), WITH_CASES) == own
    assert allowed(replace(OTHER, granted=True), WITH_CASES) == own - FROM_OUTSIDE | other
    assert allowed(BLOCKED, WITH_CASES) == set()
    assert allowed(None, BESIDES) == besides


def test_every_role_has_its_row() -> None:
    assert [*MATRIX] == [*rules().role]


def test_whoever_works_for_every_unit_sees_all_but_the_protected_and_may_take_deliveries() -> None:
    assert allows("unit_leader", WHOLE, "take_delivery")
    assert not allows("unit_leader", ("ui", "unge"), "take_delivery")
    assert allows("unit_leader", WHOLE, "read_case", OTHER)
    assert not allows("unit_leader", WHOLE, "read_case", PROTECTED)
    assert not allows("caseworker", WHOLE, "take_delivery")


def test_a_role_that_nobody_named_may_do_nothing() -> None:
    assert not any(
        allows(role, WHOLE, action, case) for role in ("", "none", "admin") for action in rules().action for case in (None, OWN)
    )


@pytest.mark.parametrize("role", ON_THIS_MACHINE)
def test_who_holds_the_keys_may_do_all_that_takes_one_person(role: str) -> None:
    alone = {action for action, rule in rules().action.items() if not rule.two_person}

    assert {action for action in rules().action if allows(role, (), action, PROTECTED)} == alone


@pytest.mark.parametrize(
    ("role", "units", "reader"),
    [
        ("caseworker", ("ui",), Reader("p-1", "caseworker", "units", ("ui",))),
        ("unit_leader", ("ui", "unge"), Reader("p-1", "unit_leader", "units", ("ui", "unge"))),
        ("unit_leader", WHOLE, Reader("p-1", "unit_leader", "all")),
        ("auditor", (), Reader("p-1", "auditor", "all")),
        ("management", WHOLE, Reader("p-1", "management")),
        ("privacy_officer", WHOLE, Reader("p-1", "privacy_officer")),
        ("operator", ("ui",), Reader("p-1", "operator")),
        ("nobody", WHOLE, Reader("p-1", "nobody")),
        ("local", (), Reader("p-1", "local", "everything")),
    ],
)
def test_rows_reach_as_far_as_the_role_may_see_cases(role: str, units: tuple[str, ...], reader: Reader) -> None:
    assert reader_of("p-1", role, units) == reader


def test_the_database_is_told_who_reads_and_how_far() -> None:
    assert reader_of("p-1", "caseworker", ("ui", "unge")).context == {
        "journey.person": "p-1",
        "journey.role": "caseworker",
        "journey.reach": "units",
        "journey.units": "ui,unge",
    }
    assert (LOCAL.reach, machine("root").person, NOBODY.reach) == ("everything", "machine:root", "none")


def test_the_table_is_whole() -> None:
    """No scope is for a role that there is not, none of cases is for what shows none, and none without cases for what shows some."""
    for action, rule in rules().action.items():
        assert {*rule.scope} <= {*rules().role}, action
        shows_cases = action in WITH_CASES | {"read_looks", "review_looks"}
        assert {*rule.scope.values()} <= ({"units", "all"} if shows_cases else {"yes", "every_unit"}), action
        assert scope_of("nobody", action) == "no"

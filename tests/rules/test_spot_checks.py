"""Look-ups without a known relation, and spot checks: 100 snoops are planted among 10,000 looks, and every one of them is listed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from journey.access.looks import SEES_CASES, LoggedLook, Relation, drawn, is_overdue, open_outcomes, unexplained
from journey.access.reader import NOBODY, Reader
from journey.access.rules import WHOLE, reader_of_looks

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
UNITS = [f"unit-{nth}" for nth in range(8)]
PEOPLE = {f"sb-{nth}": UNITS[nth % 8] for nth in range(80)}


def look(number: int, person: str, case: str | None, units: tuple[str, ...], action: str = "read") -> LoggedLook:
    return LoggedLook(number, BEGAN, f"r-{number}", person, None, units, "caseworker", "casework", action, case, None)


def planted(seed: int) -> tuple[list[LoggedLook], dict[str, Relation], set[int]]:
    """10,000 looks, each explained in one of three ways, but 100 of them in none; and the numbers of those."""
    rng = Random(seed)
    people = [*PEOPLE]
    cases = {
        f"N-{nth}": Relation(frozenset(rng.sample(UNITS, rng.choice((1, 1, 2)))), frozenset(rng.sample(people, 3)))
        for nth in range(500)
    }
    snoops, looks = {*rng.sample(range(1, 10_001), 100)}, list[LoggedLook]()
    for number in range(1, 10_001):
        case = rng.choice([*cases])
        relation = cases[case]
        near = [who for who in people if who in relation.persons or PEOPLE[who] in relation.units]
        far = [who for who in people if who not in near]
        person = rng.choice(far if number in snoops else near)
        looks.append(look(number, person, case, (PEOPLE[person],), rng.choice([*SEES_CASES])))
    return looks, cases, snoops


@pytest.mark.parametrize("seed", range(3))
def test_every_planted_snoop_is_listed_and_nobody_else(seed: int) -> None:
    looks, cases, snoops = planted(seed)

    assert {each.number for each in unexplained(looks, cases)} == snoops


def test_without_one_kind_of_relation_others_would_be_listed() -> None:
    """The twin: each of the relations explains looks that no other does."""
    looks, cases, snoops = planted(0)
    for without in ("units", "persons"):
        less = {
            case: Relation(**{"units": of.units, "persons": of.persons, without: frozenset()}) for case, of in cases.items()
        }
        assert {each.number for each in unexplained(looks, less)} > snoops


def test_a_case_that_nothing_is_known_of_explains_nothing_and_a_search_is_no_look_at_a_case() -> None:
    looks = [look(1, "sb-1", "N-1", ("unit-1",)), look(2, "sb-1", None, (), "search"), look(3, "sb-1", "N-1", (), "read_log")]

    assert [each.number for each in unexplained(looks, {})] == [1]
    assert unexplained(looks, {"N-1": Relation(persons=frozenset({"sb-1"}))}) == []


def test_a_seed_draws_the_same_again_and_another_draws_others() -> None:
    numbers = range(1, 1_001)

    assert drawn("a", numbers) == drawn("a", reversed(numbers))
    assert len({*drawn("a", numbers)}) == 25
    assert drawn("a", numbers) != drawn("b", numbers)
    assert drawn("a", [3, 1, 2]) == [1, 2, 3]
    assert {number for seed in range(400) for number in drawn(str(seed), numbers)} == {*numbers}


def test_a_spot_check_is_overdue_so_many_days_after_the_last_or_the_first_look() -> None:
    def due(last: int | None, first: int | None) -> bool:
        ago = [None if days is None else BEGAN - timedelta(days=days) for days in (last, first)]
        return is_overdue(ago[0], ago[1], BEGAN, 31)

    assert [due(None, None), due(None, 31), due(None, 32), due(31, 90), due(32, 90)] == [False, False, True, False, True]


def test_a_look_is_open_until_it_is_found_to_be_in_order_or_a_breach() -> None:
    assert open_outcomes([1, 2, 3, 4], {1: "ok", 2: "to_be_asked", 3: "breach"}) == [2, 4]


@pytest.mark.parametrize(
    ("role", "units", "reader"),
    [
        ("privacy_officer", (), Reader("p-1", "privacy_officer", "all")),
        ("unit_leader", ("ui",), Reader("p-1", "unit_leader", "units", ("ui",))),
        ("unit_leader", WHOLE, Reader("p-1", "unit_leader", "all")),
        ("caseworker", ("ui",), Reader("p-1", "caseworker", "none")),
        ("operator", WHOLE, Reader("p-1", "operator", "none")),
        ("machine", (), Reader("p-1", "machine", "everything")),
    ],
)
def test_the_log_of_looks_is_read_as_far_as_the_role_reaches(role: str, units: tuple[str, ...], reader: Reader) -> None:
    assert reader_of_looks("p-1", role, units) == reader
    assert reader_of_looks("nobody", "none", ()) == NOBODY

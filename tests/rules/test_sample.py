"""The sample register: synthetic courses that count to what the papers print, and look like casework in between."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from journey.case import NEW, evolve
from journey.codes import standard
from journey.events import KINDS
from journey.exchange.interchange import parse_line
from journey.exchange.lines import line_context
from journey.history import Recorded, in_order
from journey.log.stored import Entry
from journey.personal import has_personal_number
from journey.sample import ledger_lines, plan, sample_register
from tests.oracle import FIGURES
from tests.oracle.fold import Register, active_in, register_from, state_on
from tests.oracle.parameters import check

SEED, OTHER_SEED = 2025, 7
UI, AM = "ungeindsatsen", "arbejdsmarked"
UI_DAYS, AM_DAYS = ("2023-01-24", "2024-02-02", "2025-02-01"), ("2023-01-17", "2024-02-01", "2025-02-01")


@cache
def lines(seed: int = SEED) -> list[dict[str, Any]]:
    return sample_register(seed)


@cache
def register(seed: int, position: int | None = None) -> Register:
    return register_from(lines(seed), position)


@cache
def entries(seed: int = SEED) -> list[Entry]:
    """Every line as the product reads it, a bad one named with what is wrong with it."""
    by = line_context(standard(), datetime(2026, 1, 1, tzinfo=UTC), lambda: "none")
    read = [parse_line(json.dumps(line, ensure_ascii=False).encode(), by) for line in lines(seed)]
    wrong = [(line, problems) for line, problems in zip(lines(seed), read, strict=True) if isinstance(problems, list)]

    assert wrong == []
    return [one for one in read if isinstance(one, Entry)]


def counted(seed: int, figure: str, position: int | None = None, **parameters: Any) -> list[dict[str, Any]]:
    asked = {name.rstrip("_"): value for name, value in parameters.items()}
    return FIGURES[figure](register(seed, position), check(figure, asked))


def cell(seed: int, figure: str, dimensions: dict[str, Any], parameters: dict[str, Any], position: int | None = None) -> Any:
    """The value of the one cell with exactly these dimensions; none of them is a transfer that nobody made."""
    found = [
        cell["value"]
        for cell in FIGURES[figure](register(seed, position), check(figure, parameters))
        if {name: value for name, value in cell.items() if name not in ("value", "why")} == dimensions
    ]
    assert len(found) <= 1
    return found[0] if found else None


def publication(seed: int, day: str) -> int:
    """The position of the last ledger line of the paper of the day."""
    return max(
        position
        for position, line in enumerate(lines(seed), start=1)
        if line["kind"] == "figure_published" and line["valid_at"] == day
    )


def projected() -> list[dict[str, Any]]:
    """The ledger's entries that are a cell of a figure: a number, or a bar that the paper leaves out."""
    data = [line["data"] for line in ledger_lines()]
    return [
        one
        for one in data
        if isinstance(one, dict) and one["figure"] and (one["value"] is not None or one["figure"] == "survey")
    ]


@pytest.mark.parametrize("seed", [SEED, OTHER_SEED, 1, 2])
@pytest.mark.parametrize("then", ["end", "publication"])
def test_every_published_number_is_what_the_register_counts(seed: int, then: str) -> None:
    for published in projected():
        position = publication(seed, published["paper"]["date"]) if then == "publication" else None

        value = cell(seed, published["figure"], published["cell"], published["parameters"], position)

        assert value == published["value"], published["id"]


def test_the_ledger_says_what_section_7_prints() -> None:
    said = {line["data"]["id"]: line["data"]["value"] for line in ledger_lines()}  # type: ignore[index] -- a line's data is a table

    assert [said[f"ui-{year}"] for year in (2023, 2024, 2025)] == [156, 117, 96]
    assert [said[f"ui-2025-{part}"] for part in ("bostoette", "ungestoette", "efterskole", "kontaktperson", "assessing")] == [
        *(43, 21, 10, 7, 15)
    ]
    assert [
        (said[f"am-{year}-aktivitetsparat"], said[f"am-{year}-ressourceforloeb_jaf"], said[f"am-{year}"])
        for year in (2023, 2024, 2025)
    ] == [(12, 9, 21), (13, 7, 20), (12, 5, 17)]
    assert (said["am-2025-vum"], said["am-kohorte"], said["am-kohorte-aktive"], said["am-2024-foertidspension"]) == (
        9,
        31,
        8,
        5,
    )
    assert (said["ui-2023-efterskole"], said["ui-2023-efterskole-kr"], said["ui-2023-botilbud"]) == (21, 1_150_000, 1)
    assert (said["ui-2023-klager-stadfaestet"], said["ui-2023-klager-verserende"], said["am-2023-klager"]) == (2, 1, 0)
    assert (said["ui-forventet"], said["am-kohorte-resten"], said["survey-2025-inviterede"]) == (100, None, 56)
    assert len(said) == len(ledger_lines()) == 79


def test_what_the_papers_imply_but_do_not_print() -> None:
    october = {"from_unit": "social", "to_unit": AM, "from": "2022-10-01", "to": "2022-11-01", "valid_at": "2025-02-01"}

    parts = {one["support"]: one["value"] for one in counted(SEED, "caseload_by_support", unit=UI, valid_at="2025-02-01")}
    groups = counted(SEED, "caseload_by_benefit", unit=AM, valid_at=list(AM_DAYS))
    complaints = counted(SEED, "complaints", unit=UI, from_="2022-01-01", to="2023-01-25")

    assert (parts["other"], parts["waiting"]) == (0, 0)
    assert all(one["value"] == 0 for one in groups if one["benefit"] in ("other", "unknown"))
    assert cell(SEED, "cohort", {"measure": "newcomers"}, october) == 9
    assert sum(one["value"] for one in complaints if one["measure"] == "decided") == 2
    assert cell(SEED, "complaints", {"measure": "received"}, {"unit": UI, "from": "2022-01-01", "to": "2023-01-25"}) == 3


def test_run_off_cases_are_in_the_first_count_and_gone_before_the_second() -> None:
    all_of_them = [counted(SEED, "caseload", unit=UI, valid_at=day)[0]["value"] for day in UI_DAYS]
    in_scope = [counted(SEED, "caseload", unit=UI, valid_at=day, include_out_of_scope=False)[0]["value"] for day in UI_DAYS]

    assert all_of_them[0] - in_scope[0] > 30
    assert all_of_them[1:] == in_scope[1:]


def test_the_transfers_on_disability_pension_in_2024_are_of_five_citizens() -> None:
    found = [
        (line["case"], line["valid_at"])
        for line in lines()
        if line["kind"] == "transferred" and line["data"]["reason"] == "disability_pension" and line["valid_at"][:4] == "2024"
    ]

    assert len({case for case, _ in found}) == 5


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others() -> None:
    def written(seed: int) -> str:
        return "\n".join(json.dumps(line) for line in sample_register(seed))

    assert written(SEED) == written(SEED)
    assert written(SEED) != written(OTHER_SEED)


@pytest.mark.parametrize("seed", [SEED, OTHER_SEED])
def test_every_line_is_one_that_an_import_takes(seed: int) -> None:
    assert len(entries(seed)) == len(lines(seed))
    assert len({(one.source, one.source_id) for one in entries(seed)}) == len(entries(seed))


def test_lines_stand_in_the_order_in_which_they_became_known() -> None:
    moments = [datetime.fromisoformat(line["known_at"]) for line in lines()]

    assert moments == sorted(moments)
    assert moments[0].year == 2021
    assert moments[-1].date() <= date(2025, 12, 31)
    assert all({"known_at", "source", "source_id", "by"} <= set(line) for line in lines())


RECORDED_LATER = {
    "definition_adopted",
    "disability_pension_expected",
    "background_group_formed",
    "handover_proposed",
    "handover_accepted",
    "handover_refused",
    "merged_into",
}
"""Kinds that the papers' years have no event of, and the years after them have: see test_sample_later.py."""


def test_the_other_kinds_occur_in_the_papers_years() -> None:
    assert {line["kind"] for line in lines()} == set(KINDS) - RECORDED_LATER


def test_no_line_holds_what_could_be_a_cpr_number() -> None:
    assert not any(has_personal_number(json.dumps(line, ensure_ascii=False)) for line in lines())


def test_withdrawals_name_an_earlier_event_of_the_same_case() -> None:
    named = {(line["source"], line["source_id"]): (position, line) for position, line in enumerate(lines())}
    right_beside = 0
    for position, line in enumerate(lines()):
        if line["kind"] == "withdrawn":
            earlier, wrong = named[line["data"]["source"], line["data"]["source_id"]]
            following = lines()[position + 1]

            assert earlier < position
            assert wrong["case"] == line["case"]
            right_beside += (following["case"], following["kind"], following["known_at"]) == (
                line["case"],
                wrong["kind"],
                line["known_at"],
            )

    assert right_beside > 150


@pytest.mark.parametrize("seed", [SEED, OTHER_SEED])
def test_five_places_make_no_sense_and_no_more(seed: int) -> None:
    stories: dict[str, list[Recorded]] = defaultdict(list)
    for position, (line, one) in enumerate(zip(lines(seed), entries(seed), strict=True), start=1):
        known_at = datetime.fromisoformat(line["known_at"])
        story = stories[one.stream]
        story.append(
            Recorded(position, len(story), one.valid_at, known_at, known_at.date(), one.source, one.source_id, one.event)
        )
    found: list[str] = []
    for story in stories.values():
        state = NEW
        for recorded in in_order(story):
            state, finding = evolve(state, recorded)
            found += [finding] if finding else []

    assert sorted(found) == ["complaint_unknown", "draw_without_frame", "not_open", "not_open", "performer_not_matched"]


@pytest.mark.parametrize("day", ["2022-06-01", *UI_DAYS, "2025-06-01"])
def test_ages_are_plausible_for_the_unit(day: str) -> None:
    for unit, least, most in ((UI, 15 * 12, 31 * 12), (AM, 30 * 12, 66 * 12)):
        for steps in register(SEED).cases.values():
            state = state_on(steps, date.fromisoformat(day))
            if active_in(state, [unit]):
                assert state.born is not None
                months = (int(day[:4]) - int(state.born[:4])) * 12 + int(day[5:7]) - int(state.born[5:7])
                assert least <= months < most


def test_two_caseworkers_become_one_in_2025() -> None:
    before, after = (
        {one["caseworkers"]: one["value"] for one in counted(SEED, "concurrent_caseworkers", unit=UI, valid_at=day)}
        for day in ("2025-02-01", "2025-12-01")
    )
    year = {"unit": UI, "from": "2025-01-01", "to": "2026-01-01"}

    assert before["2"] > before["1"]
    assert after["1"] > 10 * after["2"]
    assert cell(SEED, "caseworker_changes", {"measure": "samlinger"}, year) > 50


def test_registration_is_late_as_it_is_in_life() -> None:
    for year in range(2022, 2026):
        period = {"from": f"{year}-01-01", "to": f"{year + 1}-01-01"}
        late = {
            one["measure"]: one["value"] for one in FIGURES["late_registration"](register(SEED), period) if "band" not in one
        }

        assert late["median"] <= 5
        assert 0.02 < late["more_than_30_days"] / late["n"] < 0.12


def test_the_systems_change_with_the_new_platform() -> None:
    systems = [(line["source"], line["known_at"] < "2025") for line in lines() if "case" in line]

    assert {source for source, before in systems if before} == {f"proevedata-fagsystem-{letter}" for letter in "abcd"}
    assert {source for source, before in systems if not before} == {"proevedata-samarbejdsplatform"}


def test_the_register_has_the_size_of_a_small_municipality() -> None:
    cases = {line["case"] for line in lines() if "case" in line}
    citizens = Counter(line["data"]["citizen"] for line in lines() if line["kind"] == "referred")

    assert 350 <= len(cases) <= 600
    assert 12_000 <= len(lines()) <= 20_000
    assert 2 <= sum(1 for count in citizens.values() if count > 1) <= 30


def test_every_adult_case_has_a_benefit() -> None:
    for day in AM_DAYS:
        cells = counted(SEED, "caseload_by_benefit", unit=AM, valid_at=day, include_assessing=True)

        assert [one["value"] for one in cells if one["benefit"] == "unknown"] == [0]


def test_reasons_of_every_sort_occur() -> None:
    reasons = {kind: {line["data"].get("reason") for line in lines() if line["kind"] == kind} for kind in KINDS}
    codes = standard()

    assert reasons["caseworker_changed"] == set(codes["change_reasons"].codes)
    assert reasons["closed"] == set(codes["closings"].codes)
    assert reasons["rejected"] == set(codes["rejections"].codes)
    assert reasons["transferred"] == set(codes["transfer_reasons"].codes)


def test_the_plan_leaves_at_each_status_day_what_the_papers_print() -> None:
    stocks = [sum(count for pair, count in flow.items() if pair[1] != ".") for flow in plan.UI_FLOWS[:3]]
    run_off = sum(plan.RUN_OFF_FLOWS[0].values())
    adults = [
        Counter({state: sum(n for pair, n in (*own.items(), *new.items()) if pair[1] == state) for state in "ar"})
        for own, new in zip(plan.AM_COHORT_FLOWS[:3], plan.AM_NEWCOMER_FLOWS[:3], strict=True)
    ]

    assert [stocks[0] + run_off, *stocks[1:]] == [156, 117, 96]
    assert [(both["a"], both["r"]) for both in adults] == [(12, 9), (13, 7), (12, 5)]

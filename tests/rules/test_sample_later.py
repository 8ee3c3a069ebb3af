"""The sample carried on after the papers' years: the same lines whatever day it is carried on to, and casework that stays level."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from random import Random
from typing import Any

import pytest

from journey.case import NEW, State, evolve
from journey.codes import standard
from journey.events import KINDS
from journey.exchange.interchange import parse_line
from journey.exchange.lines import line_context
from journey.history import SAMPLE_SOURCES, Recorded, in_order
from journey.log.stored import Entry
from journey.personal import has_personal_number
from journey.sample import PAPERS_END, sample_register

SEED, OTHER_SEED = 2025, 7
SEEDS = [SEED, pytest.param(OTHER_SEED, marks=pytest.mark.long)]
UI, AM = "ungeindsatsen", "arbejdsmarked"
END = datetime(2028, 3, 1, 12, tzinfo=UTC)


@cache
def lines(until: datetime = END, seed: int = SEED) -> list[dict[str, Any]]:
    return sample_register(seed, until)


@cache
def later(until: datetime = END, seed: int = SEED) -> list[dict[str, Any]]:
    return lines(until, seed)[len(lines(PAPERS_END, seed)) :]


@cache
def stories(until: datetime, seed: int) -> dict[str, list[tuple[Recorded, State, str | None]]]:
    """Each case's events in the order of the law, with the state after each and what made no sense."""
    by = line_context(standard(), until, lambda: "none")
    known: dict[str, list[Recorded]] = defaultdict(list)
    for position, line in enumerate(lines(until, seed), start=1):
        one = parse_line(json.dumps(line, ensure_ascii=False).encode(), by)
        assert isinstance(one, Entry), (line, one)
        at, story = datetime.fromisoformat(line["known_at"]), known[one.stream]
        story.append(Recorded(position, len(story), one.valid_at, at, at.date(), one.source, one.source_id, one.event))
    found: dict[str, list[tuple[Recorded, State, str | None]]] = {}
    for name, story in known.items():
        state, found[name] = NEW, []
        for recorded in in_order(story):
            state, finding = evolve(state, recorded)
            found[name].append((recorded, state, finding))
    return found


def states_on(day: date, until: datetime = END, seed: int = SEED) -> Iterator[State]:
    """The state of every case that is open at the end of the day."""
    for story in stories(until, seed).values():
        state = next((state for recorded, state, _ in reversed(story) if recorded.valid_at <= day), NEW)
        if state.open:
            yield state


def firsts(first: int, last: int) -> list[date]:
    """The firsts of the quarters from one year to the other."""
    return [date(year, month, 1) for year in range(first, last + 1) for month in (2, 5, 8, 11)]


def test_a_register_carried_on_to_a_later_day_only_has_more() -> None:
    assert only_has_more(datetime(2026, 7, 22, 6, tzinfo=UTC), SEED)


@pytest.mark.long
@pytest.mark.parametrize("seed", [SEED, OTHER_SEED, 1])
def test_it_only_has_more_on_any_day(seed: int) -> None:
    for month in range(1, 13, 3):
        assert only_has_more(datetime(2026, month, 2 * month - 1, 2 * month - 1, tzinfo=UTC), seed)


@pytest.mark.long
def test_one_stream_of_chance_for_everything_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    until = datetime(2026, 3, 9, tzinfo=UTC)
    everything = Random(5)
    for module in ("", ".arrivals", ".sparring", ".staff"):
        monkeypatch.setattr(f"journey.sample.later{module}.stream", lambda *_: everything)

    early, late = sample_register(SEED, until), sample_register(SEED, END)

    assert late[: len(early)] != early


def only_has_more(until: datetime, seed: int) -> bool:
    """Whether the register at the end has the lines that it had earlier, and after them only what became known since."""
    early, late = lines(until, seed), lines(END, seed)
    return late[: len(early)] == early and all(datetime.fromisoformat(line["known_at"]) > until for line in late[len(early) :])


def test_the_papers_years_are_what_they_were() -> None:
    known = [datetime.fromisoformat(line["known_at"]) for line in lines()]

    assert lines()[:19108] == lines(PAPERS_END)
    assert known == sorted(known)
    assert later()[0]["known_at"][:7] == "2026-01"
    assert min(line["valid_at"] for line in later() if line["kind"] == "activity_recorded") >= "2026-01-01"


def test_every_kind_occurs_but_what_belongs_to_the_papers_alone() -> None:
    assert {line["kind"] for line in lines()} == set(KINDS)
    assert set(KINDS) - {line["kind"] for line in later()} == {"figure_published", "survey_recorded"}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_is_one_that_an_import_takes_and_makes_sense(seed: int) -> None:
    found = [
        (name, recorded.valid_at, finding)
        for name, story in stories(END, seed).items()
        for recorded, _, finding in story
        if finding and recorded.known_at > PAPERS_END
    ]
    named = [(line["source"], line["source_id"]) for line in lines(END, seed)]

    assert len(found) <= 2, found  # a referral may be registered after what followed it
    assert len(set(named)) == len(named)
    assert not any(has_personal_number(json.dumps(line, ensure_ascii=False)) for line in later(END, seed))


def test_each_line_is_of_a_source_that_marks_it() -> None:
    assert all(line["source"].startswith(SAMPLE_SOURCES) for line in lines())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_stocks_stay_level(seed: int) -> None:
    for day in firsts(2026, 2027):
        _level(Counter(state.unit for state in states_on(day, END, seed)), day)


@pytest.mark.long
@pytest.mark.parametrize("seed", [SEED, OTHER_SEED, 1])
def test_the_stocks_stay_level_for_ten_years(seed: int) -> None:
    until = datetime(2035, 12, 31, 12, tzinfo=UTC)
    for day in firsts(2026, 2035):
        _level(Counter(state.unit for state in states_on(day, until, seed)), day)
    for year in range(2026, 2036):
        _busy([line for line in later(until, seed) if line["valid_at"][:4] == str(year)])


def test_there_is_casework_of_every_sort_in_a_year() -> None:
    _busy([line for line in later() if line["valid_at"][:4] == "2027"])


def test_a_stock_that_dies_out_or_a_year_without_work_would_be_seen() -> None:
    with pytest.raises(AssertionError):
        _level(Counter({UI: 40, AM: 26, "social": 20}), date(2030, 1, 1))
    with pytest.raises(AssertionError):
        _busy([line for line in lines(PAPERS_END) if line["valid_at"][:4] == "2024"])


def _level(active: Counter[str | None], day: date) -> None:
    assert 70 <= active[UI] <= 110, (day, active)
    assert 15 <= active[AM] <= 40, (day, active)
    assert 5 <= active["social"] + active["boern_familie"] <= 60, (day, active)


def _busy(of_year: list[dict[str, Any]]) -> None:
    kinds = Counter(line["kind"] for line in of_year)
    bounds = {
        "referred": (50, 130),
        "visited": (25, 90),
        "rejected": (10, 45),
        "closed": (30, 110),
        "follow_up_held": (200, 500),
        "caseworker_changed": (40, 400),
        "plan_agreed": (50, 180),
        "support_granted": (30, 120),
        "complaint_received": (1, 25),
        "handover_proposed": (5, 60),
        "handover_accepted": (3, 50),
        "background_group_formed": (1, 50),
        "activity_recorded": (1200, 3000),
        "withdrawn": (20, 200),
    }
    assert [(kind, kinds[kind]) for kind, (least, most) in bounds.items() if not least <= kinds[kind] <= most] == []


def test_citizens_are_of_the_age_of_their_unit() -> None:
    for day in firsts(2026, 2027):
        for state in states_on(day):
            assert state.born is not None
            months = (day.year - int(state.born[:4])) * 12 + day.month - int(state.born[5:7])
            least, most = {UI: (15 * 12, 31 * 12), AM: (30 * 12, 68 * 12)}.get(state.unit or "", (15 * 12, 68 * 12))
            assert least <= months < most


@pytest.mark.parametrize("seed", SEEDS)
def test_the_layer_is_known_of_all_but_a_few(seed: int) -> None:
    for day in firsts(2026, 2027)[3:]:
        layers = [state.layer for state in states_on(day, END, seed) if state.unit in (UI, AM)]

        assert 0 < layers.count(None) < len(layers) * 0.2


def test_a_background_group_is_of_a_plan_across_departments() -> None:
    plans = defaultdict(set)
    for line in lines():
        if line["kind"] == "plan_agreed":
            plans[line["case"]].add(line["data"]["plan"])

    groups = [line["case"] for line in later() if line["kind"] == "background_group_formed"]
    assert groups
    assert [case for case in groups if "samlet" not in plans[case]] == []


def test_handovers_are_proposed_before_they_are_answered_and_some_wait() -> None:
    waiting: Counter[int] = Counter()
    for story in stories(END, SEED).values():
        proposed: date | None = None
        for recorded, _, finding in story:
            kind = type(recorded.event).__name__
            if kind == "HandoverProposed":
                proposed = recorded.valid_at
            elif kind in ("HandoverAccepted", "HandoverRefused", "Transferred"):
                assert finding != "not_proposed"
                first, proposed = proposed or recorded.valid_at, None
                waiting.update(first.toordinal() + day for day in range((recorded.valid_at - first).days))

    year = [waiting[date(2027, 1, 1).toordinal() + day] for day in range(365)]
    assert sum(1 for count in year if count) > 120
    assert max(year) < 12


def test_a_merged_case_is_the_second_of_a_citizen() -> None:
    merged = [line for line in later() if line["kind"] == "merged_into"]
    referred = {line["case"]: line for line in lines() if line["kind"] == "referred"}

    assert merged
    for line in merged:
        assert referred[line["case"]]["valid_at"] > referred[line["data"]["case"]]["valid_at"]
        assert referred[line["case"]]["data"]["citizen"] != referred[line["data"]["case"]]["data"]["citizen"]


def test_a_committee_adopts_how_changes_of_caseworker_are_counted() -> None:
    [line] = [line for line in lines() if line["kind"] == "definition_adopted"]

    assert line["data"] == {"figure": "caseworker_changes", "version": 1, "body": "Arbejdsmarkedsudvalget"}
    assert line["stream"] == "definitions"

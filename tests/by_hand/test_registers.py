"""The random registers: the same for the same seed, and figures of one register that agree with each other."""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from tests.by_hand.events import value
from tests.oracle import FIGURES, answer
from tests.oracle.vocabulary import HOI_UNITS
from tests.support.course import UNITS
from tests.support.histories import random_register, taken
from tests.support.questions import random_questions


def test_a_random_register_is_the_same_for_the_same_seed_and_can_be_taken_whole():
    lines = random_register(7)
    assert lines == random_register(7)
    log_order = taken(lines)
    pairs = {(line["source"], line["source_id"]): line for line in log_order}
    assert len(pairs) == len(lines)
    moments = [datetime.fromisoformat(line["known_at"]) for line in log_order]
    assert moments == sorted(moments)
    withdrawals = [line for line in log_order if line["kind"] == "withdrawn"]
    assert withdrawals
    for line in withdrawals:
        named = pairs[line["data"].get("source", line["source"]), line["data"]["source_id"]]
        assert named["case"] == line["case"]
        assert named["position"] < line["position"]
        assert named["kind"] != "withdrawn"


def active(lines: list[dict], day: str, units: list[str], position: int | None) -> int:
    """The cases active in any of the units at the end of the day."""
    return sum(cell["value"] for cell in answer(lines, "caseload", {"unit": units, "valid_at": [day]}, position))


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_one_register_agree_with_each_other(seed):
    lines = taken(random_register(seed, cases=20))
    rng = random.Random(seed)
    for figure, asked, position in random_questions(rng, lines, 2 * len(FIGURES)):
        cells = answer(lines, figure, asked, position)
        names = [tuple(sorted((k, str(v)) for k, v in c.items() if k not in ("value", "why"))) for c in cells]
        assert len(names) == len(set(names))
        if figure == "caseload_by_support":
            total = sum(cell["value"] for cell in answer(lines, "caseload", asked, position))
            assert sum(cell["value"] for cell in cells) == total
        if figure == "stock_flow":
            opening, entries, exits, closing = (
                value(cells, measure=name, cause=None) for name in ("opening", "entries", "exits", "closing")
            )
            assert opening + entries - exits == closing
        if figure == "complaints":
            opening, received, pending = (value(cells, measure=name) for name in ("opening", "received", "pending"))
            decided = sum(cell["value"] for cell in cells if cell["measure"] == "decided")
            accommodated = value(cells, measure="reassessed", outcome="accommodated")
            assert opening + received == accommodated + decided + pending
        if figure == "membership":
            units = asked.get("unit", HOI_UNITS)
            loads = [active(lines, day, units, position) for day in asked["valid_at"]]
            stayed, came, left = (sum(c["value"] for c in cells if c["measure"] == m) for m in ("stayed", "came", "left"))
            assert [stayed + left, stayed + came] == loads
        if figure in ("layers", "assessments"):
            total = sum(cell["value"] for cell in cells)
            of_figure = "caseload" if figure == "layers" else "under_assessment"
            assert total == sum(cell["value"] for cell in answer(lines, of_figure, asked, position))
        if figure == "uncovered_days":
            start, between, both = (value(cells, measure="case_days", when=when) for when in ("start", "between", None))
            assert start + between == both
        if figure == "follow_ups":
            due, *parts = (value(cells, measure=n) for n in ("due", "held_on_time", "held_late", "not_held"))
            assert due == sum(parts)
    assert not answer(lines, "transfers", {"from": "2022-01-01", "to": "2026-01-01"}, 0)
    assert {line["data"]["unit"] for line in lines if line["kind"] == "referred"} <= set(UNITS)

"""A published figure never moves (A14): whatever is recorded later, it is counted as it was known when it was published."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.answers.ledger import compared
from api.register.register import Register
from journey.sample import sample_register
from tests.conftest import Database, Sample
from tests.support.registers import TODAY, functions_of_changed_figures, load, sampled_register

PROMISE = "A14: a published figure does not move after 10,000 later and backdated events"

LATER = 10_000


@pytest.fixture(scope="module")
def published(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The sample register, and after it 10,000 events more, most of them true of days before the papers."""
    with sampled_register(server, sample_template, tmp_path_factory.mktemp("keys")) as register:
        load(register, _later(random.Random(11), sample_register()))
        yield register


def _later(rng: random.Random, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Backdated grants, closings, transfers and referrals in the sample's cases, and withdrawals of what was published from."""
    of_cases = [line for line in lines if "case" in line and line["kind"] != "withdrawn"]
    gone = {line["data"]["source_id"] for line in lines if line["kind"] == "withdrawn"}
    told: list[dict[str, Any]] = []
    for nth in range(LATER):
        base = rng.choice(of_cases)
        kind, data = rng.choice(
            [
                ("closed", {"reason": "moved"}),
                ("support_granted", {"grant": f"late{nth}", "support": "bostoette_85", "yearly_amount": 90000}),
                ("transferred", {"to": rng.choice(["social", "ungeindsatsen", "arbejdsmarked"]), "reason": "handover"}),
                ("referred", {"unit": "ungeindsatsen", "citizen": f"late-{nth}"}),
                ("caseworker_changed", {"role": "authority", "worker": f"late{nth % 7}", "reason": "other"}),
                ("withdrawn", {"source_id": base["source_id"], "source": base["source"], "reason": "fejl"}),
            ]
        )
        if kind == "withdrawn" and base["source_id"] in gone:
            continue
        told.append(
            {
                "case": base["case"],
                "kind": kind,
                "valid_at": base["valid_at"],
                "source": "sent",
                "source_id": str(nth),
                "data": data,
            }
        )
    return told


@pytest.mark.long
def test_no_published_number_drifts_after_ten_thousand_later_events(published: Register) -> None:
    ledger = compared(published, TODAY)

    assert len(ledger) == len([line for line in sample_register() if line["kind"] == "figure_published"])
    assert [one.published.id for one in ledger if one.drifted] == []


@pytest.mark.long
def test_the_later_events_did_change_what_the_same_questions_answer_today(published: Register) -> None:
    ledger = [one for one in compared(published, TODAY) if one.published.figure not in (None, "survey")]

    moved = [one for one in ledger if one.now != one.then]

    assert len(moved) > len(ledger) / 2


@pytest.mark.parametrize("figure", ["caseload", "caseload_by_support", "stock_flow", "caseworker_changes", "lead_times"])
def test_an_answer_at_a_position_is_the_same_before_and_after(
    published: Register, figure: str, server: Database, sample_template: Sample, tmp_path: Path
) -> None:
    given = {"unit": ["ungeindsatsen"]}
    given |= {"valid_at": ["2025-02-01"]} if figure.startswith("caseload") else {"from": ["2024-01-01"], "to": ["2025-01-01"]}
    end = str(len(sample_register()))
    with sampled_register(server, sample_template, tmp_path) as fresh:
        before = fresh.ask(figure, given, end, TODAY)

    assert published.ask(figure, given, end, TODAY).cells == before.cells


@pytest.mark.long
def test_a_changed_counting_rule_is_seen(published: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a fold or rule that counts otherwise makes the ledger drift."""
    from dashboards.figures import stocks

    spans_on = stocks.spans_on
    monkeypatch.setattr(stocks, "spans_on", lambda *days: spans_on(*days).replace("valid_to > ", "valid_to >= "))

    with functions_of_changed_figures(published):
        assert [one.published.id for one in compared(published, TODAY) if one.drifted] != []
    monkeypatch.undo()
    with functions_of_changed_figures(published):
        assert [one.published.id for one in compared(published, TODAY) if one.drifted] == []

"""What an HTTP client is told to do is something that it can do: no word of the command line stands in a remedy."""

from __future__ import annotations

import re

import pytest

from api.web import problem_types
from api.web.problem_types import OVER_HTTP, PROBLEMS, remedy_of
from api.web.problems import problem_of
from journey.refusals import CATALOGUE, Refused

COMMAND_LINE = re.compile(r"\bjourney [a-z]|(^|\s)--[a-z]|JOURNEY_")


def _of_the_command_line() -> list[str]:
    return [code for code, refusal in PROBLEMS.items() if COMMAND_LINE.search(refusal.remedy) or not refusal.remedy]


def test_no_remedy_names_the_command_line() -> None:
    assert _of_the_command_line() == []
    assert set(OVER_HTTP) <= set(CATALOGUE)
    assert {code for code, refusal in CATALOGUE.items() if COMMAND_LINE.search(refusal.remedy)} <= set(OVER_HTTP)


def test_a_remedy_of_the_command_line_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with the catalogue's own remedies."""
    monkeypatch.setattr(problem_types, "PROBLEMS", {**PROBLEMS, **CATALOGUE})
    monkeypatch.setitem(globals(), "PROBLEMS", problem_types.PROBLEMS)

    assert set(_of_the_command_line()) == {code for code, one in CATALOGUE.items() if COMMAND_LINE.search(one.remedy)}
    assert len(_of_the_command_line()) >= 10


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_refusal_is_answered_with_what_can_be_done_over_http(code: str) -> None:
    problem = problem_of(Refused(code))

    assert problem
    assert problem.remedy == PROBLEMS[code].remedy
    assert not COMMAND_LINE.search(problem.remedy)


def test_a_refusals_own_remedy_is_kept() -> None:
    refused = Refused("bad_parameter")
    refused.remedy = "Skriv året som 2025."

    assert remedy_of(refused) == "Skriv året som 2025."
    problem = problem_of(refused)
    assert problem
    assert problem.remedy == "Skriv året som 2025."

"""Costly answers are made a few at a time: some wait, and who would wait too long is told to come again."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api.web import not_found, problems
from api.web.app import routers
from api.web.problems import HttpProblem
from api.web.turns import IN_TURN, Turns
from dashboards import site
from journey.codes import standard


def in_a_loop_of_its_own(work: Coroutine[Any, Any, None]) -> None:
    """Run the coroutine in a thread: it has no loop yet, whatever other tests of the process have left running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def test_so_many_are_made_at_once_so_many_wait_and_the_next_is_refused() -> None:
    async def all_of_them() -> None:
        turns = Turns(at_once=2, most_waiting=3, longest_wait=60)
        made = [asyncio.create_task(turns.take()) for _ in range(5)]
        await asyncio.sleep(0)
        with pytest.raises(HttpProblem, match="too_many_reports"):
            await turns.take()
        assert [task.done() for task in made] == [True, True, False, False, False]
        turns.give_back()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [task.done() for task in made].count(True) == 3
        for _ in range(3):
            turns.give_back()
        await asyncio.gather(*made)

    in_a_loop_of_its_own(all_of_them())


def test_nobody_waits_for_ever_and_a_turn_not_taken_is_the_next_one_s() -> None:
    async def one_too_late() -> None:
        turns = Turns(at_once=1, most_waiting=3, longest_wait=0.01)
        await turns.take()
        with pytest.raises(HttpProblem, match="too_many_reports"):
            await turns.take()
        turns.give_back()
        await turns.take()

    in_a_loop_of_its_own(one_too_late())


def test_papers_and_case_files_are_made_in_turn() -> None:
    costly = {site.REPORT.address, site.REPORT_FILE_ROUTE, site.CASE_FILE_ROUTE}
    in_turn = {
        route.path
        for router in routers(standard())
        for route in router.routes
        if isinstance(route, APIRoute) and any(each.call is IN_TURN.dependency for each in route.dependant.dependencies)
    }

    assert costly <= in_turn


def test_a_browser_is_answered_with_a_page_and_a_program_with_a_problem() -> None:
    app = FastAPI(dependencies=[IN_TURN])
    app.state.turns, app.state.register = Turns(at_once=0, most_waiting=0), SimpleNamespace(is_sample=lambda: False)
    app.state.uploads = None
    problems.install(app)
    not_found.install(app)

    @app.get("/")
    def never(nothing: None = Depends(lambda: None)) -> None:
        """Nothing."""

    client = TestClient(app)
    page, problem = client.get("/", headers={"Accept": "text/html"}), client.get("/")

    assert (page.status_code, problem.status_code) == (503, 503)
    assert page.headers["retry-after"]
    assert "Registret svarer ikke lige nu" in page.text
    assert (problem.json()["code"], problem.headers["retry-after"]) == ("too_many_reports", "1")

"""What a refused client gets, and what no answer may repeat."""

from __future__ import annotations

from typing import Any

import httpx

from api.web.problem_types import PROBLEMS, status_of

NUMBER = "010190-1234"
NOTE = "Borgeren Kirsten Hemmelig fortalte om sin gæld"


def refused(answer: httpx.Response, code: str) -> dict[str, Any]:
    """The problem, of the shape that all of them have."""
    problem = answer.json()
    assert (problem.get("code"), answer.status_code) == (code, status_of(code)), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"/api/problems/{code}"
    assert problem["status"] == answer.status_code
    assert problem["title"] == PROBLEMS[code].meaning
    assert problem["remedy"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert ("retry-after" in answer.headers) == (answer.status_code == 503)
    return problem

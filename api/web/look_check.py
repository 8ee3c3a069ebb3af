"""Looks at cases over HTTP: no byte of an answer that has a case's data leaves before the log of looks has it committed.

A route says with `LooksDep` what its answer shows. The middleware holds the answer's start back until that is written, and answers 503
where it cannot be, or where the route has said nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.register.look_log import LookLog
from api.web.access.caller import NOBODY, Caller
from api.web.access.looks import Looks
from api.web.dependencies import Requires
from api.web.problems import HttpProblem, problem_response
from journey.access.rules import Mark
from journey.log.looks import PURPOSES, Look, Viewer, default_purpose
from journey.refusals import Refused

PURPOSE_HEADER = "X-Journey-Purpose"
"""The header by which a program says what it looks for (formål); a browser's is by the role."""
LOGGED: frozenset[Mark] = frozenset({"case", "command"})
"""The marks of routes whose answers are looks."""
OF_THE_LOG = frozenset({"read_looks", "review_looks"})
"""The actions that read the log of looks, which are looks as well."""


def is_looking(route: object) -> bool:
    """Whether the route's answers are looks; those of a route without a mark are."""
    if not isinstance(route, APIRoute):
        return False
    marks = [each.call for each in route.dependant.dependencies if isinstance(each.call, Requires)]
    return not marks or marks[0].mark in LOGGED or marks[0].action in OF_THE_LOG


class LookCheck:
    """ASGI middleware inside of `AccessCheck`: it writes the looks, and lets nothing of an answer past before."""

    def __init__(self, app: ASGIApp, *, look_log: Callable[[], LookLog], log: Any) -> None:
        self._app, self._look_log, self._log = app, look_log, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        looks = scope["looks"] = Looks()
        purpose = Headers(scope=scope).get(PURPOSE_HEADER)
        if purpose is not None and purpose not in PURPOSES:
            problem = HttpProblem("bad_header", f"Formålet er et af {', '.join(PURPOSES)}.", place=PURPOSE_HEADER)
            scope["problem"] = problem.code
            await problem_response(problem, scope.get("request_id"))(scope, receive, send)
            return
        is_refused = False

        async def checked(message: Message) -> None:
            nonlocal is_refused
            if message["type"] == "http.response.start":
                problem = await self._written(scope, looks, purpose)
                if problem is not None:
                    is_refused = True
                    scope["problem"] = problem.code
                    await problem_response(problem, scope.get("request_id"))(scope, receive, send)
            if not is_refused:
                await send(message)

        await self._app(scope, receive, checked)

    async def _written(self, scope: Scope, looks: Looks, purpose: str | None) -> HttpProblem | None:
        """The problem that the answer is replaced by; None once its looks are committed."""
        is_logged = is_looking(scope.get("route"))
        if is_logged and not looks.is_said:
            if "problem" not in scope:
                self._log.error("look_not_logged", request_id=scope.get("request_id"), reason="the route says no look")
                return HttpProblem("look_not_logged")
            looks.add(_denied(scope))
        found = looks.close()
        if not found:
            return None
        caller: Caller = scope.get("caller", NOBODY)
        viewer = Viewer(caller.person, caller.role, caller.units, caller.client)
        try:
            await run_in_threadpool(
                self._look_log().write,
                scope["request_id"],
                viewer,
                purpose or looks.purpose or default_purpose(caller.role),
                found,
            )
        except Refused as refused:
            self._log.error(refused.code, request_id=scope.get("request_id"), reason="the log of looks cannot be written")
            return HttpProblem(refused.code)
        return None


def _denied(scope: Scope) -> list[Look]:
    """The look of a refusal: the case that the address names, as what was searched for; nothing was, by one request too many."""
    case = scope.get("path_params", {}).get("case")
    is_search = isinstance(case, str) and scope["problem"] != "too_many_requests"
    return [Look("denied", None, case, 0)] if is_search else []

"""The outermost middleware: the host check, the security headers, the log line and time of each request, and the last catch."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import where
from api.register.metrics import Metrics
from api.web.problems import HttpProblem, problem_response
from api.web.query import LONGEST_QUERY, MOST_WORDS, is_too_long
from api.web.same_origin import SAFE, may_be_forged
from api.web.security_log import noted
from dashboards.words.danish import number

_METHODS = frozenset({"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Guard:
    """ASGI middleware around the whole app: no exception gets past it."""

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str] | None, headers: Mapping[str, str], log: Any, metrics: Metrics
    ) -> None:
        self._app, self._hosts, self._headers, self._log, self._metrics = app, hosts, headers, log, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        if method == "HEAD":  # answered as GET; the web server, which knows the real method, leaves the body out
            scope = {**scope, "method": "GET"}
        began, status = time.perf_counter(), 0
        request_id = scope["request_id"] = uuid.uuid4().hex

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                headers["X-Request-Id"] = request_id
            await send(message)

        try:
            problem = self._refused(scope)
            if problem is None:
                await self._app(scope, receive, guarded)
            else:
                scope["problem"] = problem.code
                await problem_response(problem, request_id)(scope, receive, guarded)
        except ClientDisconnect:
            status = status or 499
        except Exception as error:  # noqa: BLE001 -- the last catch: a bug is answered without detail and named in the log without data
            scope["problem"] = "unexpected"
            self._log.error("unexpected", request_id=request_id, error=type(error).__name__, where=where(error))
            if status == 0:
                await problem_response(HttpProblem("unexpected"), request_id)(scope, receive, guarded)
        finally:
            self._record(scope, method, status, time.perf_counter() - began)

    def _refused(self, scope: Scope) -> HttpProblem | None:
        if not self._is_known_host(scope):
            return HttpProblem("bad_host", place="Host")
        if {b"content-length", b"transfer-encoding"} <= {name for name, _ in scope["headers"]}:
            # A proxy that goes by the one and a server that goes by the other would take a part of it for another's request.
            why = "Forespørgslen siger to gange, hvor lang den er."
            return HttpProblem("bad_request", why, place="Transfer-Encoding", headers={"Connection": "close"})
        if scope["method"] not in SAFE and may_be_forged(Headers(scope=scope)):
            return HttpProblem("other_site", place="Origin")
        if is_too_long(scope["query_string"]):
            most = f"Højst {number(LONGEST_QUERY)} tegn og {number(MOST_WORDS)} parametre er tilladt."
            return HttpProblem("too_long", most, place="query")
        # Decoded leniently, two references that differ would both become the replacement character.
        try:
            unquote_to_bytes(scope.get("raw_path", b"") + b"?" + scope["query_string"]).decode()
        except UnicodeDecodeError:
            return HttpProblem("bad_request", "Adressen er ikke UTF-8.")
        return None

    def _is_known_host(self, scope: Scope) -> bool:
        if self._hosts is None:
            return True
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        return re.sub(r":\d+$", "", host).lower() in self._hosts

    def _record(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        matched = scope.get("route")
        route = getattr(matched, "path_format", "") or getattr(matched, "path", "") or "(none)"
        method = method if method in _METHODS else "OTHER"
        code, events = scope.get("problem"), noted(scope)
        self._metrics.seconds.labels(method, route, str(status)).observe(seconds)
        if code:
            self._metrics.refused.labels(code).inc()
        for event in events:
            self._log.warning("security", **event, route=route, request_id=scope["request_id"])
        self._log.info(
            "request",
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            request_id=scope["request_id"],
            **({"problem": code} if code else {}),
        )

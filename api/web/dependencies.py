"""Dependencies of the routes: the register, the caller with their rights, and what the app keeps while it runs.

Each route carries one mark, a `Requires`: the action that it does, so what the table of rules must allow its caller.

Annotations are not postponed in this file: FastAPI reads those of a callable object as they stand.
"""

import threading
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.register.metrics import Metrics
from api.register.served import Served
from api.web.access.access import Access
from api.web.access.caller import NOBODY, Caller
from api.web.access.looks import Looks
from api.web.access.reach import in_reach
from api.web.rate_limits import Limit, RateLimits, Sender, count
from api.web.security_log import note, session_name
from api.web.uploads.uploads import Uploads
from journey.access.rules import ON_THIS_MACHINE, WHOLE, Mark, rules, scope_of
from journey.log.migrate import READ
from journey.log.protections import reviews_waiting
from journey.refusals import Refused


def caller_of(request: Request) -> Caller:
    """The caller of this request, as `AccessCheck` has found them; nobody where it has not looked."""
    return request.scope.get("caller", NOBODY)


async def current_caller(request: Request) -> Caller:
    """The caller of this request, for a route."""
    return caller_of(request)


CallerDep = Annotated[Caller, Depends(current_caller)]


class Requires:
    """The mark of a route, and its check by the table of rules: an address that the caller has no right to is answered as one that
    there is not."""

    def __init__(self, action: str | None) -> None:
        self.action = action
        self.mark: Mark = rules().action[action].mark if action else "public"

    async def __call__(self, request: Request, caller: CallerDep) -> None:
        """Raises HTTPException (404) for a caller who may not do the action."""
        if self.action and not caller.may(self.action):
            note(request.scope, "denied", action=self.action, role=caller.role, session=session_name(caller.session))
            raise HTTPException(404)


PUBLIC = Depends(Requires(None))
"""The mark of a route that everybody is answered at, for the `dependencies` of a router or a route."""


def may(action: str) -> Any:
    """The mark of a route that does the action, by its code in the table of rules."""
    return Depends(Requires(action))


async def request_looks(request: Request) -> Looks:
    """The looks of this request, which are written before its answer leaves."""
    return request.scope["looks"]


async def note_no_case(looks: Annotated[Looks, Depends(request_looks)]) -> None:
    """Say that the route's answer has nothing of any case."""
    looks.nothing()


async def app_register(request: Request) -> Served:
    """The register that the app serves, for what is the same for everybody."""
    return request.app.state.register


async def served_register(register: Annotated[Served, Depends(app_register)], caller: CallerDep) -> Served:
    """The register, read by the caller of the request: the database shows what is theirs."""
    return register.for_reader(caller.reader)


async def note_sample(request: Request) -> None:
    """Note for the template of the page whether the register is a sample."""
    request.state.is_sample = (await app_register(request)).is_sample()


async def app_uploads(request: Request) -> Uploads | None:
    """The uploads that the app holds; None where the pages take in none."""
    return request.app.state.uploads


async def note_uploads(request: Request) -> None:
    """Note for the menu of the page whether there are uploads."""
    request.state.takes_uploads = await app_uploads(request) is not None


async def note_reviews(request: Request) -> None:
    """Note for the menu of the page, where the caller reviews emergency accesses, how many wait for them."""
    caller = await current_caller(request)
    if caller.role not in ON_THIS_MACHINE and caller.may("review_emergency"):
        register = await app_register(request)
        request.state.reviews_waiting = await run_in_threadpool(_waiting, register, caller)


def _waiting(register: Served, caller: Caller) -> tuple[int, int]:
    every = scope_of(caller.role, "review_emergency") == "all" or caller.units == WHOLE
    with register.connected(READ) as conn:
        return reviews_waiting(conn, None if every else caller.units, caller.person)


async def app_metrics(request: Request) -> Metrics:
    """The counters of the app."""
    return request.app.state.metrics


async def app_closing(request: Request) -> threading.Event:
    """Set when the app is told to stop, so that a stream ends by itself."""
    return request.app.state.closing


async def app_access(request: Request) -> Access:
    """The way by which the app tells who sends a request."""
    return request.app.state.access


async def app_limits(request: Request) -> RateLimits | None:
    """The rate limits of the app; None on the person's own machine."""
    return request.app.state.limits


class Counts:
    """The mark of a route whose requests are counted once more, by a narrower limit than that of all."""

    def __init__(self, limit: Limit) -> None:
        self._limit: Limit = limit

    async def __call__(self, request: Request, limits: Annotated[RateLimits | None, Depends(app_limits)]) -> None:
        """Raises HttpProblem (`too_many_requests`) for one too many."""
        sent_by: Sender | None = request.scope.get("sender")
        if limits is not None and sent_by is not None:
            count(limits, request.scope, sent_by, self._limit)


TAKES_FILE, SIGNS_IN = Depends(Counts("files")), Depends(Counts("sign_in"))
"""The marks of a route that gives or takes a file, and of one that a person signs in by."""
LooksDep = Annotated[Looks, Depends(request_looks)]
SHOWS_NO_CASE = Depends(note_no_case)
"""Beside the mark of a route of cases that shows none: a form, or the way on from what was sent."""
AccessDep = Annotated[Access, Depends(app_access)]
RegisterDep = Annotated[Served, Depends(served_register)]
UploadsDep = Annotated[Uploads | None, Depends(app_uploads)]
MetricsDep = Annotated[Metrics, Depends(app_metrics)]
ClosingDep = Annotated[threading.Event, Depends(app_closing)]


class InReach:
    """The first wall around the case in a route's address: the case's facts tell whether the caller may do the action with it."""

    def __init__(self, action: str) -> None:
        self.action = action

    def __call__(self, case: str, request: Request, caller: CallerDep, register: RegisterDep) -> None:
        """Raises Refused (`unknown_case`) for a case that is not the caller's, whether there is such a case or not."""
        if not in_reach(register, caller, self.action, case):
            note(request.scope, "denied", action=self.action, role=caller.role, session=session_name(caller.session))
            raise Refused("unknown_case", place=case)


def may_in_case(action: str) -> list[Any]:
    """The marks of a route that does the action with the case that its address names as `case`."""
    return [may(action), Depends(InReach(action))]

"""The routes of operation (drift): liveness, readiness, health and metrics."""

from __future__ import annotations

import msgspec
import psycopg
from fastapi import APIRouter, Request
from msgspec.structs import asdict, replace
from starlette.responses import JSONResponse, Response

from api.clock import now
from api.register.follower import Health
from api.register.metrics import MEDIA_TYPE
from api.register.request_rejected import RequestRejected
from api.register.served import Served
from api.web.dependencies import PUBLIC, MetricsDep, RegisterDep, may
from api.web.query import no_words
from api.web.rest import openapi as doc
from api.web.rest.schemas import Alive, WholeHealth
from journey.log.migrate import READ
from journey.log.reading import head
from journey.system_words import database_unavailable

router = APIRouter(tags=["Drift"])

_HEALTH = {
    "position": 1201,
    "log_position": 1201,
    "lag_events": 0,
    "lag_seconds": 0.0,
    "leading": True,
    "ready": True,
    "stopped": False,
    "error": None,
    "frozen": False,
    "put_back": None,
    "clock_behind_seconds": 0.0,
    "seal": {
        "sealed": 1201,
        "log_position": 1201,
        "lag_events": 0,
        "lag_seconds": 0.0,
        "sealing": True,
        "broken": False,
        "error": None,
        "elsewhere": None,
    },
}


@router.get(
    "/health/live",
    dependencies=[PUBLIC],
    summary="Lever programmet?",
    response_class=Response,
    responses={
        200: doc.answer("Ja.", doc.ref(Alive), {"ok": True}),
        503: doc.answer("Nej: genstart det.", doc.ref(Alive), {"ok": False}),
    },
)
def live(request: Request, register: RegisterDep) -> Response:
    """Nej, hvis det, der holder tallene ved lige, ikke har rørt sig i et halvt minut; en database, der er væk, er ikke grund nok."""
    no_words(request)
    ok = register.follower.alive
    return Response(msgspec.json.encode(Alive(ok)), 200 if ok else 503, media_type=doc.JSON)


@router.get(
    "/health/ready",
    dependencies=[PUBLIC],
    summary="Kan der svares?",
    response_class=Response,
    responses={
        200: doc.answer("Ja.", doc.ref(Alive), {"ok": True}),
        503: doc.answer("Ikke endnu, eller ikke lige nu.", doc.ref(Alive), {"ok": False}),
    },
)
def ready(request: Request, register: RegisterDep) -> Response:
    """Ja, når databasen svarer, og rækkerne er af denne udgave; også når de står stille, for så svares der, som kendt da."""
    no_words(request)
    state, _ = _health(register)
    ok = state.ready and state.log_position >= 0
    return Response(msgspec.json.encode(Alive(ok)), 200 if ok else 503, media_type=doc.JSON)


@router.get(
    "/health",
    dependencies=[may("read_metrics")],
    summary="Hvordan går det?",
    response_class=Response,
    responses={
        200: doc.answer("Godt.", doc.ref(WholeHealth), _HEALTH),
        503: doc.answer(
            "Ikke godt: error siger hvorfor.",
            doc.ref(WholeHealth),
            {**_HEALTH, "log_position": 1204, "lag_events": 3, "stopped": True, "error": "position 1202: KeyError"},
        ),
    },
)
def health(request: Request, register: RegisterDep) -> Response:
    """Hvor langt loggen og rækkerne er, hvor meget de er bagud, om de står stille, og den sidste fejl."""
    no_words(request)
    state, clock_lag = _health(register)
    whole = WholeHealth(**asdict(state), clock_lag_seconds=round(clock_lag, 3), seal=register.sealer.health())
    well = state.ready and state.error is None and not state.frozen and not whole.seal.broken
    return Response(msgspec.json.encode(whole), 200 if well else 503, media_type=doc.JSON)


def _health(register: Served) -> tuple[Health, float]:
    """The follower's health with the log's end as it is now, -1 where the database does not answer; and how far the clock is behind it."""
    state = register.follower.health()
    try:
        with register.connected(READ) as conn:
            end, moment = head(conn)
    except RequestRejected:
        return replace(state, ready=False), 0.0
    except psycopg.OperationalError as error:
        return replace(state, log_position=-1, ready=False, error=state.error or database_unavailable(error)), 0.0
    lag = (moment - now()).total_seconds() if moment else 0.0
    return replace(state, log_position=end, lag_events=max(end - state.position, 0)), max(lag, 0.0)


@router.get(
    "/metrics",
    dependencies=[may("read_metrics")],
    summary="Målinger til Prometheus",
    response_class=Response,
    responses={200: {"description": "Målingerne.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request, register: RegisterDep, counters: MetricsDep) -> Response:
    """Antal og tider, uden sager og personer."""
    no_words(request)
    return Response(counters.text(register.follower.health(), register.sealer.health()), media_type=MEDIA_TYPE)


@router.get("/api/openapi.json", dependencies=[PUBLIC], include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    """The description of the API."""
    no_words(request)
    return JSONResponse(request.app.openapi())

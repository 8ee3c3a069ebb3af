"""The routes for those who look after the program: whether it lives, whether it can answer, how far behind it is, its metrics."""

from __future__ import annotations

import msgspec
import psycopg
from fastapi import APIRouter, Request
from msgspec.structs import asdict, replace
from starlette.responses import Response

from api.clock import now
from api.register.follower import Health
from api.register.metrics import MEDIA_TYPE, Metrics
from api.web.query import served, words
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
    summary="Lever programmet?",
    response_class=Response,
    responses={
        200: doc.answer("Ja.", doc.ref(Alive), {"ok": True}),
        503: doc.answer("Nej: genstart det.", doc.ref(Alive), {"ok": False}),
    },
)
def live(request: Request) -> Response:
    """Nej, hvis det, der holder tallene ved lige, ikke har rørt sig i et halvt minut; en database, der er væk, er ikke grund nok."""
    words(request, ())
    ok = served(request).follower.alive
    return Response(msgspec.json.encode(Alive(ok)), 200 if ok else 503, media_type=doc.JSON)


@router.get(
    "/health/ready",
    summary="Kan der svares?",
    response_class=Response,
    responses={
        200: doc.answer("Ja.", doc.ref(Alive), {"ok": True}),
        503: doc.answer("Ikke endnu, eller ikke lige nu.", doc.ref(Alive), {"ok": False}),
    },
)
def ready(request: Request) -> Response:
    """Ja, når databasen svarer, og rækkerne er af denne udgave; også når de står stille, for så svares der, som kendt da."""
    words(request, ())
    health, _ = _health(request)
    ok = health.ready and health.log_position >= 0
    return Response(msgspec.json.encode(Alive(ok)), 200 if ok else 503, media_type=doc.JSON)


@router.get(
    "/health",
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
def health(request: Request) -> Response:
    """Hvor langt loggen og rækkerne er, hvor meget de er bagud, om de står stille, og den sidste fejl."""
    words(request, ())
    found, clock_behind = _health(request)
    whole = WholeHealth(**asdict(found), clock_behind_seconds=round(clock_behind, 3), seal=served(request).sealer.health())
    well = found.ready and found.error is None and not found.frozen and not whole.seal.broken
    return Response(msgspec.json.encode(whole), 200 if well else 503, media_type=doc.JSON)


def _health(request: Request) -> tuple[Health, float]:
    """The follower's health with the log's end as it is now, -1 where the database does not answer; and how far the clock is behind it."""
    register = served(request)
    found = register.follower.health()
    try:
        with register.connected(READ) as conn:
            end, moment = head(conn)
    except psycopg.OperationalError as error:
        return replace(found, log_position=-1, ready=False, error=found.error or database_unavailable(error)), 0.0
    behind = (moment - now()).total_seconds() if moment else 0.0
    return replace(found, log_position=end, lag_events=max(end - found.position, 0)), max(behind, 0.0)


@router.get(
    "/metrics",
    summary="Målinger til Prometheus",
    response_class=Response,
    responses={200: {"description": "Målingerne.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request) -> Response:
    """Antal og tider, uden sager og personer."""
    words(request, ())
    measured: Metrics = request.app.state.metrics
    return Response(measured.text(served(request).follower.health(), served(request).sealer.health()), media_type=MEDIA_TYPE)

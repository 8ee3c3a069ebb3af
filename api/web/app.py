"""The composition root: the register, the routes, the exception handlers and the guard, put together as one app."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Collection
from contextlib import ExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.concurrency import run_in_threadpool

from api.logs import logger, where
from api.register.metrics import Metrics
from api.register.served import Served, served
from api.settings import Settings
from api.socket import LOOPBACK
from api.web import not_found, problems, static_files
from api.web.access.access import Access, AccessCheck, LocalAccess
from api.web.dependencies import note_reviews, note_sample, note_uploads
from api.web.guard import Guard
from api.web.headers import security_headers
from api.web.look_check import LookCheck
from api.web.pages import adoptions as adoption_pages
from api.web.pages import cases as case_pages
from api.web.pages import (
    citizens,
    dashboard,
    deliveries,
    emergency,
    intake,
    login,
    looks,
    merging,
    protection,
    published,
    report,
    rights,
    role_files,
    seal,
    sign_in,
    statement,
)
from api.web.pages import drilldown as drilldown_pages
from api.web.pages import why as why_pages
from api.web.rate_limits import RateLimits
from api.web.rest import adoptions, cases, drilldown, health, proof, publications
from api.web.rest import register as routes_register
from api.web.rest.event_schema import event_schemas
from api.web.rest.figures import figure_routes
from api.web.rest.openapi import describe
from api.web.turns import Turns
from api.web.uploads.uploads import Uploads
from journey.codes import CodeLists


def create_app(
    settings: Settings,
    access: Access,
    *,
    register: Served | None = None,
    hosts: Collection[str] | None = LOOPBACK,
    log: Any = None,
) -> FastAPI:
    """The app on the register of the settings, opened and closed with the app, unless an open one is given.

    `access` tells who sends a request: there is no app that answers everybody. `hosts` are the host names it answers to; None for
    any, behind a proxy that checks them.
    """

    log = log or logger()

    def failed(error: Exception) -> None:
        log.error("upload", error=type(error).__name__, where=where(error))

    uploads = Uploads(failed) if settings.takes_uploads else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        with ExitStack() as opened:
            if register is None:
                app.state.register = await run_in_threadpool(opened.enter_context, served(settings, log.warning))
            yield
            app.state.closing.set()
            if uploads is not None:
                uploads.close()

    app = FastAPI(
        title="Sagsforløb",
        version=version("case-journey-tracker"),
        openapi_url=None,  # its own route, which refuses words as every route does
        docs_url=None,  # its page would come from another host
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.register, app.state.metrics, app.state.closing = register, Metrics(), threading.Event()
    app.state.access, app.state.uploads = access, uploads
    app.state.papers, app.state.turns = report.Papers(), Turns()
    app.state.limits = limits = None if isinstance(access, LocalAccess) else RateLimits()
    problems.install(app)
    not_found.install(app)
    for router in routers(settings.codes):
        app.include_router(router, dependencies=NOTED if router in PAGES else None)
    describe(app, event_schemas(settings.codes, settings.person_ids))
    app.add_middleware(LookCheck, look_log=lambda: app.state.register.look_log, log=log)
    app.add_middleware(AccessCheck, access=access, limits=limits, answer=sign_in.locked)
    headers = security_headers(secure=settings.oidc is not None and settings.oidc.public_url.startswith("https:"))
    app.add_middleware(Guard, hosts=hosts, headers=headers, log=log, metrics=app.state.metrics)
    return app


PAGES = (
    drilldown_pages.router,
    why_pages.router,
    published.router,
    adoption_pages.router,
    dashboard.router,
    case_pages.router,
    merging.router,
    protection.router,
    emergency.router,
    citizens.router,
    report.router,
    seal.router,
    rights.router,
    role_files.router,
    statement.router,
    intake.router,
    deliveries.router,
    looks.router,
)
"""The routes of the pages of the register, and of their files."""
NOTED = [Depends(note_sample), Depends(note_uploads), Depends(note_reviews)]
"""What every page notes of the register before it is rendered."""


def routers(codes: CodeLists) -> tuple[APIRouter, ...]:
    """Every route of the API, then of the pages and their files."""
    return (
        cases.router,
        figure_routes(codes),
        drilldown.router,
        publications.router,
        adoptions.router,
        routes_register.router,
        health.router,
        proof.router,
        *PAGES,
        sign_in.router,
        login.router,
        static_files.router,
    )

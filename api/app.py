"""The composition root: the register opened, the routes put together, and what stands around them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Collection
from contextlib import ExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api import (
    behind_pages,
    case_pages,
    ledger_pages,
    lost,
    pages,
    report_page,
    routes_behind,
    routes_cases,
    routes_health,
    routes_proof,
    routes_publications,
    routes_register,
    seal_page,
    statement,
    static_files,
)
from api.documented import describe
from api.event_schema import event_schemas
from api.guard import LOOPBACK, Guard
from api.logs import logger
from api.metrics import Metrics
from api.problems import install
from api.routes_figures import figure_routes
from api.served import Served, served
from api.settings import Settings


def create_app(
    settings: Settings,
    *,
    register: Served | None = None,
    hosts: Collection[str] | None = LOOPBACK,
    log: Any = None,
) -> FastAPI:
    """The app on the register that the settings name, opened with the app and closed with it, unless an open one is given.

    `hosts` are the names it answers to; None for any, behind a proxy that sees to it.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as opened:
            if register is None:
                app.state.register = await run_in_threadpool(opened.enter_context, served(settings))
            yield
            app.state.closing.set()

    app = FastAPI(
        title="Sagsforløb",
        version=version("case-journey-tracker"),
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page would come from another host
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.register, app.state.metrics, app.state.closing = register, Metrics(), threading.Event()
    app.state.papers = report_page.Papers()
    install(app)
    lost.install(app)
    for router in (
        routes_cases.router,
        figure_routes(settings.codes),
        routes_behind.router,
        routes_publications.router,
        routes_register.router,
        routes_health.router,
        routes_proof.router,
        behind_pages.router,
        ledger_pages.router,
        pages.router,
        case_pages.router,
        report_page.router,
        seal_page.router,
        statement.router,
        static_files.router,
    ):
        app.include_router(router)
    describe(app, event_schemas(settings.codes))
    app.add_middleware(Guard, hosts=hosts, log=log or logger(), metrics=app.state.metrics)
    return app

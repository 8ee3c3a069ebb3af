"""The middleware of looks on an app of its own: the order of writing and sending, and that a route that forgets is refused."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.logs import logger
from api.register.look_log import LookLog
from api.web.access.caller import LOCAL_PERSON, Caller
from api.web.access.looks import Looks
from api.web.dependencies import SHOWS_NO_CASE, LooksDep, may
from api.web.look_check import PURPOSE_HEADER, LookCheck
from journey.log.looks import Look, Viewer, keyed, looks_at
from journey.refusals import Refused


class Book:
    """A log of looks that notes what was written, and when, among the bytes that were sent."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.purposes: list[str] = []
        self.viewers: list[Viewer] = []
        self.is_broken = False

    def write(self, request: str, viewer: Viewer, purpose: str, looks: Sequence[Look]) -> None:
        if self.is_broken:
            raise Refused("look_not_logged")
        self.purposes.append(purpose)
        self.viewers.append(viewer)
        self.order += [f"{viewer.person} {look.action} {look.case}" for look in looks]


def answer(book: Book, route: Callable[..., Any], logged: io.StringIO | None = None, **more: Any) -> httpx.Response:
    """The answer of an app with the one route, which every request comes to as the person of this machine."""
    app, caller = FastAPI(), more.pop("caller", LOCAL_PERSON)
    app.add_api_route("/x/{case}", route, dependencies=[may("read_case"), *more.pop("dependencies", [])])
    app.add_middleware(LookCheck, look_log=lambda: cast(LookLog, book), log=logger(logged or io.StringIO()))

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Any) -> None:
            book.order += ["start" if message["type"] == "http.response.start" else f"body {len(message.get('body', b''))}"]
            await send(message)

        await app({**scope, "request_id": "r" * 32, "caller": caller}, receive, sent)

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(noted), base_url="http://localhost") as client:
            return await client.get("/x/N-1", **more)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asked()).result()


def seen(looks: LooksDep) -> Response:
    looks.saw("read", "N-1")
    return Response(b"DATA")


def streamed(looks: LooksDep) -> Response:
    looks.saw("export", "N-1", "N-2", "N-1")
    return StreamingResponse(iter([b"some ", b"DATA"]))


def forgotten() -> Response:
    return Response(b"DATA")


def test_a_look_is_written_before_the_answer_begins() -> None:
    book = Book()

    assert answer(book, seen).content == b"DATA"
    assert book.order == ["local read N-1", "start", "body 4"]


def test_a_streamed_answer_is_held_back_until_each_of_its_cases_is_written() -> None:
    book = Book()

    assert answer(book, streamed).content == b"some DATA"
    assert book.order[:3] == ["local export N-1", "local export N-2", "start"]


@pytest.mark.parametrize("route", [seen, streamed])
def test_where_it_cannot_be_written_no_byte_of_the_answer_leaves(route: Callable[..., Any]) -> None:
    book = Book()
    book.is_broken = True
    refused = answer(book, route)

    assert (refused.status_code, refused.json()["code"]) == (503, "look_not_logged")
    assert b"DATA" not in refused.content
    assert book.order[0] == "start"
    assert len(book.order) == 2


@pytest.mark.parametrize("status", [200, 201, 206, 303, 400, 404, 409])
def test_a_route_that_says_nothing_of_what_it_shows_is_refused_and_named_in_the_log(status: int) -> None:
    def route() -> Response:
        return Response(b"DATA", status)

    book, logged = Book(), io.StringIO()
    refused = answer(book, route, logged)

    assert (refused.status_code, refused.json()["code"]) == (503, "look_not_logged")
    assert json.loads(logged.getvalue())["reason"] == "the route says no look"


def test_a_route_that_shows_no_case_says_so() -> None:
    book = Book()

    assert answer(book, forgotten, dependencies=[SHOWS_NO_CASE]).content == b"DATA"
    assert book.order == ["start", "body 4"]


def test_the_purpose_is_one_of_the_list() -> None:
    book = Book()

    assert answer(book, seen, headers={PURPOSE_HEADER: "audit"}).status_code == 200
    assert answer(book, seen).status_code == 200
    assert book.purposes == ["audit", "casework"]
    refused = answer(book, seen, headers={PURPOSE_HEADER: "nysgerrighed"})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_header")
    assert b"DATA" not in refused.content


def test_a_program_is_logged_with_the_person_that_it_acts_for() -> None:
    book = Book()

    assert answer(book, seen, caller=Caller("sb-1", "caseworker", ("ui",), client="fagsystem")).status_code == 200
    assert book.viewers == [Viewer("sb-1", "caseworker", ("ui",), "fagsystem")]


def test_nothing_can_be_added_to_an_answer_that_has_begun() -> None:
    looks = Looks()
    looks.saw("read", "N-1")
    looks.close()

    with pytest.raises(RuntimeError):
        looks.saw("read", "N-2")


def test_what_is_no_reference_of_a_case_is_searched_for_and_never_stored_as_it_was_written() -> None:
    assert looks_at("read", ["N-1", "N-\0"]) == [Look("read", "N-1"), Look("denied", None, "N-\0", 0)]
    assert keyed(b"k", "0107951234") == keyed(b"k", " 0107951234 ") != keyed(b"l", "0107951234")

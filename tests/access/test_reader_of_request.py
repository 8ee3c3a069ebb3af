"""A route reads the register as the caller of its request: the database shows what is theirs, and nothing to nobody."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from api.web.access.caller import LOCAL_PERSON, NOBODY, Caller
from api.web.dependencies import app_register, current_caller, served_register
from journey.access.reader import LOCAL, Reader


@pytest.mark.parametrize(
    ("caller", "reader"),
    [
        (LOCAL_PERSON, LOCAL),
        (Caller("a-1", "caseworker", ("social",)), Reader("a-1", "caseworker", "units", ("social",))),
        (Caller("a-2", "auditor"), Reader("a-2", "auditor", "all")),
        (Caller("a-3", "management"), Reader("a-3", "management", "none")),
        (Caller("a-4", "operator"), Reader("a-4", "operator", "none")),
        (NOBODY, Reader("nobody", "none", "none")),
        (None, Reader("nobody", "none", "none")),
    ],
)
def test_the_register_of_a_request_is_read_by_its_caller(caller: Caller | None, reader: Reader) -> None:
    register = SimpleNamespace(for_reader=lambda reader: ("read by", reader))
    app = SimpleNamespace(state=SimpleNamespace(register=register))
    scope = {"type": "http", "app": app, **({"caller": caller} if caller else {})}

    async def of_request() -> object:
        request = Request(scope)
        return await served_register(await app_register(request), await current_caller(request))

    assert asyncio.run(of_request()) == ("read by", reader)

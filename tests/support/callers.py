"""Callers of any role for tests of the routes: the header says who sends the request, as a sign-in would."""

from __future__ import annotations

from starlette.requests import Request

from api.web.access.access import LocalAccess
from api.web.access.caller import Caller

HEADER = "X-Test-Caller"


class AnyCaller(LocalAccess):
    """Access by whatever the header says; without it, by the token as ever."""

    async def caller(self, request: Request) -> Caller | None:
        said = request.headers.get(HEADER)
        if said is None:
            return await super().caller(request)
        person, role, units = said.split(" ")
        return Caller(person, role, tuple(unit for unit in units.split(",") if unit))


def sent_by(person: str, role: str, *units: str) -> dict[str, str]:
    """The headers of a request of the person in the role."""
    return {HEADER: f"{person} {role} {','.join(units)}"}

"""The rejection of a question or command that no rule of the log forbids: ill-formed, about nothing there is, or too early."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class FieldFault(Struct, frozen=True):
    """One of several faults in what was sent: the catalogue's code, the reason in plain Danish, and where it lies."""

    code: str
    reason: str
    place: str


class RequestRejected(Exception):
    """Not answered, or not recorded: `code` is one of the web's catalogue (`api.web.problem_types`), `place` where the fault lies."""

    def __init__(self, code: str, detail: str = "", *, place: str = "", faults: Sequence[FieldFault] = ()) -> None:
        self.code, self.detail, self.place, self.faults = code, detail, place, tuple(faults)
        super().__init__(code)

"""The one error of the embedded server."""

from pathlib import Path


class CannotStart(Exception):
    """The embedded server cannot be had: where, why, and what to do about it, in Danish."""

    def __init__(self, place: Path | str, reason: str, remedy: str) -> None:
        super().__init__(f"{place}: {reason} {remedy}")
        self.place = str(place)
        self.reason = reason
        self.remedy = remedy

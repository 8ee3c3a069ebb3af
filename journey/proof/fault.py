"""What a check of the seal finds: what is wrong, and where first."""

from __future__ import annotations


class Fault(Exception):
    """What is wrong: `what` as verify.py calls it, and the first position."""

    def __init__(self, position: int, what: str, said: str) -> None:
        self.position, self.what, self.said = position, what, said
        super().__init__(f"position {position}: {what}: {said}")

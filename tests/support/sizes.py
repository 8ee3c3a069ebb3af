"""How large a promise's test is: the mechanism in `make test`, about a tenth in `make promises`, the full size in `make soak`."""

from __future__ import annotations

import os
from typing import TypeVar

SIZE = os.environ.get("JOURNEY_SIZE", "test")
"""`test`, `promises` or `soak`."""
SOAK = SIZE == "soak"

Size = TypeVar("Size")


def by_size(test: Size, promises: Size, soak: Size) -> Size:
    """Choose the value for this run's size; raises KeyError for a JOURNEY_SIZE that there is not."""
    return {"test": test, "promises": promises, "soak": soak}[SIZE]

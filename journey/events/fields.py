"""What a field of an event may hold."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=200)]
"""A pseudonymous reference: a citizen, a worker, a grant, a complaint."""

Label = Annotated[str, Meta(min_length=1, max_length=80)]
"""A short text of at most 80 characters that is neither a code nor an id (domain.md section 2)."""

Code = Annotated[str, Meta(min_length=1, max_length=80)]
"""A code of one of the code lists; which list, the kind's `codes` says."""

Month = Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
"""`YYYY-MM`: as much of a birth date as the register may know."""

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]

Kroner = Annotated[int, Meta(ge=0, le=10**12)]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Answers = Annotated[list[Count | None], Meta(min_length=5, max_length=5)]

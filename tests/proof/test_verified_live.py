"""The register verified while it is at work."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from api.cli import proof
from journey.proof import checking, walk
from tests.conftest import Database
from tests.support.registers import register_on
from tests.support.sealed import recorded, sealed, sealing


@pytest.mark.parametrize("seen_whole", [True, False])
def test_a_register_that_is_sealed_while_it_is_verified_is_not_taken_for_broken(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, seen_whole: bool
) -> None:
    """It looks at one moment; the twin, looking at what there is when it comes to it, takes a grown tree for a changed one."""
    register, walked = register_on(database, tmp_path), walk.walk
    recorded(database, 5, tmp_path)
    sealed(database, tmp_path)

    def while_more_is_sealed(*given: object) -> None:
        recorded(database, 5, tmp_path, seed=2)
        sealed(database, tmp_path)
        walked(*given)  # type: ignore[arg-type] -- as they were given

    monkeypatch.setattr(checking, "walk", while_more_is_sealed)
    if not seen_whole:
        monkeypatch.setattr(proof, "read_snapshot", lambda _conn: nullcontext())
    with sealing(database) as conn:
        found, _ = proof.verify_register(register, conn)

    assert (found.ok, found.sealed) == (seen_whole, 5)

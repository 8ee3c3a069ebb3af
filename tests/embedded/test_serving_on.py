"""A register that is served goes on when its own database has died, and those who ask are answered again."""

from __future__ import annotations

from pathlib import Path

from api.settings import Settings
from journey.codes import standard
from tests.embedded.visiting import kill, postmaster
from tests.support.serving import referred, running
from tests.support.waiting import until


def test_a_database_that_dies_under_a_served_register_is_started_again(copy: Path) -> None:
    with running(Settings(copy, None, None, standard())) as app:
        assert app.post("before", "before", referred()).status_code == 201
        died = postmaster(copy)
        assert died
        kill(died)

        until(lambda: app.post("after", "after", referred()).status_code == 201)
        until(lambda: app.client.get("/health").status_code == 200)
        until(lambda: app.register.follower.position == 2)

        assert postmaster(copy) not in (None, died)
    assert postmaster(copy) is None

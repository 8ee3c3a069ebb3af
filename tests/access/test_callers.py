"""Who is recorded as the one who did it: whoever the login let in, and nobody else in their place."""

from __future__ import annotations

import pytest

from api.web.access.caller import LOCAL_PERSON, Caller, program
from journey.refusals import Refused

PERSON = Caller("az1234", "caseworker", ("ungeindsatsen",), session="s")
ROBOT = Caller("az1234", "caseworker", client="robot-1")


@pytest.mark.parametrize("caller", [PERSON, ROBOT])
@pytest.mark.parametrize("by", [None, "", "az1234"])
def test_whoever_is_let_in_is_recorded_whether_they_say_so_or_not(caller: Caller, by: str | None) -> None:
    assert caller.signs(by) == "az1234"


@pytest.mark.parametrize("caller", [PERSON, ROBOT])
@pytest.mark.parametrize("by", ["to2", "AZ1234", "az1234 ", "client:robot-1"])
def test_another_s_name_is_refused(caller: Caller, by: str) -> None:
    with pytest.raises(Refused) as refused:
        caller.signs(by)

    assert (refused.value.code, refused.value.place) == ("bad_value", "by")


def test_on_a_person_s_own_machine_it_is_what_was_sent() -> None:
    assert [LOCAL_PERSON.signs(by) for by in (None, "sb-17")] == [None, "sb-17"]


def test_a_program_that_acts_for_nobody_is_known() -> None:
    assert Caller(program("robot-1"), "caseworker", client="robot-1").acts_for_nobody
    assert not ROBOT.acts_for_nobody
    assert not PERSON.acts_for_nobody

"""A definition is adopted once by a body, and an adoption that never was is withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from dashboards.definitions import adopted_words
from dashboards.figures import FIGURES
from dashboards.words.language import DANISH, ENGLISH
from journey.adopting import DEFINITIONS, adopt, withdraw_adoption
from journey.events import DefinitionAdopted, Withdrawn
from journey.history import Recorded
from journey.log.stored import Entry
from journey.refusals import Refused
from projections.rows.adoptions import Adoption

DAY = date(2025, 5, 14)
ADOPTED = DefinitionAdopted("caseload", 1, "Byrådet")
PROPOSED = Entry(DEFINITIONS, DAY, "journey", "ny", ADOPTED, None, "sb-92", None)


def _recorded(*events: DefinitionAdopted | Withdrawn) -> list[Recorded]:
    moment = datetime(2025, 5, 15, tzinfo=UTC)
    return [Recorded(nth, nth - 1, DAY, moment, DAY, "journey", f"e{nth}", event) for nth, event in enumerate(events, start=1)]


@pytest.mark.parametrize(
    "standing",
    [
        [],
        [replace(ADOPTED, version=2)],
        [replace(ADOPTED, figure="complaints")],
        [replace(ADOPTED, body="Socialudvalget")],
        [ADOPTED, Withdrawn("e1", "fejl", "journey")],
    ],
)
def test_an_adoption_is_recorded_where_none_like_it_stands(standing: list[DefinitionAdopted | Withdrawn]) -> None:
    assert adopt(_recorded(*standing), PROPOSED) == [PROPOSED]
    with pytest.raises(Refused) as refused:
        withdraw_adoption(_recorded(*standing), PROPOSED, "fejl")
    assert refused.value.code == "not_adopted"


@pytest.mark.parametrize("body", ["Byrådet", "BYRÅDET", " byrådet "])
def test_twice_the_same_is_refused_and_can_be_withdrawn(body: str) -> None:
    known = _recorded(replace(ADOPTED, version=2), replace(ADOPTED, body=body))

    with pytest.raises(Refused) as refused:
        adopt(known, PROPOSED)
    assert (refused.value.code, refused.value.place) == ("adopted_already", "caseload, udgave 1, Byrådet, 2025-05-14")
    [entry] = withdraw_adoption(known, PROPOSED, "fejl")
    assert (entry.event, entry.valid_at) == (Withdrawn("e2", "fejl", "journey"), DAY)
    with pytest.raises(Refused):
        withdraw_adoption(known, replace(PROPOSED, valid_at=date(2025, 5, 15)), "fejl")


def test_who_adopted_which_version_is_said_and_that_the_one_in_force_is_not() -> None:
    figure = replace(FIGURES["caseload"], version=2)
    first, second = Adoption(DAY, 7, "caseload", 1, "Socialudvalget"), Adoption(DAY, 9, "caseload", 2, "Byrådet")
    other = Adoption(DAY, 8, "complaints", 2, "Byrådet")

    missing = "Udgave 2, som gælder i dag, er ikke vedtaget endnu."
    assert adopted_words(figure, [other], DANISH) == (missing,)
    assert adopted_words(figure, [first, other], DANISH) == (
        "Vedtaget af Socialudvalget den 14. maj 2025, udgave 1.",
        missing,
    )
    assert adopted_words(figure, [first, second], ENGLISH)[-1] == "Adopted by Byrådet on 14 May 2025, version 2."

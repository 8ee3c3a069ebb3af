"""An event as the clause that says why a case counts or does not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashboards.case.event_clauses import event_clause
from dashboards.words.language import DANISH, ENGLISH
from journey import events as e
from journey.codes import standard
from journey.events import Event
from journey.history import Recorded

DAY = date(2024, 10, 3)
CLAUSES: list[tuple[Event, str]] = [
    (e.Referred("ungeindsatsen", "b1"), "sagen blev henvist til Ungeindsatsen 3. oktober 2024"),
    (
        e.Referred("ungeindsatsen", "b1", in_scope=False),
        "sagen blev henvist til Ungeindsatsen 3. oktober 2024 uden at være omfattet af HOI",
    ),
    (e.Reopened(), "sagen blev genoptaget 3. oktober 2024"),
    (e.Transferred("social", "disability_pension"), "sagen blev overdraget til Socialområdet 3. oktober 2024: førtidspension"),
    (e.Closed("income_settled"), "sagen blev afsluttet 3. oktober 2024: forsørgelse afklaret"),
    (e.Rejected("samarbejdsforum_30", "botilbud"), "sagen blev afvist ved visitation 3. oktober 2024: botilbud"),
    (e.MergedInto("N-2"), "sagen blev lagt sammen med sag N-2 3. oktober 2024"),
    (e.Visited("samarbejdsforum_30"), "sagen blev visiteret 3. oktober 2024"),
    (e.SupportGranted("g1", "efterskole"), "støtten »Økonomisk støtte til efterskole« blev bevilget 3. oktober 2024"),
    (e.SupportEnded("g1"), "bevilling g1 ophørte 3. oktober 2024"),
    (e.AssessmentOpened("child"), "udredningen begyndte 3. oktober 2024: børnefaglig undersøgelse"),
    (e.AssessmentClosed(), "udredningen blev afsluttet 3. oktober 2024"),
    (e.BenefitChanged("sygedagpenge"), "forsørgelsen 3. oktober 2024 blev sygedagpenge"),
    (e.ComplaintReceived("k1"), "klage k1 blev modtaget 3. oktober 2024"),
    (e.ComplaintReassessed("k1", "maintained"), "klage k1 blev genvurderet 3. oktober 2024: fastholdt"),
    (e.ComplaintDecided("k1", "upheld"), "klage k1 blev afgjort i Ankestyrelsen 3. oktober 2024: stadfæstet"),
    (e.PlanAgreed("ungeplan"), "hændelsen »plan aftalt« gælder fra 3. oktober 2024"),
    (e.Closed("en_gammel_grund"), "sagen blev afsluttet 3. oktober 2024: en_gammel_grund"),
]


def _recorded(position: int, event: Event, day: date = DAY) -> Recorded:
    return Recorded(position, position - 1, day, datetime(2024, 10, 4, tzinfo=UTC), day, "f", str(position), event)


@pytest.mark.parametrize(("event", "clause"), CLAUSES, ids=[clause[:40] for _, clause in CLAUSES])
def test_an_event_is_a_clause_with_its_day(event: Event, clause: str) -> None:
    english = event_clause(_recorded(1, event), standard(), ENGLISH)

    assert event_clause(_recorded(1, event), standard(), DANISH) == clause
    assert "3 October 2024" in english
    assert not {"sagen", "blev"} & {*english.split()}

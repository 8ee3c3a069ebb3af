"""Reglerne R1-R15: hvornår et forløb giver anledning til et spørgsmål, og hvornår det er besvaret (domain.md afsnit 8)."""

import re
from datetime import date

import pytest

from dashboards.words.language import english
from journey.codes import standard
from journey.conformance import RULES, STANDINGS
from projections.conformance import deviations
from projections.engine.believed import believed
from projections.rows.norms import RuleOccasion
from tests.support.given import given, told

UI = "2026-01-05 | referred | unit=ungeindsatsen citizen=b1"
AM = "2026-01-05 | referred | unit=arbejdsmarked citizen=b1"
ANNA = "2026-01-05 | caseworker_assigned | role=authority worker=anna"
GRANTED = "2026-03-02 | support_granted | grant=g1 support=bostoette_85"
FORUM_30 = "2026-03-02 | visited | forum=samarbejdsforum_30"
FORUM_YOUNG = "2026-03-02 | presented | forum=samarbejdsforum_ung by=caseworker matter=visitation"
COMMITTEE = "2026-03-02 | presented | forum=kv_udvalg by=leader matter=visitation"
SELF = "2026-03-02 | presented | forum=kv_udvalg by=caseworker matter=visitation"
YOUTH_PLAN = "2026-03-02 | plan_agreed | plan=ungeplan"
STEADY = "2026-03-02 | caseworker_assigned | role=continuous worker=anna"
FRAME = "2026-03-02 | frame_agreed | amount=30000"
FOLLOW_UP = "2026-03-02 | follow_up_agreed | due=2026-09-01"
ENOUGH = [YOUTH_PLAN, STEADY, FRAME, FOLLOW_UP]
REVISED = "2026-03-02 | plan_revised | plan=ungeplan material=true"
CHANGED = "2026-03-02 | caseworker_changed | role=authority worker=bo reason=leave"
MATCHED = "2026-03-02 | performer_matched | worker=frida"
PAPER = (
    "figure_published | id=x figure=caseload parameters={} cell={} value=1 qualifier=exact"
    """ paper='{"case":"1","title":"t","date":"%s"}'"""
)
LEDGER = f"2026-02-20 | {PAPER % '2026-02-20'}"

BROKEN = {
    "R1": [AM, ANNA, GRANTED],
    "R2": [UI, ANNA, GRANTED],
    "R3": [UI, ANNA, *ENOUGH, SELF],
    "R4": [UI, ANNA, YOUTH_PLAN, FRAME, FOLLOW_UP, COMMITTEE],
    "R5": [UI, ANNA, YOUTH_PLAN, STEADY, FRAME, COMMITTEE],
    "R6": [UI, ANNA, FRAME, "2026-04-01 | frame_drawn | amount=30001 purpose=cykel"],
    "R7": [UI, ANNA, REVISED],
    "R8": [UI, ANNA, CHANGED],
    "R9": [UI, ANNA, "2026-03-02 | follow_up_agreed | due=2026-06-01"],
    "R10": [UI, ANNA, MATCHED],
    "R12": [UI, ANNA, "2026-03-02 | caseworker_assigned | role=employment worker=bo", "2026-05-01 | closed | reason=moved"],
    "R13": [AM, ANNA, FORUM_30, GRANTED + " forum=samarbejdsforum_30"],
    "R14": [UI, ANNA, "2026-03-02 | caseworker_ended | role=authority", "2026-05-01 | closed | reason=moved"],
    "R15": [LEDGER],
}
"""For hver regel en historie, der giver netop ét spørgsmål."""

RAISED = {
    **dict.fromkeys(BROKEN, "2026-03-02"),
    "R6": "2026-04-01",
    "R9": "2026-06-02",
    "R15": "2027-04-01",
}
"""Dagen, hvor spørgsmålet opstår."""

BY = {"R12": 3, "R14": 3, "R9": 3, "R15": 1}
"""Hændelsen, der rejser det, hvor det ikke er den sidste."""

KEPT = {
    "R1": [AM, ANNA, FORUM_30, GRANTED],
    "R2": [UI, ANNA, GRANTED, FORUM_YOUNG],
    "R3": [UI, ANNA, *ENOUGH, COMMITTEE],
    "R4": [UI, ANNA, FRAME, FOLLOW_UP, COMMITTEE, YOUTH_PLAN, STEADY],
    "R5": [UI, ANNA, YOUTH_PLAN, STEADY, COMMITTEE, FRAME, FOLLOW_UP],
    "R6": [UI, ANNA, FRAME, "2026-04-01 | frame_drawn | amount=30000 purpose=cykel"],
    "R7": [UI, ANNA, "2026-02-20 | presented | forum=kv_udvalg by=caseworker matter=plan_change", REVISED],
    "R8": [UI, ANNA, CHANGED + " approved_by_forum=true"],
    "R9": [UI, ANNA, "2026-03-02 | follow_up_agreed | due=2026-06-01", "2026-06-01 | follow_up_held | outcome=continue"],
    "R10": [UI, ANNA, "2026-02-20 | plan_agreed | plan=indsatsmaal", MATCHED],
    "R12": [UI, ANNA, "2026-03-02 | caseworker_assigned | role=employment worker=anna"],
    "R13": [AM, ANNA, FORUM_30, GRANTED],
    "R14": [
        UI,
        ANNA,
        "2026-03-02 | caseworker_ended | role=authority",
        "2026-03-02 | caseworker_assigned | role=employment worker=bo",
    ],
    "R15": [LEDGER, f"2027-03-31 | {PAPER % '2027-03-31'}"],
}
"""Det samme, som reglen vil have det; hvad der sker senere samme dag, er i tide."""

MENDED = {
    "R1": [*BROKEN["R1"], "2026-04-09 | visited | forum=samarbejdsforum_30"],
    "R2": [*BROKEN["R2"], "2026-04-09 | visited | forum=samarbejdsforum_ung"],
    "R3": [*BROKEN["R3"], "2026-04-09 | presented | forum=kv_udvalg by=leader matter=visitation"],
    "R4": [*BROKEN["R4"], "2026-04-09 | caseworker_assigned | role=continuous worker=anna"],
    "R5": [*BROKEN["R5"], "2026-04-09 | follow_up_agreed | due=2026-09-01"],
    "R7": [*BROKEN["R7"], "2026-04-09 | presented | forum=samarbejdsforum_ung by=caseworker matter=plan_change"],
    "R8": [*BROKEN["R8"], "2026-04-09 | presented | forum=samarbejdsforum_ung by=caseworker matter=caseworker_change"],
    "R9": [*BROKEN["R9"], "2026-06-09 | follow_up_held | outcome=continue"],
    "R10": [*BROKEN["R10"], "2026-04-09 | plan_agreed | plan=indsatsmaal"],
    "R12": [*BROKEN["R12"][:3], "2026-04-09 | caseworker_ended | role=employment"],
    "R14": [*BROKEN["R14"][:3], "2026-04-09 | caseworker_assigned | role=authority worker=bo"],
    "R15": [LEDGER, f"2027-05-14 | {PAPER % '2027-05-14'}"],
}
"""Hvad der bringer det i orden senere."""


def told_as(lines):
    return told("\n".join(["day | event | details", *lines]))


def found(lines, rule, valid_at=date(2028, 1, 1)):
    """The rule's deviations as text, as they stand on the day; the events' positions count from 1."""
    rows = deviations(told_as(lines), standard().classes, valid_at)
    return [(row.day.isoformat(), row.position, row.mended and row.mended.isoformat()) for row in rows if row.rule == rule]


KEPT_ON = {
    "R1": [("2026-03-02", 4)],
    "R2": [("2026-03-02", 3)],
    "R3": [("2026-03-02", 7)],
    "R4": [("2026-03-02", 5)],
    "R5": [("2026-03-02", 5)],
    "R6": [("2026-03-02", 3), ("2026-04-01", 4)],
    "R7": [("2026-03-02", 4)],
    "R8": [("2026-03-02", 3)],
    "R10": [("2026-03-02", 4)],
    "R13": [("2026-03-02", 4)],
    "R15": [("2027-04-01", 1)],
}
"""Anledningerne i `KEPT`, hvor reglen blev holdt. R9 tælles af opfølgningerne, R12 og R14 af de åbne sager."""


def occasions(lines, rule):
    """The occasions on which the rule applies: day, position, and whether the course deviates."""
    rows = believed(told_as(lines), standard().classes).rows
    found = [row for row in rows if isinstance(row, RuleOccasion) and row.rule == rule]
    return sorted((row.day.isoformat(), row.position, row.deviates) for row in found)


@pytest.mark.parametrize("rule", KEPT_ON)
def test_a_rule_that_is_kept_has_its_occasions_all_the_same(rule):
    """Nævneren: hvor ofte reglen gjaldt, ikke hvor ofte den blev brudt."""
    kept = [each for each in occasions(KEPT[rule], rule) if not each[2]]

    assert kept == [(day, position, False) for day, position in KEPT_ON[rule]]
    assert sum(not each[2] for each in occasions(BROKEN[rule], rule)) == (1 if rule == "R6" else 0)
    assert [each for each in occasions(BROKEN[rule], rule) if each[2]] == [
        (RAISED[rule], BY.get(rule, len(BROKEN[rule])), True)
    ]


@pytest.mark.parametrize("rule", KEPT_ON)
def test_outside_its_dates_a_rule_has_no_occasion(rule):
    earlier = [re.sub(r"202([67])-", lambda year: f"202{int(year[1]) - 6}-", line) for line in KEPT[rule]]

    assert occasions(earlier, rule) == []


@pytest.mark.parametrize("rule", sorted(set(MENDED) - {"R9", "R12", "R14"}))
def test_what_is_mended_later_was_a_deviation_and_is_one_occasion(rule):
    assert [each[2] for each in occasions(MENDED[rule], rule) if each[0] == RAISED[rule]] == [True]


@pytest.mark.parametrize(
    ("rule", "lines", "count"),
    [
        ("R1", [AM, ANNA, FORUM_30, GRANTED, "2026-06-01 | support_granted | grant=g2 support=efterskole"], 1),
        ("R1", [UI, ANNA, GRANTED], 0),
        ("R2", [UI + " channel=taken_over", ANNA, FORUM_YOUNG, GRANTED], 0),
        ("R3", [UI, ANNA, COMMITTEE, "2026-05-04 | presented | forum=kv_udvalg by=leader matter=visitation"], 1),
        ("R3", [UI, ANNA, FORUM_YOUNG], 0),
        ("R6", [UI, ANNA, FRAME, FRAME, "2026-04-01 | frame_drawn | amount=1 purpose=cykel"], 3),
        ("R7", [UI, ANNA, "2026-03-02 | plan_revised | plan=ungeplan", REVISED], 1),
        ("R8", [UI, ANNA, CHANGED + " approved_by_forum=true", "2026-04-01 | caseworker_ended | role=authority"], 1),
        ("R8", [UI, ANNA, "2026-03-02 | caseworker_changed | role=authority worker=anna reason=leave"], 0),
        ("R8", [AM, ANNA, CHANGED], 0),
        ("R10", [UI, ANNA, MATCHED, "2026-04-01 | performer_matched | worker=gerda"], 1),
        ("R13", [AM, ANNA, GRANTED, "2026-03-03 | support_granted | grant=g2 support=mentor forum=samarbejdsforum_30"], 1),
        ("R13", [UI, ANNA, GRANTED], 0),
        ("R13", [AM, ANNA, "2026-03-02 | support_refused | support=bostoette_85"], 0),
    ],
)
def test_what_an_occasion_is(rule, lines, count):
    assert len(occasions(lines, rule)) == count


def test_every_rule_that_can_be_measured_has_its_stories():
    assert set(BROKEN) == set(KEPT) == {rule.id for rule in RULES.values() if rule.measurable}
    assert set(MENDED) == set(BROKEN) - {"R6", "R13"}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_course_that_is_not_as_the_rule_says_raises_one_question(rule):
    """Spørgsmålet peger på hændelsen, der rejste det, og gælder fra sin dag."""
    raised, position = RAISED[rule], BY.get(rule, len(BROKEN[rule]))
    ended = "2026-05-01" if rule in ("R12", "R14") else None

    assert found(BROKEN[rule], rule, date(2027, 12, 31)) == [(raised, position, ended)]
    assert found(BROKEN[rule], rule, date.fromisoformat(raised)) == [(raised, position, None)]
    assert found(BROKEN[rule], rule, date(2026, 3, 1)) == []


@pytest.mark.parametrize("rule", KEPT)
def test_a_course_that_is_as_the_rule_says_raises_none(rule):
    """I tide er senest ved udgangen af dagen."""
    assert found(KEPT[rule], rule, date(2027, 12, 31)) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_counts_only_within_its_dates(rule):
    """Det samme forløb fem år før, da reglen ikke fandtes."""
    earlier = [re.sub(r"202([67])-", lambda year: f"202{int(year[1]) - 6}-", line) for line in BROKEN[rule]]

    assert found(earlier, rule) == []


@pytest.mark.parametrize("rule", [rule for rule in BROKEN if rule != "R15"])
def test_a_rule_without_a_last_day_counts_from_its_first_and_not_a_day_before(rule):
    """Reglens første dag er med."""
    first = RULES[rule].first

    assert RULES[rule].counts_on(first)
    assert not RULES[rule].counts_on(date.fromordinal(first.toordinal() - 1))


@pytest.mark.parametrize("rule", BROKEN)
def test_what_was_never_true_raises_no_question(rule):
    """Hændelsen, der rejste spørgsmålet, er annulleret."""
    position = BY.get(rule, len(BROKEN[rule]))

    assert found([*BROKEN[rule], f"2026-03-02 | withdrawn | source=spec source_id={position} reason=fejl"], rule) == []


@pytest.mark.parametrize("rule", MENDED)
def test_what_comes_later_mends_it_and_it_stands_as_mended(rule):
    """Afvigelsen bliver stående med dagen, hvor det kom i orden; før den dag er den ikke i orden."""
    ((raised, position, mended),) = found(MENDED[rule], rule, date(2027, 12, 31))

    assert (raised, position) == (RAISED[rule], BY.get(rule, len(BROKEN[rule])))
    assert mended == MENDED[rule][-1][:10]
    assert found(MENDED[rule], rule, date.fromordinal(date.fromisoformat(mended).toordinal() - 1)) == [(raised, position, None)]


@pytest.mark.parametrize("rule", MENDED)
def test_the_mending_withdrawn_the_question_stands_again(rule):
    """Det, der bragte det i orden, er annulleret."""
    lines = MENDED[rule]
    again = [*lines, f"2026-03-02 | withdrawn | source=spec source_id={len(lines)} reason=fejl"]

    assert [row[2] for row in found(again, rule)] == [None]


def test_the_rows_are_believed_as_any_others_are():
    """Rækkerne, som tallene tælles af."""
    given("\n".join(["day | event | details", *MENDED["R10"]])).gives("""
        occasions
        rule | day        | position | deviates | mended
        R10  | 2026-03-02 | 3        | ja       | 2026-04-09
    """)


@pytest.mark.parametrize(
    ("rule", "lines"),
    {
        "R1": [
            AM,
            ANNA,
            GRANTED,
            "2026-06-01 | support_ended | grant=g1",
            "2026-08-03 | support_granted | grant=g2 support=efterskole",
        ],
        "R2": [UI + " channel=taken_over", ANNA, GRANTED],
        "R7": [UI, ANNA, "2026-03-02 | plan_revised | plan=ungeplan", "2026-03-02 | plan_revised | plan=samlet material=true"],
        "R8": [AM, ANNA, CHANGED],
        "R9": [UI, ANNA, "2026-03-02 | follow_up_agreed | due=2026-06-01", "2026-05-30 | closed | reason=moved"],
        "R13": [AM, ANNA, "2026-03-02 | support_granted | grant=g1 support=mentor forum=samarbejdsforum_30"],
        "R12": [AM, ANNA, "2026-03-02 | caseworker_assigned | role=employment worker=bo"],
    }.items(),
)
def test_what_the_rule_does_not_speak_of(rule, lines):
    """R1 spørger én gang i forløbet; de andre slet ikke."""
    assert len(found(lines, rule)) == (1 if rule == "R1" else 0)


def test_a_hearing_covers_one_change():
    """To sagsbehandlerskift, én forelæggelse: det andet spørges der til."""
    hearing = "2026-02-20 | presented | forum=samarbejdsforum_ung by=caseworker matter=caseworker_change"
    again = "2026-07-01 | caseworker_changed | role=authority worker=carl reason=leave"

    assert found([UI, ANNA, hearing, CHANGED, again], "R8") == [("2026-07-01", 5, None)]


def test_days_without_a_break_are_one_deviation():
    """Ingen om formiddagen, én om aftenen: dagen er dækket. Ingen ved to dages udgang med en dag imellem: to afvigelser."""
    lines = [
        UI,
        "2026-01-07 | caseworker_assigned | role=authority worker=anna",
        "2026-02-02 | caseworker_ended | role=authority",
        "2026-02-03 | caseworker_assigned | role=authority worker=bo",
        "2026-02-03 | caseworker_ended | role=authority",
        "2026-02-09 | caseworker_assigned | role=authority worker=bo",
    ]

    assert found(lines, "R14") == [("2026-01-05", 1, "2026-01-07"), ("2026-02-02", 3, "2026-02-09")]


def test_two_caseworkers_from_before_are_asked_about_from_the_rules_first_day():
    """Papiret gav tid til sommeren 2025."""
    lines = [line.replace("2026-0", "2024-0") for line in BROKEN["R12"][:3]]

    assert found(lines, "R12", date(2025, 6, 30)) == []
    assert found(lines, "R12") == [("2025-07-01", 3, None)]


def test_a_year_without_a_status_stands_for_ever():
    """2023 og 2026: der mangler to år."""
    lines = [f"2023-02-23 | {PAPER % '2023-02-23'}", f"2026-02-20 | {PAPER % '2026-02-20'}"]

    assert found(lines, "R15") == [("2024-04-01", 1, None), ("2025-04-01", 2, None), ("2027-04-01", 2, None)]


@pytest.mark.parametrize("before", [[], [f"2026-02-20 | {PAPER % '2026-02-20'}"]])
def test_after_the_calendars_last_year_no_status_is_due(before):
    """Et papir, der ved en fejl er dateret i år 9999, standser intet."""
    assert found([*before, f"2026-03-01 | {PAPER % '9999-12-31'}"], "R15") == [("2027-04-01", 1, None)][: len(before)]


def test_what_cannot_be_measured_says_why():
    """R11: registret følger ikke borgere uden for HOI."""
    assert [rule.id for rule in RULES.values() if not rule.measurable] == ["R11"]
    assert "viser ingen hændelse" in RULES["R11"].deviates


def test_every_rule_asks_in_both_languages():
    """Titel, spørgsmål, opgørelse, papir og hvad det er for en beslutning."""
    said = [
        text
        for rule in RULES.values()
        for text in (rule.title, rule.question, rule.deviates, *rule.occasion, rule.decision.paper, rule.decision.body)
    ]

    assert sorted({*said, *STANDINGS.values()} - set(english())) == []
    assert all(rule.question.endswith("?") for rule in RULES.values())
    assert {rule.id for rule in RULES.values() if not rule.occasion} == {"R11"}

"""Every figure of the law is there, dressed, asked by its own parameters, and counts what is few as few."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import dashboards.figures
from dashboards.danish import DIMENSIONS, word
from dashboards.figure import FEW, FIGURES, Cell, in_bands, median, ninetieth, spread, unless_few
from dashboards.ledger import Compared, agrees, the_cell, words
from dashboards.question import PARAMETERS, Question, asked, parameters_of
from journey.codes import standard
from journey.events import FigurePublished, Paper
from journey.refusals import Refused

CODES = standard()
TODAY = date(2025, 3, 1)
PERIOD = "from to"


class Law(NamedTuple):
    """A line of domain.md section 6: the parameters, the dimensions of the cells, and rows of its query where it needs some."""

    parameters: str
    dimensions: str
    rows: Sequence[tuple[Any, ...]] = ()


DAY = date(2025, 2, 1)
LAW = {
    "caseload": Law("unit valid_at include_assessing include_out_of_scope count layer", "unit valid_at"),
    "caseload_by_support": Law("unit valid_at include_out_of_scope", "support"),
    "caseload_by_benefit": Law("unit valid_at include_assessing", "valid_at benefit"),
    "under_assessment": Law("unit valid_at", "unit valid_at"),
    "cohort": Law(f"from_unit to_unit {PERIOD} valid_at", "measure", [(31, 8, 9)]),
    "transfers": Law(
        f"{PERIOD} from_unit to_unit reason",
        "from_unit to_unit reason",
        [("arbejdsmarked", "social", reason, 5) for reason in CODES["transfer_reasons"].codes],
    ),
    "stock_flow": Law(
        f"unit {PERIOD}",
        "measure cause reason to_unit",
        [
            ("opening", None, None, 20),
            ("closing", None, None, 39),
            ("entries", "referred", None, 31),
            ("entries", "reopened", None, 2),
            ("entries", "transferred", "ungeindsatsen", 1),
            *(("exits", "closed", reason, 1) for reason in CODES["closings"].codes),
            ("exits", "rejected", None, 1),
            ("exits", "transferred", "social", 5),
        ],
    ),
    "caseworker_changes": Law(
        f"{PERIOD} unit role",
        "measure variant changes band",
        [
            ("case_days", "", 15193),
            ("assignments_after_gap", "", 1),
            ("samlinger", "", 2),
            ("changes", "all", 12),
            ("changes", "without_reorganisation", 8),
            ("changes", "without_reorganisation_and_cover", 6),
            ("cases_with", "0", 3),
            ("cases_with", "3", 3),
            ("tenure", "45", 4),
        ],
    ),
    "concurrent_caseworkers": Law("unit valid_at", "caseworkers"),
    "uncovered_days": Law(f"{PERIOD} unit", "measure", [(310, 4)]),
    "contact_surface": Law("unit valid_at window", "professionals", [(4, 7)]),
    "complaints": Law(f"{PERIOD} unit", "measure outcome"),
    "committed_amounts": Law("unit valid_at", "support measure"),
    "spending_in_period": Law(f"unit {PERIOD}", "support"),
    "frames": Law("unit valid_at", "measure", [(250_000, 10_000, 10, 1)]),
    "follow_ups": Law(f"{PERIOD} unit", "measure", [(70, 61, 5, 4)]),
    "lead_times": Law(f"{PERIOD} unit layer", "to measure band"),
    "forum_throughput": Law(f"{PERIOD} forum", "measure forum day", [("samarbejdsforum_30", date(2024, 3, 7), 2)]),
    "age_bands": Law("unit valid_at bands", "band"),
    "survey": Law("wave statement", "statement answer measure", [("fig. 1", 16, 1, 1, 1, 9, 4)]),
    "late_registration": Law(f"{PERIOD} unit", "measure band"),
}
BESIDE_THE_LAW = {
    "conformance": Law(f"{PERIOD} unit", "rule measure", [("R1", 3, 3, 1, 7.0), ("R14", 40, 30, 25, 3.5)]),
    "findings_by_code": Law(PERIOD, "code measure", [("not_open", 3, 2)]),
    "follow_ups_by_month": Law(f"{PERIOD} unit", "month measure", [("2024-04", 3, 1, 1, 1)]),
    "process_map": Law(
        f"{PERIOD} unit",
        "measure milestone from_milestone to_milestone band",
        [("referred", None, None, 9), ("visited", None, None, 4), ("visited", "referred", 14, 4)],
    ),
    "dotted_chart": Law(
        f"{PERIOD} unit", "measure case day kind_group", [("N-1", DAY, DAY, "course", 2), (None, None, None, None, 1)]
    ),
}
"""The figures that we add to it."""
LAW |= BESIDE_THE_LAW
SAID = {
    "unit": ["ui", "arbejdsmarked"],
    "valid_at": ["2025-02-01"],
    "from": ["2024-01-01"],
    "to": ["2025-01-01"],
    "include_assessing": ["false"],
    "include_out_of_scope": ["false"],
    "count": ["citizens"],
    "layer": ["2"],
    "role": ["employment"],
    "from_unit": ["social"],
    "to_unit": ["am"],
    "reason": ["handover"],
    "forum": ["kv_udvalg"],
    "window": ["30"],
    "bands": ["0,18,30"],
    "wave": ["2025"],
    "statement": ["fig. 1"],
}
"""Each parameter as a person may write it."""
FIGURE_IDS = sorted(LAW)


def ask(figure: str, **said: list[str]) -> Question:
    """With what must be said of it, and these words."""
    must = {name: SAID[name] for name in FIGURES[figure].takes.required}
    return asked(FIGURES[figure].takes, must | said, position=7, today=TODAY, codes=CODES)


def refused(figure: str, said: Mapping[str, list[str]]) -> str:
    """The place of the refusal."""
    must = {name: SAID[name] for name in FIGURES[figure].takes.required}
    with pytest.raises(Refused) as refusal:
        asked(FIGURES[figure].takes, must | said, position=7, today=TODAY, codes=CODES)
    assert refusal.value.code == "bad_parameter"
    return refusal.value.place


def cells_of(figure: str, rows: Sequence[tuple[Any, ...]] | None = None) -> list[Cell]:
    return FIGURES[figure].query(ask(figure)).cells(LAW[figure].rows if rows is None else rows)


def dimensions_of(cell: Cell) -> tuple[tuple[str, Any], ...]:
    return tuple((name, said) for name, said in cell.items() if name not in ("value", "why"))


# --- the figures of the law -------------------------------------------------------------------------------------------


def test_the_figures_are_those_of_the_law():
    assert len(LAW) == 21 + len(BESIDE_THE_LAW)
    assert set(FIGURES) == set(LAW)


def test_a_figure_stands_under_its_own_id():
    assert dashboards.figures
    assert all(figure.id == name for name, figure in FIGURES.items())


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_its_parameters_are_those_of_the_law(figure):
    assert set(FIGURES[figure].takes.names) == set(LAW[figure].parameters.split())


def test_only_where_the_cells_name_the_day_may_there_be_many():
    many = {name for name, figure in FIGURES.items() if figure.takes.many_days}

    assert {"caseload", "caseload_by_benefit"} <= many
    assert all("valid_at" in LAW[name].dimensions.split() for name in many)


def test_what_must_be_said_is_the_cohort_s_units():
    assert {name: figure.takes.required for name, figure in FIGURES.items() if figure.takes.required} == {
        "cohort": ("from_unit", "to_unit")
    }


@pytest.mark.parametrize(
    ("figure", "field", "default"),
    [
        ("caseload", "include_assessing", True),
        ("caseload", "include_out_of_scope", True),
        ("caseload", "count", "cases"),
        ("caseload_by_benefit", "include_assessing", False),
        ("caseload_by_support", "include_out_of_scope", True),
        ("contact_surface", "window", 90),
        ("age_bands", "bands", (0, 18, 25, 30)),
        ("caseload", "unit", ("ungeindsatsen", "arbejdsmarked")),
        ("caseload", "valid_at", (TODAY,)),
        ("caseworker_changes", "role", None),
        ("transfers", "reason", None),
        ("forum_throughput", "forum", None),
        ("stock_flow", "from_day", date(2025, 1, 1)),
        ("stock_flow", "to_day", date(2026, 1, 1)),
    ],
)
def test_what_is_left_out_is_as_the_law_says(figure, field, default):
    assert getattr(ask(figure), field) == default


def test_a_transfer_is_counted_of_all_days_where_no_period_is_asked_for():
    assert ask("transfers").from_day == date(1, 1, 1)
    assert ask("transfers").to_day == date(9999, 12, 31)


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_it_is_dressed_in_all_that_is_printed_with_it(figure):
    dress = FIGURES[figure]

    assert dress.title_da
    assert dress.title_en
    assert dress.title_da != dress.title_en
    assert dress.unit
    assert dress.source.startswith("Kilde:")
    assert dress.version >= 1
    assert dress.rule.endswith(".")
    assert len(dress.rule) > 40


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_its_rule_is_in_danish(figure):
    """Danish function words, and none of the English ones."""
    text = set(re.findall(r"\w+", FIGURES[figure].rule.lower()))

    assert text & {"og", "af", "på", "i", "den", "er", "til", "pr"}
    assert not text & {"the", "and", "of", "is", "with", "case", "cases"}


def test_every_parameter_is_taken_by_some_figure_and_explained_in_danish():
    assert set(PARAMETERS) == {name for figure in FIGURES.values() for name in figure.takes.names} == set(SAID)
    assert [name for name, parameter in PARAMETERS.items() if not parameter.danish] == []
    assert {parameter.field for parameter in PARAMETERS.values()} <= set(Question.__struct_fields__)


# --- asking -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_what_the_figure_does_not_take_is_refused(figure):
    for name in {*SAID, "limit"} - set(FIGURES[figure].takes.names):
        assert refused(figure, {name: SAID.get(name, ["1"])}) == name


@pytest.mark.parametrize(
    ("figure", "name", "text"),
    [
        ("caseload", "unit", "planeten"),
        ("caseload", "unit", ""),
        ("caseload", "valid_at", "2025-02-30"),
        ("caseload", "valid_at", "1. februar"),
        ("caseload", "include_assessing", "ja"),
        ("caseload", "include_assessing", "True"),
        ("caseload", "count", "people"),
        ("caseload", "layer", "4"),
        ("caseworker_changes", "role", "leader"),
        ("stock_flow", "from", "2025"),
        ("stock_flow", "to", "2025-1-1"),
        ("transfers", "reason", "fordi"),
        ("forum_throughput", "forum", "byraadet"),
        ("contact_surface", "window", "0"),
        ("contact_surface", "window", "3661"),
        ("contact_surface", "window", "-1"),
        ("contact_surface", "window", "90.0"),
        ("contact_surface", "window", "٩٠"),
        ("age_bands", "bands", ""),
        ("age_bands", "bands", "18,"),
        ("age_bands", "bands", "18,18"),
        ("age_bands", "bands", "30,18"),
        ("age_bands", "bands", "18-25"),
        ("age_bands", "bands", "²"),
        ("cohort", "from_unit", "planeten"),
    ],
)
def test_what_cannot_be_read_is_refused(figure, name, text):
    assert refused(figure, {name: [text]}) == name


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_what_may_be_said_once_is_refused_twice(figure):
    takes = FIGURES[figure].takes
    once = [name for name in takes.names if name != "unit" and not (name == "valid_at" and takes.many_days)]

    for name in once:
        assert refused(figure, {name: SAID[name] * 2}) == name


def test_nothing_said_is_the_parameter_left_out():
    assert ask("caseload", unit=[]).unit == standard().hoi_units
    assert refused("cohort", {"from_unit": [], "to_unit": SAID["to_unit"]}) == "from_unit"


def test_the_same_unit_by_two_names_is_asked_for_once():
    assert ask("caseload", unit=["ui", "ungeindsatsen", "ui"]).unit == ("ungeindsatsen",)
    assert ask("caseload", valid_at=["2025-02-01", "2025-02-01"]).valid_at == (DAY,)


@pytest.mark.parametrize("missing", ["from_unit", "to_unit"])
def test_a_cohort_must_have_both_its_units(missing):
    said = {name: SAID[name] for name in ("from_unit", "to_unit") if name != missing}

    with pytest.raises(Refused) as refusal:
        asked(FIGURES["cohort"].takes, said, position=7, today=TODAY, codes=CODES)

    assert (refusal.value.code, refusal.value.place) == ("bad_parameter", missing)


@pytest.mark.parametrize("figure", [name for name in FIGURE_IDS if "to" in LAW[name].parameters.split()])
def test_a_period_has_at_least_a_day(figure):
    assert refused(figure, {"from": ["2025-01-01"], "to": ["2025-01-01"]}) == "to"
    assert refused(figure, {"from": ["2025-01-02"], "to": ["2025-01-01"]}) == "to"
    assert ask(figure, **{"from": ["2025-01-01"], "to": ["2025-01-02"]}).to_day == date(2025, 1, 2)


def test_all_roles_is_no_role_in_particular():
    assert ask("caseworker_changes", role=["all"]) == ask("caseworker_changes")


def test_bands_begin_with_the_newborn():
    assert ask("age_bands", bands=["18,30"]).bands == (0, 18, 30)


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_a_question_comes_back_from_its_parameters_as_a_publication_keeps_them(figure):
    """What the ledger does with a published figure: it asks again by the parameters of the answer."""
    everything = {name: SAID[name] for name in FIGURES[figure].takes.names}
    for question in (ask(figure), ask(figure, **everything)):
        kept = parameters_of(FIGURES[figure].takes, question)

        again = asked(FIGURES[figure].takes, words(kept), position=7, today=date(2031, 1, 1), codes=CODES)

        assert set(kept) == set(FIGURES[figure].takes.names)
        assert again == question


# --- cells --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_its_cells_have_the_dimensions_of_the_law(figure):
    found = {name for cell in cells_of(figure) for name, _ in dimensions_of(cell)}

    assert found == set(LAW[figure].dimensions.split())


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_no_cell_stands_twice_and_each_has_one_number_or_none(figure):
    cells = cells_of(figure)

    assert Counter(map(dimensions_of, cells)).most_common(1)[0][1] == 1
    assert all(isinstance(cell["value"], int | float | None) and not isinstance(cell["value"], bool) for cell in cells)
    assert all(cell["value"] is None for cell in cells if "why" in cell)


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_every_word_of_its_cells_is_said_in_danish(figure):
    """A code or a measure is never printed as it is stored; numbers, bands and what people wrote themselves are."""
    for cell in cells_of(figure):
        for name, said in dimensions_of(cell):
            assert DIMENSIONS[name]
            if name not in ("statement", "band", "changes", "caseworkers", "professionals", "case") or said == "unknown":
                assert word(name, said, CODES) != said, (name, said)


def test_a_band_is_read_as_it_stands():
    assert word("band", "31-90", CODES) == "31-90"
    assert word("caseworkers", "3+", CODES) == "3+"


@pytest.mark.parametrize(
    ("figure", "labels"),
    [
        ("caseload_by_support", "bostoette ungestoette efterskole kontaktperson other assessing waiting"),
        ("caseload_by_benefit", "aktivitetsparat ressourceforloeb_jaf other unknown"),
        ("concurrent_caseworkers", "0 1 2 3+"),
        ("age_bands", "0-17 18-24 25-29 30+ unknown"),
        ("spending_in_period", "bostoette ungestoette efterskole kontaktperson other accessory"),
    ],
)
def test_a_closed_list_is_all_there_where_nothing_is_counted(figure, labels):
    name = next(name for name in LAW[figure].dimensions.split() if name != "valid_at")

    assert [(cell[name], cell["value"]) for cell in cells_of(figure, [])] == [(label, 0) for label in labels.split()]


@pytest.mark.parametrize("figure", ["transfers", "forum_throughput", "contact_surface", "survey"])
def test_an_open_list_is_empty_where_nothing_is_counted(figure):
    assert cells_of(figure, []) == []


def test_every_outcome_of_a_complaint_is_there_with_nought():
    cells = cells_of("complaints", [])

    assert [cell.get("outcome") for cell in cells] == [
        None,
        *("maintained", "accommodated"),
        *("upheld", "changed", "remitted", "dismissed"),
        None,
        None,
        None,
    ]
    assert [cell["measure"] for cell in cells if "outcome" not in cell] == [
        "received",
        "overturned",
        "pending",
        "overturned_percent",
    ]


def test_what_comes_in_and_goes_out_is_summed():
    cells = cells_of("stock_flow")

    assert the_cell(cells, {"measure": "entries", "cause": "transferred_in"}) == 1
    assert the_cell(cells, {"measure": "entries", "cause": None}) == 34
    assert the_cell(cells, {"measure": "exits", "cause": None}) == 15
    assert the_cell(cells, {"measure": "opening", "cause": None}) == 20
    assert the_cell(cells, {"measure": "closing", "cause": None}) == 20 + 34 - 15


# --- few ----------------------------------------------------------------------------------------------------------------


def test_below_twenty_observations_there_is_no_number():
    assert FEW == 20
    assert unless_few(41.0, 19) == {"value": None, "why": "few"}
    assert unless_few(41.0, 20) == {"value": 41}
    assert unless_few(None, 0) == {"value": None, "why": "few"}


@pytest.mark.parametrize(("tried", "percent"), [(19, None), (20, 50), (21, 100 * 10 / 21)])
def test_the_percent_overturned_needs_twenty_that_were_upheld_or_overturned(tried, percent):
    """Those dismissed were not tried, and do not count."""
    rows = [
        ("decided", "upheld", tried - 10),
        ("decided", "changed", 6),
        ("decided", "remitted", 4),
        ("decided", "dismissed", 9),
    ]

    assert the_cell(cells_of("complaints", rows), {"measure": "overturned_percent"}) == percent


@pytest.mark.parametrize(("cases", "rate"), [(19, None), (20, 12 / 20)])
def test_the_rate_of_changes_needs_twenty_cases_at_risk(cases, rate):
    rows = [row for row in LAW["caseworker_changes"].rows if row[0] not in ("cases_with", "case_days")]
    rows += [("case_days", "", 20 * 365.25), ("cases_with", "0", cases)]

    found = the_cell(cells_of("caseworker_changes", rows), {"measure": "changes_per_case_year", "variant": "all"})

    assert found == rate


@pytest.mark.parametrize(("holding", "value"), [(19, None), (20, 45)])
def test_the_median_tenure_needs_twenty_and_has_bands_where_it_is_few(holding, value):
    rows = [row for row in LAW["caseworker_changes"].rows if row[0] != "tenure"] + [("tenure", "45", holding)]
    cells = cells_of("caseworker_changes", rows)

    assert the_cell(cells, {"measure": "median_tenure"}) == value
    assert the_cell(cells, {"measure": "tenure", "band": "31-90"}) == (holding if value is None else None)


@pytest.mark.parametrize("n", [0, 1, 19, 20])
def test_days_have_bands_just_where_they_have_no_median(n):
    cells = spread({}, {40: n} if n else {})

    assert the_cell(cells, {"measure": "n"}) == n
    assert the_cell(cells, {"measure": "median"}) == (40 if n >= 20 else None)
    assert the_cell(cells, {"measure": "p90"}) == (40 if n >= 20 else None)
    assert [cell["band"] for cell in cells if "band" in cell] == ([] if n >= 20 else ["0-30", "31-90", "91-180", "181+"])


# --- medians, percentiles and bands, against counting them out ----------------------------------------------------------

COUNTS = st.dictionaries(st.integers(-400, 800), st.integers(1, 25), min_size=1, max_size=30)


def laid_out(days: Mapping[int, int]) -> list[int]:
    return sorted(Counter(days).elements())


@given(COUNTS)
def test_the_median_is_the_middle_or_the_mean_of_the_middle_two(days):
    assert median(days) == statistics.median(laid_out(days))


@given(COUNTS)
def test_the_ninetieth_percentile_is_by_nearest_rank(days):
    """The smallest that at least nine tenths are not above."""
    observed = laid_out(days)

    assert ninetieth(days) == observed[ceil(Fraction(9, 10) * len(observed)) - 1]
    assert ninetieth(days) == min(d for d in observed if 10 * sum(o <= d for o in observed) >= 9 * len(observed))


@given(COUNTS)
def test_every_day_is_in_one_band(days):
    """Negative days are in the first."""
    observed = laid_out(days)

    assert [(cell["band"], cell["value"]) for cell in in_bands({}, days)] == [
        ("0-30", sum(day <= 30 for day in observed)),
        ("31-90", sum(31 <= day <= 90 for day in observed)),
        ("91-180", sum(91 <= day <= 180 for day in observed)),
        ("181+", sum(day >= 181 for day in observed)),
    ]


@given(COUNTS)
def test_the_spread_says_the_number_and_the_middle_only_where_there_are_enough(days):
    observed = laid_out(days)
    cells = {cell["measure"]: cell for cell in spread({"to": "visited"}, days) if "band" not in cell}

    assert cells["n"] == {"to": "visited", "measure": "n", "value": len(observed)}
    enough = len(observed) >= 20
    assert cells["median"]["value"] == (statistics.median(observed) if enough else None)
    assert cells["median"].get("why") == (None if enough else "few")


# --- the ledger ---------------------------------------------------------------------------------------------------------

PUBLISHED = FigurePublished("T1", "caseload", {}, {}, 30, "exact", Paper("1-2025", "Status", date(2025, 2, 26)), notes=[])


@pytest.mark.parametrize(
    ("qualifier", "printed", "derived", "agreed"),
    [
        ("exact", 96, 96, True),
        ("exact", 96, 96.0, True),
        ("exact", 96, 95, False),
        ("exact", 0, 0, True),
        ("exact", 0, None, False),
        ("ca", 30, 27, True),
        ("ca", 30, 26, False),
        ("ca", 30, 31, True),
        ("ca", 30, 33, True),
        ("ca", 30, 34, False),
        ("ikke_under", 100, 99, False),
        ("ikke_under", 100, 100, True),
        ("ikke_under", 100, 140, True),
        ("ikke_under", 100, None, False),
        ("enkelte", None, 3, True),
        ("exact", None, None, True),
        ("exact", None, 3, False),
    ],
)
def test_a_number_agrees_with_what_was_printed_by_its_qualifier(qualifier, printed, derived, agreed):
    published = replace(PUBLISHED, qualifier=qualifier, value=printed)

    assert agrees(published, derived) is agreed
    assert Compared(published, 7, derived, None).drifted is not agreed


def test_a_number_that_was_never_printed_agrees_where_a_note_says_so():
    assert agrees(replace(PUBLISHED, value=None, notes=["begge læsninger: 9 og 23"]), 9)


def test_a_reference_that_no_figure_gives_cannot_drift():
    assert not Compared(replace(PUBLISHED, figure=None), 7, None, None).drifted


def test_a_cell_is_found_by_all_its_dimensions():
    cells = [{"measure": "exits", "cause": None, "value": 12}, {"measure": "exits", "cause": "rejected", "value": 1}]

    assert the_cell(cells, {"measure": "exits", "cause": "rejected"}) == 1
    assert the_cell(cells, {"measure": "exits"}) is None
    assert the_cell([*cells, cells[0]], {"measure": "exits", "cause": None}) is None

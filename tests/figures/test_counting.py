"""What every figure shares: the dress it is given, the rows known at a position, and a number as JSON has it."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import astuple

from dashboards.figures import FIGURES
from dashboards.figures.figure import figure, known, plain, unless_few
from dashboards.figures.question import Takes
from journey.history import FOREVER
from projections.fold import Timeline


def test_a_counting_function_is_dressed_in_all_that_is_said_of_it() -> None:
    takes = Takes(("unit",))
    dress = figure(title_da="Titel", title_en="Title", rule="Regel.", unit="sager", takes=takes, version=3)

    def of_the_test() -> None: ...

    try:
        assert dress(of_the_test) is of_the_test
        dressed = FIGURES["of_the_test"]
    finally:
        FIGURES.pop("of_the_test", None)

    assert astuple(dressed) == (
        "of_the_test", 3, "Titel", "Title", "Regel.", "sager", takes, of_the_test, "Kilde: egne tal.", {}
    )  # fmt: skip


def test_a_figure_is_of_its_first_version_where_nothing_else_is_said() -> None:
    def of_the_test() -> None: ...

    try:
        figure(title_da="", title_en="", rule="", unit="", takes=Takes(()))(of_the_test)
        assert FIGURES["of_the_test"].version == 1
    finally:
        FIGURES.pop("of_the_test", None)


def test_the_rows_known_stand_under_the_tables_own_name_or_another() -> None:
    rows = "(SELECT * FROM spans WHERE known_from <= %(position)s AND known_to > %(position)s) AS "

    assert known("spans") == f"{rows}spans"
    assert known("spans", "s") == f"{rows}s"


@pytest.mark.parametrize(("value", "said"), [(2.0, "2"), (2.5, "2.5"), (7, "7"), (None, "None"), ("x", "x")])
def test_a_whole_number_is_said_as_one(value: object, said: str) -> None:
    assert str(plain(value)) == said


def test_a_value_of_enough_observations_is_whole_where_it_is_whole() -> None:
    assert str(unless_few(3.0, 20)) == "{'value': 3}"


def test_a_line_remembers_what_held_before_a_day_on_which_several_values_were_said() -> None:
    monday, tuesday, thursday = date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 4)
    line, _, _ = Timeline[str]().put(monday, "a")
    line, _, _ = line.put(tuesday, "b")
    line, _, _ = line.put(tuesday, "c")

    assert [line.at(day) for day in (date(2023, 12, 31), monday, tuesday, thursday)] == [None, "a", "c", "c"]
    back, gone, come = line.put(tuesday, "a")
    assert (back.start, back.value, back.at(thursday)) == (monday, "a", "a")
    assert [value for _, _, value in gone] == ["a", "c"]
    assert come == [(monday, FOREVER, "a")]

"""Rows as COPY's text: read by COPY's own rules they are the rows, whatever signs stand in a label."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.engine.believed import STILL_BELIEVED, RowKey
from projections.engine.texts import PendingRow, as_texts
from projections.rows.registrations import Registration

SIGNS = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
LABELS = st.text(st.sampled_from("aå\\\t\n\rN "), min_size=1, max_size=8)


def row(label: str, *, unit: str | None = "ungeindsatsen", case: str = "N-1", nth: int = 0) -> PendingRow:
    day = date(2024, 3, 1)
    return PendingRow(case, Registration(day, day, 7, unit, label, None), RowKey(7, nth))


def read(text: str) -> list[list[str]]:
    """The values of each line, as COPY reads them."""
    return [[_plain(value) for value in line.split("\t")] for line in text.removesuffix("\n").split("\n")]


def _plain(value: str) -> str:
    found, at = "", 0
    while at < len(value):
        sign = SIGNS.get(value[at : at + 2])
        found, at = found + (sign or value[at]), at + (2 if sign else 1)
    return found


def test_a_row_is_a_line_of_its_place_its_case_and_its_values() -> None:
    assert as_texts([row("fagsystem-a"), row("regneark", unit=None, nth=1)]) == {
        "registrations": (
            f"7\t0\t{STILL_BELIEVED}\tN-1\t2024-03-01\t2024-03-01\t7\tungeindsatsen\tfagsystem-a\t\n"
            f"7\t1\t{STILL_BELIEVED}\tN-1\t2024-03-01\t2024-03-01\t7\t\tregneark\t\n"
        )
    }


@given(st.lists(st.tuples(LABELS, st.none() | LABELS, LABELS), min_size=1, max_size=4))
def test_signs_of_copy_in_a_label_are_read_back(found: list[tuple[str, str | None, str]]) -> None:
    rows = [row(label, unit=unit, case=case) for label, unit, case in found]

    lines = read(as_texts(rows)["registrations"])

    assert [(line[8], line[7] or None, line[3]) for line in lines] == found
    assert {(line[0], line[1], line[2], line[6]) for line in lines} == {("7", "0", str(STILL_BELIEVED), "7")}


@pytest.mark.parametrize("sign", ["\\", "\t", "\n", "\r"])
def test_each_sign_alone_is_written_out(sign: str) -> None:
    [line] = read(as_texts([row(f"a{sign}b")])["registrations"])

    assert line[8] == f"a{sign}b"

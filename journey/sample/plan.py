"""The plan of the sample: how many courses of each sort there are, and the paper that each number of them comes from.

A course is followed from status day to status day, as the papers do. A flow table says how many go from one state to another between
two of them: `"AB": 7` is seven cases that were being assessed on the first day and had home support on the second; `.` is not in the
unit. What the tables leave at a status day is what the paper of that day prints, because the folds count these courses; the last status
day is the end of the sample. The numbers of a paper are marked P, all others are made up to fit between them.

Papers: S0 = 25/1978 (AU 14-05-2025), S2 = its appendix 1, S3 = 22/5547 (BUU 23-02-2023).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

Flow = Mapping[str, int]

SUPPORTS = {"B": "bostoette", "U": "ungestoette", "E": "efterskole", "K": "kontaktperson_32", "O": "botilbud"}
"""The states of a young citizen's course that are a support; `A` is under assessment."""

UI_FIRST_DAY = date(2022, 2, 1)
"""S3: "I februar 2022 blev den helhedsorienterede sagsbehandling igangsat"; staff and cases moved until the end of March."""

AM_FIRST_DAY = date(2022, 10, 3)
"""S3: "I oktober 2022 fulgte arbejdsmarkedsområdet"."""

LAST_VALID = date(2025, 12, 19)
"""The last day on which anything happens in the sample: the Friday before Christmas."""

UI_STATUS_DAYS = (date(2023, 1, 24), date(2024, 2, 2), date(2025, 2, 1), LAST_VALID)
AM_STATUS_DAYS = (date(2023, 1, 17), date(2024, 2, 1), date(2025, 2, 1), LAST_VALID)

SETTLED = ((date(2023, 1, 24), date(2023, 2, 22)), (date(2024, 2, 2), date(2024, 3, 15)), (date(2025, 2, 1), date(2025, 5, 12)))
"""For each status day the working day by which all that was true on it was known: before the paper that prints it."""

UI_FLOWS: tuple[Flow, ...] = (
    # To 24.01.2023: 114 in scope. P: 21 of them have a grant for efterskole (S3). With the 42 run-off cases 156 (P, S0 table 1).
    {".B": 50, ".U": 15, ".E": 21, ".K": 9, ".A": 19},
    # To 02.02.2024: 52 B, 19 U, 13 E, 10 K, 23 A = 117 (P, S0 table 1).
    {
        "BB": 34,
        "B.": 16,
        "UU": 7,
        "UB": 2,
        "U.": 6,
        "EE": 2,
        "EU": 2,
        "EK": 1,
        "E.": 16,
        "KK": 4,
        "KU": 3,
        "K.": 2,
        "AB": 7,
        "AU": 3,
        "AK": 2,
        "A.": 7,
        ".B": 9,
        ".U": 4,
        ".E": 11,
        ".K": 3,
        ".A": 23,
    },
    # To 01.02.2025: 43 B, 21 U, 10 E, 7 K, 15 A = 96 (P, S0 table 1 and the text below it).
    {
        "BB": 30,
        "B.": 22,
        "UU": 9,
        "UB": 3,
        "U.": 7,
        "EE": 1,
        "EU": 2,
        "E.": 10,
        "KK": 3,
        "KU": 4,
        "K.": 3,
        "AB": 8,
        "AU": 4,
        "AK": 2,
        "A.": 9,
        ".B": 2,
        ".U": 2,
        ".E": 9,
        ".K": 2,
        ".A": 15,
    },
    # To the end of 2025, of which nothing is printed: 43 B, 19 U, 9 E, 6 K, 12 A.
    {
        "BB": 32,
        "B.": 11,
        "UU": 11,
        "UB": 4,
        "U.": 6,
        "EE": 1,
        "EU": 1,
        "E.": 8,
        "KK": 3,
        "KU": 2,
        "K.": 2,
        "AB": 4,
        "AU": 3,
        "AK": 1,
        "A.": 7,
        ".B": 3,
        ".U": 2,
        ".E": 8,
        ".K": 2,
        ".A": 12,
    },
)

RUN_OFF_FLOWS: tuple[Flow, ...] = (
    # S2: "Med sagsbehandlerne fulgte en række sager, der ikke var omfattet af HOI, som efter aftale skulle færdiggøres". How many of the
    # 156 they were is not printed. P: one of them is the case in temporary residence, granted before the transfer (S3).
    {".B": 30, ".U": 5, ".K": 6, ".O": 1},
    {"B.": 30, "U.": 5, "K.": 6, "O.": 1},
    {},
    {},
)
RUN_OFF_FINISHED_FIRST = 18
"""Run-off cases that came along and were finished before the first status day."""

# States of an adult's course: `a` supported and on kontanthjælp (aktivitetsparat), `r` supported and in ressourceforløb or
# jobafklaring, `A` under VUM. Each status day: `a` + `r` is table 2 of S0.
AM_COHORT = 31
"""P: cases handed over from Socialområdet in October 2022 (S0, S2; S3 prints "ca. 30")."""

AM_COHORT_FLOWS: tuple[Flow, ...] = (
    # 12 of the 31 left before the first status day, most of them by way of the rehabilitation team (S3: "en del sager").
    {".a": 11, ".r": 8},
    {"aa": 7, "ar": 1, "a.": 3, "rr": 3, "ra": 1, "r.": 4},
    # 5 + 3 = 8 still active (P, S0).
    {"aa": 4, "ar": 1, "a.": 3, "rr": 2, "ra": 1, "r.": 1},
    {"aa": 4, "a.": 1, "rr": 2, "r.": 1},
)

AM_NEWCOMER_FLOWS: tuple[Flow, ...] = (
    # To 17.01.2023: 1 a, 1 r; with the cohort 12 a + 9 r = 21 (P).
    {".a": 1, ".r": 1, ".A": 4},
    # To 01.02.2024: 5 a, 3 r; with the cohort 13 a + 7 r = 20 (P).
    {"aa": 1, "rr": 1, "Aa": 2, "Ar": 1, "A.": 1, ".a": 2, ".r": 1, ".A": 6},
    # To 01.02.2025: 7 a, 2 r; with the cohort 12 a + 5 r = 17 (P), beside them 9 under VUM (P).
    {"aa": 3, "a.": 2, "rr": 1, "r.": 2, "Aa": 3, "Ar": 1, "A.": 2, ".a": 1, ".A": 9},
    {"aa": 4, "ar": 1, "a.": 2, "rr": 1, "r.": 1, "Aa": 3, "Ar": 2, "A.": 4, ".a": 1, ".r": 1, ".A": 7},
)

PENSIONED = (8, 4, 5, 2)
"""Of those who leave AM between two status days, how many go to Socialområdet on disability pension.

P: the third, all of them in calendar 2024 (S0: "fem borgere"); no other falls in that year.
"""

COMING_OF_AGE = (0, 1, 1, 1)
"""How many pass from UI to AM at thirty; each is one `B.` (or a later state) of UI and one `.a` of AM."""

EFTERSKOLE_KRONER = 1_150_000
"""P: "21 sager … i alt 1.150.000 kr. årligt" (S3); 21 grants share it."""

UI_UNSEEN: tuple[Mapping[str, int], ...] = (
    {"rejected": 12, "short": 6, "declined": 4},
    {"rejected": 22, "short": 8, "declined": 5},
    {"rejected": 20, "short": 7, "declined": 5},
    {"rejected": 16, "short": 6, "declined": 4},
)
"""Courses that begin and end between two status days, so that no status counts them."""

AM_UNSEEN: tuple[Mapping[str, int], ...] = (
    {"rejected": 3, "declined": 1},
    {"rejected": 8, "declined": 4},
    {"rejected": 8, "declined": 4},
    {"rejected": 7, "declined": 3},
)

REOPENED = 7
"""Young citizens whose closed case is taken up again."""

TWO_AT_ONCE = 2
"""Young citizens with a second case while the first runs (S0 counts "borgere" where S2 counts "sager")."""

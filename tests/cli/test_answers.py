"""What a command says: figures, published numbers, findings, a case's replay, status, and help, in Danish."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import application
from dashboards.figures import FIGURES
from journey.events import KINDS
from tests.cli.asking import PINNED, Journey, Said, a_line, days_of, filed, journey_of, words_of


def test_a_figure_is_a_danish_table(sample: Journey) -> None:
    found = sample("figure", "caseload", "--valid-at", "2025-02-01", "--unit", "ui", "--known-at", "19108")

    assert found == Said(
        0,
        """\
Sager under helhedsorienteret indsats
Enhed           Status pr.        Antal sager
─────────────────────────────────────────────
Ungeindsatsen   1. februar 2025            96
 Gældende 1. februar 2025 · som registret vidste det 29. december 2025 kl. 14.25 (position 19.108).
 Sager under udredning: talt med · Medfulgte sager uden for HOI: talt med · Talt: Sager.
 Opgørelse: En sag tælles med på en dag, når den ved dagens udgang er åben og hører til enheden. Med under
 udredning tælles alle; uden tælles kun sager, der har støtte eller venter.
 Kilde: egne tal.

""",
        "",
    )


def test_a_figure_as_json_has_the_shape_of_the_law(sample: Journey) -> None:
    days = ("--valid-at", "2025-02-01", "--valid-at", "2024-02-02")

    found = sample("figure", "caseload", "--unit", "ui", *days, "--no-include-assessing", "--known-at", "19108", "--json")

    assert found.json == {
        "figure": "caseload",
        "version": 1,
        "parameters": {
            "unit": ["ungeindsatsen"],
            "valid_at": ["2025-02-01", "2024-02-02"],
            "include_assessing": False,
            "include_out_of_scope": True,
            "count": "cases",
            "layer": None,
        },
        "valid_at": ["2025-02-01", "2024-02-02"],
        "known_at": {"position": 19108, "moment": "2025-12-29T14:25:17+01:00"},
        "covered": {"from": "2021-09-06", "to": "2025-12-29"},
        "cells": found.json["cells"],
        "source": "Kilde: egne tal.",
    }
    assert found.json["cells"][0] == {"unit": "ungeindsatsen", "valid_at": "2025-02-01", "value": 81}


def test_a_table_of_days_that_are_not_covered_says_so(sample: Journey) -> None:
    early = sample("figure", "caseload", "--unit", "ui", "--valid-at", "2021-06-30", "--known-at", "19108")
    late = sample("figure", "caseload", "--unit", "ui", "--valid-at", "2026-11-29", "--known-at", "19108")

    assert re.search(r"30. juni 2021 +ikke kendt\n", early.out)
    assert "Registret er dækket til og med 29. december 2025." in " ".join(late.out.split())


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_has_json_and_a_table_without_code_words(sample: Journey, figure: str) -> None:
    answer = sample("figure", figure, *words_of(figure), "--json").json
    table = sample("figure", figure, *words_of(figure))

    assert list(answer) == ["figure", "version", "parameters", "valid_at", "known_at", "covered", "cells", "source"]
    assert tuple(answer["parameters"]) == FIGURES[figure].takes.names
    assert answer["valid_at"] == days_of(figure)
    assert answer["cells"]
    assert all(cell["value"] is None or isinstance(cell["value"], int | float) for cell in answer["cells"])
    assert (table.code, table.err) == (0, "")
    assert not re.search(r"[a-z]_[a-z]|\b(None|True|False|null)\b", table.out)
    assert all(line == line.rstrip() and len(line) <= 110 for line in table.out.splitlines())
    assert FIGURES[figure].title_da in table.out
    assert "Opgørelse: " in table.out


def test_the_figures_are_listed_with_their_options(sample: Journey) -> None:
    table, listed = sample("figures").out, sample("figures", "--json").json

    assert [one["figure"] for one in listed] == list(FIGURES)
    assert set(listed[0]) == {"figure", "version", "title", "rule", "unit", "parameters", "source"}
    assert all(figure in table for figure in FIGURES)
    assert "--[no-]include-assessing" in table


def test_demo_shows_the_tables_of_the_papers(sample: Journey) -> None:
    shown = sample("demo", *PINNED)

    assert (shown.code, shown.err) == (0, "")
    for line in (
        r"24\. januar 2023 +156",
        r"2\. februar 2024 +117",
        r"1\. februar 2025 +96",
        r"17\. januar 2023 +12 +9 +21",
        r"1\. februar 2024 +13 +7 +20",
        r"1\. februar 2025 +12 +5 +17",
        r"Økonomisk støtte til efterskole +10 +9 +10",
        r"I alt +96 +89 +96",
    ):
        assert re.search(f"^{line}$", shown.out, re.MULTILINE), line
    assert shown.out.count("Sagsbehandlerskift i ") == 2


def test_the_published_numbers_hold(sample: Journey) -> None:
    checked, listed = sample("published", "--check"), sample("published", "--json").json

    assert checked.code == 0
    assert checked.out.rstrip().endswith("79 tal, intet afviger fra det, der blev talt da, 9 tælles ikke.")
    assert len(listed) == 79
    assert set(listed[0]) >= {"id", "figure", "parameters", "cell", "value", "paper", "position", "derived", "drift"}


@pytest.mark.parametrize(
    "told", [{"value": 2}, {"figure": "nope"}, {"parameters": {"valid_at": "nope"}}, {"cell": {"unit": "x"}}]
)
def test_a_published_number_that_does_not_hold_is_named(empty: Journey, tmp_path: Path, told: dict[str, Any]) -> None:
    published = {
        "id": "p1",
        "figure": "caseload",
        "parameters": {"unit": ["ungeindsatsen"], "valid_at": ["2025-03-01"]},
        "cell": {"unit": "ungeindsatsen", "valid_at": "2025-03-01"},
        "value": 1,
        "qualifier": "exact",
        "paper": {"case": "25/1", "title": "Status", "date": "2025-03-01"},
    }
    right, wrong = (
        {"stream": "tal", "kind": "figure_published", "valid_at": "2025-03-01", "data": {**published, "id": name, **data}}
        for name, data in (("p1", {}), ("p2", told))
    )
    assert empty("import", filed(tmp_path / "some.jsonl", a_line(1), right)).code == 0
    assert empty("published", "--check").code == 0
    assert empty("import", filed(tmp_path / "wrong.jsonl", wrong)).code == 0

    checked = empty("published", "--check")

    assert (checked.code, checked.err) == (1, "")
    assert re.search(r" 1 .* ✓ stemmer$", checked.out, re.MULTILINE)
    assert re.search(r" ⚠ afviger", checked.out, re.MULTILINE)
    assert "2 tal, 1 afviger fra det, der blev talt da" in checked.out
    assert empty("published").code == 0
    assert [one["drift"] for one in empty("published", "--json").json] == [False, True]


@pytest.mark.long
def test_a_definition_is_adopted_once_and_the_adoption_withdrawn(empty: Journey) -> None:
    words = ("adopt", "complaints", "--version", "1", "--body", "Byrådet", "--day", "2025-05-14", "--by", "sb-92")

    made, again = empty(*words), empty(*words)
    unknown, future = empty("adopt", "nope", *words[2:]), empty(*words[:7], "2999-01-01", *words[8:])
    gone = empty(*words, "--withdraw", "fejl")

    assert (made.code, made.out) == (0, "Registreret (position 1): Klager, vedtaget af Byrådet den 14. maj 2025, udgave 1.\n")
    assert (again.code, unknown.code, future.code) == (1, 2, 1)
    assert "vedtaget den udgave af figurens opgørelse i forvejen" in again.err
    assert "Der er ingen figur nope" in unknown.err
    assert "er ikke kommet endnu" in future.err
    assert (gone.code, gone.out) == (0, "Annulleret (position 2): Klager, vedtaget af Byrådet den 14. maj 2025, udgave 1.\n")


def test_the_findings_are_listed_with_their_cases(sample: Journey) -> None:
    table, found = sample("findings").out, sample("findings", "--json").json

    assert set(found["findings"][0]) == {"case", "valid_at", "position", "code", "text"}
    assert all(f"{one['case']} " in table for one in found["findings"])
    assert "5 fund · som registret vidste det" in table
    assert sample("findings", "--known-at", "0", "--json").json == {
        "known_at": {"position": 0, "moment": None},
        "findings": [],
        "gone_rows": [],
    }


def test_what_moved_a_number_is_told_as_a_table_and_as_json(sample: Journey) -> None:
    words = ("why", "caseload", "--unit", "ui", "--valid-at", "2024-01-01", "--known-from", "10000", "--known-at", "19108")
    found, table = sample(*words, "--json").json, sample(*words)

    assert (found["known_from"]["position"], found["known_at"]["position"]) == (10000, 19108)
    (moved,) = found["moved"]
    assert sum(event["delta"] for event in moved["events"]) == moved["after"] - moved["before"] != 0
    assert (table.code, table.err) == (0, "")
    assert all(event["case"] in table.out for event in moved["events"])


@pytest.mark.long
def test_who_left_and_who_came_is_told_as_a_table_and_as_json(sample: Journey) -> None:
    words = ("why", "caseload", "--unit", "ui", "--valid-from", "2024-02-02", "--valid-at", "2025-02-01")
    found, table = sample(*words, "--json").json["days"], sample(*words)

    assert [found[name] for name in ("first", "left", "came", "last")] == [117, 51, 30, 96]
    assert "117 sager − 51 gik + 30 kom = 96 sager." in table.out
    assert all(case["case"] in table.out and case["cause"] for case in found["cases"] if case["way"] in ("left", "came"))
    both = sample(*words, "--known-from", "2024-06-01")
    assert both.out.index("Hvorfor er tallet ændret?") < both.out.index("Hvem gik, hvem kom")
    assert sample("why", "caseload", "--unit", "ui").code != 0


def test_a_case_is_replayed_in_danish(sample: Journey) -> None:
    table = sample("replay", "N-2022-0120", "--valid-at", "2025-02-01").out

    assert re.search(
        r"^ +2971 +20\.06\.2022 +29\.06\.2022 12\.21 +henvist / ansøgning modtaget +enhed: Ungeindsatsen", table, re.MULTILINE
    )
    assert " – Bevilling g2: Bostøtte, længerevarende, 94.500 kr. om året, primær støtte\n" in table
    assert table.count("FUND: ") == 1
    assert not re.search(rf"\b({'|'.join(KINDS)}|None|True|False|null)\b", table)


def test_a_replay_as_json_says_what_was_known_and_the_state(sample: Journey) -> None:
    whole = sample("replay", "N-2022-0120", "--valid-at", "2025-02-01", "--json").json
    early = sample("replay", "N-2022-0120", "--valid-at", "2022-06-20", "--known-at", "2971", "--json").json

    assert list(whole) == ["case", "valid_at", "known_at", "events", "state"]
    assert whole["state"]["stage"] == "supported"
    assert [event["finding"] for event in whole["events"] if event["finding"]] == ["draw_without_frame"]
    assert [event["position"] for event in early["events"]] == [2965, 2970, 2971]
    assert early["state"]["stage"] == "waiting"


def test_status_says_how_far_the_register_is(sample: Journey) -> None:
    status = sample("status", "--json").json

    assert status == {
        "position": 19108,
        "moment": "2025-12-29T14:25:17+01:00",
        "rows_position": 19108,
        "lag_events": 0,
        "error": None,
        "postgresql": 18,
        "database": "embedded",
        "codes": status["codes"],
        "key": None,
        "seal": None,
        "roles": None,
    }
    lines = [line.split(maxsplit=1) for line in sample("status").out.splitlines()]
    assert ["Log", "29. december 2025 kl. 14.25 (position 19.108)"] in lines


def test_rebuild_and_migrate_say_that_they_are_done(sample: Journey) -> None:
    before = sample("figure", "caseload", "--json", "--valid-at", "2025-02-01").json

    assert sample("rebuild") == Said(0, "Rækkerne er bygget på ny til position 19.108.\n", "")
    assert sample("migrate") == Said(0, "Databasen er allerede opdateret.\n", "")
    assert sample("figure", "caseload", "--json", "--valid-at", "2025-02-01").json == before


def all_commands() -> list[tuple[str, ...]]:
    group = application()
    figures = [("figure", name) for name in FIGURES]
    return [(), *((name,) for name in group.commands), *figures]


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_help_is_danish(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    shown = journey_of(capsys)(*words, "--help")

    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"Brug: {' '.join(('journey', *words))}")
    assert not re.search(r"Usage|Options|Commands|Show this|required|default|COMMAND|\.\.\.$", shown.out, re.MULTILINE)


@pytest.mark.parametrize("words", [(), ("figure",)])
def test_no_words_is_wrong_usage_with_help(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    shown = journey_of(capsys)(*words)

    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("Brug: journey")

"""The command line `journey` against the embedded database, and a server's where a register must be its own."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from api.answers import FIGURES
from api.cli import application, run
from journey.events import KINDS
from journey.postgres import embedded
from journey.proof.sealing import lead, waiting
from journey.sample import sample_register
from tests.conftest import Database
from tests.sealed import sealing

PROGRAM = [sys.executable, "-m", "api"]


class Said(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert (self.code, self.err) == (0, "")
        return json.loads(self.out)


Journey = Callable[..., Said]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the account of the server reaches, also where the tests run as root."""
    with _folder() as made:
        yield made


class _folder:  # noqa: N801 -- used as a function, in `with`
    def __enter__(self) -> Path:
        self._path = Path(tempfile.mkdtemp(prefix="journey-cli-")).resolve()
        self._path.chmod(0o711)
        return self._path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


def _journey(capsys: pytest.CaptureFixture[str]) -> Journey:
    def journey(*words: object) -> Said:
        capsys.readouterr()
        code = run([str(word) for word in words])
        return Said(code, *capsys.readouterr())

    return journey


@pytest.fixture(scope="module")
def sample_data() -> Iterator[Path]:
    """The data folder of an embedded register with the sample; its server runs as long as these tests do."""
    with _folder() as made, pytest.MonkeyPatch.context() as patch, ExitStack() as running:
        patch.delenv("JOURNEY_DATABASE_URL", raising=False)
        patch.setenv("JOURNEY_DATA", str(made / "data"))
        assert run(["sample"]) == 0
        running.enter_context(embedded(made / "data"))
        yield made / "data"


@pytest.fixture
def sample(sample_data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Journey:
    """The command line on the sample register, which no test changes."""
    monkeypatch.setenv("JOURNEY_DATA", str(sample_data))
    return _journey(capsys)


@pytest.fixture
def empty(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Journey:
    """The command line on an empty register of the test's own, on a server."""
    monkeypatch.setenv("JOURNEY_DATABASE_URL", database.app_url)
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path / "keys"))
    monkeypatch.chdir(tmp_path)
    return _journey(capsys)


def _line(nth: int, kind: str = "referred", day: str = "2025-03-01", **said: Any) -> dict[str, Any]:
    data = {"unit": "ungeindsatsen", "citizen": f"b-{nth}"} if kind == "referred" else {}
    return {
        "case": f"N-{nth}",
        "kind": kind,
        "valid_at": day,
        "known_at": f"{day}T12:00:00+01:00",
        "source": "fs",
        "source_id": str(nth),
        "data": data,
        **said,
    }


def _file(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


def _head(journey: Journey) -> int:
    return journey("status", "--json").json["position"]


def _sample_file(path: Path, lines: int | None = None) -> Path:
    return _file(path, *sample_register(2025)[:lines])


# what it says


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
        "cells": found.json["cells"],
        "source": "Kilde: egne tal.",
    }
    assert found.json["cells"][0] == {"unit": "ungeindsatsen", "valid_at": "2025-02-01", "value": 81}


COHORT = ("--from-unit", "social", "--to-unit", "am", "--from", "2022-10-01", "--to", "2022-11-01", "--valid-at", "2025-02-01")


def _words(figure: str) -> tuple[str, ...]:
    takes = FIGURES[figure].takes
    if figure == "cohort":
        return COHORT
    if takes.has_period:
        return ("--from", "2025-01-01", "--to", "2026-01-01")
    return ("--valid-at", "2025-02-01") if "valid_at" in takes.names else ()


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_has_json_and_a_table_without_code_words(sample: Journey, figure: str) -> None:
    answer = sample("figure", figure, *_words(figure), "--json").json
    table = sample("figure", figure, *_words(figure))

    assert list(answer) == ["figure", "version", "parameters", "valid_at", "known_at", "cells", "source"]
    assert tuple(answer["parameters"]) == FIGURES[figure].takes.names
    assert answer["valid_at"] == (["2025-02-01"] if "valid_at" in FIGURES[figure].takes.names else [])
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
    shown = sample("demo")

    assert (shown.code, shown.err) == (0, "")
    for line in (
        r"24\. januar 2023 +156",
        r"2\. februar 2024 +117",
        r"1\. februar 2025 +96",
        r"17\. januar 2023 +12 +9 +21",
        r"1\. februar 2024 +13 +7 +20",
        r"1\. februar 2025 +12 +5 +17",
        r"Økonomisk støtte til efterskole +10",
        r"I alt +96",
    ):
        assert re.search(f"^{line}$", shown.out, re.MULTILINE), line
    assert shown.out.count("Sagsbehandlerskift i ") == 2


def test_an_import_is_sealed_in_the_same_command(empty: Journey, tmp_path: Path) -> None:
    assert empty("import", _file(tmp_path / "a.jsonl", _line(1), _line(2))).err == ""
    assert empty("verify", "--json").json["sealed"] == 2


def test_an_import_that_cannot_be_sealed_is_still_taken_and_says_what_to_do(empty: Journey, tmp_path: Path) -> None:
    empty("import", _file(tmp_path / "a.jsonl", _line(1)))
    key = tmp_path / "keys" / "seal.key"
    gone = key.rename(tmp_path / "gone.key")
    taken = empty("import", _file(tmp_path / "b.jsonl", _line(2)))
    assert (taken.code, _head(empty)) == (0, 2)
    assert taken.err.startswith("Hændelserne er registreret, men ikke forseglet: Nøglefilen ")
    assert taken.err.endswith("Gør: Ret det, og kør så journey seal.\n")
    gone.rename(key)
    assert empty("seal").out == "Forseglet til position 2.\n"


def test_a_log_that_no_longer_fits_its_seal_is_refused_with_what_to_do(
    empty: Journey, database: Database, tmp_path: Path
) -> None:
    empty("import", _file(tmp_path / "a.jsonl", _line(1), _line(2)))
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute("alter table log.events disable trigger user")
        admin.execute("delete from log.events where notification_id = 2")
    refused = empty("seal")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("Afvist (seal_broken) ved position 2: Loggen slutter ved 1, men er forseglet til 2.")
    assert "Gør: Ret intet, og slet intet. Kør journey verify" in refused.err


def test_an_import_leaves_the_sealing_to_a_program_that_does_it(empty: Journey, database: Database, tmp_path: Path) -> None:
    with sealing(database) as conn:
        assert lead(conn)
        assert empty("import", _file(tmp_path / "a.jsonl", _line(1))).err == ""
        assert waiting(conn) == (0, 1)


def test_the_sample_again_is_all_known(sample: Journey) -> None:
    before = _head(sample)

    assert sample("sample").out == "19.108 linjer læst; 0 hændelser registreret; 19.108 kendt i forvejen.\n"
    assert _head(sample) == before == 19108


def test_another_sample_is_refused_in_the_register_of_the_first(sample: Journey, sample_data: Path) -> None:
    refused = sample("sample", "--seed", "7")

    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"Afvist (not_empty) ved {sample_data}: ")


@pytest.mark.parametrize("command", ["demo", "sample"])
def test_the_sample_never_enters_a_register_of_other_events(empty: Journey, tmp_path: Path, command: str) -> None:
    assert empty("import", _file(tmp_path / "one.jsonl", _line(1))).code == 0

    refused = empty(command)

    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        "Afvist (not_empty) ved JOURNEY_DATABASE_URL: Registret har hændelser, der ikke er dette prøveregisters.\n"
        "Gør: Brug et andet register: JOURNEY_DATA=en/anden/mappe journey demo.\n"
    )
    assert _head(empty) == 1


def test_the_published_numbers_hold(sample: Journey) -> None:
    checked, listed = sample("published", "--check"), sample("published", "--json").json

    assert checked.code == 0
    assert checked.out.rstrip().endswith("79 offentliggjorte tal; ingen afviger.")
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
    assert empty("import", _file(tmp_path / "some.jsonl", _line(1), right)).code == 0
    assert empty("published", "--check").code == 0
    assert empty("import", _file(tmp_path / "wrong.jsonl", wrong)).code == 0

    checked = empty("published", "--check")

    assert (checked.code, checked.err) == (1, "")
    assert re.search(r"p1 .* stemmer$", checked.out, re.MULTILINE)
    assert re.search(r"p2 .* AFVIGER$", checked.out, re.MULTILINE)
    assert empty("published").code == 0
    assert [one["drift"] for one in empty("published", "--json").json] == [False, True]


def test_the_findings_are_listed_with_their_cases(sample: Journey) -> None:
    table, found = sample("findings").out, sample("findings", "--json").json

    assert set(found["findings"][0]) == {"case", "valid_at", "position", "code", "text"}
    assert all(f"{one['case']} " in table for one in found["findings"])
    assert "5 fund · som registret vidste det" in table
    assert sample("findings", "--known-at", "0", "--json").json == {
        "known_at": {"position": 0, "moment": None},
        "findings": [],
    }


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
    }
    assert "Log           29. december 2025 kl. 14.25 (position 19.108)\n" in sample("status").out


def test_rebuild_and_migrate_say_that_they_are_done(sample: Journey) -> None:
    before = sample("figure", "caseload", "--json", "--valid-at", "2025-02-01").json

    assert sample("rebuild") == Said(0, "Rækkerne er bygget på ny til position 19.108.\n", "")
    assert sample("migrate") == Said(0, "Databasen er allerede opdateret.\n", "")
    assert sample("figure", "caseload", "--json", "--valid-at", "2025-02-01").json == before


def _all_commands() -> list[tuple[str, ...]]:
    group = application()
    figures = [("figure", name) for name in FIGURES]
    return [(), *((name,) for name in group.commands), *figures]


@pytest.mark.parametrize("words", _all_commands(), ids=" ".join)
def test_help_is_danish(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    shown = _journey(capsys)(*words, "--help")

    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"Brug: {' '.join(('journey', *words))}")
    assert not re.search(r"Usage|Options|Commands|Show this|required|default|COMMAND|\.\.\.$", shown.out, re.MULTILINE)


@pytest.mark.parametrize("words", [(), ("figure",)])
def test_no_words_is_wrong_usage_with_help(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    shown = _journey(capsys)(*words)

    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("Brug: journey")


# an empty register


def test_an_empty_register_answers_everything(empty: Journey) -> None:
    assert empty("figure", "caseload", "--json").json["known_at"] == {"position": 0, "moment": None}
    assert empty("figure", "caseload", "--json").json["cells"][0]["value"] == 0
    for figure in FIGURES:
        words = COHORT if figure == "cohort" else ()
        assert "Registret kendte ingen hændelser." in empty("figure", figure, *words).out
    assert "Ingen fund" in empty("findings").out
    assert "Registret har ingen offentliggjorte tal endnu." in empty("published", "--check").out
    assert empty("published", "--json").json == []
    assert empty("export") == Said(0, "", "")
    assert empty("rebuild") == Said(0, "Rækkerne er bygget på ny til position 0.\n", "")
    assert "før den første registrering (position 0)" in empty("status").out
    assert empty("replay", "N-1").code == 1


# what was known


@pytest.mark.parametrize(
    "known_at",
    [
        "2025-01-15",
        "2025-01-15T23:59:59.999999",
        "2025-01-15T23:59:59.999999+01:00",
        "2025-01-15T22:59:59.999999Z",
        "2025-01-16T08:59:59.999999+10:00",
    ],
)
def test_a_day_stands_for_its_end_in_copenhagen(sample: Journey, known_at: str) -> None:
    def figure(known_at: object) -> Any:
        return sample("figure", "caseload", "--valid-at", "2025-02-01", "--known-at", known_at, "--json").json

    found = figure(known_at)

    position = found["known_at"]["position"]
    assert found["known_at"]["moment"].startswith("2025-01-1")
    assert figure(position) == found
    assert figure(position + 1)["known_at"]["moment"] >= "2025-01-16"


@pytest.mark.parametrize(
    ("known_at", "position"),
    [
        ("0", 0),
        ("1900-01-01", 0),
        ("0001-01-01T00:00+14:00", 0),
        ("19108", 19108),
        ("19.108", 19108),
        ("2100-01-01", 19108),
        ("9999-12-31", 19108),
        ("9999-12-31T23:59-14:00", 19108),
    ],
)
def test_the_future_knows_all_and_the_time_before_nothing(sample: Journey, known_at: str, position: int) -> None:
    for words in (("figure", "caseload"), ("findings",)):
        assert sample(*words, "--known-at", known_at, "--json").json["known_at"]["position"] == position
    assert sample("export", "--known-at", known_at).out.count("\n") == position


@pytest.mark.parametrize("words", [("figure", "caseload"), ("findings",), ("replay", "N-2022-0120"), ("export",)])
def test_a_position_past_the_end_is_refused(sample: Journey, words: tuple[str, ...]) -> None:
    assert sample(*words, "--known-at", "19109") == Said(
        1,
        "",
        "Afvist (position_unknown) ved --known-at: Registret er nået til position 19108.\n"
        "Gør: Spørg om en position, der findes (se journey status).\n",
    )


# in and out


def test_an_export_taken_in_gives_the_same_register(sample: Journey, empty: Journey, sample_data: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("JOURNEY_DATABASE_URL")
        patch.setenv("JOURNEY_DATA", str(sample_data))
        written = sample("export", tmp_path / "all.jsonl")
        figures = [sample("figure", figure, *_words(figure), "--known-at", "15000", "--json").json for figure in FIGURES]
        status = sample("status", "--json").json
    assert written == Said(0, "", f"19.108 hændelser skrevet til {tmp_path / 'all.jsonl'}.\n")
    assert [file.name for file in tmp_path.iterdir() if "part" in file.name] == []

    taken = empty("import", tmp_path / "all.jsonl")

    assert taken == Said(0, "19.108 linjer læst; 19.108 hændelser registreret (position 1–19.108).\n", "")
    assert empty("export").out == (tmp_path / "all.jsonl").read_text("utf-8")
    assert [empty("figure", figure, *_words(figure), "--known-at", "15000", "--json").json for figure in FIGURES] == figures
    assert empty("status", "--json").json | {"postgresql": 18} == {**status, "database": "server"}


def test_one_case_is_exported(sample: Journey) -> None:
    lines = [json.loads(line) for line in sample("export", "--case", "N-2022-0120").out.splitlines()]

    assert {line["case"] for line in lines} == {"N-2022-0120"}
    assert len(lines) == len(sample("replay", "N-2022-0120", "--json").json["events"])


def test_standard_input_is_a_file(empty: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{json.dumps(_line(1))}\n\n{json.dumps(_line(2))}\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    taken = empty("import", "-", "--json")

    assert taken.json == {
        "lines": 2,
        "taken": 2,
        "known": 0,
        "corrected": 0,
        "left_out": 0,
        "first_position": 1,
        "last_position": 2,
        "dry_run": False,
        "problems": [],
    }
    assert empty("export", "-").out.count("\n") == 2


def test_a_dry_run_only_looks(empty: Journey, tmp_path: Path) -> None:
    file = _file(tmp_path / "two.jsonl", _line(1), _line(2), "hej")

    looked = empty("import", file, "--dry-run", "--skip-bad")

    assert looked.out == "3 linjer læst; 2 hændelser ville blive registreret; 1 er dårlige og ville blive udeladt.\n"
    assert empty("import", file, "--dry-run").code == 1
    assert _head(empty) == 0
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["two.jsonl"]


def test_a_bad_line_is_named_and_nothing_taken_or_it_is_set_aside(empty: Journey, tmp_path: Path) -> None:
    file = _file(tmp_path / "some.jsonl", _line(1), "hej", _line(2, data={"unit": "nope", "citizen": "b"}), _line(3))

    refused = empty("import", file)

    assert refused.code == 1
    assert refused.err.splitlines()[0] == "linje 2: linjen: er ikke gyldig JSON (ved tegn 1)"
    assert refused.err.splitlines()[1].startswith("linje 3: data.unit: ")
    assert refused.err.splitlines()[2] == f"Afvist (bad_file) ved {file}: 2 linjer af 4 kan ikke bruges, og intet er indlæst."
    assert _head(empty) == 0

    taken = empty("import", file, "--skip-bad")

    assert taken.out == (f"4 linjer læst; 2 hændelser registreret (position 1–2); 2 udeladt, se {file}.rejects.\n")
    assert (tmp_path / "some.jsonl.rejects").read_text("utf-8").count("\n") == 2
    again = empty("import", file, "--skip-bad", "--rejects", tmp_path / "other", "--json").json
    assert (again["known"], again["left_out"], [problem["line"] for problem in again["problems"]]) == (2, 2, [2, 3])
    assert (tmp_path / "other").exists()


def test_a_changed_row_is_a_correction_if_one_says_so(empty: Journey, tmp_path: Path) -> None:
    moved = _line(1, data={"unit": "arbejdsmarked", "citizen": "b-1"}, known_at="2025-03-05T12:00:00+01:00")
    first, second = _file(tmp_path / "first", _line(1)), _file(tmp_path / "second", moved)
    assert empty("import", first).code == 0

    refused = empty("import", second)
    taken = empty("import", second, "--as-corrections")

    assert refused.code == 1
    assert "brug --as-corrections" in refused.err
    assert taken.out == "1 linje læst; 2 hændelser registreret (position 2–3); 1 som rettelser.\n"
    assert "ANNULLERET" in empty("replay", "N-1").out
    cells = empty("figure", "caseload", "--valid-at", "2025-03-01", "--json").json["cells"]
    assert [cell["value"] for cell in cells] == [0, 1]


def test_a_file_that_is_there_is_never_written_over(sample: Journey, tmp_path: Path) -> None:
    there = _file(tmp_path / "there", "mine")

    for words in (("export", there), ("sample", "-o", there)):
        refused = sample(*words)
        assert (refused.code, refused.err.splitlines()[0]) == (1, f"Afvist (bad_file) ved {there}: Filen findes i forvejen.")
    assert there.read_text("utf-8") == "mine\n"


def test_the_sample_written_to_a_file_is_what_sample_loads(sample: Journey, tmp_path: Path) -> None:
    assert sample("sample", "-o", tmp_path / "s.jsonl").out == f"Prøveregistret er skrevet til {tmp_path / 's.jsonl'}.\n"
    assert sample("import", tmp_path / "s.jsonl", "--dry-run").out.endswith("; 19.108 kendt i forvejen.\n")


# settings


CODES = '[supports]\nbostoette_83 = { da = "Bostøtte § 83", en = "Home support", class = "main", group = "bostoette" }\n'


def test_codes_of_a_municipality_count_at_once_and_keep_their_class(
    empty: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = tmp_path / "codes.toml"
    codes.write_text(CODES, "utf-8")
    granted = _line(1, "support_granted", data={"grant": "g1", "support": "bostoette_83"}, source_id="g1")
    file = _file(tmp_path / "some.jsonl", _line(1), granted)
    assert empty("import", file).code == 1

    monkeypatch.setenv("JOURNEY_CODES", str(codes))

    assert empty("import", file).code == 0
    assert empty("figure", "caseload_by_support", "--json", "--valid-at", "2025-03-01").json["cells"][0]["value"] == 1
    assert " – Bevilling g1: Bostøtte § 83, primær støtte\n" in empty("replay", "N-1").out
    for changed, why in (
        (
            CODES.replace("main", "other").replace('group = "bostoette"', 'group = "other"'),
            "er brugt i registret med main, bostoette",
        ),
        ("", "er brugt i registret, men findes ikke længere"),
    ):
        codes.write_text(changed, "utf-8")
        refused = empty("status")
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.startswith(f"Afvist (codes_changed) ved supports.bostoette_83: Koden {why}.\nGør: ")


# processes


def _start(*words: object, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options
    )


def _ended(process: subprocess.Popen[str]) -> Said:
    out, err = process.communicate(timeout=120)
    return Said(process.returncode, out, err)


def test_the_program_runs_from_nothing_to_the_demo_and_leaves_no_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNEY_DATABASE_URL", raising=False)
    monkeypatch.setenv("JOURNEY_DATA", str(folder / "data"))

    shown = _ended(_start("demo"))

    assert (shown.code, shown.err) == (0, "")
    assert "Talt af 19.108 syntetiske hændelser" in shown.out
    assert _ended(_start("figure", "nope")).code == 2
    assert _ended(_start("replay", "nope")).code == 1
    assert not (folder / "data/postgres/cluster/postmaster.pid").exists()


@pytest.mark.parametrize("words", [("export",), ("published", "--json"), ("figures",)])
def test_a_reader_that_has_seen_enough_is_no_error(sample_data: Path, words: tuple[str, ...]) -> None:
    process = _start(*words, env={**os.environ, "JOURNEY_DATA": str(sample_data)})
    assert process.stdout is not None
    assert process.stderr is not None

    assert process.stdout.readline()
    process.stdout.close()

    assert process.stderr.read() == ""
    process.wait(60)
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk here")
@pytest.mark.parametrize("words", [("status",), ("figures", "--json"), ("export",)])
def test_a_full_disk_is_said(sample_data: Path, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [*PROGRAM, *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "JOURNEY_DATA": str(sample_data)},
            timeout=60,
        )

    assert process.returncode == 3
    assert (
        process.stderr == "Kan ikke læse eller skrive: disken er fuld.\nGør: Ret det, og prøv igen; intet er skrevet halvt.\n"
    )


@pytest.mark.parametrize(("ending", "later"), [(signal.SIGINT, 0.0), (signal.SIGTERM, 0.6)])
def test_an_import_that_is_broken_off_leaves_nothing_half_written(
    empty: Journey, database: Database, tmp_path: Path, ending: signal.Signals, later: float
) -> None:
    file = _sample_file(tmp_path / "sample.jsonl")
    process = _start("import", file)
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        copying = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND query ILIKE 'copy %%'"
        while process.poll() is None and conn.execute(copying, (database.name,)).fetchone() is None:
            time.sleep(0.01)
    time.sleep(later)
    process.send_signal(ending)

    ended = _ended(process)

    taken = _head(empty)
    if taken == 0:
        assert ended == Said(3, "", "\nAfbrudt; intet er skrevet halvt.\n")
    assert taken in (0, 19108)
    assert empty("import", file).code == 0
    assert _head(empty) == 19108


def test_many_commands_beside_an_import_and_one_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNEY_DATABASE_URL", raising=False)
    monkeypatch.setenv("JOURNEY_DATA", str(folder / "data"))
    file = _sample_file(folder / "sample.jsonl", 3000)
    question = ("figure", "caseload", "--valid-at", "2022-07-01", "--unit", "ui", "--json")

    taking = _start("import", file)
    killed = _start("import", file)
    asking = [_start(*(question if nth % 2 else ("status", "--json"))) for nth in range(8)]
    while killed.poll() is None and not (folder / "data/postgres/cluster/postmaster.pid").exists():
        time.sleep(0.01)
    killed.kill()
    killed.communicate(timeout=60)
    answers = [_ended(process) for process in asking]

    assert _ended(taking).code == 0
    last = json.loads(_ended(_start(*question)).out)
    assert last["known_at"]["position"] == 3000
    assert last["cells"][0]["value"] > 0
    for nth, answer in enumerate(answers):
        assert (answer.code, answer.err) == (0, "")
        if nth % 2:
            found = json.loads(answer.out)
            assert found == last or (found["known_at"]["position"], found["cells"][0]["value"]) == (0, 0)
    assert not (folder / "data/postgres/cluster/postmaster.pid").exists()

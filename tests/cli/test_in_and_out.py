"""Files in and out: exports, imports with bad lines and corrections, and a municipality's own codes."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.progress import Progress

from dashboards.figures import FIGURES
from projections.engine import follow
from tests.cli.asking import Journey, Said, a_line, filed, head_of, words_of


@pytest.mark.long
def test_an_export_taken_in_gives_the_same_register(sample: Journey, empty: Journey, sample_data: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("JOURNEY_DATABASE_URL")
        patch.setenv("JOURNEY_DATA", str(sample_data))
        written = sample("export", tmp_path / "all.jsonl")
        figures = [sample("figure", figure, *words_of(figure), "--known-at", "15000", "--json").json for figure in FIGURES]
        status = sample("status", "--json").json
    assert written == Said(0, "", f"19.108 hændelser skrevet til {tmp_path / 'all.jsonl'}.\n")
    assert [file.name for file in tmp_path.iterdir() if "part" in file.name] == []

    taken = empty("import", tmp_path / "all.jsonl")

    assert taken == Said(0, "19.108 linjer læst; 19.108 hændelser registreret (position 1–19.108).\n", "")
    assert empty("export").out == (tmp_path / "all.jsonl").read_text("utf-8")
    assert [empty("figure", figure, *words_of(figure), "--known-at", "15000", "--json").json for figure in FIGURES] == figures
    assert empty("status", "--json").json | {"postgresql": 18} == {**status, "database": "server"}


def test_one_case_is_exported(sample: Journey) -> None:
    lines = [json.loads(line) for line in sample("export", "--case", "N-2022-0120").out.splitlines()[1:]]

    assert {line["case"] for line in lines} == {"N-2022-0120"}
    assert len(lines) == len(sample("replay", "N-2022-0120", "--json").json["events"])


def test_standard_input_is_a_file(empty: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{json.dumps(a_line(1))}\n\n{json.dumps(a_line(2))}\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    taken = empty("import", "-", "--json")

    assert taken.json == {
        "lines": 2,
        "taken": 2,
        "known": 0,
        "corrected": 0,
        "withdrawn": 0,
        "returned": 0,
        "annulled": 0,
        "left_out": 0,
        "first_position": 1,
        "last_position": 2,
        "dry_run": False,
        "problems": [],
    }
    assert empty("export", "-").out.count("\n") == 1 + 2


def test_a_dry_run_only_looks(empty: Journey, tmp_path: Path) -> None:
    file = filed(tmp_path / "two.jsonl", a_line(1), a_line(2), "hej")

    looked = empty("import", file, "--dry-run", "--skip-bad")

    assert looked.out == "3 linjer læst; 2 hændelser ville blive registreret; 1 er dårlige og ville blive udeladt.\n"
    assert empty("import", file, "--dry-run").code == 1
    assert head_of(empty) == 0
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["two.jsonl"]


def test_a_bad_line_is_named_and_nothing_taken_or_it_is_set_aside(empty: Journey, tmp_path: Path) -> None:
    file = filed(tmp_path / "some.jsonl", a_line(1), "hej", a_line(2, data={"unit": "nope", "citizen": "b1"}), a_line(3))

    refused = empty("import", file)

    assert refused.code == 1
    assert refused.err.splitlines()[0] == "linje 2: linjen: er ikke gyldig JSON (ved tegn 1)"
    assert refused.err.splitlines()[1].startswith("linje 3: data.unit: ")
    assert refused.err.splitlines()[2] == f"Afvist (bad_file) ved {file}: 2 linjer af 4 kan ikke bruges, og intet er indlæst."
    assert head_of(empty) == 0

    taken = empty("import", file, "--skip-bad")

    assert taken.out == (f"4 linjer læst; 2 hændelser registreret (position 1–2); 2 udeladt, se {file}.rejects.\n")
    assert (tmp_path / "some.jsonl.rejects").read_text("utf-8").count("\n") == 2
    again = empty("import", file, "--skip-bad", "--rejects", tmp_path / "other", "--json").json
    assert (again["known"], again["left_out"], [problem["line"] for problem in again["problems"]]) == (2, 2, [2, 3])
    assert (tmp_path / "other").exists()


def test_bad_lines_of_one_cause_are_named_once_with_their_number_and_first_places(empty: Journey, tmp_path: Path) -> None:
    file = filed(tmp_path / "many.jsonl", *(a_line(nth, data={"unit": "nope", "citizen": "b1"}) for nth in range(1, 251)))

    (named,) = [line for line in empty("import", file).err.splitlines() if line.startswith("linje ")]

    assert named.startswith("linje 1: data.unit: koden nope findes ikke på listen enheder")
    assert named.endswith(" (250 linjer: 1, 2, 3, 4, 5 …)")


def test_a_terminal_is_shown_each_phase_of_an_import_and_the_bytes_in_mb(
    empty: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = filed(tmp_path / "some.jsonl", *(a_line(nth) for nth in range(1, 301)))
    drawn: list[str] = []
    monkeypatch.setattr(follow, "SMALL", 100)
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: True)
    move = Progress.update

    def watched(bar: Progress, *task: Any, **more: Any) -> None:
        move(bar, *task, **more)
        drawn.append(_drawn(bar))

    monkeypatch.setattr(Progress, "update", watched)

    assert empty("import", file).code == 0

    size = f"{Path(file).stat().st_size / 1e6:.1f}".replace(".", ",")
    for words in (
        f"Læser filen .* af {size} MB",
        "Sammenholder med loggen .* 6 af 6",
        "Registrerer .* 300 af 300",
        "Tæller .* 300/300",
    ):
        assert any(re.search(words, each) for each in drawn), words


def _drawn(bar: Progress) -> str:
    """The bar as a terminal shows it."""
    out = io.StringIO()
    Console(file=out, width=120).print(bar.get_renderable())
    return out.getvalue()


def test_a_changed_row_is_a_correction_if_one_says_so(empty: Journey, tmp_path: Path) -> None:
    moved = a_line(1, data={"unit": "arbejdsmarked", "citizen": "b-1"}, known_at="2025-03-05T12:00:00+01:00")
    first, second = filed(tmp_path / "first", a_line(1)), filed(tmp_path / "second", moved)
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
    there = filed(tmp_path / "there", "mine")

    for words in (("export", there), ("sample", "-o", there)):
        refused = sample(*words)
        assert (refused.code, refused.err.splitlines()[0]) == (1, f"Afvist (bad_file) ved {there}: Filen findes i forvejen.")
    assert there.read_text("utf-8") == "mine\n"


CODES = '[supports]\nbostoette_83 = { da = "Bostøtte § 83", en = "Home support", class = "main", group = "bostoette" }\n'


def test_codes_of_a_municipality_count_at_once_and_keep_their_class(
    empty: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = tmp_path / "codes.toml"
    codes.write_text(CODES, "utf-8")
    granted = a_line(1, "support_granted", data={"grant": "g1", "support": "bostoette_83"}, source_id="g1")
    file = filed(tmp_path / "some.jsonl", a_line(1), granted)
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

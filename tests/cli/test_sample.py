"""The demo and the sample, which never mix with a register of other events."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from api.clock import today
from journey.history import COPENHAGEN
from journey.sample import sample_register
from tests.cli.asking import PINNED, Journey, a_line, filed, head_of


def test_the_sample_again_is_all_known(sample: Journey) -> None:
    before = head_of(sample)

    assert sample("sample", *PINNED).out == "19.108 linjer læst; 0 hændelser registreret; 19.108 kendt i forvejen.\n"
    assert head_of(sample) == before == 19108


def test_another_sample_is_refused_in_the_register_of_the_first(sample: Journey, sample_data: Path) -> None:
    refused = sample("sample", "--seed", "7")

    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"Afvist (not_empty) ved {sample_data}: ")


@pytest.mark.parametrize("command", ["demo", "sample"])
def test_the_sample_never_enters_a_register_of_other_events(empty: Journey, tmp_path: Path, command: str) -> None:
    assert empty("import", filed(tmp_path / "one.jsonl", a_line(1))).code == 0

    refused = empty(command)

    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        "Afvist (not_empty) ved JOURNEY_DATABASE_URL: Registret har hændelser, der ikke er dette prøveregisters.\n"
        "Gør: Brug et andet register: JOURNEY_DATA=en/anden/mappe journey demo.\n"
    )
    assert head_of(empty) == 1


def test_the_sample_written_to_a_file_is_what_sample_loads(sample: Journey, tmp_path: Path) -> None:
    assert (
        sample("sample", *PINNED, "-o", tmp_path / "s.jsonl").out == f"Prøveregistret er skrevet til {tmp_path / 's.jsonl'}.\n"
    )
    assert sample("import", tmp_path / "s.jsonl", "--dry-run").out.endswith("; 19.108 kendt i forvejen.\n")


@pytest.mark.long
def test_the_sample_loaded_on_a_later_day_is_the_same_register_carried_on(empty: Journey, folder: Path) -> None:
    """Three loads, each a day further; and the same as one load of the last day, event by event."""
    heads = []
    for until in ("2025-12-30", "2026-03-31", "2026-06-30"):
        loaded = empty("sample", "--until", until)
        assert loaded.code == 0
        assert not heads or loaded.out.endswith(f" {heads[-1]:,} kendt i forvejen.\n".replace(",", "."))
        heads.append(head_of(empty))
        assert "79 tal, intet afviger fra det, der blev talt da, 9 tælles ikke." in empty("published", "--check").out
    assert heads[0] == 19108 < heads[1] < heads[2]

    empty("export", folder / "all.jsonl")
    written = [json.loads(line) for line in (folder / "all.jsonl").read_text("utf-8").splitlines()[1:]]
    until = datetime(2026, 6, 30, 23, 59, tzinfo=COPENHAGEN)
    fields = ("kind", "valid_at", "source", "source_id")
    assert [[each[name] for name in fields] for each in written] == [
        [line[name] for name in fields] for line in sample_register(2025, until)
    ]
    assert [datetime.fromisoformat(each["known_at"]) for each in written] == [
        datetime.fromisoformat(str(line["known_at"])) for line in sample_register(2025, until)
    ]


def test_until_is_a_day_that_has_come_and_not_before_the_papers(empty: Journey) -> None:
    for day in (f"{today() + timedelta(days=1)}", "2025-12-29", "2025-13-01"):
        refused = empty("sample", "--until", day)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith("Afvist (bad_parameter) ved --until: ")
    assert head_of(empty) == 0

"""The demo and the sample, which never mix with a register of other events."""

from __future__ import annotations

from pathlib import Path

import pytest

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

"""What `make mutants` makes of mutmut's figures, and that it judges the files it should by tests that are there."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.support import mutants

PROMISE = "the tests see small wrongs in rules, folds and counting: at least 90 % of mutants are killed (`make mutants`)"

ROOT = Path(__file__).parents[2]
SAID = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        (1, "killed"),
        (3, "killed"),
        (36, "killed"),
        (-24, "killed"),
        (0, "survived"),
        (33, "without a test"),
        (None, "not judged"),
    ],
)
def test_only_a_test_that_fails_or_a_hang_kills(code: int | None, fate: str) -> None:
    assert mutants.fate(code) == fate


@pytest.mark.parametrize(("killed", "left"), [(90, 0), (89, 1)])
def test_less_than_ninety_percent_is_not_enough(
    killed: int, left: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mutants, "RESULTS", tmp_path / "mutants.json")
    codes = {f"journey.case.x__mutmut_{nth}": 1 if nth < killed else 0 for nth in range(100)}
    (tmp_path / "journey").mkdir()
    (tmp_path / "journey" / "case.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))

    assert mutants.told(mutants.judged(tmp_path)) == left

    assert f"{killed} of   100 killed" in capsys.readouterr().out
    assert json.loads((tmp_path / "mutants.json").read_text())["killed"] == killed


def test_what_is_mutated_and_what_judges_is_there() -> None:
    for pattern in [*SAID["only_mutate"], *SAID["do_not_mutate"]]:
        assert list(ROOT.glob(pattern)), pattern
    for judge in SAID["pytest_add_cli_args_test_selection"]:
        assert (ROOT / judge).exists(), judge

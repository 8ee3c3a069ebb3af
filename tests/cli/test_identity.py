"""`journey identity`: a citizen's cases by a number that is typed unseen, and two cases of one citizen merged."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen

import psycopg
import pytest

from journey.exchange.sheets.pseudonyms import citizen_pseudonym
from journey.log.identity_vault import store_numbers
from journey.log.login import as_role
from journey.log.migrate import IMPORT
from tests.cli.asking import PROGRAM, Journey, Said, a_line, filed, head_of
from tests.conftest import Database

KEY = bytes(range(32))
OLD, NEW, UNKNOWN = "0107951234", "0107951242", "0207951234"
CASE, INTO = (citizen_pseudonym(KEY, digits) for digits in (OLD, NEW))
DAYS = ("2025-03-01", "2025-04-01", "2025-06-01")


class Desk:
    """The command line on a register with a citizen of two numbers, and what stands on its standard input."""

    def __init__(self, journey: Journey, patch: pytest.MonkeyPatch) -> None:
        self.journey, self._patch = journey, patch

    def __call__(self, *words: str, typed: str = "") -> Said:
        self._patch.setattr(sys, "stdin", io.StringIO(typed))
        return self.journey("identity", *words)

    def counts(self, count: str) -> list[int]:
        """Cases or citizens of the caseload on three days."""
        days = [word for day in DAYS for word in ("--valid-at", day)]
        cells = self.journey("figure", "caseload", "--unit", "ungeindsatsen", "--count", count, *days, "--json").json["cells"]
        return [cell["value"] for cell in cells]


@pytest.fixture
def desk(empty: Journey, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The first case was opened under the old number, the second under the new one; a third is of another citizen."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "identity.key").write_bytes(KEY)
    (tmp_path / "keys" / "identity.key").chmod(0o600)
    lines = [
        a_line(nth, day=day, case=case, data={"unit": "ungeindsatsen", "citizen": citizen})
        for nth, (case, citizen, day) in enumerate(
            [(CASE, CASE, "2025-02-01"), (INTO, INTO, "2025-04-01"), ("N-3", "b-3", "2025-02-01")], start=1
        )
    ]
    assert empty("import", filed(tmp_path / "a.jsonl", *lines)).code == 0
    return Desk(empty, monkeypatch)


def numbers_stored(database: Database) -> None:
    with psycopg.connect(as_role(database.app_url, IMPORT), autocommit=True) as conn:
        store_numbers(conn, KEY, {CASE: OLD, INTO: NEW})


def without_number(answer: Said) -> Said:
    digits = re.sub(r"\D", "", answer.out + answer.err)
    assert not any(number in digits for number in (OLD, NEW, UNKNOWN))
    return answer


@pytest.mark.long
@pytest.mark.parametrize("vault", [True, False], ids=["in the vault", "pseudonyms only"])
@pytest.mark.parametrize("typed", [OLD, "010795-1234", " 107951234 \n"])
def test_a_citizen_s_case_is_found_by_the_number(desk: Desk, database: Database, typed: str, vault: bool) -> None:
    if vault:
        numbers_stored(database)

    found = without_number(desk("find", typed=f"{typed}\n"))

    assert found.code == 0
    assert CASE in found.out
    assert INTO not in found.out


@pytest.mark.long
def test_a_case_of_another_reference_is_found_by_its_citizen_and_merged_ones_are_followed(desk: Desk, tmp_path: Path) -> None:
    line = a_line(9, case="N-9", day="2025-05-01", data={"unit": "social", "citizen": CASE})
    assert desk.journey("import", filed(tmp_path / "b.jsonl", line)).code == 0
    assert desk("merge", CASE, INTO, "--yes").code == 0

    found = without_number(desk("find", typed=OLD))

    assert re.search(rf"{CASE} +{INTO}\n", found.out)
    assert re.search(r"N-9 +–\n", found.out)


@pytest.mark.long
def test_where_none_is_known_it_says_so(desk: Desk) -> None:
    found = without_number(desk("find", typed=UNKNOWN))

    assert (found.code, found.out) == (1, "")
    assert "Registret har ingen sag for den borger" in found.err


@pytest.mark.long
@pytest.mark.parametrize("typed", ["", "ingen", "0107951234567", "9999999999", "010795"])
def test_what_is_no_number_is_refused_and_not_repeated(desk: Desk, typed: str) -> None:
    found = desk("find", typed=typed)

    assert (found.code, found.out) == (1, "")
    assert "ikke form som et CPR-nummer" in found.err
    assert not typed or typed not in found.err


@pytest.mark.long
@pytest.mark.parametrize(
    "words",
    [("find", OLD), ("find", "010795-1234"), ("merge", OLD, NEW), ("merge", CASE, "010795 1234"), ("merge", f"--{OLD}")],
)
def test_a_number_in_the_command_itself_is_refused_and_not_repeated(desk: Desk, words: tuple[str, ...]) -> None:
    assert without_number(desk(*words)).code != 0


@pytest.mark.long
def test_another_register_s_key_is_refused(desk: Desk, database: Database, tmp_path: Path) -> None:
    numbers_stored(database)
    (tmp_path / "keys" / "identity.key").write_bytes(bytes(32))

    found = without_number(desk("find", typed=OLD))

    assert (found.code, "er ikke den, som registrets pseudonymer er lavet med" in found.err) == (1, True)


@pytest.mark.parametrize("by_numbers", [True, pytest.param(False, marks=pytest.mark.long)], ids=["by numbers", "by cases"])
def test_two_cases_of_one_citizen_are_merged_and_the_citizen_counts_once(desk: Desk, by_numbers: bool) -> None:
    words, typed = ((), f"{OLD}\n{NEW}\n") if by_numbers else ((CASE, INTO), "")
    before, head = (desk.counts("cases"), desk.counts("citizens")), head_of(desk.journey)

    shown = without_number(desk("merge", *words, "--valid-at", "2025-05-01", "--dry-run", typed=typed))

    assert shown.code == 0
    for part in (f"Sag {CASE}, der lukkes", f"Sag {INTO}, der går videre", "den første er 1. april 2025"):
        assert part in shown.out
    assert "Der er ikke registreret noget." in shown.out
    assert (head_of(desk.journey), desk.counts("cases")) == (head, before[0])

    made = without_number(desk("merge", *words, "--valid-at", "2025-05-01", "--by", "sb-1", "--yes", typed=typed))

    assert (made.code, f"sag {CASE} er lagt sammen med sag {INTO}" in made.out) == (0, True)
    assert before == ([2, 3, 3], [2, 3, 3])
    assert desk.counts("cases") == [2, 3, 2]  # by the day of the merge
    assert desk.counts("citizens") == [2, 2, 2]  # on any day
    assert head_of(desk.journey) == head + 1

    again = desk("merge", CASE, INTO, "--yes")
    assert (again.code, "der er ikke mere at gøre" in again.out, head_of(desk.journey)) == (0, True, head + 1)
    turned = desk("merge", INTO, CASE, "--yes")
    assert (turned.code, "merged_already" in turned.err, head_of(desk.journey)) == (1, True, head + 1)


@pytest.mark.long
def test_the_day_that_the_preview_names_counts_the_citizen_once_from_the_beginning(desk: Desk) -> None:
    assert desk("merge", CASE, INTO, "--valid-at", "2025-04-01", "--yes").code == 0

    assert desk.counts("cases") == desk.counts("citizens") == [2, 2, 2]


@pytest.mark.long
def test_without_a_terminal_nothing_is_recorded_that_was_not_said_yes_to(desk: Desk) -> None:
    head = head_of(desk.journey)

    shown = desk("merge", CASE, INTO, typed="ja\n")

    assert (shown.code, "Gentag med --yes" in shown.err, head_of(desk.journey)) == (0, True, head)


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "typed", "why"),
    [
        ((CASE, CASE), "", "sig selv"),
        ((), f"{OLD}\n{OLD}\n", "sig selv"),
        ((CASE, "N-99"), "", "unknown_case"),
        ((), f"{OLD}\n{UNKNOWN}\n", "det andet nummer"),
        ((CASE,), "", "Angiv to sager"),
        ((CASE, INTO, "--by", "Hanne Jensen"), "", "pseudonym"),
        ((CASE, INTO, "--valid-at", "2025-01-31"), "", "never_referred"),
        ((CASE, "stream:definitions"), "", "Afvist"),
    ],
)
def test_what_cannot_be_merged_is_refused_before_anything_is_recorded(
    desk: Desk, words: tuple[str, ...], typed: str, why: str
) -> None:
    head = head_of(desk.journey)

    refused = without_number(desk("merge", *words, "--yes", typed=typed))

    assert refused.code != 0
    assert why in refused.err
    assert head_of(desk.journey) == head


# At a terminal


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    import pty  # is not there on Windows

    ours, theirs = pty.openpty()
    yield ours, theirs
    for end in (ours, theirs):
        os.close(end)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and a pseudo-terminal")
def test_at_a_terminal_the_number_is_not_shown_and_the_process_cannot_be_dumped(desk: Desk, terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    assert desk.journey("status", "--json").code == 0
    with Popen([*PROGRAM, "identity", "find"], stdin=theirs, stdout=PIPE, stderr=theirs, start_new_session=True) as process:
        seen = b""
        while b"vises ikke" not in seen:
            seen += os.read(ours, 1000)
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        os.write(ours, f"{OLD}\n".encode())
        out = process.stdout.read().decode() if process.stdout else ""
    os.set_blocking(ours, False)
    with suppress(BlockingIOError):
        seen += os.read(ours, 1000)

    assert process.returncode == 0
    assert CASE in out
    assert OLD.encode() not in seen
    assert re.search(r"Max core file size +0 ", limits)

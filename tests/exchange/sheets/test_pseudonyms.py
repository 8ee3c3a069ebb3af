"""Pseudonyms and CPR forms (domain.md section 10, rule 8): the register and `pseudonym.py`, which share no code, give the same.

The numbers here are made up: their last four digits are 0000 or run on, and none is known to be anybody's.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journey.codes import standard
from journey.events import CaseworkerAssigned
from journey.exchange.cells import id_of, tidy
from journey.exchange.sheets import pseudonym as program
from journey.exchange.sheets.events import FollowedValue
from journey.exchange.sheets.getters import DeliveryContext
from journey.exchange.sheets.identities import Identities
from journey.exchange.sheets.pseudonyms import birth_month, citizen_pseudonym, worker_pseudonym
from journey.exchange.sheets.rows import GivenRow, read_tables
from journey.personal import is_person_id, personal_number
from tests.support.sheets import NOW, csv_table, mapping

ROOT = Path(__file__).parents[3]

KEY = b"k" * 32
OTHER_KEY = b"o" * 32
DIGIT = st.sampled_from("0123456789")


@pytest.mark.parametrize(
    ("cell", "digits"),
    [
        ("010180-0001", "0101800001"),
        ("0101800001", "0101800001"),
        (" 01 01 80 - 00 01 ", "0101800001"),
        ("01.01.80/0001", "0101800001"),
        ("01\u201101\u201180\u20110001", "0101800001"),  # hyphens that do not break
        ("010180\u00a00001", "0101800001"),
        ("101800001", "0101800001"),  # a spreadsheet took the zero in front
        ("101800001.0", "0101800001"),  # and gave a fraction
        ("1012000010.0", "1012000010"),
        ("101200001.0", "0101200001"),  # never 1012000010
        ("610180-0001", "6101800001"),  # a replacement number: day + 60
        ("910180-0001", "9101800001"),
        ("290200-0000", "2902000000"),  # 1900 had no leap day, 2000 had
        ("290201-0000", None),
        ("320180-0001", None),
        ("011380-0001", None),
        ("000180-0001", None),
        ("600180-0001", None),
        ("920180-0001", None),
        ("901800001", "0901800001"),
        ("10180000", None),
        ("01011980-0001", None),  # with the century it is in no CPR register's form
        ("x010180-0001", None),
        ("010180-0001x", None),
        ("010180-0001 010180-0001", None),
        ("", None),
    ],
)
def test_rule_8_the_forms_of_a_number(cell: str, digits: str | None) -> None:
    assert personal_number(id_of(cell) or "") == digits
    assert program.cpr_digits(cell) == digits


@pytest.mark.parametrize(
    ("digits", "month"),
    [
        ("0101000000", "1900-01"),
        ("3112993999", "1999-12"),
        ("0102364000", "2036-02"),
        ("0102374000", "1937-02"),
        ("0103005000", "2000-03"),
        ("0103578999", "2057-03"),
        ("0103585000", "1858-03"),
        ("0103998000", "1899-03"),
        ("0104369000", "2036-04"),
        ("0104379000", "1937-04"),
        ("6105804000", "1980-05"),
    ],
)
def test_rule_8_the_month_of_birth_by_the_seventh_digit(digits: str, month: str) -> None:
    assert birth_month(digits) == program.birth_month(digits) == month


def test_rule_8_a_pseudonym_is_the_law_s_by_hand() -> None:
    mac = hmac.new(KEY, b"0101800001", hashlib.sha256).digest()
    by_hand = "c-" + base64.b32encode(mac).decode().lower()[:16]

    assert citizen_pseudonym(KEY, "0101800001") == by_hand
    assert re.fullmatch("c-[a-z2-7]{16}", by_hand)
    assert citizen_pseudonym(OTHER_KEY, "0101800001") != by_hand


def test_rule_8_a_worker_is_the_same_however_the_name_is_spelt_in_case() -> None:
    spellings = ["Åse Ærø", "ÅSE ÆRØ", "A\u030ase Ærø", " åse\u00a0ærø "]

    assert len({worker_pseudonym(KEY, tidy(each)) for each in spellings}) == 1
    assert len({program.of_worker(KEY, each) for each in spellings}) == 1
    assert worker_pseudonym(KEY, "0101800001") != citizen_pseudonym(KEY, "0101800001")


@given(st.text(alphabet="0123456789-./ _\u00a0\u2011\u0663x\t\x00\u200b", max_size=16))
@example("٠١٠١٨٠-٠٠٠١")
@example("1012000010.0")
def test_rule_8_the_program_reads_every_cell_as_the_register_does(cell: str) -> None:
    assert program.cpr_digits(cell) == personal_number(id_of(cell) or "")


@given(st.dates(date(1858, 1, 1), date(2057, 12, 31)), DIGIT, st.text("0123456789", min_size=3, max_size=3))
def test_rule_8_the_program_makes_the_register_s_pseudonyms(born: date, seventh: str, rest: str) -> None:
    digits = f"{born:%d%m%y}{seventh}{rest}"

    assert program.of_citizen(KEY, digits) == citizen_pseudonym(KEY, digits)
    assert program.birth_month(digits) == birth_month(digits)
    assert birth_month(digits).endswith(f"{born.year % 100:02}-{born:%m}")


def test_rule_8_every_pseudonym_is_taken_for_the_id_of_a_person() -> None:
    """One in 28 has no digit at all, which another id must have."""
    made = [make(KEY, f"{day:02}01800001") for day in range(1, 32) for make in (citizen_pseudonym, worker_pseudonym)]

    assert any(not re.search("[0-9]", each) for each in made)
    assert all(map(is_person_id, made))
    assert not any(map(is_person_id, ("c-Åse", "w-soerensen", "x-mibhhiwlbfjrwtdi", "w-mibhhiwlbfjrwtdis")))


@given(st.text("abAB1åÅæÆøØßİ -.\u00a0\u030a\u202f", max_size=12))
def test_rule_8_the_program_makes_the_register_s_workers(name: str) -> None:
    assert program.of_worker(KEY, name) == worker_pseudonym(KEY, tidy(name))


def test_the_program_is_of_the_standard_library_alone() -> None:
    source = Path(program.__file__).read_text("utf-8")
    modules = {found[1].partition(".")[0] for found in re.finditer(r"^(?:from|import) (\S+)", source, re.MULTILINE)}

    assert "hmac" in modules
    assert modules <= {*sys.stdlib_module_names, "__future__"}


SHEET = "Udtræk\nCPR;Navn;Sagsbehandler\n010180-0001;Åse;AB1\n101800001;Bo;ab1\n;Ib;-\n"


def test_the_program_puts_pseudonyms_in_place_of_numbers_and_names(tmp_path: Path) -> None:
    (tmp_path / "ind.csv").write_bytes(SHEET.encode("cp1252"))
    (tmp_path / "key").write_bytes(KEY + b"\n")
    paths = [str(tmp_path / name) for name in ("ind.csv", "ud.csv")]
    wanted = ["--key", str(tmp_path / "key"), "--cpr", "CPR", "--person", "Sagsbehandler", "--header", "2"]

    assert program.main([*paths, *wanted]) == 0

    written = (tmp_path / "ud.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written), delimiter=";"))
    citizen, worker = citizen_pseudonym(KEY, "0101800001"), worker_pseudonym(KEY, "AB1")
    assert rows == [
        ["Udtræk"],
        ["CPR", "CPR født", "Navn", "Sagsbehandler"],
        [citizen, "1980-01", "Åse", worker],
        [citizen, "1980-01", "Bo", worker],
        ["", "", "Ib", ""],
    ]
    assert program.main([*paths, *wanted]) == 1, "a file that is there is not written over"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("CPR;Navn\n3113800001;x\n", "linje 2: cellen i kolonnen CPR har ikke form som et CPR-nummer"),
        ("CPR;Navn\n0101800001\n", "linje 2: rækken har 1 felter"),
        ("Nummer;Navn\n0101800001;x\n", "kolonnen CPR står 0 gange"),
        ("CPR;CPR\n0101800001;x\n", "kolonnen CPR står 2 gange"),
        ('CPR;Navn\n0101800001;"x\n', "et anførselstegn"),
    ],
)
def test_the_program_names_the_line_and_never_a_number(text: str, why: str) -> None:
    with pytest.raises(program.Unusable) as unusable:
        program.replaced(text, KEY, ["CPR"], [])

    assert why in str(unusable.value)
    assert not re.search("[0-9]{4,}", str(unusable.value))


def test_the_program_takes_no_key_that_the_register_would_not_take() -> None:
    for wrong in (b"kort\n", bytes(31), b"x" * 1025):
        with pytest.raises(program.Unusable, match="mindst 32 og højst 1024"):
            program.key_of(wrong)
    assert program.key_of(KEY + b"\r\n") == KEY


# As a newcomer runs it

MAPPING = """
format = "sheets"
source = "fagsystem-a"
[[sheet]]
name = "sager"
file = "sager*.csv"
key = ["CPR"]
case = { case }
ignore = ["Navn"]
  [[sheet.event]]
  kind = "referred"
  on = "Henvist"
  data = { citizen = { citizen }, born = { born }, unit = "Enhed" }
  [[sheet.event]]
  kind = "caseworker_changed"
  follows = "Sagsbehandler"
  first = "caseworker_assigned"
  on = "Henvist"
  data = { role = { is = "authority" }, worker = { worker }, reason = { is = "other" } }
"""
NUMBERS_COME = {
    "{ case }": '{ cpr = "CPR" }',
    "{ citizen }": '{ cpr = "CPR" }',
    "{ born }": '{ birth_month_of = "CPR" }',
    "{ worker }": '{ person = "Sagsbehandler" }',
}
PSEUDONYMS_COME = {
    "{ case }": '{ column = "CPR" }',
    "{ citizen }": '"CPR"',
    "{ born }": '"CPR født"',
    "{ worker }": '"Sagsbehandler"',
}
LIST = """CPR;Navn;Enhed;Henvist;Sagsbehandler
010180-0001;Åse Ærø;Ungeindsatsen;01-03-2025;Hanne Å
202800001;Bo;Arbejdsmarked;02-03-2025;HANNE Å
610180-0001;Ib;Ungeindsatsen;03-03-2025;IB
"""


def test_a_department_that_runs_it_as_the_papers_say_gives_the_register_what_the_numbers_would(tmp_path: Path) -> None:
    """The program and the commands of the paper are all that it is given."""
    paper = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    commands = paper.split("```sh\n")[1].split("```")[0].splitlines()
    shutil.copy(program.__file__, tmp_path / "pseudonym.py")
    (tmp_path / "sager.csv").write_bytes(LIST.encode("cp1252"))
    for command in commands:
        words = [sys.executable, "-I", *shlex.split(command)[1:]]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, env={}, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    made = (tmp_path / "sager-pseudonymer.csv").read_bytes()
    by_department = _rows(PSEUDONYMS_COME, made, OTHER_KEY)  # the register has no key of theirs
    by_register = _rows(NUMBERS_COME, LIST.encode("cp1252"), program.key_of((tmp_path / "identity.key").read_bytes()))

    assert by_department == by_register
    assert len(by_department) == 3
    assert len({workers for _, _, _, workers in by_department}) == 2
    assert not re.search(rb"0001\b|Hanne|HANNE|\bIB\b", made)


def _rows(columns: Mapping[str, str], table: bytes, key: bytes) -> list[tuple[object, ...]]:
    """The name of each row, its case, the events it gives, and who holds the role."""
    text = MAPPING
    for name, column in columns.items():
        text = text.replace(name, column)
    file = mapping(text)
    given, bad, _ = read_tables(
        [(0, csv_table(file, 0, table))], file, DeliveryContext(standard(), file.codes, Identities(key), {}), NOW
    )
    assert bad == []
    return [(row.name, row.case, row.events, _worker(row)) for row in given]


def _worker(row: GivenRow) -> str:
    [followed] = [each.first for each in row.events if isinstance(each, FollowedValue)]
    assert isinstance(followed, CaseworkerAssigned)
    return followed.worker

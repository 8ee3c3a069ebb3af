"""What the scenes never make, in every spelling that the format allows: the register has it as said, and counts it by the law."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.register.register import Register
from journey.access.reader import LOCAL
from journey.exchange.exporting import export
from journey.exchange.importing import import_file
from journey.log.vault import Vault
from tests.conftest import Database
from tests.figures.test_oracle import told
from tests.oracle import answer
from tests.support.awkward_registers import letters, spelled
from tests.support.course import UNITS
from tests.support.histories import taken
from tests.support.questions import random_questions
from tests.support.registers import HEADER, TODAY, as_words, register_on
from tests.support.sizes import by_size

SEEDS = range(by_size(1, 3, 30))
BOM = b"\xef\xbb\xbf"
ON_A_DAY = ["caseload", "caseload_by_support", "caseload_by_benefit", "under_assessment", "concurrent_caseworkers"]
ON_A_DAY += ["committed_amounts", "frames", "age_bands"]
AT_THE_ENDS = [
    (figure, {"unit": UNITS, "valid_at": [day]}, None)
    for figure in ON_A_DAY
    for day in ("0001-01-01", "9999-12-30", "9999-12-31")
] + [
    ("caseload", {"unit": UNITS, "valid_at": ["9999-12-30", "9999-12-31"], "count": count}, None)
    for count in ("cases", "citizens")
]
FILLED_IN = {"referred": {"channel": "application", "in_scope": True}}


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    return register_on(database, tmp_path)


def _taking(register: Register, file: bytes) -> tuple[int, int]:
    with Vault(register.settings.data / "outer.key", register.url) as vault:
        report = import_file(register.url, io.BytesIO(file), codes=register.codes, now=datetime.now(UTC), vault=vault)
    return report.recorded, report.known


def _exported(register: Register) -> bytes:
    out = io.BytesIO()
    with Vault(register.settings.data / "outer.key", register.url) as vault:
        export(register.url, out, with_notes=vault, reader=LOCAL)
    return out.getvalue()


@pytest.mark.promise
@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_taken_as_it_is_said_known_again_and_counted_by_the_law(register: Register, seed: int) -> None:
    file = letters(seed)

    written = spelled(file, seed)
    mark = BOM if written.startswith(BOM) else b""
    assert _taking(register, mark + HEADER + written.removeprefix(BOM)) == (len(file), 0)

    moment = register.head()[1]
    assert moment is not None
    lines, written = taken(file, now=moment), _exported(register)
    for line, back in zip(lines, map(json.loads, written.splitlines()[1:]), strict=True):
        own = {"source": line["source"]} if line["kind"] == "withdrawn" else {}
        assert back["data"] == {**FILLED_IN.get(line["kind"], {}), **own, **line["data"]}
        assert all(
            back.get(name) == line.get(name) for name in ("case", "stream", "kind", "valid_at", "by", "source", "source_id")
        )
    assert _taking(register, written) == (0, len(file))
    for figure, parameters, position in [*random_questions(random.Random(seed), lines, 96), *AT_THE_ENDS]:
        found = register.ask(figure, as_words(parameters), None if position is None else str(position), TODAY)

        assert told(list(found.cells)) == told(answer(lines, figure, parameters, position)), (figure, parameters, position)

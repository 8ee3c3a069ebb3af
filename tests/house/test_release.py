"""What a release is made of: a bill of materials from the lock file, and a fresh snapshot of advisories."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.advisories import FRESH, Advisory, Snapshot, fault, hash_of, shown, snapshot, stored
from tests.support.lock import LOCK, ROOT, locked
from tests.support.sbom import text

TEXT = LOCK.read_text("utf-8")
DAY = date(2026, 11, 29)
BILL: dict[str, Any] = json.loads(text())
GOOD = Snapshot(DAY, "OSV", hash_of(TEXT), 90)


def test_the_bill_of_materials_has_every_locked_package_with_all_its_hashes() -> None:
    packages, bill = locked(TEXT), BILL
    components = {each["name"]: each for each in bill["components"]}

    assert len(packages) == len(re.findall(r"^[a-z]", TEXT, re.MULTILINE)) > 60
    assert sum(len(each.hashes) for each in packages) == TEXT.count("--hash=sha256:")
    for each in packages:
        assert components[each.name]["version"] == each.version
        assert components[each.name]["purl"] == f"pkg:pypi/{each.name}@{each.version}"
        assert [found["content"] for found in components[each.name]["hashes"]] == [*each.hashes]
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", bill["serialNumber"])


def test_what_depends_on_what_is_of_the_bill() -> None:
    bill = BILL
    refs = {each["bom-ref"] for each in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}

    assert {each["ref"] for each in bill["dependencies"]} == refs
    assert {ref for each in bill["dependencies"] for ref in each["dependsOn"]} < refs
    required = {each["name"] for each in bill["components"] if each["scope"] == "required"}
    assert {"starlette", "psycopg-binary", "cryptography", "msgspec"} <= required
    assert not {"pytest", "hypothesis", "playwright", "ruff", "schemathesis"} & required


def test_what_the_program_runs_on_has_a_licence_and_none_that_binds_it() -> None:
    for each in BILL["components"]:
        if each["scope"] == "required":
            assert each["licenses"], each["name"]
            assert not re.search(r"\b(A?GPL|GNU (Affero )?General)", str(each["licenses"])), each["name"]


def test_the_bill_is_the_same_for_the_same_lock_and_another_for_another() -> None:
    other = TEXT.replace("--hash=sha256:0", "--hash=sha256:1", 1)

    assert json.loads(text()) == BILL
    assert json.loads(text(other))["serialNumber"] != BILL["serialNumber"]


@pytest.mark.parametrize(
    "line", ["x>=1\n", "x==1\n", "-e .\n", "x @ https://example.org/x.whl\n", "x==1 \\\n    --hash=md5:00\n"]
)
def test_twin_a_line_that_is_not_locked_is_seen(line: str) -> None:
    with pytest.raises(ValueError, match="lock file"):
        locked(TEXT + line)


def test_the_day_of_the_snapshot_is_shown() -> None:
    taken = stored()

    assert shown(taken) in (ROOT / "docs" / "security-map.md").read_text("utf-8")
    assert str(DAY) in shown(GOOD)
    assert "No snapshot" in shown(None)


@pytest.mark.parametrize(
    ("taken", "today", "word"),
    [
        (None, DAY, "No snapshot"),
        (GOOD, DAY + FRESH + timedelta(1), "more than 7 days"),
        (GOOD, DAY - timedelta(1), "more than 7 days"),
        (Snapshot(DAY, "OSV", hash_of(TEXT + "\n"), 90), DAY, "another lock file"),
        (Snapshot(DAY, "OSV", hash_of(TEXT), 90, (Advisory("x", "1", "PYSEC-1"),)), DAY, "x 1 (PYSEC-1)"),
    ],
)
def test_no_release_without_a_fresh_snapshot_in_which_nothing_is_found(taken: Snapshot | None, today: date, word: str) -> None:
    assert word in fault(taken, TEXT, today)


def test_twin_with_one_it_is_made() -> None:
    assert fault(GOOD, TEXT, DAY) == fault(GOOD, TEXT, DAY + FRESH) == ""


def test_an_answer_of_the_service_is_a_snapshot_and_one_with_holes_is_none() -> None:
    every = [{"name": each.name, "version": each.version, "vulns": list[object]()} for each in locked(TEXT)]
    hurt = {**every[0], "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"], "aliases": [], "description": "x"}]}

    taken = snapshot({"dependencies": [hurt, *every[1:]]}, TEXT, DAY, "OSV")
    assert [(each.package, each.id, each.mended_in) for each in taken.found] == [(every[0]["name"], "PYSEC-1", ("2",))]
    assert taken.packages == len(every)
    for rest in (every[1:], [{"name": every[0]["name"], "skip_reason": "not found"}, *every[1:]]):
        with pytest.raises(ValueError, match="not looked at"):
            snapshot({"dependencies": rest}, TEXT, DAY, "OSV")

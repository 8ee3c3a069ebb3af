"""From a case to the published numbers: in which it counts and by which event, and what keeps it out of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.answers.inclusion import counted_in
from api.register.register import Register
from dashboards.case.figures import PublishedLine, published
from dashboards.drilldown.inclusion import Inclusion
from dashboards.published.municipality import standard as municipality
from dashboards.words.language import DANISH, ENGLISH, Language
from tests.conftest import Database, fresh_database
from tests.support.registers import TODAY, load, register_on

DAY = "2025-02-01"
UI, AM = "ungeindsatsen", "arbejdsmarked"


def _event(case: str, kind: str, day: str, /, **data: Any) -> dict[str, Any]:
    known = data.pop("known", f"{day}T12:00:00+01:00")
    return {"case": case, "kind": kind, "valid_at": day, "known_at": known, "data": data}


def _referred(case: str, unit: str, **data: Any) -> dict[str, Any]:
    return _event(case, "referred", "2024-01-10", unit=unit, citizen=f"b-{case}", **data)


def _published(name: str, figure: str, cell: dict[str, Any], value: int, **parameters: Any) -> dict[str, Any]:
    paper = {"case": "25/1978", "title": "Status", "date": "2025-05-14"}
    said = {"id": name, "figure": figure, "parameters": parameters, "cell": cell, "value": value, "qualifier": "exact"}
    known = "2025-05-15T08:00:00+02:00"
    return {
        "stream": "ledger",
        "kind": "figure_published",
        "valid_at": "2025-05-14",
        "known_at": known,
        "data": {**said, "paper": paper},
    }


LINES = [
    _referred("med", UI),
    _event("med", "support_granted", "2024-02-01", grant="g1", support="bostoette_85"),
    _referred("udredes", AM),
    _event("udredes", "assessment_opened", "2024-02-01", method="vum"),
    _referred("fulgte-med", UI, in_scope=False),
    _referred("afsluttet", UI),
    _event("afsluttet", "closed", "2024-10-03", reason="income_settled"),
    _referred("afvist", AM),
    _event("afvist", "rejected", "2024-02-05", forum="samarbejdsforum_30", reason="botilbud"),
    _referred("lagt-sammen", UI),
    _event("lagt-sammen", "merged_into", "2024-05-01", case="med"),
    _referred("for-sent", UI, known="2025-06-01T12:00:00+02:00"),
    _event("endnu-ikke", "referred", "2025-03-01", unit=UI, citizen="b-endnu-ikke"),
    _referred("venter-am", AM),
    _event("venter-am", "benefit_changed", "2024-01-11", benefit="sygedagpenge"),
    _event("flyttet", "referred", "2024-01-10", unit=AM, citizen="b-flyttet"),
    _event("flyttet", "transferred", "2025-03-01", to="social", reason="handover"),
    _referred("frem-og-tilbage", UI),
    _event("frem-og-tilbage", "transferred", "2024-03-01", to=AM, reason="age"),
    _event("frem-og-tilbage", "closed", "2024-06-01", reason="moved"),
    _event("frem-og-tilbage", "reopened", "2024-08-01"),
    _referred("ophoert", UI),
    _event("ophoert", "support_granted", "2024-02-01", grant="g1", support="bostoette_85"),
    _event("ophoert", "support_ended", "2024-09-01", grant="g1", reason="maal_naaet"),
    _event("ophoert", "support_granted", "2024-09-01", grant="g2", support="efterskole"),
    _referred("annulleret", UI),
    {**_event("annulleret", "closed", "2024-12-01", reason="moved"), "source": "f", "source_id": "1"},
    {
        **_event("annulleret", "withdrawn", "2024-12-02", source_id="1", source="f", reason="fejl"),
        "source": "f",
        "source_id": "2",
    },
    _event("kun-note", "presented", "2024-01-10", forum="samarbejdsforum_ung", by="leader", matter="visitation"),
    _published("ui-2025", "caseload", {"unit": UI, "valid_at": DAY}, 96, unit=[UI], valid_at=[DAY]),
    _published("am-2025", "caseload", {"unit": AM, "valid_at": DAY}, 17, unit=[AM], valid_at=[DAY], include_assessing=False),
    _published("hoi", "caseload_by_support", {"support": "bostoette"}, 1, unit=[UI], valid_at=DAY, include_out_of_scope=False),
    _published("am-2025-vum", "under_assessment", {"unit": AM, "valid_at": DAY}, 9, unit=[AM], valid_at=[DAY]),
    _published(
        "flyt",
        "transfers",
        {"from_unit": AM, "to_unit": "social", "reason": "handover"},
        0,
        **{"from": "2024-01-01", "to": "2025-01-01"},
    ),
    _published("forventet", "caseload", {"unit": UI, "valid_at": "igår"}, 2, unit=[UI], valid_at=["igår"]),
    _published("svar", "survey", {"statement": "a", "measure": "n"}, 4),
]
EARLIER = _published("klager", "complaints", {}, 0, unit=[UI], **{"from": "2024-01-01", "to": "2025-01-01"})
EARLIER["data"] |= {
    "value": None,
    "frozen": {"cells": [{"measure": "received", "value": 7}], "version": 1, "position": 10, "codes": "0" * 64},
}
LINES.append(EARLIER)
TITLES = {
    "ui": "Tabel 1, Ungeindsatsen, 1. februar 2025 (96)",
    "am": "Tabel 2, antal i alt, Arbejdsmarkedsafdelingen, uden udredning, 1. februar 2025 (17)",
    "hoi": "Sager efter støtte, Ungeindsatsen, uden medfulgte sager, 1. februar 2025, Bostøtte (1)",
    "vum": "Teksten under Tabel 2, Arbejdsmarkedsafdelingen, 1. februar 2025 (9)",
    "klager": "Klager, Ungeindsatsen, 1. januar 2024 – 31. december 2024",
    "flyt": "Overdragelser mellem enheder, fra Arbejdsmarkedsafdelingen, til Socialområdet, 1. januar 2024 – 31. december 2024,"
    " Overdragelse (0)",
}
"""What each line is called."""

TABLE = """
med             | ui   | + | sagen blev henvist til Ungeindsatsen 10. januar 2024
med             | am   | - | sagen blev henvist til Ungeindsatsen 10. januar 2024
med             | hoi  | + | støtten »Bostøtte, længerevarende« blev bevilget 1. februar 2024
med             | vum  | - | sagen blev henvist til Ungeindsatsen 10. januar 2024
med             | flyt | - | sagen ikke havde det, som tallet tæller
udredes         | ui   | - | sagen blev henvist til Arbejdsmarkedsafdelingen 10. januar 2024
udredes         | am   | - | udredningen begyndte 1. februar 2024: VUM (voksenudredning), og sager under udredning …
udredes         | vum  | + | udredningen begyndte 1. februar 2024: VUM (voksenudredning)
fulgte-med      | ui   | + | sagen blev henvist til Ungeindsatsen 10. januar 2024 uden at være omfattet af HOI
fulgte-med      | hoi  | - | sagen blev henvist til Ungeindsatsen 10. januar 2024 uden at være omfattet af HOI, så sagen ventede, …
afsluttet       | ui   | - | sagen blev afsluttet 3. oktober 2024: forsørgelse afklaret
afsluttet       | am   | - | sagen blev afsluttet 3. oktober 2024: forsørgelse afklaret
afsluttet       | flyt | - | sagen ikke havde det, som tallet tæller
afvist          | am   | - | sagen blev afvist ved visitation 5. februar 2024: botilbud
lagt-sammen     | ui   | - | sagen blev lagt sammen med sag med 1. maj 2024
for-sent        | ui   | - | registret ikke kendte sagen endnu: den første hændelse blev registreret 1. juni 2025
for-sent        | flyt | - | registret ikke kendte sagen endnu: den første hændelse blev registreret 1. juni 2025
endnu-ikke      | ui   | - | sagen først blev henvist til Ungeindsatsen 1. marts 2025
venter-am       | am   | + | sagen blev henvist til Arbejdsmarkedsafdelingen 10. januar 2024
venter-am       | vum  | - | sagen blev henvist til Arbejdsmarkedsafdelingen 10. januar 2024, så sagen ventede, …
flyttet         | am   | + | sagen blev henvist til Arbejdsmarkedsafdelingen 10. januar 2024
flyttet         | flyt | - | sagen blev overdraget til Socialområdet 1. marts 2025: overdragelse, uden for perioden
frem-og-tilbage | ui   | - | sagen blev overdraget til Arbejdsmarkedsafdelingen 1. marts 2024: alder
frem-og-tilbage | am   | + | sagen blev genoptaget 1. august 2024
ophoert         | ui   | + | sagen blev henvist til Ungeindsatsen 10. januar 2024
ophoert         | hoi  | - | bevilling g1 ophørte 1. september 2024
annulleret      | ui   | + | sagen blev henvist til Ungeindsatsen 10. januar 2024
med             | klager | ? | opgjort efter udgave 1
kun-note        | ui   | - | registret ikke kendte nogen henvisning af sagen
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


@pytest.fixture(scope="module")
def register(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with fresh_database(server, template.name) as database:
        made = register_on(database, tmp_path_factory.mktemp("keys"))
        load(made, LINES)
        made.believe()
        yield made


@pytest.fixture(scope="module")
def inclusions(register: Register) -> dict[str, list[Inclusion]]:
    """Every case's inclusion in the published numbers."""
    return {case: counted_in(register, case, len(LINES), TODAY) for case in {row[0] for row in ROWS}}


def _lines(inclusions: list[Inclusion], translate: Language = DANISH) -> list[PublishedLine]:
    return [*published(inclusions, municipality(), translate)]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS])
def test_where_a_case_counts_and_which_event_decided(inclusions: dict[str, list[Inclusion]], row: list[str]) -> None:
    case, number, counted, because = row
    [line] = [line for line in _lines(inclusions[case]) if line.title == TITLES[number]]

    assert line.counted is {"+": True, "-": False, "?": None}[counted]
    assert line.because == because if not because.endswith("…") else line.because.startswith(because[:-1])
    assert bool(line.address) is bool(line.counted)
    assert line.paper == "25/1978, 14. maj 2025"


@pytest.mark.parametrize("case", sorted({row[0] for row in ROWS}))
def test_every_number_has_one_line_in_both_languages(inclusions: dict[str, list[Inclusion]], case: str) -> None:
    assert sorted(line.title for line in _lines(inclusions[case])) == sorted(TITLES.values())
    assert all(line.because for line in _lines(inclusions[case], ENGLISH))


def test_a_publication_is_not_seen_before_it_was_made(register: Register) -> None:
    assert counted_in(register, "med", 3, TODAY) == []

"""A municipality's own sheets by the command line: taken in month by month, looked at first, listed, undone, and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli.deliveries import moment_in
from journey.events import NAMES
from journey.refusals import Refused
from tests.cli.asking import Journey
from tests.conftest import Database
from tests.exchange.sheets.test_months_by_hand import difference, taken
from tests.exchange.sheets.test_three_months import DECEMBER, NOVEMBER, OCTOBER
from tests.support.deliveries import as_entries
from tests.support.municipality import CP1252, FIGURES, MOMENTS, SOURCES, SPEC
from tests.support.sheets import ACCEPTED

MONTHS = {"2024-10-04": OCTOBER, "2024-11-04T0600": NOVEMBER, "2024-12-04T06:00": DECEMBER}


def delivered(folder: Path, sheets: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in sheets.items():
        (folder / f"{name}.csv").write_bytes(text.encode("cp1252"))
    return folder


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "m.toml"
    file.write_text(ACCEPTED, "utf-8")
    return file


def caseload(journey: Journey, known_at: str) -> int:
    answer = journey(
        "figure", "caseload", "--valid-at", "2024-06-30", "--unit", "ungeindsatsen", "--known-at", known_at, "--json"
    )
    return sum(cell["value"] for cell in json.loads(answer.out)["cells"])


def test_a_folder_of_months_is_taken_in_as_they_were_taken_out_and_the_newest_is_undone(
    empty: Journey, tmp_path: Path, mapping: Path
) -> None:
    for name, sheets in MONTHS.items():
        delivered(tmp_path / "months" / name, sheets)
    first = tmp_path / "months" / "2024-10-04"

    looked = empty("import", "--mapping", mapping, first, "--taken-at", "4.10.2024", "--dry-run")
    assert (looked.code, "9 hændelser ville blive registreret" in looked.out) == (0, True)
    assert "Kommer ind i tabellen" in looked.out
    figures = empty("import", "--mapping", mapping, first, "--taken-at", "4.10.2024", "--dry-run", "--json").json["figures"]
    assert [len(each["cases"]) for each in figures["tables"]] == [1, 1]
    assert empty("status", "--json").json["position"] == 0

    reports = empty("import", "--mapping", mapping, tmp_path / "months", "--json").json
    assert [(each["recorded"], each["numbers"]["corrected"]) for each in reports] == [(9, 0), (9, 3), (4, 0)]
    assert [each["taken_at"][:16] for each in reports] == ["2024-10-04T00:00", "2024-11-04T06:00", "2024-12-04T06:00"]
    assert caseload(empty, "2024-10-05") == 1

    again = empty("import", "--mapping", mapping, tmp_path / "months" / "2024-12-04T06:00", "--taken-at", "2024-12-04T06:00")
    assert "er indlæst i forvejen; intet er ændret" in again.out

    assert "4 tilbage igen" in empty("deliveries", "undo", "fagsystem-a", "--dry-run").out
    assert len(empty("deliveries", "--json").json) == 3
    assert "leverancen er fortrudt" in empty("deliveries", "undo", "fagsystem-a", "--by", "kirsten").out
    listed = empty("deliveries", "--json").json
    assert [(each["who"], each["undoes"], each["undone_by"]) for each in listed[:2]] == [
        ("kirsten", 3, None),
        (listed[1]["who"], None, 4),
    ]
    assert "fortrudt (4)" in empty("deliveries").out
    assert empty("verify").code == 0


def test_rows_that_are_gone_and_stay_are_findings_until_they_are_back(empty: Journey, tmp_path: Path, mapping: Path) -> None:
    for name, sheets in list(MONTHS.items())[:2]:
        delivered(tmp_path / "months" / name, sheets)
    empty("import", "--mapping", mapping, tmp_path / "months")

    assert [(each["sheet"], each["rows"]) for each in empty("findings", "--json").json["gone_rows"]] == [("ydelser", 1)]
    assert "Rækker, der er væk fra kildens seneste udtræk" in empty("findings").out

    back = delivered(tmp_path / "back", {**NOVEMBER, "ydelser": OCTOBER["ydelser"]})
    empty("import", "--mapping", mapping, back, "--taken-at", "2024-12-01")
    assert empty("findings", "--json").json["gone_rows"] == []


def test_nothing_delivered_says_what_to_do(empty: Journey) -> None:
    assert "Tag kommunens ark ind med journey import --mapping FIL MAPPE." in empty("deliveries").out


BAD = {**OCTOBER, "ydelser": "CPR;Fra;Ydelse\n010180-0001;01-01-24;Lykkepenge\n020290-0002;01-01-2024;Lykkepenge\n"}


def test_bad_rows_are_named_and_written_as_a_table(empty: Journey, tmp_path: Path, mapping: Path) -> None:
    folder = delivered(tmp_path / "october", BAD)

    refused = empty("import", "--mapping", mapping, folder, "--rejects", tmp_path / "bad.csv")

    assert (refused.code, empty("status", "--json").json["position"]) == (1, 0)
    assert refused.err.splitlines() == [
        "ydelser.csv: linje 2: Fra: 01-01-24 har kun to cifre i året; skriv alle fire",
        "ydelser, Ydelse: Lykkepenge kendes ikke på listen forsørgelsesydelser; mente du Sygedagpenge (sygedagpenge)? (2 rækker)",
        "Skriv det valgte i oversættelsesfilen med journey mapping choose FIL ARK KOLONNE ORD KODE.",
        "Afvist (bad_file) ved fagsystem-a: 2 rækker af 8 kan ikke bruges, og intet er indlæst.",
        "Gør: Ret rækkerne i kilden eller oversættelsesfilen, eller brug --skip-bad; de dårlige skrives i --rejects FIL.",
    ]
    assert "ydelser;ydelser.csv;2;Fra;" in (tmp_path / "bad.csv").read_text("utf-8-sig")
    assert empty("import", "--mapping", mapping, folder, "--dry-run").code == 1
    assert empty("import", "--mapping", mapping, folder, "--skip-bad").code == 0


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("ydelser", "Ydelse", "Lykkepenge", "sygepenge"), "Koden sygepenge er ikke på listen; mente du "),
        (("ydelser", "Fra", "Lykkepenge", "sygedagpenge"), "Arket ydelser har ingen kolonne Fra, der læses som koder."),
        (("nope", "Ydelse", "Lykkepenge", "sygedagpenge"), "Arket nope har ingen kolonne Ydelse, der læses som koder."),
    ],
)
def test_a_code_is_chosen_for_a_word_and_written_into_the_mapping_file(
    empty: Journey, tmp_path: Path, mapping: Path, words: tuple[str, ...], answer: str
) -> None:
    refused = empty("mapping", "choose", mapping, *words)
    assert (refused.code, answer in refused.err, mapping.read_text("utf-8")) == (2, True, ACCEPTED)

    chosen = empty("mapping", "choose", mapping, "ydelser", "Ydelse", "Lykkepenge", "sygedagpenge")

    assert chosen.out == "ydelser, Ydelse: Lykkepenge betyder sygedagpenge.\n"
    rows = {**OCTOBER, "ydelser": OCTOBER["ydelser"].replace("sygedagpenge", "Lykkepenge")}
    assert empty("import", "--mapping", mapping, delivered(tmp_path / "october", rows)).code == 0


@pytest.mark.parametrize(
    ("words", "code", "answer"),
    [
        (["--taken-at", "i går"], 2, "Tidspunktet kan ikke læses. Skriv en dag (2026-10-01 eller 1.10.2026)"),
        (["--taken-at", "2999-01-01"], 2, "ligger i fremtiden"),
        (["--as-corrections"], 2, "sammenlignes altid med det, kilden gav før"),
        (["--mapping", "nope.toml"], 1, "Oversættelsesfilen findes ikke."),
        (["--allow-gone", "-1"], 2, "er ikke 0 eller mere"),
    ],
)
def test_wrong_words_are_refused(
    empty: Journey, tmp_path: Path, mapping: Path, words: list[str], code: int, answer: str
) -> None:
    folder = delivered(tmp_path / "october", OCTOBER)

    refused = empty("import", "--mapping", mapping, folder, *words)

    assert (refused.code, answer in refused.err) == (code, True), refused


@pytest.mark.parametrize(
    ("path", "code", "answer"),
    [
        ("nope", 1, "Filen findes ikke. Ret stien, og prøv igen.\nGør: Ret det, som beskrevet; intet er indlæst."),
        ("m.toml", 1, "Ingen af filerne er en, som oversættelsesfilen læser et ark fra (bevillinger: bevillinger*.csv, "),
    ],
)
def test_wrong_files_are_refused(empty: Journey, tmp_path: Path, mapping: Path, path: str, code: int, answer: str) -> None:
    refused = empty("import", "--mapping", mapping, tmp_path / path)

    assert (refused.code, answer in refused.err) == (code, True), refused


def test_options_of_deliveries_are_not_for_others(empty: Journey, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{}\n")
    for words in (["--taken-at", "2024-01-01"], ["--allow-gone", "3"], ["--by", "k"]):
        assert "gælder kun kommunens egne ark" in empty("import", tmp_path / "a.jsonl", *words).err
    assert "Flere på en gang" in empty("import", tmp_path / "a.jsonl", tmp_path / "a.jsonl").err


def test_two_sources_in_one_folder_each_read_their_own_files(empty: Journey, tmp_path: Path, mapping: Path) -> None:
    other = ACCEPTED.replace("fagsystem-a", "fagsystem-b").replace('"bevillinger*.csv"', '"b-bevillinger.csv"')
    other = other.replace('"sager*.csv"', '"b-sager.csv"').replace('"ydelser*.csv"', '"b-ydelser.csv"')
    (tmp_path / "b.toml").write_text(other, "utf-8")
    delivered(tmp_path / "months" / "2024-10-04", {**OCTOBER, **{f"b-{name}": text for name, text in OCTOBER.items()}})
    delivered(tmp_path / "months" / "2024-11-04", NOVEMBER)

    reports = empty("import", "--mapping", mapping, "--mapping", tmp_path / "b.toml", tmp_path / "months", "--json").json

    assert [(each["source"], each["recorded"], each["unused_files"]) for each in reports] == [
        ("fagsystem-a", 9, []),
        ("fagsystem-b", 9, []),
        ("fagsystem-a", 9, []),
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-01", "2026-10-01T00:00:00+02:00"),
        ("1. december 2025", "2025-12-01T00:00:00+01:00"),
        ("2026-10-01T06:00", "2026-10-01T06:00:00+02:00"),
        ("2026-10-01T0600", "2026-10-01T06:00:00+02:00"),
        ("2026-10-01 06:00", "2026-10-01T06:00:00+02:00"),
        ("2026-10-01T06:00:00Z", "2026-10-01T06:00:00+00:00"),
    ],
)
def test_a_moment_as_people_write_it(text: str, moment: str) -> None:
    assert moment_in(text).isoformat() == moment


def test_what_is_no_moment_is_refused() -> None:
    for text in ("", "oktober", "2026-13-01", "01-10-26", "2026"):
        with pytest.raises(Refused, match="kan ikke læses"):
            moment_in(text)


@pytest.mark.long
def test_a_folder_of_months_of_two_sources_gives_one_history(empty: Journey, tmp_path: Path, database: Database) -> None:
    for moment in MOMENTS:
        folder = tmp_path / "months" / moment.replace(":", "")
        folder.mkdir(parents=True)
        for source in SOURCES:
            for name, raw in CP1252.files(moment, source).items():
                (folder / name).write_bytes(raw)
    mappings = [tmp_path / f"{source}.toml" for source in SOURCES]
    for file, source in zip(mappings, SOURCES, strict=True):
        file.write_text(CP1252.mapping(source), "utf-8")

    reports = empty("import", "--mapping", mappings[1], "--mapping", mappings[0], tmp_path / "months", "--json").json

    by_hand = {(each["moment"], each["source"]): each for each in SPEC["delivery"]}
    assert [each["taken_at"][:16] for each in reports] == [moment for moment in MOMENTS for _ in SOURCES]
    for report in reports:
        expected = by_hand[report["taken_at"][:16], report["source"]]
        assert {name: report["numbers"][name] for name in expected["counts"]} == expected["counts"]
    history = [(entry.source, entry.valid_at, entry.kind) for _, entry in as_entries(database)]
    in_memory, _ = taken(CP1252)
    expected = [(each.source, each.valid_at, NAMES[type(each.event)]) for each in in_memory.log]
    assert sorted(history) == sorted(expected)
    for row in FIGURES:
        if row["figure"] == "caseload":
            words = [word for day in row["parameters"]["valid_at"] for word in ("--valid-at", day)]
            found = empty("figure", "caseload", *words, "--known-at", row["known"], "--json").json["cells"]
            assert difference(found, row["cells"]) == []

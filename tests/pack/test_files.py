"""The pack's files: whole or not at all, never over what is there unless asked, by the command line and by the page."""

from __future__ import annotations

import asyncio
import io
import re
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from msgspec.structs import replace

from api.answers import pack_files, pictures
from api.answers.pack_files import WRITERS, write
from api.cli import report as report_commands
from api.cli.main import run
from api.register.register import Register
from api.web.pages import report as report_page
from dashboards.pack.paper import StatusPaper
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.registers import register_on
from tests.support.serving import Running, running
from tests.support.waiting import PATIENCE, until

NAMES = ["status-2025.docx", "status-2025.pdf", "status-2025.xlsx"]


@pytest.fixture
def without_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser is started: its pictures are tried once, below."""
    monkeypatch.setattr(report_commands, "with_pictures", lambda paper, told: paper)
    monkeypatch.setattr(report_page, "with_pictures", lambda paper: paper)


def test_the_three_files_are_written_and_nothing_else(papers: Mapping[int, StatusPaper], tmp_path: Path) -> None:
    written = write(tmp_path / "a" / "b", papers[2025], overwrite=False)

    assert [path.name for path in written] == NAMES
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == NAMES


def test_what_is_there_is_not_overwritten_unasked(papers: Mapping[int, StatusPaper], tmp_path: Path) -> None:
    (tmp_path / "status-2025.pdf").write_text("sekretærens egen")
    (tmp_path / "andet.txt").write_text("andet")

    with pytest.raises(Refused) as refused:
        write(tmp_path, papers[2025], overwrite=False)

    assert refused.value.code == "folder_taken"
    assert "--overwrite" in refused.value.remedy
    assert sorted(path.name for path in tmp_path.iterdir()) == ["andet.txt", "status-2025.pdf"]
    assert (tmp_path / "status-2025.pdf").read_text() == "sekretærens egen"
    write(tmp_path, papers[2025], overwrite=True)
    assert (tmp_path / "status-2025.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "andet.txt").read_text() == "andet"


def test_a_writer_that_fails_leaves_nothing_half_written(
    papers: Mapping[int, StatusPaper], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: StatusPaper) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pack_files, "WRITERS", {**WRITERS, "xlsx": full})

    with pytest.raises(OSError, match="No space"):
        write(tmp_path, papers[2025], overwrite=False)

    assert list(tmp_path.iterdir()) == []


# Where it cannot be written


def _a_file(place: Path) -> Path:
    (place / "papir").write_text("")
    return place / "papir"


def _within_a_file(place: Path) -> Path:
    return _a_file(place) / "2025" / "status"


def _a_link_to_nothing(place: Path) -> Path:
    (place / "papir").symlink_to(place / "væk")
    return place / "papir"


def _a_folder_by_a_files_name(place: Path) -> Path:
    (place / "status-2025.pdf").mkdir()
    return place


@pytest.mark.parametrize("made", [_a_file, _within_a_file, _a_link_to_nothing, _a_folder_by_a_files_name])
@pytest.mark.parametrize("more", [[], ["--overwrite"]])
def test_where_no_files_can_be_written_is_refused_before_anything_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, made: Any, more: list[str]
) -> None:
    monkeypatch.setattr(report_commands, "opened", lambda *_: pytest.fail("the register was opened"))

    done = run(["report", "status", "--year", "2025", "-o", str(made(tmp_path)), *more])

    assert done == 1
    assert re.search("er (ikke )?en mappe; intet er skrevet", capsys.readouterr().err)


def test_a_folder_that_is_not_ours_to_write_in_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it would have to be made in one. Root may write anywhere, so the system's answer is put in its mouth."""
    monkeypatch.setattr(pack_files.os, "access", lambda path, _: Path(path) != tmp_path)

    for folder in (tmp_path, tmp_path / "ny" / "mappe"):
        with pytest.raises(Refused) as refused:
            pack_files.free(folder, 2025, overwrite=False)
        assert (refused.value.code, refused.value.place) == ("bad_folder", str(folder))
        assert str(tmp_path) in refused.value.message
    monkeypatch.undo()
    pack_files.free(tmp_path / "ny" / "mappe", 2025, overwrite=False)


# The command line


@pytest.fixture
def at_the_sample(sampled: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", sampled.url)
    monkeypatch.setenv("JOURNEY_DATA", str(sampled.settings.data))


@pytest.mark.usefixtures("at_the_sample", "without_a_browser")
def test_the_command_shows_what_could_mislead_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(["report", "status", "--year", "2025", "-o", str(tmp_path / "pakke")])

    said = capsys.readouterr().out
    assert done == 0
    assert "hvad der kan misforstås" in said
    assert "Tallet 21 betyder flere" in said
    assert [Path(path).name for path in re.findall(r"Skrevet: (.+)", said)] == NAMES
    assert openpyxl.load_workbook(tmp_path / "pakke" / "status-2025.xlsx")["Tabel 1"]["B6"].value == 96


@pytest.mark.usefixtures("at_the_sample", "without_a_browser")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--year", "2030"], 1, "ligger i fremtiden"),
        (["--year", "2025", "--valid-at", "i går"], 2, "--valid-at"),
        (["--year", "2025", "--valid-at", "2024-01-01"], 2, "er ikke i 2025"),
        (["--year", "2025", "--known-at", "99999999"], 1, "Registret er nået til position"),
        (["--year", "sidste"], 2, "--year"),
        ([], 2, "-o"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    folder = tmp_path / "pakke"

    done = run(["report", "status", *words, *(["-o", str(folder)] if words else [])])

    assert done == code
    assert said in capsys.readouterr().err
    assert not folder.exists()


def test_an_empty_register_says_so(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", database.app_url)
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path / "data"))

    done = run(["report", "status", "--year", "2025", "-o", str(tmp_path / "pakke")])

    assert done == 1
    assert "Registret kendte ingen hændelser." in capsys.readouterr().err


# Pictures


@pytest.mark.skipif(
    not (shutil.which("chromium") or shutil.which("google-chrome")), reason="there is no Chrome or Chromium here"
)
def test_one_browser_draws_all_of_a_papers_figures(papers: Mapping[int, StatusPaper], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PATIENCE", PATIENCE)

    async def within_a_loop() -> StatusPaper:
        return pictures.with_pictures(papers[2025])

    with ThreadPoolExecutor(1) as apart:  # the browser of other tests may have its loop running in this one
        made = [drawing.png for drawing in apart.submit(lambda: asyncio.run(within_a_loop())).result().drawings]

    assert len(made) == 4
    assert all(png is not None and png.startswith(b"\x89PNG") and len(png) > 5_000 for png in made)
    assert len(set(made)) == 4


def test_a_browser_that_is_not_there_leaves_the_paper_as_it_was(
    papers: Mapping[int, StatusPaper], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(*_: object) -> list[bytes]:
        raise RuntimeError("no browser")

    monkeypatch.setattr(pictures, "_in_time", none)

    assert pictures.with_pictures(papers[2025]) is papers[2025]
    assert pictures.with_pictures(replace(papers[2025], parts=())).parts == ()


# The page


@pytest.fixture(scope="module")
def site(sampled: Register) -> Iterator[Running]:
    with running(sampled.settings) as made:
        until(lambda: made.register.follower.ready)
        yield made


def test_the_page_shows_what_could_mislead_before_the_files(site: Running) -> None:
    answer = site.client.get("/rapport", params={"year": "2025"})

    assert answer.status_code == 200
    assert answer.text.index('id="traps"') < answer.text.index('id="files"')
    assert "Tallet 21 betyder flere ting" in answer.text
    assert '<a href="/rapport/status-2025.docx" id="docx"' in answer.text
    assert "1. februar 2025" in answer.text


def test_the_page_is_there_in_english_too(site: Running) -> None:
    answer = site.client.get("/rapport", params={"year": "2025", "lang": "en"})

    assert '<html lang="en">' in answer.text
    assert "What could mislead" in answer.text
    assert "The number 21 means several things" in answer.text
    assert "Hvad der kan misforstås" not in answer.text


@pytest.mark.parametrize(("day", "year"), [("2025-02-01", 2025), ("2025-01-31", 2024), ("2024-06-15", 2024)])
def test_the_day_of_another_page_says_which_year_and_chooses_no_status_day(site: Running, day: str, year: int) -> None:
    answer, chosen = (site.client.get("/rapport", params=given) for given in ({"valid_at": day}, {"year": str(year)}))

    shown, same = (one.text.split("<main")[1].split("<footer")[0] for one in (answer, chosen))
    assert shown.replace(f"/offentliggjort?valid_at={day}", "/offentliggjort") == same, (
        "but for the day that a link takes along"
    )
    assert f"Status til udvalget {year}" in shown


def test_a_year_without_data_explains_itself(site: Running) -> None:
    answer = site.client.get("/rapport", params={"year": "2030"})

    assert answer.status_code == 200
    assert "Der er intet at gøre status over i 2030" in answer.text
    assert "Statusdagen ligger i fremtiden" in answer.text
    assert 'id="files"' not in answer.text


@pytest.mark.parametrize(
    "words", ["year=x", "year=99999", "year=0", "year=2025&valid_at=nej", "year=2025&known_at=%3Cb%3E", "year=²"]
)
def test_what_cannot_be_asked_is_said(site: Running, words: str) -> None:
    for address in ("/rapport", f"/rapport/status-{words.split('=')[1].split('&')[0]}.pdf"):
        answer = site.client.get(f"{address}?{words}")

        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
        assert "<b>" not in answer.text


@pytest.mark.usefixtures("without_a_browser")
def test_each_form_can_be_taken_at_both_times(site: Running) -> None:
    for form in WRITERS:
        answer = site.client.get(f"/rapport/status-2025.{form}", params={"valid_at": "2025-01-01", "known_at": "12000"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == pack_files.MEDIA_TYPES[form]
        assert answer.headers["content-disposition"] == f'attachment; filename="status-2025.{form}"'
        if form == "pdf":
            said = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
            assert "position 12.000" in said


@pytest.mark.parametrize("form", ["exe", "doc", "..%2fpage.css"])
def test_no_other_form_is_given_out(site: Running, form: str) -> None:
    assert site.client.get(f"/rapport/status-2025.{form}").status_code == 404


def test_an_empty_register_has_a_page_that_says_so(database: Database, tmp_path: Path) -> None:
    with running(register_on(database, tmp_path).settings) as empty:
        answer = empty.client.get("/rapport")

    assert answer.status_code == 200
    assert "Registret kendte ingen hændelser." in answer.text

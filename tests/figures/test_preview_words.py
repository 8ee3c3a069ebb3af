"""The preview of the figures in words, in the terminal and as a part of a page, of numbers and cases written by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.answers.preview import _cause as cause_of
from api.cli.preview import print_preview
from api.web.pages.render import _templates as templates
from dashboards.comparing.between import Standing, compared
from dashboards.comparing.preview import AnswerPreview, FigurePreview, NumberPreview, PreviewCause, TablePreview
from dashboards.comparing.preview_words import cause_in_words, preview_json, preview_lines
from dashboards.coverage import Covered
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Cell
from dashboards.figures.question import parse_question
from dashboards.site import case_page
from dashboards.view import FigureCells
from dashboards.words.language import LANGUAGES
from journey.codes import standard
from journey.events import Closed, Event, Referred, Withdrawn
from journey.history import Recorded

DAY = date(2026, 1, 15)
COVERED = Covered(date(2024, 1, 1), DAY)
NOTHING = Covered(None, None)


def ask(figure: str, unit: str) -> Ask:
    put = {"unit": [unit], "valid_at": [DAY.isoformat()]}
    return Ask(FIGURES[figure], parse_question(FIGURES[figure].takes, put, position=7, today=DAY, codes=standard()))


def recorded(position: int, source_id: str, event: Event, day: str = "2025-03-01") -> Recorded:
    return Recorded(position, 1, date.fromisoformat(day), datetime(2026, 1, 15, tzinfo=UTC), DAY, "f", source_id, event)


REFERRED = recorded(1, "sager:x:referred", Referred("ungeindsatsen", "b-1"))
WITHDRAWN = recorded(8, "sager:x:referred#2:withdrawn", Withdrawn("sager:x:referred", "source_corrected", "f"))
ANEW = recorded(9, "sager:x:referred#2", Referred("arbejdsmarked", "b-1"), "2025-04-01")
REMOVED = recorded(8, "sager:x:referred#2:withdrawn", Withdrawn("sager:x:referred", "source_removed", "f"))
CLOSED = recorded(8, "sager:x:closed", Closed("employment"))


def answer(of: Ask, before: list[Cell], after: list[Cell], covered: Covered = COVERED) -> AnswerPreview:
    return AnswerPreview(FigureCells(of, before, covered), FigureCells(of, after, COVERED))


def table(number: int, before: int, after: int, covered: Covered = COVERED, causes: Any = None) -> TablePreview:
    """One of the tables, of which N-1 leaves and N-2 comes."""
    of = ask("caseload_by_support", "ungeindsatsen") if number == 1 else ask("caseload_by_benefit", "arbejdsmarked")
    part: tuple[str, Any] = ("support", "bostoette") if number == 1 else ("benefit", "other")
    found = answer(of, [{**dict([part]), "value": before}], [{**dict([part]), "value": after}], covered)
    cases: dict[str, Standing] = {f"N-{n}": {(part,): 1} for n in range(3, 3 + before)}
    would: dict[str, Standing] = {f"N-{n}": {(part,): 1} for n in range(3, 3 + after)}
    if number == 1:
        cases, would = {"N-1": {(part,): 1}, **cases}, {"N-2": {(part,): 1}, **would}
    between = compared((of, of), (found.before.cells, found.after.cells), (cases, would), covered=COVERED)
    return TablePreview(
        number, between, found.numbers, (), {"N-1": PreviewCause(CLOSED), "N-2": None} if causes is None else causes
    )


def preview(first: TablePreview, second: TablePreview, **more: Any) -> FigurePreview:
    published = more.pop("published", ())
    return FigurePreview(7, DAY, (COVERED, COVERED), published, (first, second), frozenset({"N-1"}), **more)


def test_a_correction_is_named_whole_whichever_of_its_events_did_it() -> None:
    both = PreviewCause(WITHDRAWN, REFERRED, ANEW), PreviewCause(ANEW, REFERRED, ANEW)
    assert (cause_of(WITHDRAWN, [REFERRED], [WITHDRAWN, ANEW]), cause_of(ANEW, [REFERRED], [WITHDRAWN, ANEW])) == both
    assert cause_of(REMOVED, [REFERRED], [REMOVED]) == PreviewCause(REMOVED, REFERRED)
    assert cause_of(CLOSED, [REFERRED], [CLOSED]) == PreviewCause(CLOSED)
    assert [each.day.isoformat() for each in (*both, PreviewCause(CLOSED))] == ["2025-04-01", "2025-04-01", "2025-03-01"]


def test_what_does_it_is_said_with_its_days_where_it_is_a_correction() -> None:
    of = table(1, 0, 0)
    said = [cause_in_words(cause_of(each, [REFERRED], [each, ANEW]), of) for each in (WITHDRAWN, REMOVED, CLOSED)]

    referred = "»henvist / ansøgning modtaget: Ungeindsatsen, Ansøgning« (01.03.2025)"
    assert said == [
        f"rettes fra {referred} til »henvist / ansøgning modtaget: Arbejdsmarkedsafdelingen, Ansøgning« (01.04.2025)",
        f"rettes fra {referred} til »henvist / ansøgning modtaget: Arbejdsmarkedsafdelingen, Ansøgning« (01.04.2025)",
        "afsluttet: Arbejde",
    ]
    assert cause_in_words(PreviewCause(REMOVED, REFERRED), of) == f"annulleres: {referred}"


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        ((3, None), (3, None), False),
        ((3, None), (4, None), True),
        ((0.1 + 0.2, None), (0.3, None), False),
        ((None, "few"), (None, "few"), False),
        ((None, "few"), (21.5, None), True),
        ((None, "unknown"), (0, None), True),
    ],
)
def test_a_number_moves_where_it_would_be_shown_otherwise(before: Any, after: Any, *, moves: bool) -> None:
    assert NumberPreview(ask("caseload", "ungeindsatsen"), {}, before, after).moves is moves


def test_days_that_nothing_was_known_of_are_no_nought() -> None:
    of = ask("caseload_by_support", "ungeindsatsen")
    [number] = answer(of, [{"support": "bostoette", "value": 0}], [{"support": "bostoette", "value": 2}], NOTHING).numbers

    assert (number.before, number.after, number.difference, number.moves) == ((None, "unknown"), (2, None), None, True)
    lines = preview_lines(preview(table(1, 0, 2, NOTHING), table(2, 0, 0))).tables[0].cells
    assert [(line.before, line.after, line.difference) for line in lines] == [("ikke kendt", "2", ""), ("ikke kendt", "3", "")]


def test_the_terminal_has_every_number_and_who_leaves_and_comes(capsys: pytest.CaptureFixture[str]) -> None:
    print_preview(preview(table(1, 3, 4), table(2, 5, 5)))

    said = " ".join(capsys.readouterr().out.split())
    assert "Bostøtte 3 4 +1" in said
    assert "I alt 4 5 +1" in said
    assert "Går ud af tabellen 1 – N-1 Bostøtte afsluttet: Arbejde 01.03.2025" in said
    assert "N-2 Bostøtte ingen enkelt hændelse i sagen" in said
    assert "Tabel 2: hvem går" not in said
    assert "intet er registreret" in said


@pytest.mark.parametrize(
    ("undo", "sentence"),
    [(False, "Leverancen ændrer ingen af tallene."), (True, "At fortryde leverancen ændrer ingen af tallene.")],
)
def test_where_nothing_moves_it_is_said(undo: bool, sentence: str) -> None:
    assert preview_lines(preview(table(2, 5, 5), table(2, 5, 5), undo=undo)).nothing == sentence
    assert preview_lines(preview(table(1, 5, 5), table(2, 5, 5), undo=undo)).nothing == ""


def test_where_there_are_too_many_cases_no_event_is_named() -> None:
    [first, _] = preview_lines(preview(table(1, 3, 4, causes={}), table(2, 5, 5))).tables

    assert first.note.startswith("Der er for mange sager")
    assert {line.cause for each in first.lists for line in each.lines} == {""}


@pytest.mark.parametrize("code", ["da", "en"])
def test_a_case_is_a_link_where_the_register_has_it(code: str) -> None:
    translate = LANGUAGES[code]
    number = answer(ask("caseload", "ungeindsatsen"), [{"value": 4}], [{"value": 4}]).number({})
    lines = preview_lines(preview(table(1, 3, 4), table(2, 5, 5), published=(number,)), translate)
    source = '{% import "preview.html.j2" as preview with context %}{{ preview.figures(of) }}'

    page = templates().from_string(source).render(of=lines, translate=translate, lang=code)

    lang = "" if code == "da" else "&amp;lang=en"
    assert f'<a href="{case_page("N-1")}?valid_at=2026-01-15&amp;known_at=7{lang}">N-1</a>' in page
    assert ">N-2</span>" in page
    assert "<strong>+1</strong>" in page
    assert translate("De offentliggjorte tal, der ikke ændres ({n})", n=1) in page


def test_the_json_has_the_numbers_of_both() -> None:
    found = preview_json(preview(table(1, 3, 4), table(2, 5, 5)))

    assert found["tables"][0]["cells"] == [
        {"figure": "caseload_by_support", "cell": {"support": "bostoette"}, "before": 3, "after": 4}
    ]
    assert [(each["case"], each["way"], each["recorded"], each["kind"]) for each in found["tables"][0]["cases"]] == [
        ("N-1", "left", True, "closed"),
        ("N-2", "came", False, None),
        ("N-6", "came", False, None),
    ]

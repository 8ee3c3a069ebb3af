"""Borgernes oplevelse: the year's survey as counts, where one was held, beside the register's own measures of the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.drawing.likert import in_words, likert, statements_of, unprinted
from dashboards.figures.ages_and_surveys import ANSWERS
from dashboards.figures.figure import FEW, Ask
from dashboards.pack.caveats import counted_by
from dashboards.pack.occasion import Occasion, period
from dashboards.pack.paper import Drawing, Entry, Footnote, Grid, Heading, Paragraph, Part, Sum, Value, value
from dashboards.published.statements import Statement, statement_of
from dashboards.view import Answers, FigureCells
from dashboards.words.danish import WORDS, day
from dashboards.words.language import DANISH

MEASURES: Mapping[str, tuple[tuple[str, str, Mapping[str, Any]], ...]] = {
    "overskuelighed": (
        ("Sager med to sagsbehandlere på én gang", "concurrent", {"caseworkers": "2"}),
        ("Sager med tre eller flere sagsbehandlere på én gang", "concurrent", {"caseworkers": "3+"}),
    ),
    "kontaktperson": (("Sager med netop én sagsbehandler", "concurrent", {"caseworkers": "1"}),),
    "sammenhaeng": (
        ("Sagsdage uden nogen, mellem to sagsbehandlere", "uncovered", {"measure": "case_days", "when": "between"}),
        ("Sager, der havde sådanne dage", "uncovered", {"measure": "cases", "when": "between"}),
    ),
}
"""The register's own measures by the statement's code: label, name of the answer, and cell."""
LINE, FRAME, BAR = 40, 110, 62
"""Characters of a statement on one line; pixels around the bars, and for each."""


def questions(occasion: Occasion) -> Mapping[str, Ask]:
    """The wave named by the year, and the register's own measures beside it."""
    out = {"survey": occasion.ask("survey", wave=[str(occasion.year)])}
    for unit, days in occasion.days.items():
        out[f"concurrent {unit}"] = occasion.ask("concurrent_caseworkers", unit=[unit], valid_at=[days[-1].isoformat()])
        out[f"uncovered {unit}"] = occasion.ask("uncovered_days", unit=[unit], **period(occasion.before))
    return out


def parts(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    survey = answers["survey"]
    statements = _statements(occasion, survey)
    if not statements:
        return ()
    labels = {each: _label(same) for each, same in statements.items()}
    return (
        Heading(2, "Borgernes oplevelse"),
        _answers(occasion, survey, labels),
        _drawing(occasion, survey, labels),
        *_beside(occasion, answers, list(statements)),
    )


def _statements(occasion: Occasion, survey: FigureCells) -> dict[str, list[Statement]]:
    """The statements by their recorded text; one printed more than once with the same answers stands once."""
    out: dict[tuple[object, ...], tuple[str, list[Statement]]] = {}
    for each in statements_of(survey):
        statement = statement_of(each, occasion.codes)
        counts = (number.number for number in (*_counts(survey, each), _n(survey, each)))
        _, same = out.setdefault((statement.code or statement.wording, *counts), (each, []))
        same.append(statement)
    return dict(out.values())


def _label(same: Sequence[Statement]) -> str:
    """The statement's wording, with its place among the figures of the questionnaire."""
    places = [each.printed for each in same if each.printed]
    return f"{same[0].wording} (spørgeskemaets figur {' og '.join(places)})" if places else same[0].wording


def _answers(occasion: Occasion, survey: FigureCells, labels: Mapping[str, str]) -> Grid:
    sums = tuple(
        Sum(_n(survey, each), _counts(survey, each)) for each in labels if None not in [n.number for n in _counts(survey, each)]
    )
    return Grid(
        "",
        f"Borgernes svar {occasion.year}",
        ("Udsagn", *(WORDS[answer] for answer in ANSWERS), "Svar i alt"),
        tuple((label, *_counts(survey, each), _n(survey, each)) for each, label in labels.items()),
        (*counted_by(survey), *_missing(survey, labels), *_little(survey, labels)),
        sums,
        source=f"Kilde: spørgeskema til borgerne, {occasion.year}.",
    )


def _counts(survey: FigureCells, statement: str) -> tuple[Value, ...]:
    return tuple(value(survey, "svar", statement=statement, answer=answer) for answer in ANSWERS)


def _n(survey: FigureCells, statement: str) -> Value:
    return value(survey, "svar", statement=statement, measure="n")


def _missing(survey: FigureCells, statements: Mapping[str, str]) -> tuple[Footnote, ...]:
    if all(each.number is not None for statement in statements for each in _counts(survey, statement)):
        return ()
    return (Footnote("–: tallet mangler i det trykte materiale. Det er ukendt, ikke nul."),)


def _little(survey: FigureCells, statements: Mapping[str, str]) -> tuple[Footnote, ...]:
    n = max(int(_n(survey, each).number or 0) for each in statements)
    return (Footnote(f"N = {n}: svarene vises som antal, ikke som procent, fordi der er færre end {FEW}."),) if n < FEW else ()


def _drawing(occasion: Occasion, survey: FigureCells, labels: Mapping[str, str]) -> Drawing:
    drawn = likert(DANISH, survey, labels, LINE)
    drawn["layout"]["height"] = FRAME + BAR * len(labels)
    n = max(int(_n(survey, each).number or 0) for each in labels)
    rest = (
        " De prikkede stykker er svar, som ikke er trykt hver for sig."
        if any(unprinted(survey, each) for each in labels)
        else ""
    )
    return Drawing(
        "",
        f"Borgernes svar {occasion.year}, i antal (N = {n})",
        f"Liggende søjler, en for hvert udsagn, delt efter svar.{rest} {in_words(DANISH, survey, labels)}",
        drawn,
        source=f"Kilde: spørgeskema til borgerne, {occasion.year}",
    )


def _beside(occasion: Occasion, answers: Answers, statements: Sequence[str]) -> list[Part]:
    """The register's own measures of the same; neither corrects the other."""
    by_wording = {each.wording: each for each in (statement_of(text, occasion.codes) for text in statements)}
    rows: list[tuple[Entry, ...]] = [
        (wording, label, *(value(answers[f"{of} {unit}"], **cell) for unit in occasion.days))
        for wording, each in by_wording.items()
        for label, of, cell in MEASURES.get(each.code or "", ())
    ]
    none = [f"»{wording}«" for wording, each in by_wording.items() if each.code not in MEASURES]
    out: list[Part] = []
    if rows:
        days = " og ".join(dict.fromkeys(day(each[-1]) for each in occasion.days.values()))
        out.append(
            Grid(
                "",
                f"Hvad registret kan se af det samme pr. {days}, og i {occasion.year - 1}",
                ("Udsagn", "Registrets mål", *(occasion.unit(unit) for unit in occasion.days)),
                tuple(rows),
                (
                    *counted_by(*(answers[f"{of} {unit}"] for of in ("concurrent", "uncovered") for unit in occasion.days)),
                    Footnote(
                        f"Sagsbehandlere på én gang er talt på statusdagen, dage uden i hele {occasion.year - 1}. Registret tæller alle "
                        "sager, spørgeskemaet kun dem, der svarede; begge dele kan være sande."
                    ),
                ),
                again=True,
            )
        )
    if none:
        out.append(Paragraph((f"Registret har intet mål for: {'; '.join(none)}.",)))
    return out

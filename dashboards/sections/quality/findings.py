"""Findings (fund) by their kind: what makes no sense in the history, what to do about it, and the questions to the codes of events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dashboards.figures.figure import Ask
from dashboards.figures.table import UNKNOWN, Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import KeyNumber, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View
from dashboards.words.code_questions import code_question
from dashboards.words.language import Language
from journey.log.deliveries import GoneFromSheet
from journey.refusals import CATALOGUE, finding_text


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {"findings": view.ask("findings_by_code"), "codes": view.ask("code_questions")}


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate, answer, codes = view.translate, answers["findings"], answers["codes"]
    return Section(
        "fund",
        translate("Fund: hvor historien ikke giver mening"),
        translate(
            "Steder, hvor en hændelse ikke passer med det, der ellers er registreret. De er ikke afvist, men tæller ikke med."
        )
        if _counts(answer)
        else answer.otherwise(translate("Der er ingen fund i perioden."), translate),
        (
            *([Panel((_table(view, answer),))] if _counts(answer) else []),
            *([Panel((_code_questions(view, codes),))] if codes.cells else []),
            *([Panel((gone_table(view.gone, view.translate),))] if view.gone else []),
        ),
        definitions([answer, codes], translate),
        (
            translate("Fund gælder hele registret, også sager i andre enheder; journey findings viser dem sag for sag."),
            translate(
                "Spørgsmål til koderne: koder, der er sagt på en dag, kodelisten ikke giver dem, eller som listen ikke har. "
                "Hændelserne tæller med, som de er registreret; spørgsmålet står ved hændelsen på sagens egen side."
            ),
        ),
        tiles=(
            KeyNumber(
                translate("Fund i perioden"),
                translate(UNKNOWN) if answer.is_unknown({}) else translate.number(sum(_counts(answer).values())),
                (view.days,),
            ),
            KeyNumber(
                translate("Fund i hele registret"),
                translate.number(view.findings),
                (translate("alle dage: hvor historien ikke giver mening"),),
            ),
        ),
    )


def _counts(answer: FigureCells) -> Mapping[str, int]:
    return {cell["code"]: int(cell["value"]) for cell in answer.cells if cell["measure"] == "findings" and cell["value"]}


def _table(view: View, answer: FigureCells) -> Table:
    translate = view.translate
    rows = tuple(
        (
            translate(finding_text(code)),
            answer.shown(translate, code=code, measure="findings"),
            answer.shown(translate, code=code, measure="cases"),
            translate(CATALOGUE[code].remedy) if code in CATALOGUE else "–",
        )
        for code in _counts(answer)
    )
    heads = (translate("Fund"), translate("Antal"), translate("Sager"), translate("Hvad der kan gøres"))
    return Table(translate("Fund i perioden"), heads, rows, (translate("Kilde: egne tal."),))


def gone_table(gone: Iterable[GoneFromSheet], translate: Language) -> Table:
    """Rows that are gone from their source's newest delivery and that stay, by source and sheet."""
    rows = tuple((each.source, each.sheet, translate.number(each.rows), translate.moment(each.taken_at)) for each in gone)
    heads = (translate("Kilde"), translate("Ark"), translate("Rækker"), translate("Kildens seneste udtræk"))
    note = translate(
        "Det, rækkerne gav, tæller med som før, til de er tilbage eller bliver annulleret. Sagerne står på siden Leverancer."
    )
    return Table(translate("Rækker, der er væk fra kildens seneste udtræk"), heads, rows, (note, translate("Kilde: egne tal.")))


def _code_questions(view: View, answer: FigureCells) -> Table:
    translate = view.translate
    rows: tuple[tuple[str, ...], ...] = tuple(
        (
            code_question(view.codes, *_list_and_code(listed), question, translate),
            *(answer.shown(translate, listed=listed, question=question, measure=measure) for measure in ("events", "cases")),
        )
        for listed, question in dict.fromkeys((cell["listed"], cell["question"]) for cell in answer.cells)
    )
    heads = (translate("Spørgsmål"), translate("Hændelser"), translate("Sager"))
    return Table(translate("Spørgsmål til koderne i perioden"), heads, rows, (translate("Kilde: egne tal."),))


def _list_and_code(listed: str) -> tuple[str, str]:
    name, _, code = listed.partition(".")
    return name, code

"""The annual status: its questions to the register, and the paper made of the answers, in the order the committee knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.pack.chapters import ages, casework, complaints, flows, law, money, over_time, stock, survey
from dashboards.pack.chapters.appendices import CHECKLIST, appendices
from dashboards.pack.drawings import bars_of
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Drawing, Grid, Heading, Paragraph, Part, Prompt, StatusPaper, Steps, numbered
from dashboards.pack.published import with_printed_numbers
from dashboards.pack.traps import traps_in
from dashboards.view import Answers
from dashboards.words.danish import day
from dashboards.words.language import DANISH

TITLE = "Status på helhedsorienteret sagsbehandling"
CHAPTERS = {
    "stock": stock,
    "over_time": over_time,
    "flows": flows,
    "ages": ages,
    "casework": casework,
    "survey": survey,
    "complaints": complaints,
    "money": money,
    "law": law,
}


def questions(occasion: Occasion) -> Mapping[str, Ask]:
    """The status's questions to the register, by chapter and name."""
    return {f"{name}: {key}": ask for name, module in CHAPTERS.items() for key, ask in module.questions(occasion).items()}


def has_cases(occasion: Occasion, answers: Answers) -> bool:
    """Whether any unit had a case on a status day of the year."""
    return any(
        answers[f"ages: aged {unit}"].value(unit=unit, valid_at=days[-1].isoformat()) for unit, days in occasion.days.items()
    )


def status(occasion: Occasion, answers: Answers) -> StatusPaper:
    """The paper made of the answers to its questions, without pictures and without the checklist of its traps."""
    chapter = {name: module.parts(occasion, _of(name, answers)) for name, module in CHAPTERS.items()}
    parts = [
        *_opening(occasion),
        *_with_figures(chapter["stock"], {2: ("Sager", ())}),
        *chapter["over_time"],
        *chapter["flows"],
        *chapter["ages"],
        *_with_figures(chapter["casework"], {0: ("Antal", casework.COUNTED)}),
        *chapter["survey"],
        *chapter["complaints"],
        *chapter["money"],
        *_politics(),
        *_economy(),
        *chapter["law"],
        Paragraph(
            ("Sagen har sammenhæng til barnets lov, serviceloven, lov om en aktiv beskæftigelsesindsats samt KUI-loven.",),
            draft=True,
        ),
        *_closing(),
    ]
    paper = with_printed_numbers(StatusPaper(TITLE, occasion, numbered(parts)))
    return replace(paper, parts=numbered([*paper.parts, *appendices(paper, [FIGURES[each] for each in _figures(answers)])]))


def checked(paper: StatusPaper) -> StatusPaper:
    """The paper with the checklist of its traps as its last appendix."""
    found = traps_in(paper, DANISH)
    grid = Grid(
        "",
        "Hvad der kan misforstås, og forslag til at undgå det",
        ("Hvor", "Hvad", "Forslag"),
        tuple((each.where, each.text, each.proposal) for each in found),
        source="Kilde: registrets gennemgang af papiret.",
    )
    nothing = Paragraph(("Gennemgangen fandt intet, der kan misforstås.",))
    return replace(paper, parts=numbered([*paper.parts, Heading(1, CHECKLIST), grid if found else nothing]))


def _of(name: str, answers: Answers) -> Answers:
    start = f"{name}: "
    return {key.removeprefix(start): answer for key, answer in answers.items() if key.startswith(start)}


def _figures(answers: Answers) -> list[str]:
    return list(dict.fromkeys(answer.ask.figure.id for answer in answers.values()))


def _with_figures(parts: Sequence[Part], drawn: Mapping[int, tuple[str, Sequence[int]]]) -> list[Part]:
    """The parts with a figure after some of the tables: by the table's number among them, the name of its axis and the rows drawn."""
    out: list[Part] = []
    grids = 0
    for part in parts:
        out.append(part)
        if isinstance(part, Grid):
            figure: Drawing | None = bars_of(part, *drawn[grids]) if grids in drawn else None
            out += [figure] if figure else []
            grids += 1
    return out


def _opening(occasion: Occasion) -> list[Part]:
    days = "; ".join(f"{occasion.unit(unit)} {day(each[-1])}" for unit, each in occasion.days.items())
    papers = dict.fromkeys(
        each.published.paper.case for each in occasion.ledger if each.published.paper.date.year == occasion.year
    )
    return [
        *(Paragraph((f"{case} Åben Sag",), draft=True) for case in papers),
        *([] if papers else [Prompt("skriv sagsnummeret, og om sagen er åben")]),
        Heading(1, "Sagsgang"),
        Prompt("skriv udvalgene i den rækkefølge, de behandler sagen"),
        Heading(1, "Sagsfremstilling"),
        Paragraph((occasion.municipality.request,), draft=True),
        Paragraph((f"Statusdage: {days}. Tallene er opgjort, som registret vidste det {occasion.known}. {occasion.coverage}",)),
        Prompt("beskriv kort, hvad der er sket siden sidste status, og hvad udvalgene dengang bad om"),
    ]


def _politics() -> list[Part]:
    return [
        Heading(1, "Sammenhæng til andre politikker/strategier og fagområder"),
        Prompt("skriv, hvilke politikker og strategier indsatsen hænger sammen med"),
    ]


def _economy() -> list[Part]:
    return [
        Heading(1, "Økonomiske konsekvenser"),
        Paragraph(("Sagen er en orientering. Bevilgede årsbeløb og forbrug står under Økonomitræk.",), draft=True),
        Prompt("skriv, om sagen har økonomiske konsekvenser"),
    ]


def _closing() -> list[Part]:
    return [
        Heading(1, "Indstilling"),
        Prompt("skriv, hvem der indstiller"),
        Steps(("godkender orienteringen om status på helhedsorienteret sagsbehandling",)),
        Heading(1, "Beslutning"),
        Prompt("udfyldes efter mødet: udvalg, dato, beslutning og fraværende"),
    ]

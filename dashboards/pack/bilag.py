"""The appendices: the published numbers beside this paper's, and how every figure is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec import UNSET

from dashboards.figures import FIGURES
from dashboards.figures.figure import Figure
from dashboards.pack.paper import Entry, Grid, Heading, Paper, Paragraph, Part
from dashboards.pack.published import counted_again, of_year
from dashboards.published.ledger import agrees
from dashboards.published.references import called
from dashboards.published.status_days import Printed
from dashboards.words.danish import DIMENSIONS, number, word

PUBLISHED = "Bilag 1. De offentliggjorte tal og denne status"
COUNTED = "Bilag 2. Sådan er tallene talt"
CHECKLIST = "Bilag 3. Tjekliste til sekretæren"


def appendices(paper: Paper, figures: Sequence[Figure]) -> list[Part]:
    """The list of appendices and the first two of them; the checklist comes when the paper has been checked."""
    listed = Paragraph((f"{PUBLISHED} · {COUNTED} · {CHECKLIST} (fjernes, før sagen sendes).",))
    return [Heading(1, "Bilag"), listed, *_published(paper), *_counted(paper, figures)]


def _published(paper: Paper) -> list[Part]:
    ledger = of_year(paper.of.ledger, paper.of.year)
    if not ledger:
        return [
            Heading(1, PUBLISHED),
            Paragraph((f"Registrets fortegnelse har ingen offentliggjorte tal for {paper.of.year}.",)),
        ]
    grid = Grid(
        "",
        f"Offentliggjorte tal for {paper.of.year}, talt igen",
        ("Tal", "Papir", "Trykt", "Talt her", "Stemmer", "Bemærkning"),
        (
            *(_row(paper, one) for one in ledger if not _of_many(one)),
            *_together(paper, [one for one in ledger if _of_many(one)]),
        ),
        source="Kilde: registrets fortegnelse over offentliggjorte tal.",
        again=True,
    )
    return [Heading(1, PUBLISHED), grid]


def _of_many(one: Printed) -> bool:
    """Whether the number is one of a survey's, or of a figure that was published whole."""
    return one.published.figure == "survey" or one.published.frozen is not UNSET


def _together(paper: Paper, ledger: Sequence[Printed]) -> list[tuple[Entry, ...]]:
    """Numbers of which there are many: those that do not agree each for itself, the others in one line for each paper and figure."""
    rows: list[tuple[Entry, ...]] = []
    agreeing: dict[tuple[str, str], int] = defaultdict(int)
    elsewhere: dict[tuple[str, str], int] = defaultdict(int)
    for one in ledger:
        found, of = counted_again(paper, one), (one.published.paper.case, _figure(paper, one))
        if found and agrees(one.published, found.number):
            agreeing[of] += 1
        elif found or one.published.frozen is UNSET:
            rows.append(_row(paper, one))
        else:
            elsewhere[of] += 1
    for (case, figure), n in agreeing.items():
        where = "Se tabellen med borgernes svar" if figure == FIGURES["survey"].title_da else "Se tabellerne"
        rows.append((f"{figure}: {number(n)} tal", case, "alle", "alle", "stemmer", where))
    for (case, figure), n in elsewhere.items():
        if (case, figure) in agreeing:
            continue
        rows.append((f"{figure}: {number(n)} tal", case, "alle", "–", "ikke i denne status", "Se siden Offentliggjorte tal"))
    return rows


def _row(paper: Paper, one: Printed) -> tuple[Entry, ...]:
    found = counted_again(paper, one)
    judged = "tælles ikke" if found is None else "stemmer" if agrees(one.published, found.number) else "afviger"
    if one.published.value is None and found is not None:
        judged = "ikke trykt"
    note = "; ".join(one.notes)
    return _name(paper, one), one.published.paper.case, one.value.strip() or "–", found or "–", judged, note


def _name(paper: Paper, one: Printed) -> str:
    """What a published number is, in words: the figure and the cell; where no figure counts it, what it is called."""
    if one.published.figure not in FIGURES:
        return called(one.published, municipality=paper.of.municipality)
    said = {**{name: one.published.parameters.get(name) for name in ("unit", "valid_at")}, **one.published.cell}
    order = list(DIMENSIONS)
    words = [
        word(name, each, paper.of.codes)
        for name, many in sorted(said.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order))
        for each in (many if isinstance(many, list) else [many])  # pyright: ignore[reportUnknownVariableType] -- what JSON holds
        if each is not None
    ]
    return f"{_figure(paper, one)}: {', '.join(words)}"


def _figure(paper: Paper, one: Printed) -> str:
    """What the number's figure is called; that of one which is no figure's is what the ledger calls it."""
    return (
        FIGURES[one.published.figure].title_da
        if one.published.figure in FIGURES
        else called(one.published, municipality=paper.of.municipality)
    )


def _counted(paper: Paper, figures: Sequence[Figure]) -> list[Part]:
    grid = Grid(
        "",
        "Figurernes opgørelse",
        ("Figur", "Udgave", "Opgørelse"),
        tuple((f"{figure.title_da} ({figure.id})", str(figure.version), figure.rule) for figure in figures),
        source=f"Kilde: egne tal, som registret vidste det {paper.of.known}.",
    )
    return [Heading(1, COUNTED), grid]

"""The appendices (bilag): the published numbers beside this paper's, and how every figure is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec import UNSET

from dashboards.figures import FIGURES
from dashboards.figures.figure import Figure
from dashboards.pack.paper import Entry, Grid, Heading, Paragraph, Part, StatusPaper
from dashboards.pack.published import of_year, recounted
from dashboards.published.ledger import agrees, earlier_version
from dashboards.published.references import called
from dashboards.published.status_days import Printed
from dashboards.words.danish import DIMENSIONS, number, word

PUBLISHED = "Bilag 1. De offentliggjorte tal og denne status"
COUNTED = "Bilag 2. Sådan er tallene talt"
CHECKLIST = "Bilag 3. Tjekliste til sekretæren"


def appendices(paper: StatusPaper, figures: Sequence[Figure]) -> list[Part]:
    """The list of appendices and the first two; the checklist is added when the paper has been checked."""
    listed = Paragraph((f"{PUBLISHED} · {COUNTED} · {CHECKLIST} (fjernes, før sagen sendes).",))
    return [Heading(1, "Bilag"), listed, *_published(paper), *_counted(paper, figures)]


def _published(paper: StatusPaper) -> list[Part]:
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
            *(_row(paper, each) for each in ledger if not _of_many(each)),
            *_rows_of_many(paper, [each for each in ledger if _of_many(each)]),
        ),
        source="Kilde: registrets fortegnelse over offentliggjorte tal.",
        again=True,
    )
    return [Heading(1, PUBLISHED), grid]


def _of_many(printed: Printed) -> bool:
    """Whether the number is a survey's, or of a figure that was published whole."""
    return printed.published.figure == "survey" or printed.published.frozen is not UNSET


def _rows_of_many(paper: StatusPaper, ledger: Sequence[Printed]) -> list[tuple[Entry, ...]]:
    """A row for each number that does not agree, and one for each paper and figure whose numbers do, or are not in this paper."""
    rows: list[tuple[Entry, ...]] = []
    agreeing: dict[tuple[str, str], int] = defaultdict(int)
    absent: dict[tuple[str, str], int] = defaultdict(int)
    earlier: dict[tuple[str, str, int], int] = defaultdict(int)
    for printed in ledger:
        if version := earlier_version(printed.published):
            earlier[printed.published.paper.case, _figure(paper, printed), version] += 1
            continue
        found, of = recounted(paper, printed), (printed.published.paper.case, _figure(paper, printed))
        if found and agrees(printed.published, found.counted):
            agreeing[of] += 1
        elif found or printed.published.frozen is UNSET:
            rows.append(_row(paper, printed))
        else:
            absent[of] += 1
    for (case, figure), n in agreeing.items():
        where = "Se tabellen med borgernes svar" if figure == FIGURES["survey"].title_da else "Se tabellerne"
        rows.append((f"{figure}: {number(n)} tal", case, "alle", "alle", "stemmer", where))
    for (case, figure, version), n in earlier.items():
        judged = f"opgjort efter udgave {version}"
        rows.append((f"{figure}: {number(n)} tal", case, "alle", "–", judged, "Se siden Offentliggjorte tal"))
    for (case, figure), n in absent.items():
        if (case, figure) in agreeing:
            continue
        rows.append((f"{figure}: {number(n)} tal", case, "alle", "–", "ikke i denne status", "Se siden Offentliggjorte tal"))
    return rows


def _row(paper: StatusPaper, printed: Printed) -> tuple[Entry, ...]:
    found = recounted(paper, printed)
    judged = "tælles ikke" if found is None else "stemmer" if agrees(printed.published, found.counted) else "afviger"
    if printed.published.value is None and found is not None:
        judged = "ikke trykt"
    note = "; ".join(printed.notes)
    return _name(paper, printed), printed.published.paper.case, printed.value.strip() or "–", found or "–", judged, note


def _name(paper: StatusPaper, printed: Printed) -> str:
    """The name of a published number: its figure and cell; of one that no figure counts, what the municipality calls it."""
    if printed.published.figure not in FIGURES:
        return called(printed.published, paper.of.municipality)
    dimensions = {**{name: printed.published.parameters.get(name) for name in ("unit", "valid_at")}, **printed.published.cell}
    order = list(DIMENSIONS)
    words = [
        word(name, each, paper.of.codes)
        for name, values in sorted(
            dimensions.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)
        )
        for each in (values if isinstance(values, list) else [values])  # pyright: ignore[reportUnknownVariableType] -- what JSON holds
        if each is not None
    ]
    return f"{_figure(paper, printed)}: {', '.join(words)}"


def _figure(paper: StatusPaper, printed: Printed) -> str:
    """The title of the number's figure; of one that no figure counts, what the municipality calls it."""
    figure = FIGURES.get(printed.published.figure or "")
    return figure.title_da if figure else called(printed.published, paper.of.municipality)


def _counted(paper: StatusPaper, figures: Sequence[Figure]) -> list[Part]:
    grid = Grid(
        "",
        "Figurernes opgørelse",
        ("Figur", "Udgave", "Opgørelse"),
        tuple((figure.title_da, str(figure.version), figure.rule) for figure in figures),
        source=f"Kilde: egne tal, som registret vidste det {paper.of.known}.",
    )
    return [Heading(1, COUNTED), grid]

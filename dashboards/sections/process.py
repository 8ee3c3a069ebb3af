"""The process map: which milestone follows which, how many went each way, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards import periods
from dashboards.drawing.curves import Point
from dashboards.drawing.flows import Edge, Node, process_map
from dashboards.figures.figure import Ask
from dashboards.figures.process import MILESTONES
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View
from dashboards.words.language import later

PLACES: Mapping[str, Point] = {
    "referred": (0, 5),
    "assessment": (-1, 4),
    "visited": (0, 3),
    "support_began": (0, 1.7),
    "transferred": (1, 3.2),
    "rejected": (-1, 2.2),
    "closed": (0, 0),
    "merged": (1, 4.4),
    "reopened": (1, 0.8),
}
"""Where each milestone stands: the road down the middle, what leaves it at the sides."""
SHORT = {
    "assessment": later("Udredning"),
    "visited": later("Visiteret"),
    "support_began": later("Støtte"),
    "rejected": later("Afvist"),
    "merged": later("Lagt sammen"),
}
"""What stands in a box, where the milestone's word is too long for a phone."""
SHARE = 0.95
"""The most travelled ways are drawn until they make up so much of all passages; the table has them all."""


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {"map": view.ask("process_map", **periods.given(view))}


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate, answer = view.translate, answers["map"]
    ways = _ways(answer)
    drawn = _drawn(ways)
    left_out = len(ways) - len(drawn)
    lead = translate(
        "Firkanterne er milepæle med antal sager, pilene de veje, sagerne gik: jo tykkere, jo flere. På pilen står antal."
    )
    return Section(
        "proceskort",
        translate("Forløbet, som det gik"),
        lead
        if ways
        else answer.otherwise(
            translate("Ingen sag nåede en milepæl i perioden i de valgte enheder. Vælg en længere periode."), translate
        ),
        (Panel((_table(view, answer, ways),), _chart(view, answer, drawn)),) if ways else (),
        definitions([answer], translate),
        (
            *periods.caveat(view),
            translate("Kun milepæle i den valgte periode er talt; den milepæl, en sag kom fra, kan ligge før den."),
            *(
                (
                    translate(
                        "Tegnet er de mest brugte veje. Sjældnere veje, som kun står i tabellen: {n}.",
                        n=translate.number(left_out),
                    ),
                )
                if left_out
                else ()
            ),
        ),
    )


_Ways = Sequence[tuple[str, str, int]]


def _ways(answer: FigureCells) -> _Ways:
    """Each way with how many passages, the most travelled first."""
    found = [
        (cell["from_milestone"], cell["to_milestone"], int(cell["value"]))
        for cell in answer.cells
        if cell.get("measure") == "n" and cell["value"] is not None
    ]
    return sorted(found, key=lambda way: -way[2])


def _drawn(ways: _Ways) -> _Ways:
    total, so_far = sum(n for _, _, n in ways), 0
    drawn_ways: list[tuple[str, str, int]] = []
    for way in ways:
        if so_far >= SHARE * total:
            break
        drawn_ways.append(way)
        so_far += way[2]
    return drawn_ways


def _chart(view: View, answer: FigureCells, ways: _Ways) -> Chart:
    translate = view.translate
    nodes = {
        milestone: Node(
            PLACES[milestone],
            translate(SHORT[milestone]) if milestone in SHORT else view.word("milestone", milestone),
            _cases(view, answer.count(measure="cases", milestone=milestone)),
        )
        for milestone in MILESTONES
    }
    words = [
        _in_words(view, answer, nodes[first].name.lower(), nodes[then].name.lower(), way)
        for way in ways
        for first, then, _ in (way,)
    ]
    lines = [Edge(first, then, n, translate.number(n), text) for (first, then, n), text in zip(ways, words, strict=True)]
    reached = ", ".join(f"{node.name} {node.below}" for node in nodes.values())
    return Chart(
        "proceskort",
        translate("Proceskort, {days}", days=periods.days(view)),
        process_map(translate, nodes, lines),
        f"{translate('Proceskort.')} {reached}. {'; '.join(words)}.",
    )


def _in_words(view: View, answer: FigureCells, first: str, then: str, way: tuple[str, str, int]) -> str:
    """A way in words, with how long it took where there are enough to say it of."""
    translate = view.translate
    text = translate(
        "fra {first} til {then}: {times}", first=first, then=then, times=translate.counted(way[2], "1 gang", "{n} gange")
    )
    median = answer.value(from_milestone=way[0], to_milestone=way[1], measure="median")
    return text if median is None else text + translate(", median {days}", days=translate.days(median))


def _cases(view: View, n: int) -> str:
    return view.translate.counted(n, "1 sag", "{n} sager")


def _days(view: View, answer: FigureCells, first: str, then: str) -> str:
    return answer.shown(view.translate, from_milestone=first, to_milestone=then, measure="median")


def _table(view: View, answer: FigureCells, ways: _Ways) -> Table:
    translate = view.translate
    rows = tuple(
        (
            f"{view.word('milestone', first)} → {view.word('milestone', then)}",
            answer.shown(translate, from_milestone=first, to_milestone=then, measure="n"),
            _days(view, answer, first, then),
            answer.shown(translate, from_milestone=first, to_milestone=then, measure="p90"),
        )
        for first, then, _ in ways
    )
    heads = (translate("Fra → til"), translate("Gange"), translate("Median (dage)"), translate("90-percentil (dage)"))
    return Table(translate("Veje mellem milepæle"), heads, rows, (translate("For få: under 20 gange, så median gives ikke."),))

"""Traps of sums: parts that do not give their whole."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.pack.paper import StatusPaper, Sum
from dashboards.pack.traps.trap import Trap
from dashboards.words.language import Language

ID = "sum"


def parts_that_do_not_sum(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The wholes that differ from the sum of their parts; one with an unknown part is left to `missing_cells`."""
    return [
        Trap(
            ID,
            grid.id,
            translate(
                "Delene giver {parts}, men helheden er {whole}.",
                parts=translate.number(total),
                whole=translate.number(each.whole.number),
            ),
            translate("Find den gruppe, der mangler eller står to gange, eller skriv forskellen under tabellen."),
        )
        for grid in paper.counted
        for each in grid.sums
        if (total := _sum(each)) is not None and total != each.whole.number
    ]


def _sum(each: Sum) -> float | None:
    numbers = [*(part.number for part in each.parts), *(None if part.number is None else -part.number for part in each.less)]
    return None if None in numbers or each.whole.number is None else sum(number for number in numbers if number is not None)

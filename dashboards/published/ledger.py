"""The ledger: numbers that were published, each counted again by its figure and compared with what was printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import UNSET, Struct
from msgspec.structs import replace

from dashboards.figures import FIGURES
from dashboards.figures.figure import dimensions_of
from dashboards.words.language import Language
from journey.events import FigurePublished

ABOUT = 0.1
"""How far from the printed number a "ca." may be, as a share of it."""


class Compared(Struct, frozen=True):
    """A published number beside what its figure gives: at the position it was published at, and at the log's end."""

    published: FigurePublished
    position: int
    then: float | int | None
    now: float | int | None
    askable: bool = True
    """Whether its question can be put to its figure."""

    @property
    def earlier_version(self) -> int | None:
        """The version of the definition that a frozen figure was counted by, where the figure has a later one now."""
        return earlier_version(self.published)

    @property
    def drifted(self) -> bool:
        """Whether the figure no longer gives the number at the position it was published at; one of an earlier version is what it was."""
        if self.earlier_version is not None:
            return False
        if self.published.frozen is not UNSET:
            return self.then != self.published.value
        return self.published.figure is not None and not agrees(self.published, self.then)

    @property
    def moved(self) -> bool:
        """Whether the same question, by the same definition, answers otherwise today."""
        return self.earlier_version is None and self.now != self.then

    @property
    def judged(self) -> Literal["drift", "earlier", "none", "agrees", "unprinted"]:
        """The judgement of what was printed by what was counted then: `earlier` by an earlier version, `none` where no figure counts it."""
        if self.drifted:
            return "drift"
        if self.earlier_version is not None:
            return "earlier"
        if self.published.figure is None or not self.askable:
            return "none"
        return "unprinted" if self.published.value is None else "agrees"

    @property
    def json(self) -> dict[str, Any]:
        published = self.published
        return {
            "id": published.id,
            "figure": published.figure,
            "parameters": published.parameters,
            "cell": published.cell,
            "value": published.value,
            "qualifier": published.qualifier,
            "paper": {"case": published.paper.case, "title": published.paper.title, "date": published.paper.date.isoformat()},
            "notes": published.notes,
            "position": self.position,
            "frozen": None
            if published.frozen is UNSET
            else {"version": published.frozen.version, "codes": published.frozen.codes},
            "derived": self.then,
            "derived_now": self.now,
            "drift": self.drifted,
            "earlier_version": self.earlier_version,
            "judged": self.judged,
            "moved": self.moved,
        }


def earlier_version(published: FigurePublished) -> int | None:
    """The version of the definition that a frozen figure was counted by, where the figure has a later one now; None where it has not."""
    if published.frozen is UNSET or published.figure not in FIGURES:
        return None
    version = published.frozen.version
    return version if version < FIGURES[published.figure].version else None


def printed_of(published: FigurePublished) -> list[FigurePublished]:
    """The publication a number at a time: each cell of a figure that was published whole."""
    if published.frozen is UNSET:
        return [published]
    return [replace(published, cell=dimensions_of(cell), value=cell["value"]) for cell in published.frozen.cells]


def known_when(published: FigurePublished, position: int) -> int:
    """The position that the number was counted at: the one it was frozen at, else that of the publication itself."""
    return position if published.frozen is UNSET else published.frozen.position


def agrees(published: FigurePublished, derived: float | None) -> bool:
    """Whether a derived number is the printed one, by its qualifier; what was never printed agrees with anything."""
    printed = published.value
    if printed is None:
        return published.qualifier == "enkelte" or derived is None or bool(published.notes)
    if derived is None:
        return False
    match published.qualifier:
        case "ca":
            return abs(derived - printed) <= ABOUT * abs(printed)
        case "ikke_under":
            return derived >= printed
        case _:
            return derived == printed


def as_printed(published: FigurePublished, translate: Language) -> str:
    """The number as the paper has it, with its qualifier; a dash where none is printed."""
    if published.qualifier == "enkelte":
        return translate("enkelte")
    n = translate.number(published.value)
    match published.qualifier:
        case "ca":
            return translate("ca. {n}", n=n)
        case "ikke_under":
            return translate("ikke under {n}", n=n)
        case _:
            return n


def words(parameters: Mapping[str, Any]) -> dict[str, list[str]]:
    """A publication's parameters as a person would write them."""
    return {
        name: [",".join(map(str, value))] if name == "bands" else [_word(each) for each in _many(value)]
        for name, value in parameters.items()
        if value is not None
    }


def _many(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType] -- what JSON holds


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

"""The kinds of event of published figures (offentliggjorte tal) and adopted definitions, in a stream."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from journey.events.fields import Code, Count, Label, Sha256
from journey.events.kind import Kind


class CommitteePaper(Struct, frozen=True, forbid_unknown_fields=True):
    """The committee paper that a number stands in."""

    case: Label
    title: Label
    date: date


class Frozen(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole figure as it was when it was published: it is pinned to its parameters and position, and gives these cells for ever."""

    cells: list[dict[str, Any]]
    version: Count
    """Of the figure's definition."""
    position: Count
    """What the register knew."""
    codes: Sha256
    """The code lists' hash."""


class FigurePublished(Kind, frozen=True, forbid_unknown_fields=True):
    """A number was put before politicians: which figure it is, its cell, and its value as printed; or a figure with all its cells."""

    danish = "tal offentliggjort"
    english = "figure published"
    codes = MappingProxyType({"qualifier": "qualifiers"})
    id: Label
    figure: Label | None
    parameters: dict[str, Any]
    cell: dict[str, Any]
    value: float | int | None
    qualifier: Code
    paper: CommitteePaper
    notes: list[Label] = []  # noqa: RUF012 -- msgspec gives each event a list of its own
    frozen: Frozen | UnsetType = UNSET


class DefinitionAdopted(Kind, frozen=True, forbid_unknown_fields=True):
    """A body adopted the definition that a figure is counted by."""

    danish = "definition vedtaget"
    english = "definition adopted"
    figure: Label
    version: Count
    body: Label

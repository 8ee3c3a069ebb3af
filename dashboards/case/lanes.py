"""A case's lanes: its unit, stage, grants and caseworkers over the days, and the events on them, as a chart and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from typing import Any

from msgspec import Struct
from plotly import graph_objects as go  # pyright: ignore[reportMissingTypeStubs] -- plotly comes without types

from dashboards.case.facts import stage_word
from dashboards.case.story import Story, Told
from dashboards.case.words import kind_word, label
from dashboards.drawing.charts import MONTH, shifted
from dashboards.drawing.theme import BLUE, GREEN, INK, ORANGE, PAPER, PINK, QUIET, template
from dashboards.figures.table import Table
from dashboards.words.language import Language
from journey.case import State
from journey.codes import CodeLists
from journey.events import Withdrawn
from journey.events.caseworkers import ROLES
from journey.history import FOREVER

Drawn = dict[str, Any]

_DAY_MS = 86_400_000
_AFTER = timedelta(days=30)
"""How far the lanes run past the last day that anything is known of, where they have no end."""


class Stretch(Struct, frozen=True):
    """What held in a lane on the days `[start, end)`; `FOREVER` where no end is known."""

    lane: str
    text: str
    colour: str
    start: date
    end: date


class Mark(Struct, frozen=True):
    """An event on its day: how it is drawn, and its words."""

    day: date
    look: str
    """`plain`, `withdrawn` or `finding`."""
    text: str


class Lanes(Struct, frozen=True):
    """What is drawn of a case."""

    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]


_Held = tuple[str, str, str]
"""A lane, what holds in it, and its colour."""


def lanes(story: Story, codes: CodeLists, translate: Language) -> Lanes:
    """The stretches of each lane by what held at the ends of days, and the events."""
    ends: dict[date, State] = {told.recorded.valid_at: told.after for told in story.events}
    since: dict[_Held, date] = {}
    done: list[Stretch] = []
    for day, state in ends.items():
        held = dict.fromkeys(_held(state, codes, translate))
        done += [Stretch(*gone, since.pop(gone), day) for gone in list(since) if gone not in held]
        for one in held:
            since.setdefault(one, day)
    done += [Stretch(*one, start, FOREVER) for one, start in since.items()]
    order = list(
        dict.fromkeys(one.lane for one in sorted(done, key=lambda one: (_rank(one.lane, codes, translate), one.start)))
    )
    stretches = sorted(done, key=lambda one: (order.index(one.lane), one.start))
    return Lanes(
        tuple(stretches),
        tuple(_mark(told, translate) for told in story.events if not isinstance(told.recorded.event, Withdrawn)),
    )


def _held(state: State, codes: CodeLists, translate: Language) -> Iterator[_Held]:
    if not state.open:
        return
    yield translate("Enhed"), label(codes, "units", state.unit, translate), BLUE
    yield translate("Trin"), stage_word(state, codes, translate), GREEN
    for grant in state.grants:
        yield translate("Bevilling {grant}", grant=grant.grant), label(codes, "supports", grant.support, translate), ORANGE
    for role, holder in zip(ROLES, state.holders, strict=True):
        if holder:
            yield label(codes, "roles", role, translate), holder.worker, PINK


def _rank(lane: str, codes: CodeLists, translate: Language) -> int:
    first = [translate("Enhed"), translate("Trin")]
    roles = [label(codes, "roles", role, translate) for role in ROLES]
    return first.index(lane) if lane in first else 3 + roles.index(lane) if lane in roles else 2


def _mark(told: Told, translate: Language) -> Mark:
    look = "withdrawn" if told.withdrawn_by else "finding" if told.finding else "plain"
    said = {"withdrawn": translate("annulleret"), "finding": translate("fund"), "plain": ""}[look]
    word = kind_word(type(told.recorded.event), translate)
    return Mark(told.recorded.valid_at, look, f"{word} ({said})" if said else word)


def table(drawn: Lanes, title: str, translate: Language) -> Table:
    """The stretches as a table."""
    rows = tuple(
        (
            one.lane,
            one.text,
            translate.short(one.start),
            translate.short(one.end) if one.end < FOREVER else translate("fortsat"),
        )
        for one in drawn.stretches
    )
    return Table(
        title,
        (translate("Bane"), translate("Hvad"), translate("Fra"), translate("Til")),
        rows,
        (translate("Til er den første dag uden."),),
    )


def chart(drawn: Lanes, shown: date, translate: Language) -> Drawn:
    """The lanes with a line at the day shown; told apart by lane, text and symbol, not by colour alone.

    The days run from the first to a little after the last that anything is known of; a day outside is marked at the edge. A
    bar's text is drawn where there is room for all of it: the words under the pointer and the table have it always.
    """
    first, last = _days(drawn)
    names = [*dict.fromkeys(one.lane for one in drawn.stretches), translate("Hændelser")]
    layout = {
        "height": 110 + 38 * len(names),
        "barmode": "overlay",
        "bargap": 0.25,
        "showlegend": True,
        "separators": translate.separators,
        "uniformtext": {"mode": "hide", "minsize": 11},
        "margin": {"l": 8, "r": 8, "t": 30, "b": 60},
        "xaxis": {"type": "date", "range": [first.isoformat(), last.isoformat()], "tickformat": MONTH[translate.code]},
        "yaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": names,
            "autorange": "reversed",
            "showgrid": True,
            "ticks": "outside",
            "ticklen": 7,
            "tickcolor": PAPER,
        },
        **_line(first, last, shown, translate),
    }
    figure: Any = go.Figure(
        data=[_bars(drawn, last, translate), *_symbols(drawn, translate)],
        layout={**layout, "template": template(translate.separators)},
    )
    return figure.to_plotly_json()


def _days(drawn: Lanes) -> tuple[date, date]:
    """The first and the last day drawn."""
    days = [*(one.start for one in drawn.stretches), *(one.end for one in drawn.stretches if one.end < FOREVER)]
    days += [mark.day for mark in drawn.marks]
    return shifted(min(days), -_AFTER / 3), shifted(max(days), _AFTER)


def _line(first: date, last: date, shown: date, translate: Language) -> Drawn:
    """The line at the day shown, and its words, which stand so that they are whole on a phone too."""
    at = min(max(shown, first), last)
    said = translate("Gældende {day}", day=translate.short(shown))
    line = {"color": INK, "width": 2, "dash": "dot"}
    words = {
        "x": at.isoformat(),
        "xanchor": "left" if at - first < (last - first) / 10 else "right",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12},
        "text": _plain(f"← {said}" if shown < first else f"{said} →" if shown > last else said),
    }
    return {
        "shapes": [
            {"type": "line", "x0": at.isoformat(), "x1": at.isoformat(), "y0": 0, "y1": 1, "yref": "paper", "line": line}
        ],
        "annotations": [words],
    }


def _bars(drawn: Lanes, last: date, translate: Language) -> Drawn:
    ends = [min(one.end, last) for one in drawn.stretches]
    return {
        "type": "bar",
        "orientation": "h",
        "base": [one.start.isoformat() for one in drawn.stretches],
        "x": [(end - one.start).days * _DAY_MS for one, end in zip(drawn.stretches, ends, strict=True)],
        "y": [_plain(one.lane) for one in drawn.stretches],
        "text": [_plain(one.text) for one in drawn.stretches],
        "textposition": "inside",
        "insidetextanchor": "start",
        "constraintext": "inside",
        "textangle": 0,
        "textfont": {"color": PAPER},
        "marker": {"color": [one.colour for one in drawn.stretches], "line": {"color": INK, "width": 0.5}},
        "customdata": [
            _plain(
                f"{one.lane}: {one.text}, {translate.short(one.start)} – "
                + (translate.short(one.end) if one.end < FOREVER else translate("fortsat"))
            )
            for one in drawn.stretches
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }


_LOOKS = {"plain": ("circle", QUIET, 0), "withdrawn": ("x-thin", ORANGE, 2), "finding": ("triangle-up", PINK, 0)}


def _symbols(drawn: Lanes, translate: Language) -> Iterator[Drawn]:
    names = {"plain": translate("Hændelse"), "withdrawn": translate("Annulleret"), "finding": translate("Fund")}
    for look, (symbol, colour, width) in _LOOKS.items():
        marks = [mark for mark in drawn.marks if mark.look == look]
        if marks:
            yield {
                "type": "scatter",
                "mode": "markers",
                "cliponaxis": False,
                "name": names[look],
                "x": [mark.day.isoformat() for mark in marks],
                "y": [translate("Hændelser")] * len(marks),
                "marker": {"symbol": symbol, "color": colour, "size": 11, "line": {"color": colour, "width": width}},
                "customdata": [f"{_plain(mark.text)}, {translate.short(mark.day)}" for mark in marks],
                "hovertemplate": "%{customdata}<extra></extra>",
            }


def _plain(text: str) -> str:
    """Text as Plotly's own mark-up has it, so that a label is shown as it is."""
    return escape(text, quote=False)

"""The lanes of a case: unit, stage, grants and caseworkers over the days, with the events, as a chart and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from typing import Any

from msgspec import Struct
from plotly import graph_objects as go  # pyright: ignore[reportMissingTypeStubs] -- plotly comes without types

from dashboards.case.facts import stage_word
from dashboards.case.story import CaseStory, StoryEvent
from dashboards.case.words import kind_word, label
from dashboards.drawing.charts import MONTH, Drawn, shifted
from dashboards.drawing.theme import BLUE, GREEN, INK, ORANGE, PAPER, PINK, QUIET, template
from dashboards.figures.table import Table
from dashboards.words.language import Language
from journey.case import State
from journey.codes import CodeLists
from journey.events import Withdrawn
from journey.events.caseworkers import ROLES
from journey.history import FOREVER

_DAY_MS = 86_400_000
_AFTER = timedelta(days=30)
"""How far lanes without an end run past the last known day."""


class Stretch(Struct, frozen=True):
    """The content of a lane on the days `[start, end)`; `FOREVER` where no end is known."""

    lane: str
    text: str
    colour: str
    start: date
    end: date


class EventMark(Struct, frozen=True):
    """The mark of an event on its day: how it is drawn, and its words."""

    day: date
    look: str
    """`plain`, `withdrawn` or `finding`."""
    text: str


class Lanes(Struct, frozen=True):
    """The stretches and marks of a case."""

    stretches: tuple[Stretch, ...]
    marks: tuple[EventMark, ...]


_Content = tuple[str, str, str]
"""The content of a lane on a day: the lane, its text and its colour."""


def lanes(story: CaseStory, codes: CodeLists, translate: Language) -> Lanes:
    """The stretches of each lane by the states at the ends of days, and a mark for each event."""
    ends: dict[date, State] = {event.recorded.valid_at: event.after for event in story.events}
    since: dict[_Content, date] = {}
    done: list[Stretch] = []
    for day, state in ends.items():
        contents = dict.fromkeys(_contents(state, codes, translate))
        done += [Stretch(*ended, since.pop(ended), day) for ended in list(since) if ended not in contents]
        for content in contents:
            since.setdefault(content, day)
    done += [Stretch(*content, start, FOREVER) for content, start in since.items()]
    order = list(
        dict.fromkeys(each.lane for each in sorted(done, key=lambda each: (_rank(each.lane, codes, translate), each.start)))
    )
    stretches = sorted(done, key=lambda each: (order.index(each.lane), each.start))
    return Lanes(
        tuple(stretches),
        tuple(_mark(event, translate) for event in story.events if not isinstance(event.recorded.event, Withdrawn)),
    )


def _contents(state: State, codes: CodeLists, translate: Language) -> Iterator[_Content]:
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


def _mark(event: StoryEvent, translate: Language) -> EventMark:
    look = "withdrawn" if event.withdrawn_by else "finding" if event.finding else "plain"
    status = {"withdrawn": translate("annulleret"), "finding": translate("fund"), "plain": ""}[look]
    word = kind_word(type(event.recorded.event), translate)
    return EventMark(event.recorded.valid_at, look, f"{word} ({status})" if status else word)


def table(drawn: Lanes, title: str, translate: Language) -> Table:
    """The stretches as a table."""
    rows = tuple(
        (
            each.lane,
            each.text,
            translate.short(each.start),
            translate.short(each.end) if each.end < FOREVER else translate("fortsat"),
        )
        for each in drawn.stretches
    )
    return Table(
        title,
        (translate("Bane"), translate("Hvad"), translate("Fra"), translate("Til")),
        rows,
        (translate("Til er den første dag uden."),),
    )


def chart(drawn: Lanes, shown: date, translate: Language) -> Drawn:
    """The lanes with a line at the day shown; distinguished by lane, text and symbol, not by colour alone.

    The days run from the first known to a little after the last; a day outside is marked at the edge. A bar's text is drawn
    where there is room for all of it; hovering and the table always show it.
    """
    first, last = _days(drawn)
    names = [*dict.fromkeys(each.lane for each in drawn.stretches), translate("Hændelser")]
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
    days = [*(each.start for each in drawn.stretches), *(each.end for each in drawn.stretches if each.end < FOREVER)]
    days += [mark.day for mark in drawn.marks]
    return shifted(min(days), -_AFTER / 3), shifted(max(days), _AFTER)


def _line(first: date, last: date, shown: date, translate: Language) -> Drawn:
    """The line at the day shown with its words, placed so that they are whole on a phone too."""
    at = min(max(shown, first), last)
    text = translate("Gældende {day}", day=translate.short(shown))
    line = {"color": INK, "width": 2, "dash": "dot"}
    words = {
        "x": at.isoformat(),
        "xanchor": "left" if at - first < (last - first) / 10 else "right",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12},
        "text": _plain(f"← {text}" if shown < first else f"{text} →" if shown > last else text),
    }
    return {
        "shapes": [
            {"type": "line", "x0": at.isoformat(), "x1": at.isoformat(), "y0": 0, "y1": 1, "yref": "paper", "line": line}
        ],
        "annotations": [words],
    }


def _bars(drawn: Lanes, last: date, translate: Language) -> Drawn:
    ends = [min(each.end, last) for each in drawn.stretches]
    return {
        "type": "bar",
        "orientation": "h",
        "base": [each.start.isoformat() for each in drawn.stretches],
        "x": [(end - each.start).days * _DAY_MS for each, end in zip(drawn.stretches, ends, strict=True)],
        "y": [_plain(each.lane) for each in drawn.stretches],
        "text": [_plain(each.text) for each in drawn.stretches],
        "textposition": "inside",
        "insidetextanchor": "start",
        "constraintext": "inside",
        "textangle": 0,
        "textfont": {"color": PAPER},
        "marker": {"color": [each.colour for each in drawn.stretches], "line": {"color": INK, "width": 0.5}},
        "customdata": [
            _plain(
                f"{each.lane}: {each.text}, {translate.short(each.start)} – "
                + (translate.short(each.end) if each.end < FOREVER else translate("fortsat"))
            )
            for each in drawn.stretches
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
    """Text escaped for Plotly's mark-up, so that a label is shown as it is."""
    return escape(text, quote=False)

"""Hvorfor er tallet ændret? as a table: each cell that moved, and below it the events of each case that moved it."""

from __future__ import annotations

from dashboards.drilldown.inclusion import in_words
from dashboards.drilldown.why import Moved, MovingEvent, Why
from dashboards.figures.decimals import shown
from dashboards.figures.followed import list_cautions
from dashboards.figures.table import Table, known_text, scope, times
from dashboards.words.danish import day, moment
from dashboards.words.language import DANISH, Language

NO_SUM = "Cellen er ingen sum over sager: hændelserne er dem, der flyttede dens dele, og de kan ikke lægges sammen."


def why_table(found: Why) -> Table:
    """One row a cell, and under it one row for each event."""
    question, figure = found.ask.question, found.ask.figure
    rows: list[tuple[str, ...]] = []
    for moved in found.moved:
        name = in_words(moved.cell, question.codes) or figure.title_da
        rows.append(
            (
                name,
                "",
                " → ".join(shown(each, figure.unit, moved.cell, DANISH) for each in (moved.before, moved.after)),
                "",
                difference(moved),
            )
        )
        rows += [_row(event) for event in moved.events]
    known = known_text(question.position, moment(found.moment))
    notes = [
        f"Fra det, registret vidste {known_text(found.from_position, moment(found.from_moment))}.",
        times(question, figure, known),
        scope(question, figure),
        *list_cautions(figure, found.covered.followed, DANISH),
        NO_SUM if any(moved.events and not moved.adds_up for moved in found.moved) else "",
        "" if found.moved else "Ingen celle har flyttet sig.",
    ]
    heads = ("Celle · sag", "Hændelse", "Virkning", "Hvordan", "Forskel")
    return Table(f"Hvorfor er tallet ændret? {figure.title_da}", heads, tuple(rows), tuple(note for note in notes if note))


def difference(moved: Moved, translate: Language = DANISH) -> str:
    """By how much the cell moved, with its sign; nothing where one of its values is not known."""
    if moved.adds_up:
        return signed((moved.after or 0) - (moved.before or 0), translate)
    return "" if moved.before is None or moved.after is None else signed(moved.after - moved.before, translate)


def signed(value: float | None, translate: Language = DANISH) -> str:
    """A difference with its sign; nothing where it is not known."""
    return "" if value is None else translate.signed(value)


def _row(event: MovingEvent) -> tuple[str, ...]:
    kind = type(event.recorded.event).danish
    of = f"{kind}: {type(event.target.event).danish}" if event.target else kind
    true = day((event.target or event.recorded).valid_at)
    return f"– {event.case}", of, true, event.words(DANISH), signed(event.delta)

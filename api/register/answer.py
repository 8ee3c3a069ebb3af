"""A figure's answer: the position of a `known_at`, the query run, and the answer as JSON."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import psycopg
from msgspec import Struct
from msgspec.structs import replace

from api.clock import now
from dashboards.counting.functions import PLANNING
from dashboards.counting.statements import counting_functions
from dashboards.coverage import ALWAYS, Covered, covered, first_open_day
from dashboards.drilldown.cell import part
from dashboards.figures.by_case import Alone, AlongDays, DayPlace, Own, Place, by_case, tables_of
from dashboards.figures.figure import Ask, Cell, Figure, Query
from dashboards.figures.followed import cautions_json
from dashboards.figures.grouping import QueryGroup
from dashboards.figures.quality.findings import FINDINGS_COUNT
from dashboards.figures.question import FigureQuestion, parameters_of
from dashboards.figures.table import CAUTION, Table, known_text, table_of
from dashboards.view import FigureCells
from dashboards.words.language import DANISH, Language
from journey.history import COPENHAGEN
from journey.log.deliveries import followed_kinds
from journey.log.reading import head, newest_moments, position_at
from journey.log.stored import STREAM
from journey.refusals import Refused
from projections.engine.as_known import as_known
from projections.engine.day_order import DayOrder

_POSITION = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(\.[0-9]{3}){1,5}")


class Answer(Struct, frozen=True):
    """A figure's cells at `(valid_at, known_at)`, with the question."""

    figure: Figure
    question: FigureQuestion
    moment: datetime | None
    """The moment when the event at the position was recorded; None before the first."""
    cells: Sequence[Cell]
    covered: Covered = ALWAYS

    def table(self, translate: Language = DANISH) -> Table:
        """The answer as a table for people, who are shown no number of days that nothing is known of."""
        shown = FigureCells(Ask(self.figure, self.question), self.cells, self.covered)
        known = known_text(self.question.position, translate.moment(self.moment), translate)
        table = table_of(self.figure, self.question, shown.cells, known, translate)
        return replace(table, notes=(*shown.late(translate), *shown.list_cautions(translate), *table.notes))

    @property
    def json(self) -> dict[str, Any]:
        """The answer as the API's FigureAnswer has it."""
        return {
            **question_json(self.figure, self.question),
            "valid_at": [day.isoformat() for day in self.question.valid_at],
            "known_at": known_json(self.question.position, self.moment),
            "covered": self.covered.json,
            "cells": list(self.cells),
            "source": self.figure.source,
            **self.cautions,
        }

    @property
    def cautions(self) -> dict[str, list[str]]:
        """The cautions where what is counted comes of lists with only today's value; nothing where there are none."""
        return cautions_json(self.figure, self.covered.followed)


def question_json(figure: Figure, question: FigureQuestion) -> dict[str, Any]:
    """The question as JSON: the figure, its version, and its parameters."""
    return {"figure": figure.id, "version": figure.version, "parameters": parameters_of(figure.takes, question)}


def known_json(position: int, moment: datetime | None) -> dict[str, Any]:
    """The known time as JSON: the log's position, and its moment in Danish time."""
    return {"position": position, "moment": moment and moment.astimezone(COPENHAGEN).isoformat()}


def caution_of(known_at: str | None) -> str | None:
    """The caution that an answer is given with where its `known_at` is not past yet: it stands for a position that can move.

    None for a position, for a moment that is past, and for what is no known time.
    """
    if known_at is None or _POSITION.fullmatch(known_at):
        return None
    try:
        return CAUTION if _moment(known_at) > now() else None
    except Refused:
        return None


def with_caution(answer: dict[str, Any], words: Mapping[str, str | None]) -> dict[str, Any]:
    """The answer as JSON with each of its known times that can move marked; `words` are these as they were written, by name."""
    for name, known_at in words.items():
        caution = caution_of(known_at)
        if caution is not None:
            answer[name] = {**answer[name], "caution": caution}
    return answer


def known_position(conn: psycopg.Connection[Any], known_at: str | None) -> int:
    """The position of a `known_at` as text: a position, a moment, a day, or the log's end where it is None.

    A day means its end in Copenhagen. Raises Refused (`bad_parameter`, `position_unknown`).
    """
    end, _ = head(conn)
    if known_at is None:
        return end
    wanted = position_or_moment(known_at)
    if isinstance(wanted, datetime):
        return position_at(conn, wanted)
    if wanted > end:
        raise Refused("position_unknown", f"Registret er nået til position {end}.", place="known_at")
    return wanted


def position_or_moment(known_at: str) -> int | datetime:
    """The position or the moment that a `known_at` says, of a day its end in Copenhagen. Raises Refused (`bad_parameter`)."""
    if not known_at:
        raise Refused("bad_parameter", "Værdien er tom.", place="known_at")
    if _POSITION.fullmatch(known_at):
        return int(known_at.replace(".", ""))
    return _moment(known_at)


def _moment(text: str) -> datetime:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text)
            return datetime.combine(day, time.max, COPENHAGEN)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(
            "bad_parameter",
            f"{text} er hverken en position, en dag eller et tidspunkt som 2025-02-01T12:00:00.",
            place="known_at",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=COPENHAGEN)


def covered_at(
    conn: psycopg.Connection[Any],
    position: int,
    ended: Collection[str],
    schema: str = "rows",
    added: Mapping[str, datetime] | None = None,
) -> Covered:
    """The days that the register is covered, as known at a position; `ended` are the sources declared ended.

    With the newest moments of events `added` to what is known, by source, `schema` has the rows that there would be.
    """
    if schema == "rows":
        first = _called(conn, first_open_day(), {"position": position})
    else:
        first = _run(conn, first_open_day(schema), {"position": position}, schema)
    newest = {**newest_moments(conn, position), **(added or {})}
    return covered(first[0][0] if first else None, newest, ended, followed_kinds(conn, position))


def counted(conn: psycopg.Connection[Any], figure: Figure, question: FigureQuestion, *, named: bool = False) -> list[Cell]:
    """The figure's cells over all the rows, whatever the connection's reader may read; `named` is for whoever may read every case."""
    query = figure.query(question)
    return query.cells(_counted(conn, query, query.values, named=named))


def counted_batch(conn: psycopg.Connection[Any], batch: QueryGroup, *, named: bool = False) -> list[list[Cell]]:
    """The cells of each question of a batch, by one run of its query over all the rows."""
    return batch.cells(_counted(conn, batch.query, batch.values, named=named))


def counted_over(conn: psycopg.Connection[Any], figure: Figure, question: FigureQuestion, schema: str) -> list[Cell]:
    """Run the figure's query over the row tables of a schema that the connection reads; `pg_temp` has those of a replay."""
    query = figure.query(question)
    return query.cells(_run(conn, query.sql, query.values, schema))


def findings_count(conn: psycopg.Connection[Any], position: int) -> int:
    """Number of findings of all cases, as known at a position."""
    return _called(conn, FINDINGS_COUNT, {"at": position})[0][0]


def counted_alone(
    conn: psycopg.Connection[Any], figure: Figure, question: FigureQuestion, places: Sequence[Place], schema: str = "rows"
) -> dict[Place, Own]:
    """The figure's result over each case alone, as known at the position beside it; the question's own position is not used."""
    alone = Alone(figure.query(question), places)
    return alone.own(_run(conn, alone.sql, alone.values, schema))


def counted_along(
    conn: psycopg.Connection[Any],
    figure: Figure,
    question: FigureQuestion,
    orders: Mapping[str, DayOrder],
    places: Sequence[DayPlace],
) -> dict[DayPlace, list[Cell]]:
    """The figure's cells over each case alone at places of the order of its days; the question's own day is not used."""
    along = AlongDays(figure.query(question), orders, places)
    of_day = {day: figure.query(replace(question, valid_at=(day,))).cells for day in {place.day for place in places}}
    rows = along.rows(_run(conn, along.sql, along.values, "rows"))
    return {place: of_day[place.day](some) for place, some in rows.items()}


def cells_by_case(conn: psycopg.Connection[Any], ask: Ask, schema: str = "rows") -> dict[str, list[Cell]]:
    """The figure's cells over each case alone, of every case that has a row in it, over the row tables of a schema."""
    query = ask.figure.query(ask.question)
    return by_case(_rows_by_case(conn, ask, query, schema), query.cells)


def counted_in_order(
    conn: psycopg.Connection[Any], figure: Figure, question: FigureQuestion, case: str, order: DayOrder, nths: Sequence[int]
) -> dict[int, Own]:
    """The figure's result over a case alone after so many of its events, in the order of their days."""
    query = figure.query(question)
    rows = {name: order.json(name, case) for name in tables_of(query)}
    alone = Alone(query, [(case, nth) for nth in nths], rows)
    found = alone.own(_run(conn, alone.sql, alone.values, "rows"))
    return {nth: own for (_, nth), own in found.items()}


def parts_of(conn: psycopg.Connection[Any], ask: Ask, cell: Cell) -> dict[str, float | int]:
    """Each case that has a part in the cell, with its part, in the order of their references."""
    query = ask.figure.query(ask.question)
    parts = by_case(_rows_by_case(conn, ask, query), lambda own: part(cell, query.cells(own)))
    return {case: parts[case] for case in sorted(parts) if parts[case] and not case.startswith(STREAM)}


def _rows_by_case(conn: psycopg.Connection[Any], ask: Ask, query: Query, schema: str = "rows") -> Iterable[tuple[Any, ...]]:
    """The query's rows for each case alone, the case before each."""
    if query.by_case:
        return _run(conn, query.by_case, query.values, schema)
    at = ask.question.position
    alone = Alone(query, [(case, at) for case in _known(conn, query, at, schema)])
    return ((case, *row) for case, _, *row in _run(conn, alone.sql, alone.values, schema))


def _known(conn: psycopg.Connection[Any], query: Query, at: int, schema: str) -> list[str]:
    """The cases with a row, as known at a position, in any table that the query reads."""
    cases = " UNION ".join(
        f"SELECT DISTINCT case_id FROM {name} WHERE {as_known('%(at)s')}"  # noqa: S608 -- names of our own tables
        for name in tables_of(query)
    )
    return [case for (case,) in _run(conn, cases, {"at": at}, schema)]


_SETTINGS = {"search_path": "", **PLANNING}
QUERY_SETTINGS = f"SELECT {', '.join(f'set_config({name!r}, %s, true)' for name in _SETTINGS)}".encode()
"""Sets what `query_settings` gives, for the transaction that a figure's query is run in."""


def query_settings(schema: str) -> list[str]:
    """The settings of a figure's transaction: the schema of its rows, after it the session's temporary tables, which come first where
    they are not named; and how its query is planned."""
    return [f"{schema}, pg_temp", *PLANNING.values()]


def _counted(conn: psycopg.Connection[Any], query: Query, values: Mapping[str, Any], *, named: bool) -> list[tuple[Any, ...]]:
    """The rows of a query by the database's function, or by itself where it names the cases, and the reader may read every one."""
    return _run(conn, query.sql, values, "rows") if named and query.nameless else _called(conn, query.counted, values)


def _called(conn: psycopg.Connection[Any], sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement, of all cases, by the function that runs it."""
    return conn.execute(counting_functions()[sql].call.encode(), dict(values)).fetchall()


def _run(conn: psycopg.Connection[Any], sql: str, values: Mapping[str, Any], schema: str) -> list[tuple[Any, ...]]:
    with conn.transaction():
        conn.execute(QUERY_SETTINGS, query_settings(schema))
        return conn.execute(sql.encode(), dict(values)).fetchall()

"""Row security of the tables of rows: which of them the database shows to whom, made with each table."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Composed, Identifier

_READER = """
(select current_setting('journey.reach', true) = 'everything')
or (select current_setting('journey.reach', true) in ('none', 'units', 'all'))
    and {name}.case_id >= 'stream:' and {name}.case_id < 'stream;'
or exists (select from access.cases c where c.case_id = {name}.case_id)
"""
"""As the log's own policies say it (migration 0017): the reader of everything, what is no citizen's, and the cases shown to the reader."""


def policies(table: Composable, name: str) -> list[Composed]:
    """The statements that give a table, of this name, its row security: all of it for who folds and who counts, for a reader their own.

    Its owner, who fills it, is held by it too from `forced` on.
    """
    return [
        SQL(statement).format(table=table, name=Identifier(name))
        for statement in (
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY follower ON {table} TO journey_project USING (true) WITH CHECK (true)",
            "CREATE POLICY figures ON {table} FOR SELECT TO journey_figures USING (true)",
            "CREATE POLICY reader ON {table} FOR SELECT TO journey_read USING (" + _READER + ")",
        )
    ]


def forced(table: Composable) -> Composed:
    """The statement by which the owner of a table is held by its row security too; no COPY into it is taken from then on."""
    return SQL("ALTER TABLE {table} FORCE ROW LEVEL SECURITY").format(table=table)

"""One step of whoever leads: the rows brought on by what is new in the log, as far as the events can be read and folded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection, InterfaceError, OperationalError

from journey.log.reading import head
from projections.engine.follow import SMALL, Cases, FoldFailed, LeadLost, Progress, advance, definition, standing

_ROWS = "SELECT position, definition FROM rows.progress"
_LOCKED = "SELECT position, definition FROM rows.progress FOR UPDATE"


class OtherRows(Exception):
    """The rows are of another version of the program: they are not ours to write, or to read."""


class Leader:
    """Brings the rows on and remembers the cases that were written to last; one for each connection that leads."""

    def __init__(self, classes: Mapping[str, str], told: Progress) -> None:
        self._cases, self._told = Cases(classes), told
        self._definition = definition()
        self._left_at: int | None = None
        """Where our own last step left the rows: what is remembered of the cases holds there and nowhere else."""

    def step(self, conn: Connection[Any]) -> int:
        """Bring the rows to the log's end; gives the position reached.

        Raises FoldFailed for the first event that cannot be read, folded or written, the rows then standing right before it;
        OtherRows; and LeadLost where someone else moved the position meanwhile.
        """
        end, _ = head(conn)
        try:
            return self._step(conn, end)
        except (OperationalError, InterfaceError, OtherRows, LeadLost):
            raise
        except Exception as error:
            raise self._brought_before(conn, end, error) from error

    def _brought_before(self, conn: Connection[Any], fails: int, error: Exception) -> FoldFailed:
        """The rows brought as far as they can be, sought by halves; gives the failure of the event after."""
        after = standing(conn).position
        while fails - after > 1:
            middle = (after + fails) // 2
            try:
                after = self._step(conn, middle)
            except (OperationalError, InterfaceError, OtherRows, LeadLost):
                raise
            except Exception as earlier:  # noqa: BLE001 -- whatever an event breaks, it is named by its position
                fails, error = middle, earlier
        cause = error.__cause__ if isinstance(error, FoldFailed) else error
        return FoldFailed(fails, "", cause or error)

    def _step(self, conn: Connection[Any], upto: int) -> int:
        left_at, self._left_at = self._left_at, None
        try:
            if upto - standing(conn).position > SMALL:
                self._held(conn, None, lock=False)
                reached = advance(conn, self._cases, upto, self._told)
            else:
                with conn.transaction():
                    self._held(conn, left_at, lock=True)
                    reached = advance(conn, self._cases, upto, self._told)
        except BaseException:
            self._cases.forget()
            raise
        self._left_at = reached
        return reached

    def _held(self, conn: Connection[Any], left_at: int | None, *, lock: bool) -> None:
        """Make sure that the rows are ours, and hold them where they are until the transaction ends.

        A large batch is not held, since it ends in a VACUUM, which no transaction may hold.
        """
        row = conn.execute(_LOCKED if lock else _ROWS).fetchone()
        if row is None or row[1] != self._definition:
            raise OtherRows
        if row[0] != left_at:
            self._cases.forget()

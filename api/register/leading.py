"""The step of the leading process: the rows advanced to the log's end, or to the first event that cannot be read, folded or written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection, InterfaceError, OperationalError

from journey.log.reading import head
from projections.engine.follow import SMALL, Cases, FoldFailed, LeadLost, Progress, advance, definition, standing

_ROWS = "SELECT position, definition FROM rows.progress"
_LOCKED = "SELECT position, definition FROM rows.progress FOR UPDATE"


class OtherRows(Exception):
    """The rows are of another version of the program, and are neither written nor read by this one."""


class Leader:
    """The leader of a connection: it advances the rows, and holds the state of the cases written to last."""

    def __init__(self, classes: Mapping[str, str], progress: Progress) -> None:
        self._cases, self._progress = Cases(classes), progress
        self._definition = definition()
        self._left_at: int | None = None
        """The position after this leader's last step: the cases' held state is valid only there."""

    def step(self, conn: Connection[Any]) -> int:
        """Advance the rows to the log's end; gives the position reached.

        Raises FoldFailed for the first event that cannot be read, folded or written, the rows then standing right before it;
        OtherRows; and LeadLost where another process moved the position meanwhile.
        """
        end, _ = head(conn)
        try:
            return self._step(conn, end)
        except (OperationalError, InterfaceError, OtherRows, LeadLost):
            raise
        except Exception as error:
            raise self._advance_before(conn, end, error) from error

    def _advance_before(self, conn: Connection[Any], fails: int, error: Exception) -> FoldFailed:
        """Advance the rows as far as they can be, by bisection; gives the failure of the event after."""
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
                self._check_rows(conn, None, lock=False)
                reached = advance(conn, self._cases, upto, self._progress)
            else:
                with conn.transaction():
                    self._check_rows(conn, left_at, lock=True)
                    reached = advance(conn, self._cases, upto, self._progress)
        except BaseException:
            self._cases.forget()
            raise
        self._left_at = reached
        return reached

    def _check_rows(self, conn: Connection[Any], left_at: int | None, *, lock: bool) -> None:
        """Check that the rows are of this version, and with `lock` lock their position until the transaction ends.

        A large batch is not locked, since it ends in a VACUUM, which no transaction may hold.
        """
        row = conn.execute(_LOCKED if lock else _ROWS).fetchone()
        if row is None or row[1] != self._definition:
            raise OtherRows
        if row[0] != left_at:
            self._cases.forget()

"""Several processes may open a new SQLite file at the same moment."""

import sqlite3

import pytest

from okrmodel.store.engine import _enter_wal


class Refusing(sqlite3.Connection):
    """A connection that SQLite refuses a few times, as it does while others open the same file."""

    refusals = 0
    code = sqlite3.SQLITE_BUSY

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        if self.refusals:
            self.refusals -= 1
            error = sqlite3.OperationalError("refused")
            error.sqlite_errorcode = self.code
            raise error
        return super().execute(sql)


@pytest.fixture
def connection() -> Refusing:
    return Refusing(":memory:")


def test_a_file_that_others_are_opening_is_asked_for_again(connection: Refusing) -> None:
    connection.refusals = 2
    _enter_wal(connection)
    assert connection.refusals == 0
    connection.close()


def test_another_refusal_is_told_at_once(connection: Refusing) -> None:
    connection.refusals, connection.code = 2, sqlite3.SQLITE_READONLY
    with pytest.raises(sqlite3.OperationalError, match="refused"):
        _enter_wal(connection)
    assert connection.refusals == 1
    connection.close()

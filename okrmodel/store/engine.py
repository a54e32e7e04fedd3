"""Connections to the database, set up alike for every room: SQLite in a file, or PostgreSQL."""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

BUSY_SECONDS = 30
"""How long a writer waits for another to finish on SQLite, where one writes at a time."""

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    # In WAL a power cut may lose the last commits, but corrupts nothing; a lost step is pulled again.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    # Without it INSERT OR REPLACE deletes rows behind the back of the triggers that forbid it.
    "PRAGMA recursive_triggers = ON",
)


def connect_to(address: str) -> Engine:
    """An engine for `sqlite:///okr.db` or `postgresql://…`; connects to nothing yet.

    Raises:
        ValueError: Another kind of database.
    """
    url = make_url(address)
    match url.get_backend_name():
        case "sqlite":
            engine = create_engine(url)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        case "postgresql":
            return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        case other:
            raise ValueError(f"a store is kept in sqlite or postgresql, not in {other}")


def shown(url: URL) -> str:
    """The address without its password."""
    return url.render_as_string(hide_password=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end, rolled back on an exception."""
    with engine.execution_options(okr_writes=True).begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction in which every question sees the store at one and the same moment."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.execution_options(**options).begin() as connection:
        yield connection


def insert_new(
    connection: Connection, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert the rows whose keys are not there yet; of two writers at once, one waits."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver would begin transactions by itself, and later than we say.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()
    _enter_wal(connection)


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side.

    Of several that open a new file at once, SQLite refuses some without waiting as it was told to.
    """
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: one that begins by reading may fail when it comes to write.
    writes = connection.get_execution_options().get("okr_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""Turns at an outside limit, shared by every process that uses the same database.

One row per account and limit says when the next turn may begin: the cell rate algorithm (GCRA)
without a burst, so turns stand evenly. This is no part of what is remembered: it has no migration
and no history, and may be deleted while nobody is at work.

On PostgreSQL the row is kept in the store's database and timed by its server's clock, so several
machines share it. On SQLite it is kept in `okr-limits.db` beside the store's file, where it never
waits for the store's writers, and timed by the machine's clock. Two SQLite stores in one folder
share it; two in different folders know nothing of one another, and neither do two machines.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    MetaData,
    Table,
    Text,
    case,
    cast,
    extract,
    func,
    inspect,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from okrmodel.store.engine import connect_to, shown, writing
from okrmodel.store.errors import StoreUnreachable
from okrmodel.store.store import Store

FILE = "okr-limits.db"
"""Beside an SQLite store."""
MOST_AHEAD = 300
"""More turns than ever wait at once. A row further ahead is from before the clock was set back:
it is forgotten, so that nobody waits until that time comes again."""

_SECOND = 1_000_000
"""Instants are whole microseconds since 1970."""
_LOCK = 7_240_991_306
"""Any number, as long as nobody else in the database locks the same one."""
_LIMIT = Table(
    "okr_limit",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("free_at", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to send one request."""

    at: int
    """When, in microseconds since 1970 by the clock that all share."""
    away: float
    """How long to wait for it, in seconds, from now on; 0 when it has come."""


class Limits:
    """The rows, and the database that they are in. Safe to share between threads."""

    def __init__(self, engine: Engine, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._now = now
        self._ready = False

    def reserve(self, account: str, name: str, *, every: float) -> Turn:
        """Take the next free turn, in a short transaction of its own. It is not given back.

        Args:
            account: Whose limit, unique among all connectors; never a credential.
            name: The limit's name within the account.
            every: Seconds between two turns.

        Raises:
            StoreUnreachable: The database cannot be written to.
        """
        apart = math.ceil(every * _SECOND)
        try:
            self._make_ready()
            with writing(self._engine) as connection:
                now = self._instant(connection)
                row = connection.execute(_next_turn(connection, account, name, now, apart)).one()
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StoreUnreachable(
                f"cannot keep rate limits in {shown(self._engine.url)}: {cause}"
            ) from error
        return Turn(row.at, max(row.away, 0) / _SECOND)

    def _make_ready(self) -> None:
        """Create the table; one process does it, the others wait."""
        if self._ready:
            return
        # Asked first: who may not create tables may still use one that is there.
        with self._engine.connect() as connection:
            self._ready = inspect(connection).has_table(_LIMIT.name)
        if not self._ready:
            with writing(self._engine) as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
                _LIMIT.create(connection, checkfirst=True)
            self._ready = True

    def _instant(self, connection: Connection) -> ColumnElement[int]:
        """Now, by the clock that all share: the server's, or that of the only machine."""
        if connection.dialect.name == "postgresql":
            # Unlike now(), it goes on while a transaction waits for another.
            return cast(extract("epoch", func.clock_timestamp()) * _SECOND, BigInteger)
        return literal(int(self._now() * _SECOND), BigInteger)


@contextmanager
def limits_of(store: Store) -> Iterator[Limits]:
    """The limits of everybody who uses this store; nothing is opened before the first turn."""
    url = store.engine.url
    if store.engine.dialect.name == "postgresql" or url.database in {None, "", ":memory:"}:
        yield Limits(store.engine)
        return
    file = Path(url.database or "").with_name(FILE)
    engine = connect_to(url.set(database=str(file)).render_as_string(hide_password=False))
    try:
        yield Limits(engine)
    finally:
        engine.dispose()


def _next_turn(
    connection: Connection, account: str, name: str, now: ColumnElement[int], apart: int
) -> Insert:
    """One statement that takes a turn: whoever comes meanwhile waits for the row."""
    postgres = connection.dialect.name == "postgresql"
    insert: Any = postgresql.insert(_LIMIT) if postgres else sqlite.insert(_LIMIT)
    free_at = _LIMIT.c.free_at
    turn = case(
        (free_at > now + MOST_AHEAD * apart, now),
        (free_at > now, free_at),
        else_=now,
    )
    taken: Insert = (
        insert.values(account=account, name=name, free_at=now + apart)
        .on_conflict_do_update(index_elements=["account", "name"], set_={"free_at": turn + apart})
        .returning((free_at - apart).label("at"), (free_at - apart - now).label("away"))
    )
    return taken

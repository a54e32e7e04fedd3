"""Turns, quotas and places at an outside limit, shared by every process on the same database.

A turn: one row per account and limit says when the next may begin, which is the cell rate algorithm
(GCRA) without a burst, so turns stand evenly. A quota: what is left until a period ends. A place:
one of so many for requests that are under way together; a killed process's place is free again after
a while.

On PostgreSQL the rows are kept in the store's database and timed by its server's clock, so several
machines share them. On SQLite they are kept in `okr-limits.db` beside the store's file, where they
never wait for the store's writers, and timed by the machine's clock. Two SQLite stores in one folder
share them; two in different folders know nothing of one another, and neither do two machines.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    cast,
    extract,
    func,
    inspect,
    literal,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from okrmodel.allowance import SECOND, Allowance
from okrmodel.store import limit_rows as rows
from okrmodel.store.engine import connect_to, shown, writing
from okrmodel.store.errors import StoreUnreachable
from okrmodel.store.store import Store

FILE = "okr-limits.db"
"""Beside an SQLite store."""

_LOCK = 7_240_991_306
"""Any number, as long as nobody else in the database locks the same one."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to send one request."""

    at: int
    """When, in microseconds since 1970 by the clock that all share."""
    away: float
    """How long to wait for it, in seconds, from now on; 0 when it has come."""


@dataclass(frozen=True, slots=True)
class Place:
    """One of the places for requests that are under way together."""

    account: str
    name: str
    number: int
    free_at: int
    """When it is free again even if nobody leaves it, by the clock that all share."""


@dataclass(frozen=True, slots=True)
class KnownQuota:
    """What is known of a quota."""

    account: str
    name: str
    """For people, in English: "requests a day"."""
    most: int
    left: int | None
    """None where the period that was last counted in is over."""


class Limits:
    """The rows, and the database that they are in. Safe to share between threads.

    Each method is a short transaction of its own. An account is unique among all connectors, and
    never a credential; a name is the limit's within the account.

    Raises:
        StoreUnreachable: (every method) The database cannot be written to.
    """

    def __init__(self, engine: Engine, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._now = now
        self._ready = False
        self._set_up: set[tuple[str, str, int]] = set()

    def reserve(self, account: str, name: str, *, every: float) -> Turn:
        """Take the next free turn, `every` seconds after the one before. It is not given back."""
        apart = math.ceil(every * SECOND)
        with self._writing() as connection:
            now = self._instant(connection)
            row = connection.execute(rows.next_turn(connection, account, name, now, apart)).one()
        return Turn(row.at, max(row.away, 0) / SECOND)

    def spend(
        self, account: str, name: str, units: int, *, most: int, until: int, reserve: bool
    ) -> None:
        """Take units of a quota: `most` until the instant `until`, if nothing else is known of it.

        Raises:
            Spent: They are not there, or not without the reserve; nothing was taken.
        """
        with self._writing() as connection:
            allowance, now = self._allowance(connection, account, name, most, until)
            rows.write(connection, account, name, allowance.less(units, now, reserve=reserve))

    def learn(
        self, account: str, name: str, left: int, told: int | None, *, most: int, until: int
    ) -> None:
        """Correct a quota by what the source says is left, and of how many if it told that.

        What it says of a period that is over is not listened to.
        """
        with self._writing() as connection:
            allowance, now = self._allowance(connection, account, name, most, until)
            if until == allowance.until:
                rows.write(connection, account, name, allowance.told(left, told, now))

    def quotas(self) -> tuple[KnownQuota, ...]:
        """What is known of every account's quotas, without changing anything."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(rows.QUOTA.name):
                return ()
            of = select(rows.QUOTA, self._instant(connection).label("now"))
            found = connection.execute(of.order_by(rows.QUOTA.c.account, rows.QUOTA.c.name)).all()
        return tuple(
            KnownQuota(row.account, row.name, row.most, row.left if row.until > row.now else None)
            for row in found
        )

    def enter(self, account: str, name: str, most: int, *, lasts: float) -> Place | None:
        """Take one of `most` places, for `lasts` seconds at the most; None when none is free."""
        with self._writing() as connection:
            if (key := (account, name, most)) not in self._set_up:
                rows.set_up(connection, *key)
                self._set_up.add(key)
            now = self._instant(connection)
            taken = rows.take_place(account, name, most, now, math.ceil(lasts * SECOND))
            row = connection.execute(taken).one_or_none()
        return Place(account, name, row.number, row.free_at) if row else None

    def leave(self, place: Place) -> None:
        """Free a place. One that was held for too long may be somebody else's, and stays theirs."""
        with self._writing() as connection:
            connection.execute(
                rows.leave_place(place.account, place.name, place.number, place.free_at)
            )

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            self._make_ready()
            with writing(self._engine) as connection:
                yield connection
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StoreUnreachable(
                f"cannot keep rate limits in {shown(self._engine.url)}: {cause}"
            ) from error

    def _allowance(
        self, connection: Connection, account: str, name: str, most: int, until: int
    ) -> tuple[Allowance, int]:
        """The quota in the period that is meant, and now."""
        now = self._instant(connection)
        new = Allowance(until, most, most)
        allowance, instant = rows.locked(connection, account, name, now, new)
        return allowance.at(until), instant

    def _make_ready(self) -> None:
        """Create the tables; one process does it, the others wait."""
        if self._ready:
            return
        # Asked first: who may not create tables may still use those that are there.
        with self._engine.connect() as connection:
            there = inspect(connection)
            self._ready = all(there.has_table(name) for name in rows.METADATA.tables)
        if not self._ready:
            with writing(self._engine) as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
                rows.METADATA.create_all(connection, checkfirst=True)
            self._ready = True

    def _instant(self, connection: Connection) -> ColumnElement[int]:
        """Now, by the clock that all share: the server's, or that of the only machine."""
        if connection.dialect.name == "postgresql":
            # Unlike now(), it goes on while a transaction waits for another.
            return cast(extract("epoch", func.clock_timestamp()) * SECOND, BigInteger)
        return literal(int(self._now() * SECOND), BigInteger)


def known_quotas(store: Store) -> tuple[KnownQuota, ...]:
    """What is known of the quotas of all accounts; nothing where nobody took any yet.

    Raises:
        StoreUnreachable: They cannot be read.
    """
    if (file := _file(store)) and not file.exists():
        return ()
    try:
        with limits_of(store) as limits:
            return limits.quotas()
    except SQLAlchemyError as error:
        raise StoreUnreachable(
            f"cannot read rate limits beside {shown(store.engine.url)}: {error}"
        ) from error


def _file(store: Store) -> Path | None:
    """Where the limits are kept when it is not the store's own database."""
    url = store.engine.url
    if store.engine.dialect.name == "postgresql" or url.database in {None, "", ":memory:"}:
        return None
    return Path(url.database or "").with_name(FILE)


@contextmanager
def limits_of(store: Store) -> Iterator[Limits]:
    """The limits of everybody who uses this store; nothing is opened before the first turn."""
    if (file := _file(store)) is None:
        yield Limits(store.engine)
        return
    url = store.engine.url
    engine = connect_to(url.set(database=str(file)).render_as_string(hide_password=False))
    try:
        yield Limits(engine)
    finally:
        engine.dispose()

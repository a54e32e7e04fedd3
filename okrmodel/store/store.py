"""The store: an open database, a clock, and the transactions in which things are recorded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import DatabaseError

from okrmodel.store.engine import connect_to, insert_new, reading, shown, writing
from okrmodel.store.errors import LeaseLost, Purged, StoreUnreachable
from okrmodel.store.schema import upgrade
from okrmodel.store.tables import LeaseRow, TombstoneRow, WorkspaceRow

_TICK = timedelta(microseconds=1)


def wall_clock() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write to a workspace, until somebody else has it (`okrmodel.store.leases`)."""

    workspace: str
    holder: str
    fence: int
    expires: datetime


@dataclass(frozen=True, slots=True)
class Recording:
    """An open transaction on a workspace, alone at it, and the instant that it records at."""

    connection: Connection
    workspace: str
    at: datetime


class Store:
    """What is remembered. The modules of this room hold the questions; each takes a store first.

    Safe to share between threads; each transaction has a connection of its own.
    """

    def __init__(
        self, engine: Engine, now: Callable[[], datetime], wall: Callable[[], datetime]
    ) -> None:
        self.engine = engine
        self._now = now
        self.wall = wall
        """The clock that leases run by."""

    @classmethod
    def open(
        cls,
        address: str,
        *,
        now: Callable[[], datetime] = wall_clock,
        wall: Callable[[], datetime] = wall_clock,
    ) -> Self:
        """Open a store, creating or upgrading it where needed.

        Args:
            address: `sqlite:///okr.db`, `postgresql://user:password@host/name`.
            now: What `recorded_at` is read from, aware; a pretend company's clock stands still.
            wall: What leases expire by: it must really go on, or a killed run's is never freed.

        Raises:
            StoreUnreachable: No such folder, no such server, or something else than a store.
            StoreIsNewer: A newer okrsync wrote it.
        """
        engine = connect_to(address)
        try:
            upgrade(engine)
        except DatabaseError as error:
            engine.dispose()
            raise StoreUnreachable(
                f"cannot open the store {shown(engine.url)}: {error.orig}."
                " Check that its folder may be written to, or that the server is up, and that it is"
                " a store of okrsync."
            ) from error
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, now, wall)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """A transaction for questions: they all see the store at one moment."""
        with reading(self.engine) as connection:
            yield connection

    @contextmanager
    def at_one_moment(self) -> Iterator["Store"]:
        """The store as it stands, for many questions that are to agree; for one thread at a time."""
        with self.asking() as connection:
            yield _Still(self.engine, self._now, self.wall, connection)

    @contextmanager
    def recording(self, workspace: str, lease: Lease | None = None) -> Iterator[Recording]:
        """A transaction for records on a workspace: all of it is known from one instant on.

        Writers of one workspace wait for one another here, so that what has a later
        `recorded_at` is also committed later, and "known at" never changes its answer.

        Raises:
            LeaseLost: A lease was given, and somebody else has the workspace by now.
            Purged: The workspace was deleted.
        """
        with writing(self.engine) as connection:
            last = _lock(connection, workspace)
            if lease is not None:
                _check_fence(connection, workspace, lease)
            at = aware(self._now())
            if last is not None and at <= last:
                at = last + _TICK
            connection.execute(
                update(WorkspaceRow).where(WorkspaceRow.id == workspace).values(recorded_at=at)
            )
            yield Recording(connection, workspace, at)


class _Still(Store):
    """A store whose every question is asked in one transaction."""

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime],
        wall: Callable[[], datetime],
        connection: Connection,
    ) -> None:
        super().__init__(engine, now, wall)
        self._connection = connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """The one transaction."""
        yield self._connection


def aware(instant: datetime) -> datetime:
    """The instant in UTC.

    Raises:
        ValueError: It has no time zone, so nobody knows which instant it is.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} is not an instant: give a datetime with a time zone")
    return instant.astimezone(UTC)


def _lock(connection: Connection, workspace: str) -> datetime | None:
    """Wait for the workspace's other writers; the latest instant recorded so far."""
    row = select(WorkspaceRow.recorded_at).where(WorkspaceRow.id == workspace).with_for_update()
    if not (found := connection.scalars(row).all()):
        # Asked only here: a purge takes this row away, too, and it never comes back.
        _refuse_purged(connection, workspace)
        insert_new(connection, WorkspaceRow, [{"id": workspace}])
        found = connection.scalars(row).all()
    return found[0]


def _refuse_purged(connection: Connection, workspace: str) -> None:
    gone = connection.scalar(
        select(TombstoneRow.recorded_at).where(TombstoneRow.workspace == workspace)
    )
    if gone:
        raise Purged(
            f"workspace {workspace} left, and all that was remembered of it was deleted on"
            f" {gone:%Y-%m-%d}: its id is nobody's any more. A client that comes back gets a new id."
        )


def _check_fence(connection: Connection, workspace: str, lease: Lease) -> None:
    if lease.workspace != workspace:
        raise ValueError(f"a lease of {lease.workspace} does not cover {workspace}")
    row = connection.execute(
        select(LeaseRow.fence, LeaseRow.holder).where(LeaseRow.workspace == workspace)
    ).one_or_none()
    if row is None or row.fence != lease.fence:
        now = f"{row.holder} has it" if row else "nobody has one"
        raise LeaseLost(
            f"{lease.holder} has lost the lease of workspace {lease.workspace}: by now {now}."
            " Nothing was recorded; run again when the other has finished."
        )

"""What the list of all workspaces says besides how they stand: narrow questions about many at once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Float,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from okrmodel.chunks import chunks
from okrmodel.rollup import EVERY_STATUS
from okrmodel.snapshot import Status
from okrmodel.store.board import Standing, standings
from okrmodel.store.store import Store
from okrmodel.store.tables import BoardRow, PublicationRow, RunRow, SnapshotRow, WorkspaceRow

AT_ONCE = 500
"""Ids in one question to the database."""
_RANKS = {status: rank for rank, status in enumerate(EVERY_STATUS)}


@dataclass(frozen=True, slots=True)
class Frame:
    """What a workspace's files say of the workspace itself."""

    name: str
    timezone: str
    locale: str
    rests: str
    """Why it is not synced; empty when it is."""
    clock: datetime | None
    """Where a pretend world stands still."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Weakest:
    """The key result of a workspace that needs attention first."""

    cycle: str
    key_result: str
    title: str
    status: Status


@dataclass(frozen=True)
class EveryWorkspace:
    """What is told of all workspaces together, by id; those without a publication are left out."""

    standings: Mapping[str, Standing]
    frames: Mapping[str, Frame]
    uneven_through: Mapping[str, date | None]
    """Of workspaces whose figures do not all reach as far the day that most are complete up to; None:
    there is none. Those of the others are complete up to the day that they are of."""

    def through(self, workspace: str) -> date | None:
        """The last day that most of a workspace's figures are complete up to."""
        standing = self.standings[workspace]
        if workspace in self.uneven_through or standing.newest is None:
            return self.uneven_through.get(workspace)
        return min(standing.newest, standing.cycle_ends)


def every_workspace(store: Store) -> EveryWorkspace:
    """All of them, read again only where anything was recorded since they were last asked for.

    Whatever is recorded moves its workspace's clock, so the clocks tell whether anything was.
    """
    with store.at_one_moment() as still, still.asking() as connection:
        clocks = select(WorkspaceRow.id, type_coerce(WorkspaceRow.recorded_at, String))
        stamp = tuple(map(tuple, connection.execute(clocks.order_by(WorkspaceRow.id))))
        if (kept := _KNOWN.get(store.engine)) and kept[0] == stamp:
            return kept[1]
        frames = _frames(connection)
        stand = {one.workspace: one for one in standings(still) if one.workspace in frames}
        found = EveryWorkspace(stand, frames, _uneven_through(connection))
    _KNOWN[store.engine] = (stamp, found)
    return found


_KNOWN: WeakKeyDictionary[Engine, tuple[tuple[object, ...], EveryWorkspace]] = WeakKeyDictionary()
"""By the engine: pages ask a store of their own each, that stands still."""


def anything_recorded(store: Store) -> bool:
    """Whether any workspace was ever worked on, published or not."""
    with store.asking() as connection:
        return connection.scalar(select(WorkspaceRow.id).limit(1)) is not None


def weakest_of(store: Store, workspaces: Iterable[str]) -> dict[str, Weakest]:
    """Of each workspace the key result that needs attention first, in its current cycle.

    Of equals the one with the lowest score, then the one that is written first. A workspace that
    nothing was recorded of is left out.
    """
    b = BoardRow
    rank = case(_RANKS, value=b.status, else_=len(_RANKS))
    place = func.row_number().over(
        partition_by=b.workspace, order_by=(rank, cast(b.score, Float), b.position)
    )
    found: dict[str, Weakest] = {}
    with store.asking() as connection:
        for some in chunks(list(workspaces), AT_ONCE):
            ranked = (
                select(b.workspace, b.cycle, b.key_result, b.title, b.status, place.label("place"))
                .where(b.current, b.status.is_not(None), b.workspace.in_(some))
                .subquery()
            )
            for row in connection.execute(select(ranked).where(ranked.c.place == 1)):
                status = Status(row.status)
                found[row.workspace] = Weakest(row.cycle, row.key_result, row.title, status)
    return found


def reasons_of(store: Store, runs: Iterable[int]) -> dict[int, str]:
    """Why runs ended as they did, by id; those that gave no reason are left out."""
    found: dict[int, str] = {}
    with store.asking() as connection:
        for some in chunks(list(runs), AT_ONCE):
            query = select(RunRow.id, RunRow.reason).where(RunRow.id.in_(some), RunRow.reason != "")
            found |= {row.id: row.reason for row in connection.execute(query)}
    return found


def _frames(connection: Connection) -> dict[str, Frame]:
    digests = {
        row.workspace: row.digest for row in connection.execute(_last(PublicationRow.digest))
    }
    found = {name: frame for name, digest in digests.items() if (frame := _FRAMES.get(digest))}
    unread = [name for name in digests if name not in found]
    for some in chunks(unread, AT_ONCE):
        found |= _read(connection, some)
    # A digest covers the id, too: it is of one workspace only.
    _FRAMES.keep({digests[name]: frame for name, frame in found.items()})
    return found


def _uneven_through(connection: Connection) -> dict[str, date | None]:
    """The day that most of a workspace's figures are complete up to, where that is not plain.

    As `okrmodel.telling.sheet.Sheet.through` has it.
    """
    b, board = BoardRow, aliased(BoardRow)
    lacking = func.count().filter(or_(board.stale, board.status == Status.NO_DATA))
    uneven = (
        select(board.workspace)
        .where(board.current)
        .group_by(board.workspace)
        .having(or_(lacking > 0, func.min(board.as_of) != func.max(board.as_of)))
    )
    through = case((b.stale, _in_json(connection, SnapshotRow.payload, "through"))).label("through")
    each = (b.workspace, b.stale, b.status, b.as_of, b.cycle_ends, through)
    query = (
        select(*each, func.count().label("n"))
        .join(SnapshotRow, SnapshotRow.id == b.snapshot)
        .where(b.current, b.workspace.in_(uneven))
        .group_by(*each)
    )
    days: dict[str, Counter[date]] = {}
    for row in connection.execute(query):
        found = days.setdefault(row.workspace, Counter())
        if row.stale and row.through:
            found[date.fromisoformat(row.through)] += row.n
        elif not row.stale and row.status != Status.NO_DATA:
            found[min(row.as_of, row.cycle_ends)] += row.n
    return {name: _most(found) for name, found in days.items()}


def _most(days: Counter[date]) -> date | None:
    """Of equals the latest."""
    return max(days, key=lambda day: (days[day], day), default=None)


def _read(connection: Connection, workspaces: Sequence[str]) -> dict[str, Frame]:
    """The frames, without reading what the publications say of cycles: that is most of them."""
    columns = (
        _in_json(connection, PublicationRow.text, name).label(name)
        for name in ("name", "timezone", "locale", "rests", "clock")
    )
    query = _last(*columns).where(PublicationRow.workspace.in_(workspaces))
    found: dict[str, Frame] = {}
    for row in connection.execute(query):
        clock = datetime.fromisoformat(row.clock) if row.clock else None
        found[row.workspace] = Frame(row.name, row.timezone, row.locale, row.rests or "", clock)
    return found


def _last(*columns: SQLColumnExpression[Any]) -> Select[Any]:
    """What stands in the last publication of each workspace."""
    p = PublicationRow
    newest = select(p.workspace, func.max(p.recorded_at).label("at")).group_by(p.workspace)
    last = newest.subquery()
    return select(p.workspace, *columns).join(
        last, and_(last.c.workspace == p.workspace, last.c.at == p.recorded_at)
    )


def _in_json(
    connection: Connection, column: SQLColumnExpression[str], name: str
) -> ColumnElement[str | None]:
    """The text under a name of a JSON object."""
    if connection.dialect.name == "postgresql":
        found: ColumnElement[str | None] = cast(column, JSONB)[name].astext
        return found
    return func.json_extract(column, f"$.{name}")


class _Frames:
    """Those of the last time, by their publication's digest. Safe to share between threads."""

    def __init__(self) -> None:
        self._found: Mapping[str, Frame] = {}

    def get(self, digest: str) -> Frame | None:
        return self._found.get(digest)

    def keep(self, found: Mapping[str, Frame]) -> None:
        self._found = found


_FRAMES = _Frames()

"""Snapshots as remembered: the latest, a series, every revision, as known at any moment."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    SQLColumnExpression,
    and_,
    func,
    select,
    true,
)
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from okrmodel.chunks import chunks
from okrmodel.exact import canonical
from okrmodel.snapshot import Known, Snapshot
from okrmodel.store.kinds import Kind
from okrmodel.store.observations import KNOWN, to_known
from okrmodel.store.skipping import each
from okrmodel.store.store import Store
from okrmodel.store.tables import CheckRow, ObservationRow, SnapshotRow, UseRow
from okrmodel.windows import Window

KeyResult = tuple[str, str]
"""The ids of a cycle and of a key result in it."""

AT_ONCE = 100
"""Key results in one question to the database."""

REVISION = (
    SnapshotRow.id,
    SnapshotRow.revision,
    SnapshotRow.kind,
    SnapshotRow.recorded_at,
    SnapshotRow.run,
    SnapshotRow.payload,
    SnapshotRow.definition_hash,
)
"""The columns that `to_revision` reads."""

_APART = {"observations", "checks", "definition_hash", "frozen"}
_SELDOM = ("automatic", "forecast", "no_forecast", "needed_pace", "days_ahead", "guardrail")
_SNAPSHOT = TypeAdapter(Snapshot)


@dataclass(frozen=True, slots=True)
class Revision:
    """A snapshot as remembered."""

    id: int
    revision: int
    """Counts from 1."""
    kind: Kind
    recorded_at: datetime
    run: int
    payload: str
    snapshot: Snapshot
    """Without its observations and checks, which are many: `uses` tells them."""


def payload(snapshot: Snapshot) -> str:
    """All that was computed, as canonical JSON: while it stays the same, nothing is written.

    Not in it are the observations and checks, for another check of the same value is no revision;
    the definition's hash, for another title is none either; and `frozen`, which is the reader's.
    """
    # What most do not have stays out: to begin to override a key result rewrites no other day.
    absent = {name for name in _SELDOM if getattr(snapshot, name) is None}
    return canonical(_SNAPSHOT.dump_python(snapshot, exclude=_APART | absent))


def to_revision(row: Row[Any]) -> Revision:
    """A revision from its row."""
    apart = {"observations": [], "checks": [], "definition_hash": row.definition_hash}
    return Revision(
        id=row.id,
        revision=row.revision,
        kind=Kind(row.kind),
        recorded_at=row.recorded_at,
        run=row.run,
        payload=row.payload,
        snapshot=_SNAPSHOT.validate_python(json.loads(row.payload) | apart),
    )


def latest(
    store: Store,
    workspace: str,
    cycle: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> dict[str, Revision]:
    """How a cycle's key results stand, by id: each as of the last day that it has one for.

    Args:
        store: Where they are kept.
        workspace: Whose id.
        cycle: Which cycle's id.
        as_of: Look at no later day.
        known_at: Look at nothing recorded later.
    """
    with store.asking() as connection:
        return latest_in(connection, workspace, cycle, as_of, known_at)


def latest_in(
    connection: Connection,
    workspace: str,
    cycle: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
    *,
    only: Collection[str] | None = None,
) -> dict[str, Revision]:
    """The same, inside a transaction; of the key results of these ids, where some are named."""
    rows = latest_rows(connection, workspace, cycle, as_of, known_at, only=only)
    return {key_result: to_revision(row) for key_result, row in rows.items()}


def latest_rows(
    connection: Connection,
    workspace: str,
    cycle: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
    *,
    only: Collection[str] | None = None,
) -> dict[str, Row[Any]]:
    """The same, unread."""
    key_results = each(SnapshotRow.key_result, _of(workspace, cycle))
    one = aliased(SnapshotRow)
    newest = (
        select(one.id)
        .where(one.workspace == workspace, one.cycle == cycle)
        .where(one.key_result == key_results.c.value)
        .where(one.as_of <= as_of if as_of else true())
        .where(one.recorded_at <= known_at if known_at else true())
        .order_by(one.as_of.desc(), one.revision.desc())
        .limit(1)
    )
    named = true() if only is None else key_results.c.value.in_(only)
    newest_ids = select(newest.scalar_subquery().label("id")).select_from(key_results).where(named)
    found = newest_ids.subquery()
    query = select(*REVISION, SnapshotRow.key_result).join(found, found.c.id == SnapshotRow.id)
    return {row.key_result: row for row in connection.execute(query)}


def series(
    store: Store,
    workspace: str,
    cycle: str,
    key_result: str,
    known_at: datetime | None = None,
) -> tuple[Revision, ...]:
    """A key result day by day, oldest first: the latest revision of each day."""
    chosen = (_of(workspace, cycle), SnapshotRow.key_result == key_result, *_by(known_at))
    query = first((SnapshotRow.as_of,), (SnapshotRow.revision.desc(),), *chosen)
    return _revisions(store, query.order_by(SnapshotRow.as_of))


def revisions(
    store: Store, workspace: str, cycle: str, key_result: str, as_of: date
) -> tuple[Revision, ...]:
    """All that was ever said of a key result as of a day, oldest first."""
    query = select(*REVISION).where(
        _of(workspace, cycle), SnapshotRow.key_result == key_result, SnapshotRow.as_of == as_of
    )
    return _revisions(store, query.order_by(SnapshotRow.revision))


def latest_as_of(
    store: Store, workspace: str, cycle: str, known_at: datetime | None = None
) -> date | None:
    """The last day that any of the cycle's key results has a snapshot for."""
    query = select(func.max(SnapshotRow.as_of)).where(_of(workspace, cycle), *_by(known_at))
    with store.asking() as connection:
        return connection.scalars(query).one()


def missing_days(
    store: Store, workspace: str, wanted: Mapping[KeyResult, Window]
) -> dict[KeyResult, tuple[date, ...]]:
    """The days of each window that its key result has no snapshot for; complete ones are left out."""
    found: dict[KeyResult, set[date]] = {place: set() for place in wanted}
    with store.asking() as connection:
        for some in within(wanted):
            rows = connection.execute(
                select(SnapshotRow.cycle, SnapshotRow.key_result, SnapshotRow.as_of)
                .where(SnapshotRow.workspace == workspace, some)
                .distinct()
            )
            for row in rows:
                found[row.cycle, row.key_result].add(row.as_of)
    missing = {
        place: tuple(day for day in window.days() if day not in found[place])
        for place, window in wanted.items()
    }
    return {place: days for place, days in missing.items() if days}


def uses(store: Store, revision: Revision) -> tuple[Known, ...]:
    """What a snapshot was computed from: observations, as they were known then."""
    query = (
        select(*KNOWN)
        .select_from(UseRow)
        .join(CheckRow, CheckRow.id == UseRow.check)
        .join(ObservationRow, ObservationRow.id == CheckRow.observation)
        .where(UseRow.snapshot == revision.id)
        .order_by(ObservationRow.fingerprint, ObservationRow.starts, ObservationRow.ends)
    )
    with store.asking() as connection:
        return tuple(map(to_known, connection.execute(query)))


def first(
    alike: tuple[SQLColumnExpression[Any], ...],
    order: tuple[SQLColumnExpression[Any], ...],
    *chosen: ColumnElement[bool],
) -> Select[Any]:
    """Of the chosen revisions that are `alike`, the first in the order."""
    # Ranked as narrow rows, so that only the winners' payloads are read.
    place = func.row_number().over(partition_by=alike, order_by=order).label("place")
    ranked = select(SnapshotRow.id, place).where(*chosen).subquery()
    return select(*REVISION).join(ranked, ranked.c.id == SnapshotRow.id).where(ranked.c.place == 1)


def within(wanted: Mapping[KeyResult, Window]) -> Iterator[ColumnElement[bool]]:
    """The key results' snapshots as of the days of their windows, as many together as is good.

    What is wanted of the same cycle and days is asked together.
    """
    alike: dict[tuple[str, Window], list[str]] = {}
    for (cycle, key_result), days in wanted.items():
        alike.setdefault((cycle, days), []).append(key_result)
    for (cycle, days), names in alike.items():
        for some in chunks(names, AT_ONCE):
            yield and_(
                SnapshotRow.cycle == cycle,
                SnapshotRow.key_result.in_(some),
                SnapshotRow.as_of >= days.start,
                SnapshotRow.as_of < days.end,
            )


def _of(workspace: str, cycle: str) -> ColumnElement[bool]:
    return and_(SnapshotRow.workspace == workspace, SnapshotRow.cycle == cycle)


def _by(known_at: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if known_at is None else (SnapshotRow.recorded_at <= known_at,)


def _revisions(store: Store, query: Select[Any]) -> tuple[Revision, ...]:
    with store.asking() as connection:
        return tuple(map(to_revision, connection.execute(query)))

"""A key result day by day, for charts and tables: narrow questions, answered in milliseconds.

Whole snapshots are read with `okrmodel.store.snapshots.series`; here only what is drawn is read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

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

from okrmodel.snapshot import Status
from okrmodel.store.kinds import Kind
from okrmodel.store.restatements import one_before
from okrmodel.store.store import Store
from okrmodel.store.tables import FrozenCycleRow, SnapshotRow


@dataclass(frozen=True, slots=True)
class KeyResultOf:
    """Which key result, by ids."""

    workspace: str
    cycle: str
    key_result: str


@dataclass(frozen=True, slots=True)
class DayFigure:
    """What is said of a key result as of one day."""

    as_of: date
    value: Decimal | None
    raw_progress: Decimal | None
    expected: Decimal | None
    """The planned share of the way."""
    status: Status
    baseline: Decimal | None
    target: Decimal | None
    """In force on the day."""
    through: date | None
    """The last day that the value really covers."""
    provisional: bool
    stale: bool
    restated: bool
    revision: int
    recorded_at: datetime
    definition_hash: str


@dataclass(frozen=True, slots=True)
class DayShare:
    """How far along its way a key result was at the end of one day."""

    as_of: date
    raw_progress: Decimal | None
    expected: Decimal | None


@dataclass(frozen=True, slots=True)
class RestatedDay:
    """A day's value that was told otherwise later, by the same definition."""

    as_of: date
    recorded_at: datetime
    """Since when the new one is known."""
    old: Decimal | None
    new: Decimal | None
    was_final: bool
    """The old one had been neither provisional nor stale: nobody expected it to move."""


_SHOWN = (
    SnapshotRow.as_of,
    SnapshotRow.value,
    SnapshotRow.raw_progress,
    SnapshotRow.expected,
    SnapshotRow.status,
    SnapshotRow.revision,
    SnapshotRow.recorded_at,
    SnapshotRow.definition_hash,
    SnapshotRow.payload,
)
_SHARES = (
    SnapshotRow.key_result,
    SnapshotRow.as_of,
    SnapshotRow.raw_progress,
    SnapshotRow.expected,
)


def day_by_day(
    store: Store, which: KeyResultOf, known_at: datetime | None = None
) -> tuple[DayFigure, ...]:
    """The latest revision of each day, oldest first.

    Of a frozen cycle as it was known when it was frozen; a day that was recorded only later has
    nothing to keep, and is told as it is known now.

    Args:
        store: Where they are kept.
        which: The key result.
        known_at: Look at nothing recorded later, a freezing included.
    """
    with store.asking() as connection:
        found = _latest(connection, which, known_at)
        if frozen := _frozen_at(connection, which.workspace, which.cycle, known_at):
            found |= _latest(connection, which, frozen)
    return tuple(found[day] for day in sorted(found))


def shares_by_day(
    store: Store, workspace: str, cycle: str, known_at: datetime | None = None
) -> dict[str, tuple[DayShare, ...]]:
    """The shares of all key results of a cycle, by id and oldest day first, in one question.

    Of a frozen cycle as `day_by_day` tells it.
    """
    found: dict[tuple[str, date], DayShare] = {}
    with store.asking() as connection:
        frozen = _frozen_at(connection, workspace, cycle, known_at)
        for instant in (known_at, frozen) if frozen else (known_at,):
            chosen = of_cycle(workspace, cycle, instant)
            for row in connection.execute(_newest(chosen, _SHARES)):
                name, as_of, raw, expected = row
                found[name, as_of] = DayShare(as_of, raw, expected)
    by_name: dict[str, list[DayShare]] = {}
    for name, day in sorted(found):
        by_name.setdefault(name, []).append(found[name, day])
    return {name: tuple(days) for name, days in by_name.items()}


def restated_days(
    store: Store, which: KeyResultOf, known_at: datetime | None = None
) -> tuple[RestatedDay, ...]:
    """Every restatement of the key result, by day, oldest first.

    Of a frozen cycle those too that came after the freezing, which are not applied.
    """
    new, old = aliased(SnapshotRow), aliased(SnapshotRow)
    query = (
        select(
            new.as_of,
            new.recorded_at,
            new.value,
            old.value.label("old_value"),
            old.payload.label("old_payload"),
        )
        .join(old, one_before(old, new))
        .where(
            new.workspace == which.workspace,
            new.cycle == which.cycle,
            new.key_result == which.key_result,
            new.revision > 1,
            new.kind == Kind.RESTATEMENT,
            new.recorded_at <= known_at if known_at else true(),
        )
        .order_by(new.as_of, new.revision)
    )
    with store.asking() as connection:
        return tuple(_restated(row) for row in connection.execute(query))


def _latest(
    connection: Connection, which: KeyResultOf, known_at: datetime | None
) -> dict[date, DayFigure]:
    newest = _newest(of_key_result(which, known_at), _SHOWN)
    return {row.as_of: _figure(row) for row in connection.execute(newest)}


def _newest(
    chosen: ColumnElement[bool], columns: tuple[SQLColumnExpression[Any], ...]
) -> Select[Any]:
    """Of each day the last of the chosen revisions: one walk in the index, then only the winners."""
    day = (SnapshotRow.key_result, SnapshotRow.as_of)
    last = (
        select(*day, func.max(SnapshotRow.revision).label("revision"))
        .where(chosen)
        .group_by(*day)
        .subquery()
    )
    newest = and_(
        last.c.key_result == SnapshotRow.key_result,
        last.c.as_of == SnapshotRow.as_of,
        last.c.revision == SnapshotRow.revision,
    )
    return select(*columns).join(last, newest).where(chosen)


def of_cycle(workspace: str, cycle: str, known_at: datetime | None) -> ColumnElement[bool]:
    """Which rows are a cycle's, as known at an instant."""
    return and_(
        SnapshotRow.workspace == workspace,
        SnapshotRow.cycle == cycle,
        SnapshotRow.recorded_at <= known_at if known_at else true(),
    )


def of_key_result(which: KeyResultOf, known_at: datetime | None) -> ColumnElement[bool]:
    """Which rows are a key result's, as known at an instant."""
    own = SnapshotRow.key_result == which.key_result
    return and_(of_cycle(which.workspace, which.cycle, known_at), own)


def _frozen_at(
    connection: Connection, workspace: str, cycle: str, known_at: datetime | None
) -> datetime | None:
    return connection.scalar(
        select(FrozenCycleRow.recorded_at).where(
            FrozenCycleRow.workspace == workspace,
            FrozenCycleRow.cycle == cycle,
            FrozenCycleRow.recorded_at <= known_at if known_at else true(),
        )
    )


def _figure(row: Row[Any]) -> DayFigure:
    said: Mapping[str, Any] = json.loads(row.payload)
    through = said["through"]
    return DayFigure(
        as_of=row.as_of,
        value=row.value,
        raw_progress=row.raw_progress,
        expected=row.expected,
        status=Status(row.status),
        baseline=_number(said["baseline"]),
        target=_number(said["target"]),
        through=None if through is None else date.fromisoformat(through),
        provisional=bool(said["provisional"]),
        stale=said["stale"] is not None,
        restated=said["restated"],
        revision=row.revision,
        recorded_at=row.recorded_at,
        definition_hash=row.definition_hash,
    )


def _restated(row: Row[Any]) -> RestatedDay:
    said = json.loads(row.old_payload)
    return RestatedDay(
        as_of=row.as_of,
        recorded_at=row.recorded_at,
        old=row.old_value,
        new=row.value,
        was_final=not said["provisional"] and said["stale"] is None,
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

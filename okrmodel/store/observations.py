"""What is known of a source's answers: as of any moment, by window, or by the row's id."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from okrmodel.chunks import chunks
from okrmodel.observations import Evidence, Flag, Key, Observation, Provisional
from okrmodel.snapshot import Known
from okrmodel.store.store import Store
from okrmodel.store.tables import CheckRow, EvidenceRow, ObservationRow
from okrmodel.windows import ONE_DAY, Window

_AT_ONCE = 100
"""Fingerprints in one question to the database."""

KNOWN = (
    ObservationRow.id,
    CheckRow.id.label("check"),
    ObservationRow.fingerprint,
    ObservationRow.starts,
    ObservationRow.ends,
    ObservationRow.value,
    ObservationRow.restated,
    ObservationRow.records,
    CheckRow.observed_at,
    CheckRow.provisional,
)
"""The columns that `to_known` reads."""


@dataclass(frozen=True, slots=True)
class Latest:
    """What is known of a window, with what decides whether an answer is a new revision."""

    known: Known
    revision: int
    flags: frozenset[Flag]


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """One read that confirmed an observation."""

    id: int
    run: int
    observed_at: datetime
    recorded_at: datetime
    provisional: Provisional | None
    digest: str
    """SHA-256 of the read's evidence."""


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """One revision as remembered, with its evidence and its checks, oldest first."""

    id: int
    revision: int
    observation: Observation
    restated: bool
    recorded_at: datetime
    run: int
    checks: tuple[StoredCheck, ...]


def known_observations(
    store: Store,
    workspace: str,
    wanted: Mapping[str, Collection[Window]],
    known_at: datetime | None = None,
) -> dict[Key, Known]:
    """What is known of the wanted windows, by fingerprint; of some, maybe nothing.

    Each is the latest revision with its latest check, of those recorded by `known_at`.
    """
    with store.asking() as connection:
        rows = _rows(connection, wanted, lambda some: _latest(workspace, some, known_at))
        return {(row.fingerprint, window): to_known(row, window) for row, window in rows}


def latest(
    connection: Connection,
    workspace: str,
    wanted: Mapping[str, Collection[Window]],
    known_at: datetime | None = None,
) -> dict[Key, Latest]:
    """The same, inside a transaction, and with what decides about a new revision."""
    found: dict[Key, Latest] = {}
    more = (ObservationRow.revision, ObservationRow.flags)
    for row, window in _rows(
        connection, wanted, lambda some: _latest(workspace, some, known_at).add_columns(*more)
    ):
        known = to_known(row, window)
        flags = frozenset(map(Flag, row.flags))
        found[known.fingerprint, known.window] = Latest(known, row.revision, flags)
    return found


def pinned_observations(
    store: Store,
    workspace: str,
    wanted: Mapping[str, Collection[Window]],
    known_at: datetime | None = None,
) -> dict[Key, Known]:
    """What measured values are pinned to: of each wanted window the first number that was final.

    With the check that found it so, of those recorded by `known_at`. Windows that are still
    settling, and those without data, have none.
    """
    with store.asking() as connection:
        rows = _rows(connection, wanted, lambda some: _first_final(workspace, some, known_at))
        return {(row.fingerprint, window): to_known(row, window) for row, window in rows}


def _rows(
    connection: Connection,
    wanted: Mapping[str, Collection[Window]],
    query: Callable[[ColumnElement[bool]], Select[Any]],
) -> Iterator[tuple[Row[Any], Window]]:
    """The answers to a query about the wanted windows, each with its window."""
    asked = {mark: {(w.start, w.end): w for w in windows} for mark, windows in wanted.items()}
    boxes = [*_boxes(wanted)]
    for some in chunks(boxes, _AT_ONCE):
        for row in connection.execute(query(or_(*some))).all():
            _, _, mark, starts, ends, *_ = row
            if window := asked[mark].get((starts, ends)):
                yield row, window


def _boxes(wanted: Mapping[str, Collection[Window]]) -> Iterator[ColumnElement[bool]]:
    """Every window from the first day to the last: maybe too many, but one walk in the index.

    What is asked of the same days is asked together.
    """
    alike: dict[tuple[date, date], list[str]] = {}
    for mark, windows in wanted.items():
        if windows:
            span = (min(w.start for w in windows), max(w.end for w in windows))
            alike.setdefault(span, []).append(mark)
    for (first, last), marks in alike.items():
        for some in chunks(marks, _AT_ONCE):
            yield and_(
                ObservationRow.fingerprint.in_(some),
                ObservationRow.starts >= first,
                ObservationRow.ends <= last,
            )


def _latest(workspace: str, wanted: ColumnElement[bool], known_at: datetime | None) -> Select[Any]:
    other = aliased(CheckRow)
    window = (ObservationRow.fingerprint, ObservationRow.starts, ObservationRow.ends)
    age = func.row_number().over(partition_by=window, order_by=ObservationRow.revision.desc())
    by_age = select(ObservationRow.id, age.label("age")).where(
        ObservationRow.workspace == workspace, wanted
    )
    last_check = select(func.max(other.recorded_at)).where(other.observation == ObservationRow.id)
    if known_at is not None:
        by_age = by_age.where(ObservationRow.recorded_at <= known_at)
        last_check = last_check.where(other.recorded_at <= known_at)
    ages = by_age.subquery()
    last = last_check.correlate(ObservationRow).scalar_subquery()
    return (
        select(*KNOWN)
        .select_from(ages)
        .join(ObservationRow, ObservationRow.id == ages.c.id)
        .join(
            CheckRow,
            and_(CheckRow.observation == ObservationRow.id, CheckRow.recorded_at == last),
        )
        .where(ages.c.age == 1)
    )


def _first_final(
    workspace: str, wanted: ColumnElement[bool], known_at: datetime | None
) -> Select[Any]:
    window = (ObservationRow.fingerprint, ObservationRow.starts, ObservationRow.ends)
    oldest = (ObservationRow.revision, CheckRow.recorded_at)
    age = func.row_number().over(partition_by=window, order_by=oldest)
    final = (
        select(*KNOWN, age.label("age"))
        .join(CheckRow, CheckRow.observation == ObservationRow.id)
        .where(
            ObservationRow.workspace == workspace,
            wanted,
            ObservationRow.value.is_not(None),
            CheckRow.provisional.is_(None),
            CheckRow.recorded_at <= known_at if known_at else true(),
        )
        .subquery()
    )
    return select(final).where(final.c.age == 1)


def to_known(row: Row[Any], window: Window | None = None) -> Known:
    """An observation with one of its checks; its window, where that is at hand."""
    number, check, mark, starts, ends, value, restated, records, observed_at, provisional = row[:10]
    return Known(
        number,
        check,
        mark,
        window or Window(starts, ends),
        value,
        observed_at,
        Provisional(provisional) if provisional else None,
        restated,
        records,
    )


def wide_reads(
    store: Store, workspace: str, runs: Mapping[str, Collection[Window]]
) -> dict[str, dict[Window, datetime]]:
    """When windows of several days were read last, by fingerprint.

    Those that begin with one of the runs and end inside it: the runs grow from night to night.
    """
    boxes = [
        and_(
            ObservationRow.fingerprint == mark,
            ObservationRow.starts == run.start,
            ObservationRow.ends > run.start + ONE_DAY,
            ObservationRow.ends <= run.end,
        )
        for mark, windows in runs.items()
        for run in windows
    ]
    found: dict[str, dict[Window, datetime]] = {}
    with store.asking() as connection:
        for some in chunks(boxes, _AT_ONCE):
            for row in connection.execute(_last_reads(workspace, or_(*some))):
                found.setdefault(row.fingerprint, {})[Window(row.starts, row.ends)] = row.last
    return found


def _last_reads(workspace: str, wanted: ColumnElement[bool]) -> Select[Any]:
    window = (ObservationRow.fingerprint, ObservationRow.starts, ObservationRow.ends)
    return (
        select(*window, func.max(CheckRow.observed_at).label("last"))
        .join(CheckRow, CheckRow.observation == ObservationRow.id)
        .where(ObservationRow.workspace == workspace, wanted)
        .group_by(*window)
    )


def earliest_read(
    store: Store, workspace: str, fingerprints: Collection[str], since: datetime | None = None
) -> date | None:
    """The last day of the earliest-ending window of these that was read after an instant.

    None where none was read since; without an instant, since ever.
    """
    query = (
        select(func.min(ObservationRow.ends))
        .join(CheckRow, CheckRow.observation == ObservationRow.id)
        .where(
            ObservationRow.workspace == workspace,
            ObservationRow.fingerprint.in_(fingerprints),
            CheckRow.recorded_at > since if since else true(),
        )
    )
    with store.asking() as connection:
        ends = connection.scalars(query).one()
    return ends - ONE_DAY if ends else None


def observation(store: Store, number: int) -> StoredObservation:
    """The revision of this id.

    Raises:
        KeyError: There is none.
    """
    found = _stored(store, ObservationRow.id == number)
    if not found:
        raise KeyError(f"the store has no observation {number}")
    return found[0]


def revisions(
    store: Store, workspace: str, fingerprint: str, window: Window
) -> tuple[StoredObservation, ...]:
    """All that was ever answered for a window, oldest first."""
    return _stored(
        store,
        and_(
            ObservationRow.workspace == workspace,
            ObservationRow.fingerprint == fingerprint,
            ObservationRow.starts == window.start,
            ObservationRow.ends == window.end,
        ),
    )


def _stored(store: Store, condition: ColumnElement[bool]) -> tuple[StoredObservation, ...]:
    query = (
        select(*ObservationRow.__table__.columns, EvidenceRow.body)
        .join(
            EvidenceRow,
            and_(
                EvidenceRow.workspace == ObservationRow.workspace,
                EvidenceRow.digest == ObservationRow.evidence,
            ),
        )
        .where(condition)
        .order_by(ObservationRow.revision)
    )
    with store.asking() as connection:
        rows = connection.execute(query).all()
        return tuple(_to_stored(row, _checks(connection, row.id)) for row in rows)


def _checks(connection: Connection, number: int) -> tuple[StoredCheck, ...]:
    rows = connection.execute(
        select(*CheckRow.__table__.columns)
        .where(CheckRow.observation == number)
        .order_by(CheckRow.recorded_at)
    )
    return tuple(
        StoredCheck(
            row.id, row.run, row.observed_at, row.recorded_at, _provisional(row), row.digest
        )
        for row in rows
    )


def _to_stored(row: Row[Any], checks: tuple[StoredCheck, ...]) -> StoredObservation:
    shared: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in row.body.items()
    }
    answered = Observation(
        fingerprint=row.fingerprint,
        window=Window(row.starts, row.ends),
        value=row.value,
        observed_at=row.observed_at,
        settles=row.settles,
        flags=frozenset(map(Flag, row.flags)),
        evidence=Evidence(**shared, records=row.records, null_amounts=row.null_amounts),
    )
    return StoredObservation(
        row.id, row.revision, answered, row.restated, row.recorded_at, row.run, checks
    )


def _provisional(row: Row[Any]) -> Provisional | None:
    return Provisional(row.provisional) if row.provisional else None

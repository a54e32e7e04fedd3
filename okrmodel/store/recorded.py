"""What was recorded when, and what it goes back to: for explanations, histories and replays."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select, true

from okrmodel.chunks import chunks
from okrmodel.closure import Closure
from okrmodel.exact import exactly
from okrmodel.explanation import Answer, Compared
from okrmodel.observations import Evidence, Flag
from okrmodel.store.observations import KNOWN, known_observations, to_known
from okrmodel.store.snapshots import AT_ONCE, REVISION, KeyResult, Revision, to_revision
from okrmodel.store.store import Store
from okrmodel.store.tables import (
    CheckRow,
    DefinitionRow,
    EvidenceRow,
    ObservationRow,
    RunRow,
    SnapshotRow,
    UseRow,
)
from okrmodel.windows import ONE_DAY, Window


@dataclass(frozen=True, slots=True)
class Written:
    """A snapshot's revision to the letter, unread: nothing is believed of its payload."""

    id: int
    cycle: str
    key_result: str
    as_of: date
    revision: int
    payload: str
    definition_hash: str
    computation_hash: str
    checks: frozenset[int]
    """Those that it says it was computed from."""


def spans(store: Store, workspace: str) -> dict[KeyResult, Window]:
    """Every key result that ever had a snapshot, with the days from its first to its last."""
    query = (
        select(
            SnapshotRow.cycle,
            SnapshotRow.key_result,
            func.min(SnapshotRow.as_of).label("first"),
            func.max(SnapshotRow.as_of).label("last"),
        )
        .where(SnapshotRow.workspace == workspace)
        .group_by(SnapshotRow.cycle, SnapshotRow.key_result)
    )
    with store.asking() as connection:
        return {
            (row.cycle, row.key_result): Window(row.first, Window.of_day(row.last).end)
            for row in connection.execute(query)
        }


def begins(store: Store, workspace: str, cycles: Iterable[str]) -> dict[str, date]:
    """The first days of cycles, as their snapshots that were recorded last were computed with."""
    newest = (
        select(func.max(SnapshotRow.id))
        .where(SnapshotRow.workspace == workspace, SnapshotRow.cycle.in_(tuple(cycles)))
        .group_by(SnapshotRow.cycle)
    )
    query = (
        select(SnapshotRow.cycle, DefinitionRow.text)
        .join(
            DefinitionRow,
            and_(
                DefinitionRow.workspace == SnapshotRow.workspace,
                DefinitionRow.hash == SnapshotRow.definition_hash,
            ),
        )
        .where(SnapshotRow.id.in_(newest))
    )
    with store.asking() as connection:
        return {row.cycle: Closure.from_text(row.text).starts for row in connection.execute(query)}


def recordings(store: Store, workspace: str, *, every: bool) -> dict[datetime, tuple[int, ...]]:
    """The ids of snapshots' revisions by the instant at which they were recorded, oldest first.

    Args:
        store: Where they are kept.
        workspace: Whose id.
        every: All revisions, not only the latest of each day.
    """
    day = (SnapshotRow.cycle, SnapshotRow.key_result, SnapshotRow.as_of)
    age = func.row_number().over(partition_by=day, order_by=SnapshotRow.revision.desc())
    ranked = select(SnapshotRow.id, SnapshotRow.recorded_at, age.label("age")).where(
        SnapshotRow.workspace == workspace
    )
    chosen = ranked.subquery()
    query = select(chosen.c.id, chosen.c.recorded_at).order_by(chosen.c.recorded_at, chosen.c.id)
    if not every:
        query = query.where(chosen.c.age == 1)
    found: dict[datetime, list[int]] = {}
    with store.asking() as connection:
        for row in connection.execute(query):
            found.setdefault(row.recorded_at, []).append(row.id)
    return {at: tuple(ids) for at, ids in found.items()}


def written(store: Store, ids: Collection[int]) -> Iterator[Written]:
    """These revisions as they are written down, in no order."""
    columns = (
        SnapshotRow.id,
        SnapshotRow.cycle,
        SnapshotRow.key_result,
        SnapshotRow.as_of,
        SnapshotRow.revision,
        SnapshotRow.payload,
        SnapshotRow.definition_hash,
        SnapshotRow.computation_hash,
    )
    for some in chunks(list(ids), AT_ONCE):
        used: dict[int, set[int]] = {}
        with store.asking() as connection:
            uses = select(UseRow.snapshot, UseRow.check).where(UseRow.snapshot.in_(some))
            for use in connection.execute(uses):
                used.setdefault(use.snapshot, set()).add(use.check)
            rows = connection.execute(select(*columns).where(SnapshotRow.id.in_(some))).mappings()
            found = [
                Written(**row, checks=frozenset(used.get(row["id"], ()))) for row in rows.all()
            ]
        yield from found


def history(
    store: Store, workspace: str, cycle: str, key_result: str, as_of: date | None = None
) -> tuple[Revision, ...]:
    """All that was ever said of a key result, of one day or of all: by day, oldest first."""
    query = select(*REVISION).where(
        SnapshotRow.workspace == workspace,
        SnapshotRow.cycle == cycle,
        SnapshotRow.key_result == key_result,
        SnapshotRow.as_of == as_of if as_of else true(),
    )
    with store.asking() as connection:
        rows = connection.execute(query.order_by(SnapshotRow.as_of, SnapshotRow.revision))
        return tuple(map(to_revision, rows))


def answers(store: Store, revision: Revision) -> tuple[Answer, ...]:
    """What a snapshot was computed from, with its evidence, by question and window."""
    query = (
        select(
            *KNOWN,
            ObservationRow.revision,
            ObservationRow.flags,
            ObservationRow.records,
            ObservationRow.null_amounts,
            ObservationRow.recorded_at,
            ObservationRow.run,
            EvidenceRow.body,
        )
        .select_from(UseRow)
        .join(CheckRow, CheckRow.id == UseRow.check)
        .join(ObservationRow, ObservationRow.id == CheckRow.observation)
        .join(
            EvidenceRow,
            and_(
                EvidenceRow.workspace == ObservationRow.workspace,
                EvidenceRow.digest == ObservationRow.evidence,
            ),
        )
        .where(UseRow.snapshot == revision.id)
        .order_by(ObservationRow.fingerprint, ObservationRow.starts, ObservationRow.ends)
    )
    with store.asking() as connection:
        return tuple(
            Answer(
                known=to_known(row),
                revision=row.revision,
                flags=frozenset(map(Flag, row.flags)),
                evidence=_evidence(row.body, row.records, row.null_amounts),
                recorded_at=row.recorded_at,
                run=row.run,
            )
            for row in connection.execute(query)
        )


def compared(
    store: Store, workspace: str, fingerprint: str, days: Window, known_at: datetime | None = None
) -> Compared | None:
    """The newest comparison with the source's total over stored days, from before these or their first on.

    None where there was none. The days are those that were stored when the run that compared them
    had ended: it reads again what it finds to have moved.

    Args:
        store: Where it is kept.
        workspace: Whose id.
        fingerprint: What was asked.
        days: The stored days in question; the newest of them may not have been compared yet.
        known_at: Look at nothing recorded later.
    """
    query = (
        select(
            ObservationRow.starts,
            ObservationRow.ends,
            ObservationRow.value,
            CheckRow.observed_at,
            RunRow.ended,
        )
        .join(CheckRow, CheckRow.observation == ObservationRow.id)
        .join(RunRow, RunRow.id == CheckRow.run)
        .where(
            ObservationRow.workspace == workspace,
            ObservationRow.fingerprint == fingerprint,
            ObservationRow.starts <= days.start,
            ObservationRow.ends > days.start + ONE_DAY,
            ObservationRow.value.is_not(None),
            CheckRow.recorded_at <= known_at if known_at else true(),
        )
        .order_by(CheckRow.recorded_at.desc(), ObservationRow.ends.desc())
        .limit(1)
    )
    with store.asking() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    whole = Window(row.starts, row.ends)
    by_then = min(filter(None, (row.ended, known_at)), default=None)
    found = known_observations(store, workspace, {fingerprint: [*whole.day_windows()]}, by_then)
    values = [known.value for known in found.values() if known.value is not None]
    return Compared(whole, row.value, len(values), _total(values), row.observed_at)


@exactly
def _total(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def _evidence(body: dict[str, Any], records: int | None, null_amounts: int | None) -> Evidence:
    shared: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in body.items()
    }
    return Evidence(**shared, records=records, null_amounts=null_amounts)

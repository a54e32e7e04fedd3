"""All that was ever said of a key result, without its payloads: what changed, and since when.

Hundreds of revisions are read in a few milliseconds; whole ones with `okrmodel.store.snapshots`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from okrmodel.snapshot import Status
from okrmodel.store.daily import KeyResultOf, of_key_result
from okrmodel.store.kinds import Kind
from okrmodel.store.snapshots import REVISION, Revision, to_revision
from okrmodel.store.store import Store
from okrmodel.store.tables import SnapshotRow


@dataclass(frozen=True, slots=True)
class Said:
    """One revision of one day, in figures."""

    id: int
    as_of: date
    revision: int
    """Counts from 1."""
    kind: Kind
    recorded_at: datetime
    value: Decimal | None
    raw_progress: Decimal | None
    expected: Decimal | None
    """Both shares of the way."""
    status: Status
    definition_hash: str
    computation_hash: str


_SAID = (
    SnapshotRow.id,
    SnapshotRow.as_of,
    SnapshotRow.revision,
    SnapshotRow.kind,
    SnapshotRow.recorded_at,
    SnapshotRow.value,
    SnapshotRow.raw_progress,
    SnapshotRow.expected,
    SnapshotRow.status,
    SnapshotRow.definition_hash,
    SnapshotRow.computation_hash,
)


def every_said(
    store: Store, which: KeyResultOf, known_at: datetime | None = None
) -> tuple[Said, ...]:
    """Every revision, by day, oldest first.

    Args:
        store: Where they are kept.
        which: The key result.
        known_at: Look at nothing recorded later.
    """
    query = (
        select(*_SAID)
        .where(of_key_result(which, known_at))
        .order_by(SnapshotRow.as_of, SnapshotRow.revision)
    )
    with store.asking() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Said(id_, day, number, Kind(kind), at, value, progress, expected, Status(status), *hashes)
        for id_, day, number, kind, at, value, progress, expected, status, *hashes in rows
    )


def revisions_of(store: Store, ids: Collection[int]) -> dict[int, Revision]:
    """The whole revisions of some ids: few, each is read in full."""
    query = select(*REVISION).where(SnapshotRow.id.in_(ids))
    with store.asking() as connection:
        return {row.id: to_revision(row) for row in connection.execute(query)}

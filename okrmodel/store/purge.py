"""Deleting all that is remembered of a workspace that left: the one exception to append-only.

All of it goes in one transaction, and a tombstone stays. The database's own triggers let nothing
be deleted but rows of a workspace that has one.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    delete,
    insert,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase

from okrmodel.store.store import Lease, Store
from okrmodel.store.tables import (
    AccountRow,
    BoardRow,
    BookmarkRow,
    CheckRow,
    DefinitionRow,
    EvidenceRow,
    FrozenCycleRow,
    LeaseRow,
    NewsRow,
    NoteRow,
    ObservationRow,
    OutcomeRow,
    PublicationRow,
    RunRow,
    SnapshotRow,
    TombstoneRow,
    UseRow,
    WorkspaceRow,
)

_AT_ONCE = 1_000

_REMEMBERED: tuple[type[DeclarativeBase], ...] = (
    NoteRow,
    NewsRow,
    BoardRow,
    PublicationRow,
    UseRow,
    SnapshotRow,
    CheckRow,
    ObservationRow,
    EvidenceRow,
    FrozenCycleRow,
    DefinitionRow,
    BookmarkRow,
    OutcomeRow,
    AccountRow,
    RunRow,
)
"""In the order in which they can go: nothing is left that speaks of what is gone."""

_AS_WRITTEN = (
    "run",
    "definition",
    "evidence",
    "observation",
    "check",
    "snapshot",
    "snapshot_uses",
    "publication",
    "board",
    "frozen_cycle",
    "outcome",
    "account",
    "bookmark",
    "note",
    "news",
)
"""The same tables in the order in which runs write to them."""

_ASKED_BY_KEYS = (
    (UseRow, "check"),
    (ObservationRow, "run"),
    (CheckRow, "run"),
    (SnapshotRow, "run"),
    (DefinitionRow, "run"),
    (FrozenCycleRow, "run"),
    (PublicationRow, "run"),
    (ObservationRow, "workspace", "evidence"),
    (SnapshotRow, "workspace", "definition_hash"),
)
"""The database looks for rows that speak of a deleted one: without an index, through all of them."""


@dataclass(frozen=True)
class Tombstone:
    """What stays of a purged workspace."""

    workspace: str
    recorded_at: datetime
    rows: dict[str, int]
    """How many were deleted, by table."""
    digest: str
    """SHA-256 of them: of each table in turn the rows in order, each as a JSON list."""


def purge(store: Store, lease: Lease) -> Tombstone:
    """Delete every row of the lease's workspace; all or none.

    The workspace, and with it the lease, is gone then: nobody can record anything of it again.

    Raises:
        LeaseLost: Somebody else works on the workspace.
    """
    workspace = lease.workspace
    with store.recording(workspace, lease) as recording:
        connection = recording.connection
        _prepare(connection)
        rows, digest = _summed(connection, workspace)
        stone = Tombstone(workspace, recording.at, rows, digest)
        connection.execute(
            insert(TombstoneRow).values(
                workspace=workspace, recorded_at=stone.recorded_at, rows=rows, digest=digest
            )
        )
        with _indexed(connection):
            for kind in _REMEMBERED:
                connection.execute(delete(kind).where(_belongs(kind, workspace)))
        connection.execute(delete(LeaseRow).where(LeaseRow.workspace == workspace))
        connection.execute(delete(WorkspaceRow).where(WorkspaceRow.id == workspace))
    return stone


def tombstone(store: Store, workspace: str) -> Tombstone | None:
    """What stays of a workspace that was purged; None of one that was not."""
    with store.asking() as connection:
        row = connection.execute(
            select(
                TombstoneRow.workspace,
                TombstoneRow.recorded_at,
                TombstoneRow.rows,
                TombstoneRow.digest,
            ).where(TombstoneRow.workspace == workspace)
        ).one_or_none()
    return Tombstone(*row) if row else None


def _belongs(kind: type[DeclarativeBase], workspace: str) -> ColumnElement[bool]:
    """Whether a row is the workspace's."""
    if kind is UseRow:
        own = select(SnapshotRow.id).where(SnapshotRow.workspace == workspace)
        return UseRow.snapshot.in_(own)
    if kind is CheckRow:
        mine = select(ObservationRow.id).where(ObservationRow.workspace == workspace)
        return CheckRow.observation.in_(mine)
    return _table(kind).c.workspace == workspace


def _table(kind: type[DeclarativeBase]) -> Table:
    return kind.metadata.tables[str(kind.__tablename__)]


def _summed(connection: Connection, workspace: str) -> tuple[dict[str, int], str]:
    """How many rows each table has, and a digest of all of them."""
    sums, counts = sha256(), {}
    for kind in _REMEMBERED:
        table = _table(kind)
        count = 0
        found = connection.execute(
            select(table)
            .where(_belongs(kind, workspace))
            .order_by(*table.primary_key)
            .execution_options(yield_per=_AT_ONCE)
        )
        for row in found:
            count += 1
            sums.update(json.dumps([table.name, *row], default=str, sort_keys=True).encode())
            sums.update(b"\n")
        counts[table.name] = count
    return counts, sums.hexdigest()


@contextmanager
def _indexed(connection: Connection) -> Iterator[None]:
    """While rows are deleted: what the foreign keys ask is answered from indexes, gone afterwards."""
    names = []
    for kind, *columns in _ASKED_BY_KEYS:
        table = str(kind.__tablename__)
        names.append(f"okr_purge_{table}_{columns[-1]}")
        told = ", ".join(f'"{column}"' for column in columns)
        connection.execute(text(f'CREATE INDEX {names[-1]} ON "{table}" ({told})'))
    yield
    for name in names:
        connection.execute(text(f"DROP INDEX {name}"))


def _prepare(connection: Connection) -> None:
    """Have SQLite overwrite what is deleted, and PostgreSQL keep other writers waiting.

    They wait, and do not fail: the tables are taken in the order in which every writer takes them.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))
        return
    for table in _AS_WRITTEN:
        connection.execute(text(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE'))

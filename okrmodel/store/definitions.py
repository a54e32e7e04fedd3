"""Definitions by their content: kept once each, read back without any connector at hand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from okrmodel.closure import Closure
from okrmodel.store.engine import insert_new
from okrmodel.store.runs import Run
from okrmodel.store.snapshots import KeyResult
from okrmodel.store.store import Lease, Store
from okrmodel.store.tables import (
    DefinitionRow,
    FrozenCycleRow,
    OutcomeRow,
    RunRow,
    SnapshotRow,
)


def record_definitions(store: Store, run: Run, lease: Lease, closures: Iterable[Closure]) -> None:
    """Keep those that are new. Their snapshots can be recorded afterwards, not before."""
    by_hash = {closure.definition_hash: closure for closure in closures}
    with store.asking() as connection:
        there = connection.scalars(
            select(DefinitionRow.hash).where(
                DefinitionRow.workspace == run.workspace, DefinitionRow.hash.in_(by_hash)
            )
        ).all()
    new = {digest: by_hash[digest] for digest in by_hash.keys() - there}
    if not new:
        return
    with store.recording(run.workspace, lease) as recording:
        rows = [
            {
                "workspace": run.workspace,
                "hash": digest,
                "computation_hash": closure.computation_hash,
                "text": closure.text(),
                "recorded_at": recording.at,
                "run": run.id,
            }
            for digest, closure in new.items()
        ]
        insert_new(recording.connection, DefinitionRow, rows)


def definition(store: Store, workspace: str, digest: str) -> Closure:
    """The definition of this hash.

    Raises:
        KeyError: The workspace has none.
    """
    with store.asking() as connection:
        text = connection.scalars(
            select(DefinitionRow.text).where(
                DefinitionRow.workspace == workspace, DefinitionRow.hash == digest
            )
        ).one_or_none()
    if text is None:
        raise KeyError(f"workspace {workspace} has no definition {digest}")
    return Closure.from_text(text)


def applied(store: Store, workspace: str) -> dict[KeyResult, Closure]:
    """What was applied last: the definition of each key result that the store still follows.

    That is its newest snapshot's, whatever day that one is of; where other words alone came after
    it, which make no snapshot of their own, theirs. A key result that its cycle's last sync left
    out is not followed any more, and neither are those of frozen cycles.
    """
    newest = _newest(workspace).subquery()
    with store.asking() as connection:
        rows = connection.execute(
            select(SnapshotRow.recorded_at, DefinitionRow.text)
            .join(newest, newest.c.id == SnapshotRow.id)
            .join(
                DefinitionRow,
                and_(
                    DefinitionRow.workspace == SnapshotRow.workspace,
                    DefinitionRow.hash == SnapshotRow.definition_hash,
                ),
            )
            .order_by(SnapshotRow.id)
        ).all()
        if not rows:
            return {}
        later = connection.execute(
            select(DefinitionRow.recorded_at, DefinitionRow.text)
            .where(
                DefinitionRow.workspace == workspace,
                DefinitionRow.recorded_at > min(row.recorded_at for row in rows),
            )
            .order_by(DefinitionRow.recorded_at)
        ).all()
        left_out = _left_out(connection.execute(_noted(workspace)))
    since: dict[KeyResult, datetime] = {}
    found: dict[KeyResult, Closure] = {}
    for row in rows:
        closure = Closure.from_text(row.text)
        found[closure.name], since[closure.name] = closure, row.recorded_at
    for row in later:
        closure = Closure.from_text(row.text)
        if row.recorded_at > since.get(closure.name, row.recorded_at):
            found[closure.name] = closure
    return {name: closure for name, closure in found.items() if name not in left_out}


def _newest(workspace: str) -> Select[Any]:
    """The ids of the snapshots that were recorded last, one of each key result."""
    frozen = select(FrozenCycleRow.cycle).where(FrozenCycleRow.workspace == workspace)
    return (
        select(func.max(SnapshotRow.id).label("id"))
        .where(SnapshotRow.workspace == workspace, SnapshotRow.cycle.not_in(frozen))
        .group_by(SnapshotRow.cycle, SnapshotRow.key_result)
    )


def _noted(workspace: str) -> Select[Any]:
    """The last run, and the last sync, that noted how it went for each key result."""
    synced = case((RunRow.kind == "sync", OutcomeRow.run))
    return (
        select(
            OutcomeRow.name,
            func.max(OutcomeRow.run).label("run"),
            func.max(synced).label("synced"),
        )
        .join(RunRow, RunRow.id == OutcomeRow.run)
        .where(OutcomeRow.workspace == workspace, OutcomeRow.subject == "key_result")
        .group_by(OutcomeRow.name)
    )


def _left_out(noted: Iterable[Any]) -> set[KeyResult]:
    """Those that no run has worked on since, or in, the last sync of their cycle."""
    last: dict[KeyResult, int] = {}
    synced: dict[str, int] = {}
    for row in noted:
        cycle, _, key_result = row.name.partition("/")
        last[cycle, key_result] = row.run
        synced[cycle] = max(synced.get(cycle, 0), row.synced or 0)
    return {name for name, run in last.items() if run < synced[name[0]]}

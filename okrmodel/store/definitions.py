"""Definitions by their content: kept once each, read back without any connector at hand."""

from collections.abc import Iterable

from sqlalchemy import select

from okrmodel.closure import Closure
from okrmodel.store.engine import insert_new
from okrmodel.store.runs import Run
from okrmodel.store.store import Lease, Store
from okrmodel.store.tables import DefinitionRow


def record_definitions(store: Store, run: Run, lease: Lease, closures: Iterable[Closure]) -> None:
    """Keep those that are new. Their snapshots can be recorded afterwards, not before."""
    with store.recording(run.workspace, lease) as recording:
        rows = [
            {
                "workspace": run.workspace,
                "hash": closure.definition_hash,
                "computation_hash": closure.computation_hash,
                "text": closure.text(),
                "recorded_at": recording.at,
                "run": run.id,
            }
            for closure in closures
        ]
        if rows:
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

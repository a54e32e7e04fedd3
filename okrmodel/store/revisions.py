"""Recording what was computed: a run's snapshots together, each only where it has changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.engine import Row

from okrmodel.snapshot import Snapshot
from okrmodel.store.kinds import Kind, kind_of
from okrmodel.store.publications import renew
from okrmodel.store.runs import Run
from okrmodel.store.snapshots import KeyResult, first, payload, to_revision, within
from okrmodel.store.store import Lease, Recording, Store
from okrmodel.store.tables import SnapshotRow, UseRow
from okrmodel.windows import ONE_DAY, Window

Place = tuple[str, str, date]
"""The ids of a cycle and of a key result in it, and the day."""


@dataclass(frozen=True, slots=True)
class Written:
    """A revision that was added, and why."""

    id: int
    kind: Kind
    snapshot: Snapshot


def record_snapshots(
    store: Store, run: Run, lease: Lease, snapshots: Iterable[Snapshot]
) -> tuple[Written, ...]:
    """Record a run's snapshots in one transaction; tell which ones are new or have changed.

    One whose payload is the latest revision's is not written again. Their definitions must have
    been recorded before.

    Raises:
        LeaseLost: Another run has the workspace by now; nothing was recorded.
        ValueError: A key result comes twice as of one day, or is another workspace's.
    """
    given = _by_place(run, snapshots)
    if not given:
        return ()
    with store.recording(run.workspace, lease) as recording:
        before = _before(recording.connection, run.workspace, given)
        rows = [
            _columns(snapshot, text, before.get(place))
            | {"recorded_at": recording.at, "run": run.id}
            for place, snapshot in given.items()
            if _changed(text := payload(snapshot), before.get(place))
        ]
        return _write(recording, given, rows) if rows else ()


def _by_place(run: Run, snapshots: Iterable[Snapshot]) -> dict[Place, Snapshot]:
    given: dict[Place, Snapshot] = {}
    for snapshot in snapshots:
        place = (snapshot.cycle, snapshot.key_result, snapshot.as_of)
        if snapshot.workspace != run.workspace:
            raise ValueError(f"run {run.id} is {run.workspace}'s, not {snapshot.workspace}'s")
        if place in given:
            raise ValueError(
                f"key result {snapshot.key_result} of {snapshot.cycle} comes twice"
                f" as of {snapshot.as_of}"
            )
        given[place] = snapshot
    return given


def _before(
    connection: Connection, workspace: str, places: Iterable[Place]
) -> dict[Place, Row[Any]]:
    """The latest revisions that are there already, by place."""
    days: dict[KeyResult, list[date]] = {}
    for cycle, key_result, as_of in places:
        days.setdefault((cycle, key_result), []).append(as_of)
    spans = {kr: Window(min(some), max(some) + ONE_DAY) for kr, some in days.items()}
    each = (SnapshotRow.cycle, SnapshotRow.key_result, SnapshotRow.as_of)
    found: dict[Place, Row[Any]] = {}
    for some in within(spans):
        query = first(
            each, (SnapshotRow.revision.desc(),), SnapshotRow.workspace == workspace, some
        ).add_columns(*each)
        for row in connection.execute(query):
            found[row.cycle, row.key_result, row.as_of] = row
    return found


def _changed(text: str, old: Row[Any] | None) -> bool:
    return old is None or text != old.payload


def _columns(snapshot: Snapshot, text: str, old: Row[Any] | None) -> dict[str, Any]:
    return {
        "workspace": snapshot.workspace,
        "cycle": snapshot.cycle,
        "key_result": snapshot.key_result,
        "as_of": snapshot.as_of,
        "revision": old.revision + 1 if old else 1,
        "kind": kind_of(to_revision(old).snapshot if old else None, snapshot),
        "value": snapshot.value,
        "raw_progress": snapshot.raw_progress,
        "score": snapshot.score,
        "expected": snapshot.expected,
        "status": snapshot.status,
        "payload": text,
        "definition_hash": snapshot.definition_hash,
        "computation_hash": snapshot.computation_hash,
    }


def _write(
    recording: Recording, given: Mapping[Place, Snapshot], rows: list[dict[str, Any]]
) -> tuple[Written, ...]:
    added = recording.connection.execute(
        insert(SnapshotRow).returning(
            SnapshotRow.id,
            SnapshotRow.cycle,
            SnapshotRow.key_result,
            SnapshotRow.as_of,
            SnapshotRow.kind,
        ),
        rows,
    )
    written = tuple(
        Written(row.id, Kind(row.kind), given[row.cycle, row.key_result, row.as_of])
        for row in added
    )
    used = [
        {"snapshot": each.id, "check": check}
        for each in written
        for check in set(each.snapshot.checks)
    ]
    if used:
        recording.connection.execute(insert(UseRow), used)
    # Here, not when the run publishes: a run that is killed in between leaves no old figures there.
    renew(recording.connection, recording.workspace, {row["cycle"] for row in rows})
    return tuple(sorted(written, key=lambda each: each.id))

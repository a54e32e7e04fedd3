"""All that is remembered of a workspace, row by row, for whoever takes it along."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, select

from okrmodel.exact import plain
from okrmodel.store.store import Store
from okrmodel.store.tables import (
    CheckRow,
    DefinitionRow,
    EvidenceRow,
    FrozenCycleRow,
    ObservationRow,
    PublicationRow,
    RunRow,
    SnapshotRow,
)

Plain = dict[str, Any]
"""What JSON holds: numbers as exact text, instants in UTC, days as they are written."""


def snapshot_rows(store: Store, workspace: str) -> Iterator[Plain]:
    """Every revision of every snapshot, by cycle, key result, day and revision."""
    s = SnapshotRow
    query = (
        select(s.cycle, s.key_result, s.as_of, s.revision, s.kind, s.recorded_at, s.run)
        .add_columns(s.value, s.raw_progress, s.score, s.expected, s.status)
        .add_columns(s.definition_hash, s.payload)
        .where(s.workspace == workspace)
        .order_by(s.cycle, s.key_result, s.as_of, s.revision)
    )
    return _rows(store, query)


def definition_rows(store: Store, workspace: str) -> Iterator[Plain]:
    """Every definition that something was computed with, oldest first."""
    d = DefinitionRow
    query = (
        select(d.hash, d.computation_hash, d.recorded_at, d.run, d.text)
        .where(d.workspace == workspace)
        .order_by(d.recorded_at, d.hash)
    )
    return _rows(store, query)


def observation_rows(store: Store, workspace: str) -> Iterator[Plain]:
    """Every answer of a source with its evidence, and the reads that confirmed it, oldest first."""
    o, c = ObservationRow, CheckRow
    query = (
        select(o.id, o.fingerprint, o.starts, o.ends, o.revision, o.value, o.flags, o.restated)
        .add_columns(o.records, o.null_amounts, o.observed_at, o.recorded_at, o.run)
        .add_columns(EvidenceRow.body.label("evidence"))
        .join(
            EvidenceRow,
            and_(EvidenceRow.workspace == o.workspace, EvidenceRow.digest == o.evidence),
        )
        .where(o.workspace == workspace)
        .order_by(o.id)
    )
    reads = (
        select(c.observation, c.provisional, c.digest, c.observed_at, c.recorded_at, c.run)
        .join(o, o.id == c.observation)
        .where(o.workspace == workspace)
        .order_by(c.observation, c.id)
    )
    checks = groupby(_rows(store, reads), lambda row: row.pop("observation"))
    for row in _rows(store, query):
        # Each answer has the read that made it, so both go on together.
        _, some = next(checks)
        yield {**row, "checks": list(some)}


def frozen_rows(store: Store, workspace: str) -> Iterator[Plain]:
    """Every cycle that was frozen, with the figures that it was frozen with and their digest."""
    f = FrozenCycleRow
    query = select(f.cycle, f.recorded_at, f.run, f.digest, f.body).where(f.workspace == workspace)
    return _rows(store, query.order_by(f.cycle))


def publication_rows(store: Store, workspace: str) -> Iterator[Plain]:
    """What the files said for readers, and said before, oldest first."""
    p = PublicationRow
    query = select(p.recorded_at, p.run, p.digest, p.text).where(p.workspace == workspace)
    return _rows(store, query.order_by(p.recorded_at))


def run_rows(store: Store, workspace: str) -> Iterator[Plain]:
    """Every run, oldest first."""
    r = RunRow
    query = select(r.id, r.kind, r.parameters, r.began, r.ended, r.result, r.reason)
    return _rows(store, query.where(r.workspace == workspace).order_by(r.id))


def _rows(store: Store, query: Select[Any]) -> Iterator[Plain]:
    with store.asking() as connection:
        for row in connection.execute(query.execution_options(yield_per=1_000)).mappings():
            yield {key: _plain(value) for key, value in row.items()}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        case date():
            return value.isoformat()
        case Decimal():
            return plain(value)
        case _:
            return value

"""Runs for those who read about them: chosen, a few at a time, with what each of them did."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, true

from okrmodel.store.kinds import Kind
from okrmodel.store.runs import Outcome, Result, StoredRun, runs_where
from okrmodel.store.snapshots import KeyResult
from okrmodel.store.store import Store, aware
from okrmodel.store.tables import LeaseRow, OutcomeRow, RunRow, SnapshotRow

FEW = 3
"""Workspaces whose runs are collected one by one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which runs are meant; whatever is None chooses nothing away."""

    workspaces: Collection[str] | None = None
    """Ids."""
    kind: str | None = None
    result: Result | None = None
    ended: bool | None = None
    before: int | None = None
    """Only those older than the run of this id."""


@dataclass(frozen=True, slots=True)
class Parts:
    """How the parts of a run went."""

    connections: tuple[Outcome, ...] = ()
    """By name."""
    key_results: int = 0
    stale: int = 0
    """How many of them show an older value than they should."""


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody works on a workspace."""

    run: int | None
    """The newest run's id: the one that goes on, if any does."""
    holder: str
    until: datetime
    """The lease's end, unless it is renewed."""


def run_list(store: Store, choice: Choice, most: int) -> tuple[StoredRun, ...]:
    """The newest runs of a choice, newest first, so many at most."""
    return runs_where(store, and_(true(), *_conditions(choice)), most)


def _conditions(choice: Choice) -> Iterator[ColumnElement[bool]]:
    if choice.workspaces is not None:
        yield _among(choice.workspaces)
    if choice.kind is not None:
        yield RunRow.kind == choice.kind
    if choice.result is not None:
        yield RunRow.result == choice.result
    if choice.ended is not None:
        yield RunRow.ended.is_not(None) if choice.ended else RunRow.ended.is_(None)
    if choice.before is not None:
        yield RunRow.id < choice.before


def _among(workspaces: Collection[str]) -> ColumnElement[bool]:
    if len(workspaces) <= FEW:
        return RunRow.workspace.in_(workspaces)
    # Kept from an index by workspace: to look through the newest of all is less than to collect
    # every run of many workspaces.
    return func.coalesce(RunRow.workspace, "").in_(workspaces)


def connections_of(store: Store, runs: Sequence[int]) -> dict[int, tuple[Outcome, ...]]:
    """How it went for the connections of some runs, by the run's id and the connection's name."""
    with store.asking() as connection:
        return _connections_of(connection, runs)


def parts_of(store: Store, runs: Sequence[int]) -> dict[int, Parts]:
    """How the parts of some runs went, by the run's id; those that noted nothing are left out."""
    o = OutcomeRow
    counted = (
        select(o.run, o.result, func.count().label("n"))
        .where(o.run.in_(runs), o.subject == "key_result")
        .group_by(o.run, o.result)
    )
    counts: dict[int, dict[str, int]] = {}
    with store.asking() as connection:
        connections = _connections_of(connection, runs)
        for row in connection.execute(counted):
            counts.setdefault(row.run, {})[row.result] = row.n
    return {
        run: Parts(
            connections.get(run, ()),
            sum(counts.get(run, {}).values()),
            counts.get(run, {}).get(Result.STALE, 0),
        )
        for run in connections.keys() | counts.keys()
    }


def _connections_of(connection: Connection, runs: Sequence[int]) -> dict[int, tuple[Outcome, ...]]:
    o = OutcomeRow
    query = (
        select(o.run, o.name, o.result, o.reason, o.calls)
        .where(o.run.in_(runs), o.subject == "connection")
        .order_by(o.run, o.name)
    )
    found: dict[int, tuple[Outcome, ...]] = {}
    for row in connection.execute(query):
        said = Outcome("connection", row.name, Result(row.result), row.reason, row.calls)
        found[row.run] = (*found.get(row.run, ()), said)
    return found


def recorded_by(
    store: Store, workspace: str, run: int, cycles: Collection[str] | None = None
) -> dict[KeyResult, Mapping[Kind, int]]:
    """How many revisions of each kind a run recorded, by key result.

    Args:
        store: Where it is kept.
        workspace: The run's.
        run: Its id.
        cycles: The ids of those that it can have recorded anything of: to look through fewer.
    """
    s = SnapshotRow
    chosen = [s.workspace == workspace, s.run == run]
    if cycles is not None:
        chosen.append(s.cycle.in_(cycles))
    query = (
        select(s.cycle, s.key_result, s.kind, func.count().label("n"))
        .where(*chosen)
        .group_by(s.cycle, s.key_result, s.kind)
        .order_by(s.cycle, s.key_result)
    )
    found: dict[KeyResult, dict[Kind, int]] = {}
    with store.asking() as connection:
        for row in connection.execute(query):
            found.setdefault((row.cycle, row.key_result), {})[Kind(row.kind)] = row.n
    return dict(found)


def held(store: Store) -> dict[str, Held]:
    """The workspaces that somebody works on, by id."""
    newest = (
        select(func.max(RunRow.id)).where(RunRow.workspace == LeaseRow.workspace).scalar_subquery()
    )
    query = select(
        LeaseRow.workspace, LeaseRow.holder, LeaseRow.expires, newest.label("run")
    ).where(LeaseRow.expires > aware(store.wall()))
    with store.asking() as connection:
        return {
            row.workspace: Held(row.run, row.holder, row.expires)
            for row in connection.execute(query)
        }

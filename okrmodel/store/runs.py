"""What ran, when, and how it went: for each workspace, connection and key result."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, insert, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from okrmodel.snapshot import Failure
from okrmodel.store.skipping import each
from okrmodel.store.store import Store
from okrmodel.store.tables import OutcomeRow, RunRow


class Result(StrEnum):
    """How a run, or a part of it, ended."""

    OK = "ok"
    STALE = "stale"
    """It was done, with older values than it should have had."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """A run that goes on: what records are signed with."""

    id: int
    workspace: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run went for one connection or one key result (`<cycle>/<id>`)."""

    subject: Literal["connection", "key_result"]
    name: str
    result: Result
    reason: str = ""
    """A sentence for people, without secrets."""
    calls: int = 0
    """Requests sent on a connection, retries included."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as remembered. `ended` None: it goes on, or was killed."""

    id: int
    workspace: str
    kind: str
    parameters: Mapping[str, Any]
    began: datetime
    ended: datetime | None
    result: Result | None
    reason: str | None


def begin_run(store: Store, workspace: str, kind: str, parameters: Mapping[str, Any]) -> Run:
    """Note, before anything else, that a run begins.

    Args:
        store: Where it is kept.
        workspace: Whose id.
        kind: sync, backfill, publish …
        parameters: Names and dates as plain JSON values, never a secret.
    """
    with store.recording(workspace) as recording:
        number = recording.connection.scalars(
            insert(RunRow)
            .values(workspace=workspace, kind=kind, parameters=dict(parameters), began=recording.at)
            .returning(RunRow.id)
        ).one()
    return Run(number, workspace)


def record_outcomes(store: Store, run: Run, outcomes: Iterable[Outcome]) -> None:
    """Note how it went for connections or key results, once for each of them in a run."""
    rows = [{"run": run.id, "workspace": run.workspace, **asdict(each)} for each in outcomes]
    if not rows:
        return
    with store.recording(run.workspace) as recording:
        recording.connection.execute(
            insert(OutcomeRow), [row | {"recorded_at": recording.at} for row in rows]
        )


def end_run(store: Store, run: Run, result: Result, reason: str = "") -> None:
    """Note how a run ended, once. A run that was killed never gets here, and shows it.

    Needs no lease: a run that has lost it still says so.
    """
    with store.recording(run.workspace) as recording:
        recording.connection.execute(
            update(RunRow)
            .where(RunRow.id == run.id)
            .values(ended=recording.at, result=result, reason=reason)
        )


def runs(store: Store, workspace: str, *, newest: int = 20) -> tuple[StoredRun, ...]:
    """The workspace's last runs, newest first."""
    return runs_where(store, RunRow.workspace == workspace, newest)


def run(store: Store, number: int) -> StoredRun | None:
    """The run of this id."""
    found = runs_where(store, RunRow.id == number, 1)
    return found[0] if found else None


def runs_where(
    store: Store, condition: ColumnElement[bool], newest: int | None
) -> tuple[StoredRun, ...]:
    """The last of the runs that a condition on their rows chooses, newest first; all when None."""
    columns = (
        RunRow.id,
        RunRow.workspace,
        RunRow.kind,
        RunRow.parameters,
        RunRow.began,
        RunRow.ended,
        RunRow.result,
        RunRow.reason,
    )
    query = select(*columns).where(condition).order_by(RunRow.id.desc()).limit(newest)
    with store.asking() as connection:
        rows = connection.execute(query).mappings().all()
    return tuple(
        StoredRun(**{**row, "result": Result(row["result"]) if row["result"] else None})
        for row in rows
    )


def broken_runs(
    store: Store, workspace: str, since: datetime, until: datetime
) -> tuple[StoredRun, ...]:
    """The runs that ended with an error of their own, or were killed, oldest first.

    A run that failed because a connection did is not one of them: the connection's outcome says so.

    Args:
        store: Where they are kept.
        workspace: Whose, by nobody worked on now: what has not ended was killed.
        since: They began after it.
        until: And by then.
    """
    by_connection = (
        select(OutcomeRow.run)
        .where(OutcomeRow.run == RunRow.id, OutcomeRow.subject == "connection")
        .where(OutcomeRow.result == Result.FAILED)
        .exists()
    )
    own_error = and_(RunRow.result == Result.FAILED, ~by_connection)
    condition = and_(
        RunRow.workspace == workspace,
        RunRow.began > since,
        RunRow.began <= until,
        or_(own_error, RunRow.ended.is_(None)),
    )
    return runs_where(store, condition, None)[::-1]


def outcomes(store: Store, number: int) -> tuple[Outcome, ...]:
    """How a run went, connection by connection and key result by key result."""
    query = (
        select(
            OutcomeRow.subject,
            OutcomeRow.name,
            OutcomeRow.result,
            OutcomeRow.reason,
            OutcomeRow.calls,
        )
        .where(OutcomeRow.run == number)
        .order_by(OutcomeRow.subject, OutcomeRow.name)
    )
    with store.asking() as connection:
        rows = connection.execute(query).mappings().all()
    return tuple(Outcome(**{**row, "result": Result(row["result"])}) for row in rows)


def last_noted(
    store: Store, workspace: str, subject: Literal["connection", "key_result"]
) -> dict[str, datetime]:
    """When it was last noted how it went for each connection or key result, by name."""
    query = _last_noted(workspace, subject, OutcomeRow.recorded_at)
    with store.asking() as connection:
        return {row.name: row.recorded_at for row in connection.execute(query)}


def last_pulled(store: Store, workspace: str, known_at: datetime | None = None) -> datetime | None:
    """When a source last answered a request; where none is ever sent, when files were last read.

    Args:
        store: Where it is kept.
        workspace: Whose.
        known_at: Look at nothing recorded later.
    """
    answered = OutcomeRow.result != Result.FAILED
    with store.asking() as connection:
        for condition in (and_(answered, OutcomeRow.calls > 0), answered):
            query = _last_noted(
                workspace, "connection", OutcomeRow.recorded_at, known_at=known_at, only=condition
            )
            found: list[datetime] = [
                row.recorded_at for row in connection.execute(query) if row.recorded_at
            ]
            if found:
                return max(found)
    return None


def failures(store: Store, workspace: str, known_at: datetime | None = None) -> tuple[Failure, ...]:
    """The connections whose last pull failed, by name."""
    said = (OutcomeRow.result, OutcomeRow.reason)
    last = _last_noted(workspace, "connection", *said, known_at=known_at).subquery()
    query = select(last.c.name, last.c.reason).where(last.c.result == Result.FAILED)
    with store.asking() as connection:
        rows = connection.execute(query.order_by(last.c.name)).all()
    return tuple(Failure(row.name, row.reason) for row in rows)


def _last_noted(
    workspace: str,
    subject: str,
    *columns: InstrumentedAttribute[Any],
    known_at: datetime | None = None,
    only: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """What was noted last, by name: there are few of them, and thousands of nights."""
    of_it = (OutcomeRow.workspace == workspace, OutcomeRow.subject == subject)
    by_then = and_(
        OutcomeRow.recorded_at <= known_at if known_at else true(), true() if only is None else only
    )
    names = each(OutcomeRow.name, *of_it)
    found = [
        select(column)
        .where(*of_it, by_then, OutcomeRow.name == names.c.value)
        .order_by(OutcomeRow.recorded_at.desc())
        .limit(1)
        .scalar_subquery()
        .label(column.key)
        for column in columns
    ]
    return select(names.c.value.label("name"), *found).where(names.c.value.is_not(None))

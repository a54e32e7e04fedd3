"""What the API and the downloads say, row by row: exact numbers as text, null for "no data"."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from okrapp.output import exact
from okrapp.web.pages.workspaces import all_lines
from okrapp.web.shelf import Asked, Shelf
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import KeyResult
from okrmodel.publication import Publication
from okrmodel.snapshot import Status
from okrmodel.store.daily import KeyResultOf, day_by_day
from okrmodel.store.run_list import Choice, run_list
from okrmodel.store.runs import Result, StoredRun, outcomes


class _Row(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class CycleRow(_Row):
    """A planning period."""

    id: str
    starts: date
    ends: date
    """The last day."""
    key_results: int


class WorkspaceRow(_Row):
    """A company or client."""

    id: str
    name: str
    timezone: str
    """Days are cut in it."""
    locale: str
    currency: str | None
    rests: str | None
    """Why it is not synced at the moment."""
    cycles: tuple[CycleRow, ...]
    """In order of their dates."""


class StandingRow(_Row):
    """How a workspace stands in the cycle that its newest figures are of."""

    workspace: str
    name: str
    cycle: str
    on_course: int
    at_risk: int
    off_track: int
    """Missed ones, too."""
    no_verdict: int
    """Too early, stale, without data, or never recorded."""
    score: str | None
    """Weighted mean of the key results' scores, 0 to 1, to four places."""
    through: date | None
    """The last day that most figures are complete up to."""
    stale: int
    """How many key results show an old value."""
    last_sync: datetime | None
    """When it began."""
    sync: str
    """ok, stale, failed, goes-on, killed, missed, never; rests where none is wanted."""


class DayRow(_Row):
    """A key result as of one day."""

    as_of: date
    through: date | None
    """The last day that the value really covers."""
    value: str | None
    target: str | None
    progress: str | None
    """The share of the way, 1 is all of it."""
    expected: str | None
    """The planned share of the way."""
    status: Status
    provisional: bool
    stale: bool
    restated: bool
    revision: int
    """Counts from 1; how often the day was told."""
    recorded_at: datetime


class RunRow(_Row):
    """A piece of work on a workspace."""

    id: int
    workspace: str
    kind: str
    """sync, backfill, freeze …"""
    parameters: dict[str, Any]
    began: datetime
    ended: datetime | None
    """Null while it goes on, and after a crash."""
    result: Result | None
    reason: str | None


class OutcomeRow(_Row):
    """How a run went for one connection or key result."""

    subject: Literal["connection", "key_result"]
    name: str
    result: Result
    reason: str | None
    calls: int
    """Requests sent on a connection, retries included."""


class RunPage(RunRow):
    """A run with how each part of it went."""

    outcomes: tuple[OutcomeRow, ...]


def workspace_row(words: Publication) -> WorkspaceRow:
    """A workspace with its cycles."""
    cycles = tuple(
        CycleRow(id=c.id, starts=c.starts, ends=c.ends, key_results=len(c.key_results()))
        for c in words.cycles
    )
    return WorkspaceRow(
        id=words.workspace,
        name=words.name,
        timezone=words.timezone,
        locale=words.locale,
        currency=words.currency,
        rests=words.rests or None,
        cycles=cycles,
    )


def standing_rows(shelf: Shelf) -> Iterator[StandingRow]:
    """How the workspaces stand that the viewer can see, by id."""
    for line in all_lines(shelf):
        standing, counts = line.standing, line.counts
        yield StandingRow(
            workspace=standing.workspace,
            name=standing.name,
            cycle=standing.cycle,
            on_course=counts["good"],
            at_risk=counts["warn"],
            off_track=counts["bad"],
            no_verdict=counts["quiet"],
            score=exact(standing.score),
            through=line.through,
            stale=standing.stale,
            last_sync=standing.last_sync.began if standing.last_sync else None,
            sync=line.sync.value,
        )


def day_rows(
    shelf: Shelf, words: Publication, cycle: Cycle, key_result: KeyResult, asked: Asked
) -> Iterator[DayRow]:
    """A key result day by day, oldest first, up to the day asked about."""
    said = shelf.told(words, cycle, key_result, asked).revisions.get(key_result.id)
    if said is None:
        return
    last = said.snapshot.as_of
    # As the store knows it: a renamed one by its earlier id until its first sync.
    which = KeyResultOf(words.workspace, cycle.id, said.snapshot.key_result)
    for day in day_by_day(shelf.store, which, asked.known(words)):
        if day.as_of <= last:
            yield DayRow(
                as_of=day.as_of,
                through=day.through,
                value=exact(day.value),
                target=exact(day.target),
                progress=exact(day.raw_progress),
                expected=exact(day.expected),
                status=day.status,
                provisional=day.provisional,
                stale=day.stale,
                restated=day.restated,
                revision=day.revision,
                recorded_at=day.recorded_at,
            )


def run_rows(shelf: Shelf, workspace: str | None, newest: int) -> Iterator[RunRow]:
    """The last runs of a workspace, or of all that the viewer can see, newest first."""
    whose = shelf.allowed if workspace is None else (workspace,)
    for found in run_list(shelf.store, Choice(whose), newest):
        yield RunRow(**_run(found))


def run_page(shelf: Shelf, found: StoredRun) -> RunPage:
    """A run with all that is known of it."""
    parts = tuple(
        OutcomeRow(
            subject=each.subject,
            name=each.name,
            result=each.result,
            reason=each.reason or None,
            calls=each.calls,
        )
        for each in outcomes(shelf.store, found.id)
    )
    return RunPage(**_run(found), outcomes=parts)


def _run(found: StoredRun) -> dict[str, Any]:
    return {
        "id": found.id,
        "workspace": found.workspace,
        "kind": found.kind,
        "parameters": dict(found.parameters),
        "began": found.began,
        "ended": found.ended,
        "result": found.result,
        "reason": found.reason or None,
    }

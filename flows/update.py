"""One run on one workspace: demand, pull, compute, record, and the outcome of each part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from connectors.registry import catalogue
from flows.job import Job
from flows.pull import Pulled, pull
from flows.record import closures, record
from flows.report import Report
from okrmodel.closure import Closure
from okrmodel.definitions.cycle import Cycle
from okrmodel.demand import Demand, demand
from okrmodel.resolution import Source
from okrmodel.snapshot import Snapshot, Status
from okrmodel.store.runs import Outcome, Result, Run, end_run, record_outcomes
from okrmodel.store.snapshots import latest_as_of, missing_days
from okrmodel.windows import ONE_DAY, Window


@dataclass(frozen=True)
class Work:
    """Which snapshots of a cycle are wanted."""

    cycle: Cycle
    days: tuple[date, ...]
    """as_of days, sorted, never empty."""
    key_results: Sequence[str] | None = None
    """Ids; all when None."""


def cycles_on(job: Job, day: date) -> tuple[Cycle, ...]:
    """The cycles that a day's snapshots belong to: those it is in, or that are not frozen yet."""
    grace = timedelta(days=job.company.workspace.grace_days)
    return tuple(c for c in job.company.cycles if c.starts <= day <= c.ends + grace)


def update(
    job: Job, kind: str, parameters: Mapping[str, Any], works: Sequence[Work], as_of: date
) -> Report:
    """Pull what the wanted snapshots need, and record them with all that moved along.

    The run is noted first, and ended whatever happens. A connection that fails becomes a fault
    of the report; key results that do not need it are not touched by that.

    Raises:
        LeaseLost: Another run has taken over the workspace.
    """
    with job.running(kind, parameters) as run:
        pulled = pull(job, run, _demand(job, works))
        _note_connections(job, run, pulled)
        wanted = [
            (closure, _with_moved(job, closure, work, pulled))
            for work in works
            for closure in closures(job, work.cycle, work.key_results)
        ]
        recorded = record(job, run, wanted)
        newest = _newest(recorded.snapshots, works)
        _note_key_results(job, run, newest)
        report = Report(
            workspace=job.workspace,
            title=job.company.workspace.name,
            run=run.id,
            as_of=as_of,
            snapshots=newest,
            days=sum(len(work.days) for work in works),
            written=recorded.written,
            calls=pulled.calls,
            faults=tuple(pulled.faults),
        )
        end_run(job.store, run, _result(report), "; ".join(map(str, pulled.faults)))
    return report


def _demand(job: Job, works: Iterable[Work]) -> Demand:
    windows: dict[Source, set[Window]] = {}
    for work in works:
        chosen = [
            key_result
            for _, key_result in work.cycle.key_results()
            if work.key_results is None or key_result.id in work.key_results
        ]
        wanted = demand(job.company, work.cycle, chosen, work.days, catalogue())
        for source, found in wanted.windows.items():
            windows.setdefault(source, set()).update(found)
    return Demand({source: tuple(sorted(found)) for source, found in windows.items()})


def _with_moved(job: Job, closure: Closure, work: Work, pulled: Pulled) -> list[date]:
    """The wanted days, and the recorded ones that something which moved now may have changed."""
    marks = {source.fingerprint for source in closure.sources}
    moved = [
        c.after.window.start for c in pulled.changes if c.before and c.after.fingerprint in marks
    ]
    days = set(work.days)
    if moved:
        days |= _recorded_since(job, closure, min(moved))
    return sorted(days)


def _recorded_since(job: Job, closure: Closure, day: date) -> set[date]:
    """The days from one on that the key result has snapshots for."""
    last = latest_as_of(job.store, job.workspace, closure.cycle)
    if last is None or last < day:
        return set()
    window = Window(max(day, closure.starts), last + ONE_DAY)
    key = (closure.cycle, closure.key_result.id)
    missing = missing_days(job.store, job.workspace, {key: window}).get(key, ())
    return set(window.days()) - set(missing)


def _newest(snapshots: Iterable[Snapshot], works: Iterable[Work]) -> tuple[Snapshot, ...]:
    """Each key result's state as of its work's last day, as written in the files."""
    last = {work.cycle.id: work.days[-1] for work in works}
    return tuple(s for s in snapshots if s.as_of == last[s.cycle])


def _note_connections(job: Job, run: Run, pulled: Pulled) -> None:
    faults: dict[str, list[str]] = {}
    for fault in pulled.faults:
        faults.setdefault(fault.connection, []).append(str(fault))
    record_outcomes(
        job.store,
        run,
        [
            Outcome(
                "connection",
                name,
                Result.FAILED if name in faults else Result.OK,
                "; ".join(faults.get(name, ())),
                pulled.calls.get(name, 0),
            )
            for name in sorted(pulled.calls.keys() | faults.keys())
        ],
    )


def _note_key_results(job: Job, run: Run, newest: Iterable[Snapshot]) -> None:
    record_outcomes(
        job.store,
        run,
        [
            Outcome(
                "key_result",
                f"{s.cycle}/{s.key_result}",
                Result.STALE if s.status is Status.STALE else Result.OK,
                s.stale or "",
            )
            for s in newest
        ],
    )


def _result(report: Report) -> Result:
    if report.faults:
        return Result.FAILED
    return Result.STALE if report.failed else Result.OK

"""One run on one workspace: demand, pull, compute, record, and the outcome of each part."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from connectors.registry import catalogue
from flows.job import Job
from flows.planning import Plan, plan_of
from flows.publish import publish
from flows.pull import Pulled, pull
from flows.record import record
from flows.report import Report
from flows.view import View
from okrmodel.closure import Closure
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import KeyResult
from okrmodel.demand import Demand, demand
from okrmodel.due import Care
from okrmodel.resolution import resolve
from okrmodel.snapshot import Snapshot
from okrmodel.store.observations import earliest_read
from okrmodel.store.runs import Outcome, Result, Run, end_run, last_noted, record_outcomes
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


@dataclass(frozen=True)
class _Part:
    """One key result's part of a run."""

    cycle: Cycle
    key_result: KeyResult
    days: tuple[date, ...]
    """Wanted."""
    recorded: frozenset[date]
    """Those that it has snapshots for already. They may need late answers, or read them."""


def cycles_on(job: View, day: date) -> tuple[Cycle, ...]:
    """The cycles that a day's snapshots belong to: those it is in, or that are not frozen yet."""
    grace = job.company.workspace.grace
    return tuple(c for c in job.company.cycles if c.starts <= day <= c.ends + grace)


def plan_for(view: View, works: Sequence[Work], care: Care) -> Plan:
    """What the works would ask, if they began now; nothing is sent, and nothing recorded."""
    return plan_of(view, _demand(view, [p for work in works for p in _parts(view, work)]), care)


def update(
    job: Job,
    kind: str,
    parameters: Mapping[str, Any],
    works: Sequence[Work],
    as_of: date,
    *,
    care: Care,
) -> Report:
    """Pull what the wanted snapshots need, and record them with all that moved along.

    Recorded days of the same key results are looked after, too: what they still lack, or read
    while it was settling, is asked again, and they are computed anew from what came late. How far
    their settled past is looked after, `care` says.

    The run is noted first, and ended whatever happens. A connection that fails becomes a fault
    of the report; key results that do not need it are not touched by that. What the files say is
    published in any case.

    Raises:
        LeaseLost: Another run has taken over the workspace.
    """
    with job.running(kind, parameters) as run:
        parts = [part for work in works for part in _parts(job, work)]
        pulled = pull(job, run, plan_of(job, _demand(job, parts), care))
        _note_connections(job, run, pulled)
        recorded = record(job, run, list(_wanted(job, parts)))
        newest = _newest(recorded.snapshots, works)
        _note_key_results(job, run, newest)
        report = Report(
            words=publish(job, run),
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


def _parts(job: View, work: Work) -> Iterator[_Part]:
    cycle, chosen = work.cycle, work.key_results
    key_results = [k for _, k in cycle.key_results() if chosen is None or k.id in chosen]
    last = latest_as_of(job.store, job.workspace, cycle.id) or cycle.ends
    # Snapshots go on after the end until the cycle is frozen.
    span = Window(cycle.starts, max(last, cycle.ends) + ONE_DAY)
    # What was recorded under an earlier id is this key result's, too.
    names = {k.id: [(cycle.id, name) for name in k.ids] for k in key_results}
    every = dict.fromkeys(chain.from_iterable(names.values()), span)
    missing = missing_days(job.store, job.workspace, every)
    for key_result in key_results:
        days = ({*span.days()} - {*missing.get(name, ())} for name in names[key_result.id])
        yield _Part(cycle, key_result, work.days, frozenset(chain.from_iterable(days)))


def _demand(job: View, parts: Iterable[_Part]) -> Demand:
    each = (
        demand(
            job.company, part.cycle, [part.key_result], part.recorded.union(part.days), catalogue()
        )
        for part in parts
    )
    return Demand.of(chain.from_iterable(wanted.windows.items() for wanted in each))


def _wanted(job: Job, parts: Iterable[_Part]) -> Iterator[tuple[Closure, list[date]]]:
    """Each key result's wanted days, and the recorded ones that what came since may change.

    "Since" is when the key result was last done with, by the store's own word: what a run pulled
    that was killed before it computed counts, too.
    """
    noted = last_noted(job.store, job.workspace, "key_result")
    for part in parts:
        closure = resolve(job.company, part.cycle, part.key_result, catalogue()).closure
        marks = {source.fingerprint for source in closure.sources}
        since = noted.get(_name(closure.cycle, closure.key_result.id))
        first = earliest_read(job.store, job.workspace, marks, since)
        # Nothing is read of a window before its last day. One that was never done with has, under
        # its id, nothing yet of what was recorded under an earlier one.
        late = {d for d in part.recorded if since is None or (first and d >= first)}
        yield closure, sorted(late.union(part.days))


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
                _name(s.cycle, s.key_result),
                Result.STALE if s.stale else Result.OK,
                s.stale or "",
            )
            for s in newest
        ],
    )


def _name(cycle: str, key_result: str) -> str:
    return f"{cycle}/{key_result}"


def _result(report: Report) -> Result:
    if report.faults:
        return Result.FAILED
    return Result.STALE if report.failed else Result.OK

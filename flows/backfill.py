"""Back in time on demand: snapshots for a range of past days."""

from collections.abc import Sequence

from flows.job import Job
from flows.limits import waiting
from flows.planning import Plan
from flows.report import Report
from flows.update import Work, plan_for, update
from flows.view import View
from okrmodel.due import Care
from okrmodel.suggestion import did_you_mean
from okrmodel.windows import Window


class UnknownKeyResult(LookupError):  # noqa: N818 - says what is unknown
    """No cycle in the range has a key result of that id."""


class NothingToDo(LookupError):  # noqa: N818 - says what is the matter
    """No cycle has a day in the range."""


def backfill(job: Job, days: Window, key_results: Sequence[str] | None = None) -> Report:
    """Record snapshots as of each day of a range, for all key results or those chosen.

    What is settled in the store is not asked again, so a backfill that was killed goes on where
    it stopped. Days after a cycle's end belong to the next cycle.

    Raises:
        NothingToDo: No cycle is written down for any of the days.
        UnknownKeyResult: A chosen id is in none of the cycles.
        LeaseLost: Another run has taken over the workspace.
    """
    parameters = {
        "from": days.start.isoformat(),
        "to": days.last_day.isoformat(),
        "key_results": list(key_results) if key_results else None,
    }
    works = _works(job, days, key_results)
    job.edges = waiting(job.edges)
    return update(job, "backfill", parameters, works, days.last_day, care=Care.NONE)


def planned(view: View, days: Window, key_results: Sequence[str] | None = None) -> Plan:
    """What it would ask.

    Raises:
        NothingToDo: No cycle is written down for any of the days.
        UnknownKeyResult: A chosen id is in none of the cycles.
    """
    return plan_for(view, _works(view, days, key_results), Care.NONE)


def _works(view: View, days: Window, key_results: Sequence[str] | None) -> list[Work]:
    works = []
    for cycle in view.company.cycles:
        inside = tuple(day for day in days.days() if cycle.starts <= day <= cycle.ends)
        if inside:
            works.append(Work(cycle, inside, key_results))
    if not works:
        raise NothingToDo(f"no cycle in okrs/ has a day in {days.start} to {days.last_day}")
    known = {k.id for work in works for _, k in work.cycle.key_results()}
    for chosen in key_results or ():
        if chosen not in known:
            raise UnknownKeyResult(f"unknown key result {chosen!r}{did_you_mean(chosen, known)}")
    return works

"""The nightly job: bring a workspace up to a day, and catch up on the days that were missed."""

from datetime import date

from flows.job import Job
from flows.report import Report
from flows.update import Work, cycles_on, update
from okrmodel.definitions.cycle import Cycle
from okrmodel.store.snapshots import latest_as_of
from okrmodel.windows import ONE_DAY, Window

CATCH_UP_DAYS = 31
"""How many missed nights a sync makes good by itself; a backfill does longer gaps."""


def sync(job: Job, as_of: date) -> Report:
    """Pull what is new and record every key result as of a day.

    Nights that were missed since the last snapshot are recorded, too (Prefect's schedule forgets
    all but three). What the sources changed meanwhile in older days is restated.

    Raises:
        LeaseLost: Another run has taken over the workspace.
    """
    works = [Work(cycle, _days(job, cycle, as_of)) for cycle in cycles_on(job, as_of)]
    return update(job, "sync", {"as_of": as_of.isoformat()}, works, as_of)


def _days(job: Job, cycle: Cycle, as_of: date) -> tuple[date, ...]:
    """The day itself, and those after the last recorded one, at most CATCH_UP_DAYS."""
    recorded = latest_as_of(job.store, job.workspace, cycle.id)
    if recorded is None or recorded >= as_of:
        return (as_of,)
    missed = tuple(Window(recorded + ONE_DAY, as_of + ONE_DAY).days())
    return missed[-CATCH_UP_DAYS:]

"""The nightly job: bring a workspace up to a day, and catch up on the days that were missed."""

from datetime import date

from flows.job import Job
from flows.planning import Plan
from flows.report import Report
from flows.update import Work, cycles_on, plan_for, update
from flows.view import View
from okrmodel.definitions.cycle import Cycle
from okrmodel.due import Care
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
    parameters = {"as_of": as_of.isoformat()}
    return update(job, "sync", parameters, _works(job, as_of), as_of, care=Care.NIGHTLY)


def planned(view: View, as_of: date) -> Plan:
    """What it would ask."""
    return plan_for(view, _works(view, as_of), Care.NIGHTLY)


def _works(view: View, as_of: date) -> list[Work]:
    return [Work(cycle, _days(view, cycle, as_of)) for cycle in cycles_on(view, as_of)]


def _days(view: View, cycle: Cycle, as_of: date) -> tuple[date, ...]:
    """The day itself, and those after the last recorded one, at most CATCH_UP_DAYS."""
    recorded = latest_as_of(view.store, view.workspace, cycle.id)
    if recorded is None or recorded >= as_of:
        return (as_of,)
    missed = tuple(Window(recorded + ONE_DAY, as_of + ONE_DAY).days())
    return missed[-CATCH_UP_DAYS:]

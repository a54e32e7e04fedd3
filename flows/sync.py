"""The nightly job: bring a workspace up to a day, and catch up on the days that were missed."""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date, timedelta

from flows.freeze import freeze, freezes_on
from flows.job import Job
from flows.notes import queue_news
from flows.planning import Plan
from flows.report import Report
from flows.update import Work, cycles_on, plan_for, update
from flows.view import View
from okrmodel.definitions.cycle import Cycle
from okrmodel.due import Care
from okrmodel.store.frozen import frozen_cycles
from okrmodel.store.snapshots import latest_as_of
from okrmodel.windows import ONE_DAY, Window, last_complete_day

CATCH_UP_DAYS = 31
"""How many missed nights a sync makes good by itself; a backfill does longer gaps."""
PATIENCE = timedelta(days=7)
"""How long a freezing waits for sources that fail, before old figures are frozen, as stale."""


def sync(job: Job, as_of: date) -> Report:
    """Pull what is new and record every key result as of a day.

    Nights that were missed since the last snapshot are recorded, too (Prefect's schedule forgets
    all but three). What the sources changed meanwhile in older days is restated. A cycle whose
    grace period is over is read again as a whole, and frozen; it is left alone from then on. What is
    worth telling people at once is queued, that it failed, too.

    Raises:
        LeaseLost: Another run has taken over the workspace.
    """
    try:
        report = _synced(job, as_of)
    except Exception as error:
        if untold := queue_news(job):
            error.add_note(f"nobody is told of it: {untold}")
        raise
    return replace(report, untold=queue_news(job))


def _synced(job: Job, as_of: date) -> Report:
    closing, works = _works(job, as_of)
    parameters = {"as_of": as_of.isoformat()}
    report = update(job, "sync", parameters, works, as_of, care=_care(closing))
    overdue = freezes_on(job.company, (), as_of - PATIENCE)
    ready = [cycle.id for cycle in closing if cycle in overdue or not report.faults]
    return replace(report, frozen=tuple(freeze(job, cycle) for cycle in ready))


def planned(view: View, as_of: date) -> Plan:
    """What it would ask."""
    closing, works = _works(view, as_of)
    return plan_for(view, works, _care(closing))


def _closing(view: View, frozen: Container[str], as_of: date) -> list[Cycle]:
    """The cycles to be frozen tonight: of others nothing was recorded that could be."""
    day = min(as_of, last_complete_day(view.now(), view.company.workspace.zone))
    ended = freezes_on(view.company, frozen, day)
    return [cycle for cycle in ended if latest_as_of(view.store, view.workspace, cycle.id)]


def _care(closing: Sequence[Cycle]) -> Care:
    return Care.WHOLE if closing else Care.NIGHTLY


def _works(view: View, as_of: date) -> tuple[list[Cycle], list[Work]]:
    """The cycles to be frozen tonight, and the work on them and on those that go on."""
    frozen = frozen_cycles(view.store, view.workspace)
    closing = _closing(view, frozen, as_of)
    done = {*frozen, *(cycle.id for cycle in closing)}
    going_on = [cycle for cycle in cycles_on(view, as_of) if cycle.id not in done]
    return closing, [
        *(Work(cycle, _days(view, cycle, as_of)) for cycle in going_on),
        *(Work(cycle, _days(view, cycle, cycle.ends)) for cycle in closing),
    ]


def _days(view: View, cycle: Cycle, as_of: date) -> tuple[date, ...]:
    """The day itself, and those after the last recorded one, at most CATCH_UP_DAYS."""
    recorded = latest_as_of(view.store, view.workspace, cycle.id)
    if recorded is None or recorded >= as_of:
        return (as_of,)
    missed = tuple(Window(recorded + ONE_DAY, as_of + ONE_DAY).days())
    return missed[-CATCH_UP_DAYS:]

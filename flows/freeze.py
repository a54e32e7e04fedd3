"""Closing a cycle for good: its figures are noted, and what changes later stands beside them."""

from collections.abc import Container
from datetime import date

from connectors.registry import catalogue
from flows.job import Job
from flows.publish import publish
from flows.record import record
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.resolution import resolve
from okrmodel.store.frozen import FrozenCycle, frozen_cycles, record_freeze
from okrmodel.store.runs import Result, end_run
from okrmodel.store.snapshots import latest_as_of
from okrmodel.suggestion import did_you_mean
from okrmodel.windows import ONE_DAY, last_complete_day


class CannotFreeze(ValueError):  # noqa: N818 - says what is refused
    """The cycle is not one that can be frozen now."""


def freezes_on(company: Company, frozen: Container[str], day: date) -> tuple[Cycle, ...]:
    """The cycles to be frozen by themselves once a day is recorded: their grace period is over.

    Args:
        company: Whose cycles.
        frozen: The ids of those that are frozen already.
        day: The day, a complete one.
    """
    grace = company.workspace.grace
    return tuple(c for c in company.cycles if c.id not in frozen and c.ends + grace <= day)


def freeze(job: Job, cycle: str) -> FrozenCycle:
    """Note how a cycle ended: of every key result the figure as of its last day.

    The figures are computed once more from what is stored, so that the definitions of today and
    the latest answers are in them; no source is asked. What is not final then is noted as such.

    Raises:
        CannotFreeze: There is no such cycle, it has not ended, nothing was recorded of it, or it
            is frozen already.
        LeaseLost: Another run has taken over the workspace.
    """
    closing = _ended(job, cycle)
    with job.running("freeze", {"cycle": closing.id}) as run:
        closures = [
            resolve(job.company, closing, key_result, catalogue()).closure
            for _, key_result in closing.key_results()
        ]
        record(job, run, [(closure, [closing.ends]) for closure in closures])
        frozen = record_freeze(job.store, run, job.lease, closing)
        publish(job, run)
        end_run(job.store, run, Result.OK)
    return frozen


def _ended(job: Job, name: str) -> Cycle:
    """The cycle of this id, if it can be frozen."""
    cycles = {cycle.id: cycle for cycle in job.company.cycles}
    if name not in cycles:
        raise CannotFreeze(f"no cycle {name!r} in okrs/{did_you_mean(name, cycles)}")
    cycle = cycles[name]
    if before := frozen_cycles(job.store, job.workspace).get(name):
        at = before.recorded_at.astimezone(job.company.workspace.zone)
        raise CannotFreeze(
            f"{name} was frozen on {at:%Y-%m-%d at %H:%M} by run {before.run}, and a cycle is"
            f" frozen once. okr freeze {name} --verify proves that it is as it was."
        )
    if last_complete_day(job.now(), job.company.workspace.zone) < cycle.ends:
        first = cycle.ends + ONE_DAY
        raise CannotFreeze(f"{name} ends on {cycle.ends}: it can be frozen from {first} on")
    if latest_as_of(job.store, job.workspace, name) is None:
        raise CannotFreeze(
            f"nothing was recorded of {name}; okr backfill --from {cycle.ends} --to {cycle.ends}"
            " records how it ended"
        )
    return cycle

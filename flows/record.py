"""From observations to snapshots: compute what is wanted and record what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flows.edges import Progress
from flows.job import Job
from okrmodel.closure import Closure, SourceMeasure
from okrmodel.compute import compute
from okrmodel.demand import needed
from okrmodel.snapshot import Known, Snapshot, SnapshotInputs
from okrmodel.store.definitions import record_definitions
from okrmodel.store.observations import known_observations
from okrmodel.store.revisions import record_snapshots
from okrmodel.store.runs import Run, failures
from okrmodel.windows import ONE_DAY, Window


@dataclass(frozen=True)
class Recorded:
    """What computing came to."""

    snapshots: tuple[Snapshot, ...]
    """All that were computed."""
    written: int
    """New revisions among them."""


def record(job: Job, run: Run, wanted: Sequence[tuple[Closure, Sequence[date]]]) -> Recorded:
    """Compute each closure's snapshots as of its days, and record them together."""
    failed = failures(job.store, job.workspace)
    computed: list[Snapshot] = []
    for done, (closure, days) in enumerate(wanted, start=1):
        known = _known(job, closure, max(days, default=closure.starts))
        computed += [compute(SnapshotInputs(closure, day, known, failed)) for day in days]
        job.edges.listen(Progress("compute", done, len(wanted), closure.key_result.title))
    record_definitions(job.store, run, job.lease, (closure for closure, _ in wanted))
    written = record_snapshots(job.store, run, job.lease, computed)
    return Recorded(tuple(computed), len(written))


def _known(job: Job, closure: Closure, last: date) -> tuple[Known, ...]:
    """What the store knows of all windows up to a day: older ones show when newer ones failed."""
    span = closure.span
    if last < span.start:
        return ()
    windows: dict[str, set[Window]] = {}
    for day in Window(span.start, last + ONE_DAY).days():
        for key, window in needed(closure, day):
            measure = closure.measures[key]
            if isinstance(measure, SourceMeasure):
                windows.setdefault(measure.fingerprint, set()).add(window)
    return tuple(known_observations(job.store, job.workspace, windows).values())

"""From observations to snapshots: compute what is wanted and record what changed."""

from dataclasses import dataclass

from flows.edges import Progress
from flows.inputs import Wanted, inputs
from flows.job import Job
from okrmodel.compute import compute
from okrmodel.snapshot import Snapshot
from okrmodel.store.definitions import record_definitions
from okrmodel.store.revisions import record_snapshots
from okrmodel.store.runs import Run


@dataclass(frozen=True)
class Recorded:
    """What computing came to."""

    snapshots: tuple[Snapshot, ...]
    """All that were computed."""
    written: int
    """New revisions among them."""


def record(job: Job, run: Run, wanted: Wanted) -> Recorded:
    """Compute each closure's snapshots as of its days (at least one), and record them together."""
    computed: list[Snapshot] = []
    parts = inputs(job.store, job.workspace, wanted)
    for done, (closure, given) in enumerate(parts, start=1):
        computed += map(compute, given)
        job.edges.listen(Progress("compute", done, len(wanted), closure.key_result.title))
    record_definitions(job.store, run, job.lease, (closure for closure, _ in wanted))
    written = record_snapshots(job.store, run, job.lease, computed)
    return Recorded(tuple(computed), len(written))

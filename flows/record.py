"""From observations to snapshots: compute what is wanted and record what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from flows.edges import Progress
from flows.job import Job
from okrmodel.closure import Closure
from okrmodel.compute import compute
from okrmodel.demand import measured, needed
from okrmodel.snapshot import Snapshot, SnapshotInputs
from okrmodel.store.definitions import record_definitions
from okrmodel.store.observations import Key, known_observations, pinned_observations
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
    """Compute each closure's snapshots as of its days (at least one), and record them together."""
    failed = failures(job.store, job.workspace)
    read = [_read(closure, max(days)) for closure, days in wanted]
    found = known_observations(job.store, job.workspace, _windows(read))
    ends = [{*measured(closure, max(days))} for closure, days in wanted]
    pins = pinned_observations(job.store, job.workspace, _windows(ends))
    computed: list[Snapshot] = []
    parts = zip(wanted, read, ends, strict=True)
    for done, ((closure, days), keys, measured_from) in enumerate(parts, start=1):
        known = tuple(found[key] for key in keys if key in found)
        pinned = tuple(pins[key] for key in measured_from if key in pins)
        computed += [compute(SnapshotInputs(closure, day, known, failed, pinned)) for day in days]
        job.edges.listen(Progress("compute", done, len(wanted), closure.key_result.title))
    record_definitions(job.store, run, job.lease, (closure for closure, _ in wanted))
    written = record_snapshots(job.store, run, job.lease, computed)
    return Recorded(tuple(computed), len(written))


def _windows(keys: Iterable[Iterable[Key]]) -> dict[str, set[Window]]:
    windows: dict[str, set[Window]] = {}
    for fingerprint, window in chain.from_iterable(keys):
        windows.setdefault(fingerprint, set()).add(window)
    return windows


def _read(closure: Closure, last: date) -> set[Key]:
    """The windows of all days up to the last: older values show when newer ones failed."""
    span = closure.span
    if last < span.start:
        return set()
    measures = {key: m.fingerprint for key, m in closure.measures.items() if m.kind == "source"}
    days = Window(span.start, last + ONE_DAY).days()
    return {(measures[key], window) for day in days for key, window in needed(closure, day)}

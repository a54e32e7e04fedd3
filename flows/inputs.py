"""What snapshots are computed from, as known now or at an earlier moment."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain

from okrmodel.closure import Closure
from okrmodel.demand import measured, needed
from okrmodel.snapshot import SnapshotInputs
from okrmodel.store.observations import Key, known_observations, pinned_observations
from okrmodel.store.runs import failures
from okrmodel.store.store import Store
from okrmodel.windows import ONE_DAY, Window

Wanted = Sequence[tuple[Closure, Sequence[date]]]
"""Closures, each with the days that snapshots are wanted of, at least one."""


def inputs(
    store: Store, workspace: str, wanted: Wanted, known_at: datetime | None = None
) -> Iterator[tuple[Closure, tuple[SnapshotInputs, ...]]]:
    """Each closure's inputs, one for each of its days, from a few questions asked for all.

    Args:
        store: Where it is kept.
        workspace: Whose id.
        wanted: Which snapshots.
        known_at: Look at nothing recorded later.
    """
    failed = failures(store, workspace, known_at)
    read = [_read(closure, max(days)) for closure, days in wanted]
    found = known_observations(store, workspace, _windows(read), known_at)
    ends = [{*measured(closure, max(days))} for closure, days in wanted]
    pins = pinned_observations(store, workspace, _windows(ends), known_at)
    for (closure, days), keys, measured_from in zip(wanted, read, ends, strict=True):
        known = tuple(one for key in keys if (one := found.get(key)))
        pinned = tuple(one for key in measured_from if (one := pins.get(key)))
        yield closure, tuple(SnapshotInputs(closure, day, known, failed, pinned) for day in days)


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
    return {(measures[key], window) for key, window in needed(closure, *days)}

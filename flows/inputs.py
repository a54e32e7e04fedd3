"""What snapshots are computed from, as known now or at an earlier moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from itertools import chain

from okrmodel.closure import Closure
from okrmodel.demand import marked, measured
from okrmodel.history import history
from okrmodel.observations import Key
from okrmodel.snapshot import Known, SnapshotInputs
from okrmodel.store.observations import known_observations, pinned_observations
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
    if not wanted:
        return
    failed = failures(store, workspace, known_at)
    read = [_read(closure, days) for closure, days in wanted]
    found = known_observations(store, workspace, _all(read), known_at)
    for number, (closure, days) in enumerate(wanted):
        if _looks_back(closure, read[number], found):
            read[number] = _read(closure, _until(closure, max(days)))
    learned = [_grouped(history(closure, days)) for closure, days in wanted]
    found |= known_observations(store, workspace, _beyond([*read, *learned], found), known_at)
    ends = [_measured(closure, max(days)) for closure, days in wanted]
    pins = pinned_observations(store, workspace, _all(ends), known_at)
    for (closure, days), windows, measured_from in zip(
        wanted, map(_both, read, learned), ends, strict=True
    ):
        known = tuple(_of(windows, found))
        pinned = tuple(_of(measured_from, pins))
        yield closure, tuple(SnapshotInputs(closure, day, known, failed, pinned) for day in days)


_Windows = Mapping[str, AbstractSet[Window]]
"""By fingerprint."""


def _all(several: Iterable[_Windows]) -> _Windows:
    return _grouped(chain.from_iterable(each.items() for each in several))


def _grouped(pairs: Iterable[tuple[str, Iterable[Window]]]) -> _Windows:
    windows: dict[str, set[Window]] = {}
    for fingerprint, some in pairs:
        windows.setdefault(fingerprint, set()).update(some)
    return windows


def _both(one: _Windows, other: _Windows) -> _Windows:
    return _all((one, other))


def _of(windows: _Windows, found: Mapping[Key, Known]) -> Iterator[Known]:
    """What was found of the windows."""
    for fingerprint, some in windows.items():
        for window in some:
            if one := found.get((fingerprint, window)):
                yield one


def _read(closure: Closure, days: Iterable[date]) -> _Windows:
    """The windows that the snapshots as of the days are made of."""
    return _grouped(marked(closure, days))


def _looks_back(closure: Closure, windows: _Windows, found: Mapping[Key, Known]) -> bool:
    """Whether more than the days' own windows may be read.

    Older values show when newer ones are missing, and a level without history begins at its first.
    """
    if not all(source.has_history for source in closure.sources):
        return True
    return any((mark, window) not in found for mark, some in windows.items() for window in some)


def _until(closure: Closure, last: date) -> Iterable[date]:
    """All days up to the last."""
    begins = closure.span.start
    return Window(begins, last + ONE_DAY).days() if last >= begins else ()


def _beyond(several: Iterable[_Windows], found: Mapping[Key, Known]) -> _Windows:
    """What was not asked for yet, or not found."""
    left = {
        mark: {window for window in windows if (mark, window) not in found}
        for mark, windows in _all(several).items()
    }
    return {mark: windows for mark, windows in left.items() if windows}


def _measured(closure: Closure, last: date) -> _Windows:
    return _grouped((fingerprint, [window]) for fingerprint, window in measured(closure, last))

"""The plan behind a value: as it was stored with each day, and for the days to come as it will be."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from okrmodel.algebra import Observed
from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Manual, Reach
from okrmodel.exact import exactly
from okrmodel.history import history
from okrmodel.periods import value_windows
from okrmodel.snapshot import Snapshot
from okrmodel.store.daily import DayFigure
from okrmodel.store.observations import known_observations
from okrmodel.store.store import Store
from okrmodel.telling.charts.drawn import Dated
from okrmodel.way import Way
from okrmodel.windows import ONE_DAY, Window


@exactly
def planned(
    store: Store,
    closure: Closure,
    scale: Reach | Manual,
    days: Sequence[DayFigure],
    said: Snapshot,
    known_at: datetime | None,
) -> tuple[Dated, ...]:
    """The planned value at the end of each day; nothing where no way can be told.

    Args:
        store: Where the history is kept that a plan may follow.
        closure: The definition that the last day was computed by.
        scale: Its key result.
        days: What is said of the days so far.
        said: All that is said of the last of them.
        known_at: Look at nothing recorded later.
    """
    found = {
        day.as_of: day.baseline + (day.target - day.baseline) * day.expected
        for day in days
        if day.expected is not None and day.baseline is not None and day.target is not None
    }
    if said.baseline is None or said.target is None or said.baseline == said.target:
        return tuple(Dated(day, value) for day, value in found.items())
    observed = _learned_from(store, closure, scale, days[-1].as_of, known_at)
    for day in Window(closure.span.start, closure.ends + ONE_DAY).days():
        if day in found or (day <= days[-1].as_of and not _even(scale)):
            continue
        windows = value_windows(closure, scale, day)
        if windows:
            way = Way(closure, scale, said.baseline, said.target, windows, observed, said.as_of)
            found[day] = way.planned(way.expected)
    first = _first(closure, scale, said.baseline)
    return (*first, *(Dated(day, found[day]) for day in sorted(found)))


def _even(scale: Reach | Manual) -> bool:
    """Whether the plan goes on through days of which nothing was said."""
    return isinstance(scale, Manual) or scale.window in {"cycle", "latest"}


def _first(closure: Closure, scale: Reach | Manual, baseline: Decimal) -> Iterator[Dated]:
    """Where a way begins that goes on through the whole cycle."""
    if _even(scale):
        yield Dated(closure.span.start - ONE_DAY, baseline)


def _learned_from(
    store: Store, closure: Closure, scale: Reach | Manual, day: date, known_at: datetime | None
) -> Observed:
    """What a plan follows that rises as stored history did."""
    if not (isinstance(scale, Reach) and scale.shape == "history"):
        return Observed(())
    wanted = {mark: [*windows] for mark, windows in history(closure, [day])}
    return Observed(known_observations(store, closure.workspace, wanted, known_at).values())

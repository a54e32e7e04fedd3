"""The plan behind a value: as it was stored with each day, and for the days to come as it will be."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from okrmodel.algebra import Observed
from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Manual, Reach
from okrmodel.exact import exactly
from okrmodel.history import history
from okrmodel.periods import complete_periods, value_windows
from okrmodel.snapshot import Snapshot
from okrmodel.store.daily import DayFigure
from okrmodel.store.observations import known_observations
from okrmodel.targets import target_on
from okrmodel.telling.charts.drawn import Dated, Span
from okrmodel.telling.charts.remembered import Remembered
from okrmodel.way import Way
from okrmodel.windows import ONE_DAY, Window


@exactly
def planned_on(day: DayFigure) -> Decimal | None:
    """The planned value at the end of a day, as it was stored with it; None where no way was told."""
    if day.expected is None or day.baseline is None or day.target is None:
        return None
    return day.baseline + (day.target - day.baseline) * day.expected


@exactly
def planned(
    remembered: Remembered,
    closure: Closure,
    scale: Reach | Manual,
    days: Sequence[DayFigure],
    said: Snapshot,
) -> tuple[Dated, ...]:
    """The planned value at the end of each day; nothing where no way can be told.

    Args:
        remembered: Where the history is kept that a plan may follow.
        closure: The definition that the last day was computed by.
        scale: Its key result.
        days: What is said of the days so far.
        said: All that is said of the last of them.
    """
    found = {day.as_of: value for day in days if (value := planned_on(day)) is not None}
    ends = _ends(scale, said)
    if ends is None:
        return tuple(Dated(day, value) for day, value in found.items())
    observed = _learned_from(remembered, closure, scale, days[-1].as_of)
    for day in Window(closure.span.start, closure.ends + ONE_DAY).days():
        if day in found or (day <= days[-1].as_of and not _even(scale)):
            continue
        windows = value_windows(closure, scale, day)
        if windows:
            way = Way(closure, scale, *ends, windows, observed, said.as_of)
            found[day] = way.planned(way.expected)
    first = _first(closure, scale, ends[0])
    return (*first, *(Dated(day, found[day]) for day in sorted(found)))


def _ends(scale: Reach | Manual, said: Snapshot) -> tuple[Decimal, Decimal] | None:
    """Both ends of the way as they were judged by; before anything was, as they are written."""
    baseline, target = said.baseline, said.target
    if target is None:
        written = target_on(scale, said.as_of)
        target = written if isinstance(written, Decimal) else None
    if baseline is None:
        baseline = scale.from_ if isinstance(scale.from_, Decimal) else None
        baseline = Decimal(0) if scale.from_ is None else baseline
    if baseline is None or target is None or baseline == target:
        return None
    return baseline, target


def _even(scale: Reach | Manual) -> bool:
    """Whether the plan goes on through days of which nothing was said."""
    return isinstance(scale, Manual) or scale.window in {"cycle", "latest"}


def _first(closure: Closure, scale: Reach | Manual, baseline: Decimal) -> Iterator[Dated]:
    """Where a way begins that goes on through the whole cycle."""
    if _even(scale):
        yield Dated(closure.span.start - ONE_DAY, baseline)


def _learned_from(
    remembered: Remembered, closure: Closure, scale: Reach | Manual, day: date
) -> Observed:
    """What a plan follows that rises as stored history did."""
    if not (isinstance(scale, Reach) and scale.shape == "history"):
        return Observed(())
    wanted = {mark: [*windows] for mark, windows in history(closure, [day])}
    known = known_observations(remembered.store, closure.workspace, wanted, remembered.known_at)
    return Observed(known.values())


@exactly
def spans(
    closure: Closure, scale: Reach | Manual, days: Sequence[DayFigure], said: Snapshot
) -> tuple[Span, ...]:
    """The cycle's complete months or weeks; none where they are not judged one by one.

    A period's value is what was said of it last; its plan is read at its last day.
    """
    if isinstance(scale, Manual) or scale.evaluate != "last":
        return ()
    if scale.window not in ("month", "week"):
        return ()
    told = {day.through: day for day in days if day.value is not None}
    return tuple(
        Span(
            period.start,
            period.last_day,
            day.value if (day := told.get(period.last_day)) else None,
            _planned_by(closure, scale, period, said),
            provisional=bool(day and (day.provisional or day.stale)),
        )
        for period in complete_periods(scale.window, closure.span, closure.week_starts)
    )


def _planned_by(closure: Closure, scale: Reach, period: Window, said: Snapshot) -> Decimal | None:
    ends = _ends(scale, said)
    if ends is None:
        return None
    way = Way(closure, scale, *ends, (period,), Observed(()), said.as_of)
    return way.planned(way.expected)

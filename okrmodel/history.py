"""What a forecast and a shape are learned from: stored windows, read where they are, never asked for.

- Sums over the cycle: the single days of the eight weeks before; with `shape: history` also the
  same days a year ago.
- Distinct counts over the cycle: the cycle before, to the same day and to its end.
- Levels and check-ins: the single days up to the one that is looked at.
- Rates over the cycle: nothing more, for the days of their parts are read anyway.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.key_results import Manual, Reach
from okrmodel.observations import Aggregation
from okrmodel.windows import ONE_DAY, Window

WEEKS = 8
"""Weeks before the key result's first day that dispersion and weekdays are learned from."""

A_YEAR = timedelta(weeks=52)
"""A year back to the same weekday."""

TREND = 28
"""Days that a trend is drawn through."""


def history(closure: Closure, days: Iterable[date]) -> Iterator[tuple[str, Iterable[Window]]]:
    """The windows that snapshots as of the days learn from, by the source measure's fingerprint."""
    scale = closure.key_result
    measure = closure.measures.get(closure.measure)
    if not isinstance(scale, Reach | Manual) or not isinstance(measure, SourceMeasure):
        return
    looked_at = sorted({closure.day(day) for day in days if day >= closure.span.start})
    if not looked_at:
        return
    match measure.aggregation:
        case Aggregation.LEVEL if isinstance(scale, Manual) or scale.window == "latest":
            first = trend_days(closure, looked_at[0]).start
            yield measure.fingerprint, Window(first, looked_at[-1] + ONE_DAY).day_windows()
        case Aggregation.SUM if isinstance(scale, Reach) and scale.window == "cycle":
            yield measure.fingerprint, weeks_before(closure).day_windows()
            if scale.shape == "history":
                yield measure.fingerprint, year_before(closure).day_windows()
        case Aggregation.DISTINCT if isinstance(scale, Reach) and scale.window == "cycle":
            yield measure.fingerprint, (cycle_then(closure), *(then(closure, d) for d in looked_at))


def weeks_before(closure: Closure) -> Window:
    """The weeks before the key result begins."""
    begins = closure.span.start
    return Window(begins - timedelta(weeks=WEEKS), begins)


def year_before(closure: Closure) -> Window:
    """The key result's days, 52 weeks earlier."""
    return Window(closure.span.start - A_YEAR, closure.span.end - A_YEAR)


def trend_days(closure: Closure, day: date) -> Window:
    """The days up to one that a trend is drawn through; of check-ins, all since the start."""
    longest = closure.span.start if isinstance(closure.key_result, Manual) else date.min
    return Window(max(day + ONE_DAY - timedelta(days=TREND), longest), day + ONE_DAY)


def cycle_then(closure: Closure) -> Window:
    """The whole cycle before."""
    return Window(closure.before, closure.starts)


def then(closure: Closure, day: date) -> Window:
    """The cycle before up to the same place in it, in whole days and at least one."""
    whole = cycle_then(closure)
    passed = (day + ONE_DAY - closure.starts).days
    share = max(round(passed * whole.length / Window(closure.starts, closure.span.end).length), 1)
    return Window(whole.start, whole.start + timedelta(days=min(share, whole.length)))

"""Which windows a key result is read over: cycle, month, week, month to date, trailing, latest."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from okrmodel.closure import Closure
from okrmodel.definitions.key_results import KeyResultWindow, Manual, Reach, Trailing
from okrmodel.windows import ONE_DAY, Window

Period = Literal["month", "week"]
WeekStarts = Literal["monday", "sunday"]


def value_windows(closure: Closure, scale: Reach | Manual, day: date) -> tuple[Window, ...]:
    """The windows whose values make the key result's figure at the end of a day, oldest first.

    Several only where months or weeks are judged together; none when it is too early.
    """
    found = _read_over(closure, scale, closure.span, day)
    return found if _together(scale) else found[-1:]


def value_windows_on(
    closure: Closure, scale: Reach | Manual, days: tuple[date, ...]
) -> frozenset[Window]:
    """The same of several days."""
    return _values_on(_window(scale), closure.span, days, closure.week_starts, _together(scale))


@lru_cache(maxsize=1_000)
def _values_on(
    window: KeyResultWindow,
    within: Window,
    days: tuple[date, ...],
    week_starts: WeekStarts,
    together: bool,  # noqa: FBT001 - remembered by position
) -> frozenset[Window]:
    """Remembered, for many key results are read over the same windows."""
    each = (read_over(window, within, day, week_starts) for day in days)
    return frozenset(w for found in each for w in (found if together else found[-1:]))


def _together(scale: Reach | Manual) -> bool:
    """Whether months or weeks are judged together."""
    return isinstance(scale, Reach) and scale.evaluate != "last"


def _window(scale: Reach | Manual) -> KeyResultWindow:
    return scale.window if isinstance(scale, Reach) else "latest"


def previous_windows(closure: Closure, scale: Reach | Manual) -> tuple[Window, ...]:
    """The same at the end of the cycle before: what `previous` means when it is measured."""
    return _before(closure, scale, closure.starts)


def baseline_windows(
    closure: Closure, scale: Reach | Manual, newest: date = date.max
) -> tuple[Window, ...]:
    """The same at the end of the day before the start: what `from: measured` means.

    While that lies ahead, at the end of the `newest` day that can be asked about.
    """
    return _before(closure, scale, closure.span.start, newest)


def _before(
    closure: Closure, scale: Reach | Manual, start: date, newest: date = date.max
) -> tuple[Window, ...]:
    within = Window(closure.before, start)
    found = _read_over(closure, scale, within, min(within.last_day, newest))
    together = isinstance(scale, Reach) and scale.evaluate == "mean"
    return found if together else found[-1:]


def _read_over(
    closure: Closure, scale: Reach | Manual, within: Window, day: date
) -> tuple[Window, ...]:
    return read_over(_window(scale), within, day, closure.week_starts)


def read_over(
    window: KeyResultWindow, within: Window, day: date, week_starts: WeekStarts
) -> tuple[Window, ...]:
    """The windows that a key result shows at the end of a day, oldest first.

    Args:
        window: What the key result declares.
        within: Its days; months and weeks count when they lie wholly inside.
        day: The last day to look at, inside `within`.
        week_starts: The first day of a week.

    Returns:
        One window, or for months and weeks every complete one; none when it is too early.
    """
    if day < within.start:
        return ()
    end = day + ONE_DAY
    match window:
        case "cycle":
            return (Window(within.start, end),)
        case "month" | "week":
            return complete_periods(window, Window(within.start, end), week_starts)
        case "month_to_date":
            return (Window(max(day.replace(day=1), within.start), end),)
        case "latest":
            return (Window.of_day(day),)
        case Trailing(trailing=days):
            return (Window(end - timedelta(days=days), end),)


def complete_periods(period: Period, within: Window, week_starts: WeekStarts) -> tuple[Window, ...]:
    """The calendar months or weeks that lie wholly inside, oldest first."""
    return tuple(found for found in _periods(period, within, week_starts) if within.holds(found))


def _periods(period: Period, within: Window, week_starts: WeekStarts) -> Iterator[Window]:
    """The periods that touch the window."""
    start = _period_start(period, within.start, week_starts)
    while start < within.end:
        longest = timedelta(days=31 if period == "month" else 7)
        end = _period_start(period, start + longest, week_starts)
        yield Window(start, end)
        start = end


def _period_start(period: Period, day: date, week_starts: WeekStarts) -> date:
    if period == "month":
        return day.replace(day=1)
    into_week = day.weekday() if week_starts == "monday" else day.isoweekday() % 7
    return day - timedelta(days=into_week)


def month_of(day: date) -> Window:
    """The calendar month that a day is in."""
    start = _period_start("month", day, "monday")
    return Window(start, _period_start("month", start + timedelta(days=31), "monday"))


def cycle_before(starts: date, ends: date) -> date:
    """The first day of the cycle before one with no definition of its own.

    As many months where the cycle is made of whole months, else as many days.
    """
    after = ends + ONE_DAY
    if starts.day == 1 and after.day == 1:
        months = (after.year - starts.year) * 12 + after.month - starts.month
        count = starts.year * 12 + starts.month - 1 - months
        return date(count // 12, count % 12 + 1, 1)
    return starts - (after - starts)

"""Names of quarters, and the days that they stand for in a fiscal year."""

import re
from datetime import date, timedelta

from okrmodel.windows import ONE_DAY, Window

_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_MONTHS = 12


def quarter(name: str, fiscal_year_starts: int) -> Window | None:
    """The days of a quarter named like `2026-Q4`; None when the name has another form.

    A fiscal year is named after the year it ends in: with `fiscal_year_starts` 10, `2026-Q1` is
    October to December 2025. With 1 the fiscal year is the calendar year.
    """
    found = _QUARTER.fullmatch(name)
    if found is None or int(found[1]) <= date.min.year:
        return None
    first_year = int(found[1]) - (fiscal_year_starts > 1)
    first_month = first_year * _MONTHS + fiscal_year_starts - 1 + 3 * (int(found[2]) - 1)
    last_month = first_month + 3
    if last_month // _MONTHS > date.max.year:
        return None
    return Window(_first_day(first_month), _first_day(last_month))


def next_name(name: str) -> str | None:
    """The quarter after one named like `2026-Q4`; None when the name has another form."""
    found = _QUARTER.fullmatch(name)
    if found is None:
        return None
    count = int(found[1]) * 4 + int(found[2])
    return f"{count // 4:04}-Q{count % 4 + 1}"


def following(days: Window) -> Window:
    """The days right after: as many months where they are whole months, else as many days."""
    start = days.end
    if days.start.day == 1 and start.day == 1:
        months = _month(start) - _month(days.start)
        return Window(start, _first_day(_month(start) + months))
    return Window(start, start + (days.end - days.start))


def carried(day: date, old: Window, new: Window) -> date:
    """The same place in another cycle.

    Where both are made of whole months, as many of them, it is the same day of the same month of
    the cycle: the second month's 30th stays that, or becomes the month's last day where there is
    none, and a month's last day stays the last. Else the days before it keep their share of the
    cycle, and the last day stays the last. Later days never come to lie before earlier ones.

    Args:
        day: A day of the old cycle.
        old: The old cycle's days.
        new: The new cycle's days.
    """
    months = _whole_months(old)
    if months and months == _whole_months(new):
        month = _month(new.start) + _month(day) - _month(old.start)
        last = _first_day(month + 1) - ONE_DAY
        if (day + ONE_DAY).day == 1:
            return last
        return last.replace(day=min(day.day, last.day))
    gone, steps = (day - old.start).days, old.length - 1
    # Half a day is rounded down: nothing becomes due later than its share.
    ahead = (2 * gone * (new.length - 1) + steps - 1) // (2 * steps) if steps else 0
    return new.start + timedelta(days=ahead)


def _whole_months(days: Window) -> int:
    """How many months it is made of; 0 when it is made of none."""
    whole = days.start.day == days.end.day == 1
    return _month(days.end) - _month(days.start) if whole else 0


def _month(day: date) -> int:
    """Months since year 0."""
    return day.year * _MONTHS + day.month - 1


def _first_day(month: int) -> date:
    """The first day of a month counted from year 0."""
    return date(month // _MONTHS, month % _MONTHS + 1, 1)

"""Names of quarters, and the days that they stand for in a fiscal year."""

import re
from datetime import date

from okrmodel.windows import Window

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


def _first_day(month: int) -> date:
    """The first day of a month counted from year 0."""
    return date(month // _MONTHS, month % _MONTHS + 1, 1)

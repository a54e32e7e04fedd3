"""Months and weeks inside a window, and the cycle before."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.periods import Period, WeekStarts, complete_periods, cycle_before
from okrmodel.windows import Window

windows = st.builds(
    lambda start, length: Window(start, start + timedelta(days=length)),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(1, 400),
)


@given(windows, st.sampled_from(["month", "week"]), st.sampled_from(["monday", "sunday"]))
def test_complete_periods_lie_inside_and_leave_less_than_one_at_each_end(
    within: Window, period: Period, week_starts: WeekStarts
) -> None:
    found = complete_periods(period, within, week_starts)
    longest = 31 if period == "month" else 7
    for one in found:
        assert within.start <= one.start < one.end <= within.end
        starts_well = one.start.day == 1 if period == "month" else one.length == 7
        assert starts_well
    assert all(a.end == b.start for a, b in pairwise(found))
    if found:
        assert (found[0].start - within.start).days < longest
        assert (within.end - found[-1].end).days < longest
    else:
        assert within.length < 2 * longest


@pytest.mark.parametrize(("week_starts", "first"), [("monday", 5), ("sunday", 4)])
def test_weeks_start_where_the_workspace_says(week_starts: WeekStarts, first: int) -> None:
    found = complete_periods("week", Window(date(2026, 10, 1), date(2027, 1, 1)), week_starts)
    assert found[0].start == date(2026, 10, first)


@pytest.mark.parametrize(
    ("starts", "ends", "before"),
    [
        ("2026-10-01", "2026-12-31", "2026-07-01"),
        ("2027-01-01", "2027-03-31", "2026-10-01"),
        ("2024-02-01", "2024-02-29", "2024-01-01"),
        ("2026-01-01", "2026-12-31", "2025-01-01"),
        ("2026-10-05", "2026-11-15", "2026-08-24"),
    ],
)
def test_the_cycle_before_has_as_many_months_or_as_many_days(
    starts: str, ends: str, before: str
) -> None:
    found = cycle_before(date.fromisoformat(starts), date.fromisoformat(ends))
    assert found == date.fromisoformat(before)

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.cycles import quarter
from okrmodel.windows import Window


@pytest.mark.parametrize(
    ("name", "starts", "first", "last"),
    [
        ("2026-Q1", 1, date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", 1, date(2026, 10, 1), date(2026, 12, 31)),
        # A fiscal year is named after the year it ends in.
        ("2027-Q1", 10, date(2026, 10, 1), date(2026, 12, 31)),
        ("2027-Q4", 10, date(2027, 7, 1), date(2027, 9, 30)),
        ("2026-Q4", 2, date(2025, 11, 1), date(2026, 1, 31)),
        ("2026-Q4", 12, date(2026, 9, 1), date(2026, 11, 30)),
        ("2024-Q1", 12, date(2023, 12, 1), date(2024, 2, 29)),
    ],
)
def test_a_quarter_has_the_dates_of_the_fiscal_year(
    name: str, starts: int, first: date, last: date
) -> None:
    days = quarter(name, starts)
    assert days is not None
    assert (days.start, days.last_day) == (first, last)


@pytest.mark.parametrize("name", ["2026-Q5", "2026-Q0", "2026", "2026-q4", "26-Q4", "0000-Q1", ""])
def test_other_names_are_no_quarters(name: str) -> None:
    assert quarter(name, 1) is None


@given(st.integers(2, 9998), st.integers(1, 12))
def test_the_quarters_of_a_year_follow_one_another_and_end_in_it(year: int, month: int) -> None:
    quarters = [quarter(f"{year:04}-Q{n}", month) for n in (1, 2, 3, 4)]
    days = [found for found in quarters if isinstance(found, Window)]
    assert [a.end for a in days[:-1]] == [b.start for b in days[1:]]
    assert days[0].start.month == month
    assert days[3].last_day.year == year


def test_the_last_year_of_the_calendar_has_no_fourth_quarter() -> None:
    assert quarter("9999-Q4", 1) is None

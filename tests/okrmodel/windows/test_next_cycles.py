"""Days that go to the next cycle: the same place in it, in the same order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.cycles import carried, following, next_name, quarter
from okrmodel.windows import Window

DAYS = st.dates(date(1990, 1, 1), date(2080, 1, 1))
WINDOWS = st.builds(lambda day, n: Window(day, day + timedelta(days=n)), DAYS, st.integers(1, 400))
QUARTERS = st.builds(
    lambda year, n, starts: quarter(f"{year}-Q{n}", starts),
    st.integers(1990, 2080),
    st.integers(1, 4),
    st.integers(1, 12),
)
EITHER = st.one_of(WINDOWS, QUARTERS)


@given(EITHER, EITHER)
def test_ends_stay_ends_and_later_days_stay_no_earlier(old: Window, new: Window) -> None:
    moved = [carried(day, old, new) for day in old.days()]
    assert moved[0] == new.start
    assert old.length == 1 or moved[-1] == new.last_day
    assert moved == sorted(moved)
    assert all(new.start <= day <= new.last_day for day in moved)


@given(EITHER)
def test_the_same_days_stay_where_they_are(days: Window) -> None:
    assert [carried(day, days, days) for day in days.days()] == [*days.days()]


@given(DAYS, DAYS, st.integers(2, 400), st.data())
def test_a_day_keeps_its_number_in_a_cycle_as_long(
    one: date, other: date, length: int, data: st.DataObject
) -> None:
    # Days that do not begin a month: months are told below.
    old, new = (
        Window(d.replace(day=2), d.replace(day=2) + timedelta(length)) for d in (one, other)
    )
    number = data.draw(st.integers(0, length - 1))
    day = old.start + timedelta(days=number)
    assert carried(day, old, new) - new.start == timedelta(days=number)


@pytest.mark.parametrize(
    ("day", "there"),
    [
        ("2026-10-01", "2027-01-01"),
        ("2026-10-31", "2027-01-31"),
        ("2026-11-15", "2027-02-15"),
        ("2026-11-29", "2027-02-28"),
        ("2026-11-30", "2027-02-28"),
        ("2026-12-30", "2027-03-30"),
        ("2026-12-31", "2027-03-31"),
    ],
)
def test_quarters_go_by_months(day: str, there: str) -> None:
    old, new = quarter("2026-Q4", 1), quarter("2027-Q1", 1)
    assert old
    assert new
    assert carried(date.fromisoformat(day), old, new).isoformat() == there


def test_a_months_last_day_stays_the_last() -> None:
    old, new = quarter("2027-Q1", 1), quarter("2027-Q2", 1)
    assert old
    assert new
    assert carried(date(2027, 2, 28), old, new) == date(2027, 5, 31)
    assert carried(date(2027, 2, 27), old, new) == date(2027, 5, 27)


def test_a_cycle_half_as_long_has_its_days_twice_as_fast() -> None:
    old = Window(date(2026, 1, 5), date(2026, 1, 26))
    new = Window(date(2026, 1, 26), date(2026, 2, 6))
    assert carried(date(2026, 1, 15), old, new) == date(2026, 1, 31)
    # Half a day is not there yet.
    assert carried(date(2026, 1, 6), old, new) == date(2026, 1, 26)


@given(st.integers(1991, 2080), st.integers(1, 4), st.integers(1, 12))
def test_the_next_quarter_begins_where_one_ends(year: int, number: int, starts: int) -> None:
    name = f"{year}-Q{number}"
    after = next_name(name)
    assert after
    days, follows = quarter(name, starts), quarter(after, starts)
    assert days
    assert follows == following(days)


def test_other_names_have_no_next() -> None:
    assert next_name("spring") is None
    assert following(Window(date(2026, 1, 5), date(2026, 1, 7))) == Window(
        date(2026, 1, 7), date(2026, 1, 9)
    )

"""Days as zones cut them: 23 and 25 hours, and midnights that never were."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.windows import ONE_DAY, Window, day_begins, day_of

ZONES = (
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Africa/Cairo",
    "Europe/Warsaw",
    "America/Havana",
    "America/Santiago",
    "America/St_Johns",
    "America/Los_Angeles",
    "Pacific/Apia",
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.integers(0, 23 * 366 * 86_400).map(
    lambda seconds: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(zones, instants)
def test_every_instant_lies_on_the_day_that_has_begun_and_not_ended(
    zone: ZoneInfo, instant: datetime
) -> None:
    found = day_of(instant, zone)
    begins, ends = Window.of_day(found).instants(zone)
    assert begins <= instant < ends


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Warsaw", "2026-03-29", 23),
        ("Europe/Warsaw", "2026-10-25", 25),
        ("America/Los_Angeles", "2026-03-08", 23),
        ("America/Los_Angeles", "2026-11-01", 25),
        ("Pacific/Auckland", "2026-09-27", 23),
        ("Pacific/Auckland", "2026-04-05", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/Santiago", "2026-09-06", 23),
        ("Africa/Cairo", "2026-04-24", 23),
        ("Asia/Beirut", "2026-03-29", 23),
        ("America/Havana", "2026-11-01", 25),
        ("Pacific/Apia", "2011-12-30", 0),
    ],
)
def test_a_day_has_the_hours_that_its_zone_gives_it(zone: str, day: str, hours: float) -> None:
    begins, ends = Window.of_day(date.fromisoformat(day)).instants(ZoneInfo(zone))
    assert ends - begins == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00"),
        # Midnight comes twice; the day begins with the first.
        ("America/Havana", "2026-11-01", "2026-11-01T04:00"),
    ],
)
def test_where_clocks_jump_at_midnight_the_day_begins_at_the_jump(
    zone: str, day: str, begins: str
) -> None:
    found = day_begins(date.fromisoformat(day), ZoneInfo(zone))
    assert found == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert day_of(found, ZoneInfo(zone)) == date.fromisoformat(day)
    assert day_of(found - timedelta(seconds=1), ZoneInfo(zone)) < date.fromisoformat(day)


@given(zones, st.dates(date(2005, 1, 1), date(2027, 12, 31)), st.integers(1, 400))
def test_the_days_of_a_window_follow_one_another_without_gap(
    zone: ZoneInfo, start: date, length: int
) -> None:
    window = Window(start, start + timedelta(days=length))
    edges = [day.instants(zone) for day in window.day_windows()]
    assert (edges[0][0], edges[-1][1]) == window.instants(zone)
    assert all(ends == begins for (_, ends), (begins, _) in pairwise(edges))
    assert window.length == length == len(list(window.days()))


def test_a_window_needs_a_day() -> None:
    day = date(2026, 10, 1)
    for end in (day, day - ONE_DAY):
        with pytest.raises(ValueError, match="ends after it starts"):
            Window(day, end)


def test_an_instant_without_a_zone_lies_on_no_day() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        day_of(datetime(2026, 10, 1, tzinfo=UTC).replace(tzinfo=None), ZoneInfo("UTC"))

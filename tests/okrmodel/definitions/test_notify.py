"""When the digest goes out, and when nothing is sent, on days of every length."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.definitions.notify import Notify, Quiet, Weekly

WARSAW, LORD_HOWE = ZoneInfo("Europe/Warsaw"), ZoneInfo("Australia/Lord_Howe")
ZONES = [WARSAW, LORD_HOWE, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")]
MINUTES = st.integers(0, 1439).map(lambda m: time(m // 60, m % 60))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)


def warsaw(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-11-23T19:59:59", None),
        ("2026-11-23T20:00", "2026-11-24T07:00"),
        ("2026-11-24T00:30", "2026-11-24T07:00"),
        ("2026-11-24T06:59:59", "2026-11-24T07:00"),
        ("2026-11-24T07:00", None),
        # The night of 23 hours, and that of 25.
        ("2026-03-28T22:00", "2026-03-29T07:00"),
        ("2026-10-24T22:00", "2026-10-25T07:00"),
    ],
)
def test_the_night_is_quiet(at: str, ends: str | None) -> None:
    assert Quiet().until(warsaw(at), WARSAW) == (warsaw(ends) if ends else None)


def test_quiet_hours_may_lie_within_a_day() -> None:
    noon = Quiet.model_validate({"from": "12:00", "to": "13:30"})
    assert noon.until(warsaw("2026-11-23T12:15"), WARSAW) == warsaw("2026-11-23T13:30")
    assert noon.until(warsaw("2026-11-23T13:30"), WARSAW) is None
    assert noon.until(warsaw("2026-11-23T02:00"), WARSAW) is None


def test_hours_whose_end_comes_twice_last_until_the_second() -> None:
    """In Warsaw the clocks show 02:00 to 03:00 twice on 25 October."""
    short = Quiet.model_validate({"from": "01:00", "to": "02:30"})
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert short.until(warsaw("2026-10-25T01:00"), WARSAW) == second
    assert short.until(second - timedelta(minutes=40), WARSAW) == second
    assert short.until(second, WARSAW) is None


def test_hours_whose_beginning_comes_twice_or_never_begin_early() -> None:
    night = Quiet.model_validate({"from": "02:30", "to": "06:00"})
    ends = warsaw("2026-10-25T06:00")
    assert night.until(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), WARSAW) == ends
    assert night.until(datetime(2026, 10, 25, 0, 29, tzinfo=UTC), WARSAW) is None
    assert night.until(warsaw("2026-03-29T01:30"), WARSAW) == warsaw("2026-03-29T06:00")


def test_hours_whose_end_never_comes_last_as_much_longer() -> None:
    """In Warsaw the clocks jump from 02:00 to 03:00 on 29 March."""
    short = Quiet.model_validate({"from": "01:00", "to": "02:30"})
    assert short.until(warsaw("2026-03-29T01:30"), WARSAW) == warsaw("2026-03-29T03:30")


@given(INSTANTS, st.sampled_from(ZONES), MINUTES, MINUTES)
def test_quiet_is_what_the_clock_on_the_wall_says(
    at: datetime, zone: ZoneInfo, begins: time, ends: time
) -> None:
    if begins == ends:
        return
    quiet = Quiet.model_validate({"from": begins, "to": ends})
    local = at.astimezone(zone)
    shown = local.time().replace(tzinfo=None)
    inside = begins <= shown < ends if begins < ends else not ends <= shown < begins
    until = quiet.until(at, zone)
    if inside:
        assert until is not None
    # Where clocks change it may be longer, never shorter.
    changes = {(local + timedelta(hours=h)).utcoffset() for h in range(-26, 27)}
    if len(changes) == 1:
        assert (until is not None) == inside
    if until:
        assert at < until <= at + timedelta(hours=26)
        assert quiet.until(until, zone) is None


def test_the_digest_goes_out_on_its_day_of_the_week() -> None:
    for day in range(23, 30):  # Monday to Sunday.
        assert Weekly().instant(date(2026, 11, day), WARSAW) == warsaw("2026-11-23T08:00")
    friday = Weekly.model_validate({"day": "friday", "at": "16:30"})
    assert friday.instant(date(2026, 11, 23), WARSAW) == warsaw("2026-11-27T16:30")


def test_a_time_that_the_clocks_jump_over_is_as_much_later() -> None:
    early = Weekly.model_validate({"day": "sunday", "at": "02:30"})
    assert early.instant(date(2026, 3, 29), WARSAW) == warsaw("2026-03-29T03:30")
    # And the first of the two where it comes twice.
    assert early.instant(date(2026, 10, 25), WARSAW) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(INSTANTS, st.sampled_from(ZONES), MINUTES)
def test_there_is_one_digest_a_week(at: datetime, zone: ZoneInfo, hour: time) -> None:
    weekly = Weekly(day="wednesday", at=hour)
    day = at.astimezone(zone).date()
    first, second = (weekly.instant(day + timedelta(days=n), zone) for n in (0, 7))
    assert timedelta(days=7) - timedelta(hours=2) <= second - first
    assert second - first <= timedelta(days=7, hours=2)
    assert first.astimezone(zone).isocalendar()[:2] == day.isocalendar()[:2]


def test_without_quiet_hours_it_is_never_quiet() -> None:
    loud = Notify.model_validate({"quiet": False})
    assert loud.quiet_until(warsaw("2026-11-23T03:00"), WARSAW) is None
    assert Notify().quiet_until(warsaw("2026-11-23T03:00"), WARSAW) == warsaw("2026-11-23T07:00")

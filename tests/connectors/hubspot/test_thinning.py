"""Email counters move for weeks: read every night at first, then ever more rarely, till the end."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.hubspot import CONNECTOR
from connectors.hubspot.email_query import Counter
from okrmodel.windows import ONE_DAY, Window
from tests.connectors.opening import WARSAW, days
from tests.okrmodel.maths.test_due import Nights

DAY = Window.of_day(date(2026, 10, 10))
"""In the middle of its six weeks an hour comes twice."""
SPRING = Window.of_day(date(2027, 3, 10))
"""In the middle of its six weeks an hour is missing."""
SIX_WEEKS = range(50)
"""Nights after a day, and some more."""
LATE = st.integers(0, 180)
"""Minutes after 04:00 at which a nightly run gets to it."""
OPENS = CONNECTOR.query.validate_python({"emails": "open"})


def at(window: Window, night: int, late: int = 0) -> datetime:
    """Four o'clock in Warsaw, so many nights after the one that follows the day."""
    morning = datetime.combine(window.end + night * ONE_DAY, time(4), WARSAW)
    return morning.astimezone(UTC) + timedelta(minutes=late)


def read(counter: str, window: Window, runs: Mapping[int, int]) -> list[int]:
    """The nights in which a window is read, of those with a run and when it begins."""
    query = CONNECTOR.query.validate_python({"emails": counter})
    store = Nights(query, (window,))
    return [
        night
        for night, late in sorted(runs.items())
        if (found := store.night(at(window, night, late))) and window in found.read
    ]


def nightly(lateness: Iterable[int]) -> dict[int, int]:
    return dict(zip(SIX_WEEKS, lateness, strict=True))


EVERY_NIGHT = st.lists(LATE, min_size=len(SIX_WEEKS), max_size=len(SIX_WEEKS)).map(nightly)
SOME_NIGHTS = st.dictionaries(st.sampled_from(SIX_WEEKS), LATE)


@given(runs=EVERY_NIGHT, window=st.sampled_from([DAY, SPRING]))
def test_an_open_is_read_thirteen_times_in_six_weeks(runs: dict[int, int], window: Window) -> None:
    assert read("open", window, runs) == [*range(8), 14, 21, 28, 35, 42]


@pytest.mark.parametrize("counter", get_args(Counter))
def test_a_counter_that_settles_sooner_is_read_every_night_until_then(counter: str) -> None:
    query = CONNECTOR.query.validate_python({"emails": counter})
    found = read(counter, DAY, nightly([0] * len(SIX_WEEKS)))

    settled = query.settles.days
    assert found[-1] == settled
    assert found == [*range(settled + 1)] or (settled, len(found)) == (42, 13)


@given(runs=SOME_NIGHTS, window=st.sampled_from([DAY, SPRING]))
def test_missed_nights_are_made_up_for_by_the_next(runs: dict[int, int], window: Window) -> None:
    found = read("open", window, runs)

    assert found[:1] == sorted(runs)[:1]
    last = -1
    for night in sorted(runs):
        final = last >= 42
        if night in found:
            # Nothing is read without need: in the first week, after another, or for the last time.
            assert not final
            assert night <= 7 or night - last >= 7 or night >= 42 or last == -1
            last = night
        else:
            assert final or (night > 7 and night - last < 7 and night < 42)


@given(runs=SOME_NIGHTS)
def test_whoever_reads_every_night_knows_no_more_of_the_end(runs: dict[int, int]) -> None:
    """What is read last is final for both: the schedule only saves reads in between."""
    found = read("open", DAY, runs)
    after = [night for night in runs if night >= 42]

    assert (found[-1:] == sorted(after)[:1]) or not after


def test_each_day_has_a_schedule_of_its_own() -> None:
    windows = days("2026-10-01", "2026-11-30")
    store = Nights(OPENS, ())
    asked = []
    for window in windows:
        store.windows += (window,)
        found = store.night(at(window, 0))
        asked.append(len(found.read) if found else 0)

    # On any night after six weeks: eight of the first week, one of each week after it.
    assert asked[42:] == [13] * len(asked[42:])

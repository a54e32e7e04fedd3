"""When an observation is final."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from okrmodel.observations import Flag, Observation, Provisional
from okrmodel.windows import Window

AUCKLAND = ZoneInfo("Pacific/Auckland")
# 1 October in Auckland ends at 11:00 UTC.
ENDS = datetime(2026, 10, 1, 11, tzinfo=UTC)


def seen(at: datetime, **more: Any) -> Observation:
    day = Window.of_day(date(2026, 10, 1))
    return Observation("f", day, Decimal(1), at, settles=timedelta(days=3), **more)


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (timedelta(seconds=-1), Provisional.TODAY),
        (timedelta(), Provisional.SETTLING),
        (timedelta(days=3, seconds=-1), Provisional.SETTLING),
        (timedelta(days=3), None),
    ],
)
def test_a_value_is_final_when_its_window_ended_and_settled_in_the_zone(
    after: timedelta, reason: Provisional | None
) -> None:
    assert seen(ENDS + after).provisional(AUCKLAND) is reason


@pytest.mark.parametrize(
    ("flag", "reason"),
    [
        (Flag.SAMPLED, Provisional.SAMPLED),
        (Flag.THRESHOLDED, Provisional.THRESHOLDED),
        (Flag.OTHER_ROW, Provisional.OTHER_ROW),
        (Flag.TRUNCATED, Provisional.QUOTA_CUT),
    ],
)
def test_what_the_source_withheld_stays_provisional(flag: Flag, reason: Provisional) -> None:
    found = seen(ENDS + timedelta(days=30), flags=frozenset({flag}))
    assert found.provisional(AUCKLAND) is reason


def test_an_observation_needs_an_aware_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        seen(ENDS.replace(tzinfo=None))

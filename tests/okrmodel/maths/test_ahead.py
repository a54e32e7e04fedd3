"""Days ahead of the plan or behind it, and the pace that is needed from here."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from okrmodel.exact import edge
from okrmodel.snapshot import Snapshot
from tests.okrmodel.maths.build import ENDS, STARTS, closure, daily, day, reach, snapshot, source


def ahead(found: Snapshot) -> tuple[int | None, Decimal | None]:
    return found.days_ahead, found.needed_pace


def test_one_a_day_is_on_the_plan_to_the_day_and_needs_one_a_day() -> None:
    found = snapshot(closure(reach()), day("11-15"), daily([1] * 46))
    assert ahead(found) == (0, Decimal(1))


def test_half_as_much_is_half_the_days_behind() -> None:
    found = snapshot(closure(reach()), day("11-15"), daily([1, 0] * 23))
    assert found.days_ahead == -23
    assert found.needed_pace == Decimal(69) / 46


def test_twice_as_much_is_ahead_and_needs_nothing_more_once_the_target_is_met() -> None:
    found = snapshot(closure(reach()), day("11-15"), daily([2] * 46))
    assert ahead(found) == (46, Decimal(0))


def test_a_decrease_needs_less_every_day() -> None:
    measures = {"cost": source("cost", "level")}
    kr = reach(metric="cost", window="latest", **{"from": 100}, target=8)
    known = daily([100] * 10, starts=day("11-06"), name="cost")
    found = snapshot(closure(kr, measures), day("11-15"), known)
    assert ahead(found) == (-46, Decimal(-2))


def test_periods_have_neither() -> None:
    found = snapshot(closure(reach(window="month")), day("11-15"), daily([1] * 46))
    assert ahead(found) == (None, None)


def test_whole_units_are_behind_by_units_and_not_by_days() -> None:
    found = snapshot(closure(reach(target=3)), day("11-15"), daily([0] * 45 + [1]))
    assert "1 where 1 was planned by now" in found.reason
    assert found.days_ahead is None
    assert found.needed_pace is not None
    assert edge(found.needed_pace * 46) == 2


def test_on_the_last_day_nothing_is_left_to_come() -> None:
    found = snapshot(closure(reach()), ENDS, daily([1] * 92))
    assert ahead(found) == (0, None)


@given(st.integers(0, 90), st.integers(0, 300))
def test_the_plan_reaches_what_was_reached_on_the_day_that_is_told(passed: int, count: int) -> None:
    as_of = STARTS + timedelta(days=passed)
    found = snapshot(closure(reach()), as_of, daily([count] + [0] * passed))
    reached = min(count, 92)
    assert found.days_ahead == reached - (passed + 1)
    assert found.needed_pace is not None
    assert edge(found.needed_pace * (91 - passed)) == max(92 - count, 0)

"""Both ends of the way: given, dated, or measured."""

from datetime import date
from decimal import Decimal

import pytest

from okrmodel.snapshot import Status
from tests.okrmodel.maths.build import closure, daily, day, known, reach, shown, snapshot, source

FULL = 92
"""Days in the fourth quarter: one unit a day makes the default target."""


def test_the_target_in_force_on_the_day_applies() -> None:
    targets = [
        {"from": "2026-10-01", "target": 92, "reason": "plan"},
        {"from": "2026-11-10", "target": 184, "reason": "new budget"},
    ]
    kr = closure(reach(target=None, targets=targets))
    assert snapshot(kr, day("11-09"), daily([1] * FULL)).target == 92
    assert snapshot(kr, day("11-10"), daily([1] * FULL)).target == 184


def test_the_target_may_be_the_cycle_before_times_a_factor() -> None:
    kr = closure(reach(target="previous * 1.20"))
    before = daily([1] * 92, date(2026, 7, 1))
    found = snapshot(kr, day("10-31"), (*before, *daily([1] * 31)))
    assert shown(found, "previous", "target", "value") == (92, Decimal("110.4"), 31)
    assert {one.id for one in before} <= set(found.observations)


def test_the_mean_of_months_is_compared_with_the_mean_of_months() -> None:
    kr = closure(reach(window="month", evaluate="mean", previous="measured"))
    before = daily([1] * 31 + [2] * 31 + [0] * 30, date(2026, 7, 1))
    found = snapshot(kr, day("10-31"), (*before, *daily([1] * 31)))
    assert found.previous == 31
    last = closure(reach(window="month", previous="measured"))
    assert snapshot(last, day("10-31"), (*before, *daily([1] * 31))).previous == 0


def test_without_the_cycle_before_its_factor_says_nothing() -> None:
    found = snapshot(closure(reach(target="previous * 1.20")), day("10-31"), daily([1] * 31))
    assert shown(found, "status", "value", "score") == (Status.NO_DATA, 31, None)
    assert found.reason.startswith("previous cannot be measured")


def test_a_comparison_that_cannot_be_measured_spoils_nothing() -> None:
    found = snapshot(closure(reach(previous="measured")), day("11-15"), daily([1] * 46))
    assert shown(found, "status", "previous") == (Status.ON_TRACK, None)


def test_a_measured_from_is_read_at_the_end_of_the_day_before_the_start() -> None:
    kr = closure(
        reach(window="latest", direction="increase", target=200, **{"from": "measured"}),
        {"mqls": source(aggregation="level")},
    )
    found = snapshot(kr, day("11-15"), [known(day("09-30"), 100), known(day("11-15"), 150)])
    assert shown(found, "baseline", "raw_progress") == (100, Decimal("0.5"))


def test_a_level_without_history_begins_at_its_first_observation() -> None:
    kr = closure(
        reach(window="latest", direction="increase", target=200, **{"from": "measured"}),
        {"mqls": source(aggregation="level", has_history=False)},
    )
    days = [known(day("09-30"), None), known(day("10-03"), 100), known(day("11-15"), 150)]
    found = snapshot(kr, day("11-15"), days)
    assert shown(found, "baseline", "raw_progress") == (100, Decimal("0.5"))
    assert "2026-10-03" in str(found.arithmetic)


def test_the_day_before_the_start_may_be_the_first_observation() -> None:
    kr = closure(
        reach(window="latest", direction="increase", target=200, **{"from": "measured"}),
        {"mqls": source(aggregation="level", has_history=False)},
    )
    days = [known(day("09-30"), 50), known(day("10-01"), 100)]
    assert snapshot(kr, day("10-01"), days).baseline == 50


def test_a_measured_from_that_meets_the_target_is_no_progress() -> None:
    kr = closure(
        reach(window="latest", direction="decrease", target=50, **{"from": "measured"}),
        {"mqls": source(aggregation="level")},
    )
    found = snapshot(kr, day("11-15"), [known(day("09-30"), 40), known(day("11-15"), 30)])
    assert shown(found, "status", "raw_progress") == (Status.NO_DATA, None)
    assert "the measured from 40 already meets the target 50" in found.reason


def test_a_measured_from_at_the_target_itself_is_no_progress() -> None:
    kr = closure(
        reach(window="latest", direction="increase", target=50, **{"from": "measured"}),
        {"mqls": source(aggregation="level")},
    )
    found = snapshot(kr, day("11-15"), [known(day("09-30"), 50), known(day("11-15"), 60)])
    assert shown(found, "status", "raw_progress") == (Status.NO_DATA, None)
    assert "the measured from 50 already meets the target 50" in found.reason


@pytest.mark.parametrize("tier", [{"commit": 95}, {"commit": 250}, {"stretch": 150}])
def test_a_measured_from_that_mixes_up_the_tiers_is_an_error(tier: dict[str, int]) -> None:
    kr = closure(
        reach(window="latest", direction="increase", target=200, **{"from": "measured"}, **tier),
        {"mqls": source(aggregation="level")},
    )
    found = snapshot(kr, day("11-15"), [known(day("09-30"), 100), known(day("11-15"), 150)])
    assert shown(found, "status", "score") == (Status.NO_DATA, None)
    assert "do not follow one another" in found.reason


def test_an_older_value_helps_nothing_without_the_target() -> None:
    found = snapshot(closure(reach(target="previous * 1.20")), day("11-18"), daily([1] * 46))
    assert shown(found, "status", "value", "stale") == (Status.NO_DATA, None, None)

"""Reach: windows, measured values, targets, and what is said about the result."""

from datetime import date
from decimal import Decimal

import pytest

from okrmodel.closure import FormulaMeasure, Measure, RatioMeasure
from okrmodel.snapshot import Failure, Status
from okrmodel.windows import Window
from tests.okrmodel.maths.build import closure, daily, day, known, reach, shown, snapshot, source

FULL = 92
"""Days in the fourth quarter: one unit a day makes the default target."""
CLOSE = Decimal("1e-25")
"""The tests divide with fewer digits than the product."""


def test_one_a_day_is_exactly_on_plan() -> None:
    found = snapshot(closure(reach()), day("11-15"), daily([1] * FULL))
    assert shown(found, "value", "status") == (46, Status.ON_TRACK)
    assert found.raw_progress == found.expected == Decimal("0.5")
    assert found.pace == 1
    assert found.through == day("11-15")
    assert found.reason == "46 against 92, 50 % of the way where 50 % was planned (mooncamp)"


def test_days_after_as_of_change_nothing() -> None:
    kr = closure(reach())
    assert snapshot(kr, day("11-15"), daily([1] * FULL)) == snapshot(
        kr, day("11-15"), daily([1] * 46)
    )


def test_a_day_without_data_makes_the_sum_no_data_and_is_named() -> None:
    found = snapshot(closure(reach()), day("10-20"), daily([1] * 9 + [None] + [1] * 10))
    assert shown(found, "status", "value", "score") == (Status.NO_DATA, None, None)
    assert "2026-10-10" in found.reason


def test_zero_is_a_value() -> None:
    found = snapshot(closure(reach()), day("11-15"), daily([0] * 46))
    assert shown(found, "value", "status") == (0, Status.OFF_TRACK)


def test_nothing_is_said_before_the_start() -> None:
    found = snapshot(closure(reach(starts="2026-11-01")), day("10-31"), daily([1] * FULL))
    assert shown(found, "status", "value") == (Status.TOO_EARLY, None)
    assert "2026-11-01" in found.reason


def test_a_key_result_with_its_own_start_counts_from_there() -> None:
    kr = closure(reach(starts="2026-11-01", due="2026-11-30", target=30))
    assert snapshot(kr, day("11-15"), daily([1] * FULL)).value == 15
    assert snapshot(kr, day("11-15"), daily([1] * FULL)).expected == Decimal("0.5")
    assert snapshot(kr, day("11-30"), daily([1] * FULL)).expected == 1
    after_due = snapshot(kr, day("12-10"), daily([0] * FULL))
    assert shown(after_due, "expected", "status") == (1, Status.OFF_TRACK)


def test_a_count_that_cannot_fall_is_achieved_before_the_end() -> None:
    found = snapshot(closure(reach()), day("11-15"), daily([2] * FULL))
    assert shown(found, "status", "score") == (Status.ACHIEVED, 1)


def test_a_sum_with_negative_days_can_still_fall_back() -> None:
    found = snapshot(closure(reach()), day("11-15"), daily([-1, 5] + [2] * 44))
    assert found.status is Status.ON_TRACK


def test_a_level_can_still_fall_back() -> None:
    kr = closure(reach(window="latest", **{"from": 0}), {"mqls": source(aggregation="level")})
    assert snapshot(kr, day("11-15"), [known(day("11-15"), 100)]).status is Status.ON_TRACK


@pytest.mark.parametrize(("units", "status"), [(1, Status.ACHIEVED), (0, Status.MISSED)])
def test_at_the_end_of_the_last_day_the_cycle_is_over(units: int, status: Status) -> None:
    found = snapshot(closure(reach()), day("12-31"), daily([units] * FULL))
    assert found.status is status
    assert found.reason.startswith("the cycle is over")


def test_after_the_cycle_its_last_day_is_shown() -> None:
    found = snapshot(closure(reach()), date(2027, 1, 20), daily([1] * 112))
    assert shown(found, "as_of", "through", "value") == (date(2027, 1, 20), day("12-31"), 92)


def test_counts_are_too_early_until_ten_events_are_expected() -> None:
    kr = closure(reach())
    assert snapshot(kr, day("10-09"), daily([0] * 9)).status is Status.TOO_EARLY
    assert snapshot(kr, day("10-10"), daily([0] * 10)).status is Status.OFF_TRACK


def test_distinct_is_read_from_the_exact_window_alone() -> None:
    kr = closure(reach(), {"mqls": source(aggregation="distinct")})
    exact = known(Window(day("10-01"), day("11-16")), 46)
    found = snapshot(kr, day("11-15"), [exact, *daily([5] * 46)])
    assert shown(found, "value", "observations") == (46, (exact.id,))


def test_a_ratio_divides_sums_and_never_averages_days() -> None:
    measures: dict[str, Measure] = {
        "rate": RatioMeasure(name="rate", numerator="mqls", denominator="visits"),
        "mqls": source(),
        "visits": source("visits"),
    }
    kr = closure(reach(metric="rate", target="0.5", window="cycle"), measures)
    days = (*daily([1, 9]), *daily([10, 10], name="visits"))
    assert snapshot(kr, day("10-02"), days).value == Decimal("0.5")
    nothing = (*daily([0, 0]), *daily([0, 0], name="visits"))
    assert snapshot(kr, day("10-02"), nothing).status is Status.NO_DATA


@pytest.mark.parametrize(
    ("evaluate", "value", "expected_on"),
    [("last", 30, "11-30"), ("mean", 46, None), ("every", 30, "11-30")],
)
def test_months_are_judged_by_the_last_the_mean_or_the_worst(
    evaluate: str, value: int, expected_on: str | None
) -> None:
    kr = closure(reach(window="month", evaluate=evaluate, target=100))
    found = snapshot(kr, day("12-15"), daily([2] * 31 + [1] * 30 + [9] * 15))
    assert found.value == value
    assert found.through == day("11-30")
    ends = [day(expected_on)] if expected_on else [day("10-31"), day("11-30")]
    shares = [Decimal((end - day("09-30")).days) / FULL for end in ends]
    assert found.expected == pytest.approx(sum(shares) / len(shares), abs=CLOSE)


def test_the_worst_month_of_a_decrease_is_the_highest() -> None:
    kr = closure(reach(window="month", evaluate="every", target=10, **{"from": 100}))
    found = snapshot(kr, day("11-30"), daily([2] * 31 + [1] * 30))
    assert shown(found, "value", "through") == (62, day("10-31"))


def test_a_month_without_data_is_certain_though_another_is_unknown() -> None:
    kr = closure(reach(window="month", evaluate="every"))
    found = snapshot(kr, day("11-30"), daily([None] * 31))
    assert shown(found, "status", "stale") == (Status.NO_DATA, None)


def test_a_part_without_data_is_certain_though_another_is_unknown() -> None:
    measures: dict[str, Measure] = {
        "rate": RatioMeasure(name="rate", numerator="mqls", denominator="visits"),
        "mqls": source(),
        "visits": source("visits"),
    }
    days = (*daily([1, None]), *daily([1], name="visits"))
    found = snapshot(closure(reach(metric="rate"), measures), day("10-02"), days)
    assert shown(found, "status", "stale") == (Status.NO_DATA, None)


def test_a_month_is_too_early_until_the_first_is_complete() -> None:
    kr = closure(reach(window="month", target=100))
    assert snapshot(kr, day("10-30"), daily([1] * 30)).status is Status.TOO_EARLY
    assert snapshot(kr, day("10-31"), daily([1] * 31)).value == 31


def test_a_cycle_without_a_complete_month_ends_without_data() -> None:
    kr = closure(reach(window="month"), starts=day("10-05"), ends=day("10-25"))
    assert snapshot(kr, day("10-25"), daily([1] * 31)).status is Status.NO_DATA


def test_weeks_begin_on_the_day_that_the_workspace_says() -> None:
    # 2026-10-01 is a Thursday.
    days = daily([1] * 3 + [2] * 7 + [3] * 7)
    monday = closure(reach(window="week"))
    sunday = closure(reach(window="week"), week_starts="sunday")
    assert snapshot(monday, day("10-11"), days).value == 2 * 6 + 3
    assert snapshot(sunday, day("10-11"), days).value == 2 * 7
    assert snapshot(sunday, day("10-11"), days).through == day("10-10")


def test_trailing_days_are_expected_at_the_plan_averaged_over_them() -> None:
    kr = closure(reach(window={"trailing": 4}))
    found = snapshot(kr, day("10-02"), daily([1] * 4, day("09-29")))
    assert found.value == 4
    # Two of the four days lie before the start, where nothing was planned.
    assert found.expected == pytest.approx(Decimal(3) / 92 / 4, abs=CLOSE)


def test_a_level_over_trailing_days_is_read_and_expected_at_their_end() -> None:
    kr = closure(reach(window={"trailing": 30}), {"mqls": source(aggregation="level")})
    found = snapshot(kr, day("11-15"), [known(day("11-15"), 40)])
    assert shown(found, "value", "expected") == (40, Decimal("0.5"))


def test_dated_checkpoints_bend_the_plan() -> None:
    plan = [{"on": "2026-11-15", "value": 23}]
    kr = closure(reach(plan=plan))
    assert snapshot(kr, day("11-15"), daily([1] * FULL)).expected == Decimal("0.25")
    assert snapshot(kr, day("12-08"), daily([1] * FULL)).expected == Decimal("0.625")


def test_a_checkpoint_before_the_start_plans_nothing() -> None:
    kr = closure(reach(starts="2026-11-01", plan=[{"on": "2026-10-15", "value": 46}]))
    plain = closure(reach(starts="2026-11-01"))
    for on in ("11-01", "11-15", "12-30"):
        days = daily([1] * FULL)
        assert snapshot(kr, day(on), days).expected == snapshot(plain, day(on), days).expected


def test_a_plan_that_dips_below_from_has_no_pace_there() -> None:
    plan = [{"on": "2026-11-15", "value": 90}]
    kr = closure(
        reach(window="latest", target=200, plan=plan, **{"from": 100}),
        {"mqls": source(aggregation="level")},
    )
    found = snapshot(kr, day("11-15"), [known(day("11-15"), 91)])
    assert shown(found, "status", "pace") == (Status.ON_TRACK, None)


def test_a_checkpoint_on_the_due_day_says_nothing_new() -> None:
    kr = closure(reach(plan=[{"on": "2026-12-31", "value": 50}]))
    assert snapshot(kr, day("11-15"), daily([1] * FULL)).expected == Decimal("0.5")


def test_commit_and_stretch_bend_the_score_and_leave_progress_alone() -> None:
    kr = closure(reach(commit=46, stretch=184))
    found = snapshot(kr, day("11-15"), daily([1] * FULL))
    assert shown(found, "raw_progress", "score") == (Decimal("0.5"), Decimal("0.3"))
    assert snapshot(kr, day("12-31"), daily([1] * FULL)).score == Decimal("0.7")


def test_the_rounding_of_a_division_misses_no_target() -> None:
    measures: dict[str, Measure] = {
        "whole": FormulaMeasure(name="whole", formula="mqls / visits * visits"),
        "mqls": source(),
        "visits": source("visits"),
    }
    kr = closure(reach(metric="whole", target=1, **{"from": 0}), measures)
    days = (*daily([1] + [0] * 91), *daily([3] + [0] * 91, name="visits"))
    assert snapshot(kr, day("12-31"), days).status is Status.ACHIEVED


@pytest.mark.parametrize("as_of", [date(2026, 12, 31), date(2027, 1, 5)])
def test_after_the_end_nothing_is_stale_and_the_last_value_is_still_shown(as_of: date) -> None:
    failed = Failure("crm", "HubSpot answered 502 for an hour")
    found = snapshot(closure(reach()), as_of, daily([2] * 90), failed)
    assert shown(found, "status", "value", "through") == (Status.NO_DATA, 180, day("12-29"))
    assert found.reason.startswith(
        "the cycle is over, and how it ended is not known: as of 2026-12-29"
    )
    assert "502" in (found.stale or "")


def test_a_failed_pull_leaves_the_last_value_marked_stale() -> None:
    failed = Failure("crm", "HubSpot answered 502 for an hour")
    found = snapshot(closure(reach()), day("11-18"), daily([1] * 46), failed)
    assert shown(found, "status", "value", "through") == (Status.STALE, 46, day("11-15"))
    assert found.pace == 1
    assert "HubSpot answered 502 for an hour" in (found.stale or "")


def test_the_first_day_alone_is_enough_to_be_stale_with() -> None:
    found = snapshot(closure(reach()), day("10-05"), daily([3]))
    assert shown(found, "status", "value", "through") == (Status.STALE, 3, day("10-01"))


def test_a_hole_in_the_past_shows_the_day_before_it() -> None:
    days = [one for one in daily([1] * 40) if one.window.start != day("10-21")]
    found = snapshot(closure(reach()), day("11-09"), days)
    assert shown(found, "status", "value", "through") == (Status.STALE, 20, day("10-20"))


def test_when_nothing_was_ever_observed_there_is_no_data() -> None:
    failed = Failure("crm", "the token was refused")
    found = snapshot(closure(reach()), day("11-18"), (), failed)
    assert shown(found, "status", "value", "stale") == (Status.NO_DATA, None, None)
    assert "the token was refused" in found.reason


def test_a_stale_distinct_count_shows_the_newest_window_there_is() -> None:
    kr = closure(reach(), {"mqls": source(aggregation="distinct")})
    old = [known(Window(day("10-01"), day(end)), n) for end, n in (("11-02", 30), ("11-05", 33))]
    found = snapshot(kr, day("11-09"), old)
    assert shown(found, "status", "value", "through") == (Status.STALE, 33, day("11-04"))


def test_two_observations_of_one_window_are_refused() -> None:
    with pytest.raises(ValueError, match="two observations"):
        snapshot(closure(reach()), day("10-02"), [known(day("10-01"), n, id=n) for n in (1, 2)])

"""Which forecast a key result gets, and what its status makes of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from okrmodel.closure import Closure, FormulaMeasure, Measure, RatioMeasure
from okrmodel.forecast.counts import counts
from okrmodel.history import cycle_then, then
from okrmodel.snapshot import Forecast, Snapshot, Status
from okrmodel.windows import Window
from tests.okrmodel.maths.build import STARTS, closure, daily, day, known, reach, snapshot, source


def asked(measures: dict[str, Measure] | None = None, **more: Any) -> Closure:
    return closure(reach(**more), measures, status_rule="probability")


def forecast(found: Snapshot) -> Forecast:
    assert found.forecast is not None, found.no_forecast
    return found.forecast


STEADY = daily([3, 4, 3] * 16)
"""160 of 300 in 48 days, a little more than the plan's 156.5."""
BEFORE = daily([3, 4, 3, 5, 2, 3, 4] * 8, starts=STARTS - timedelta(weeks=8))


def test_a_count_goes_on_at_its_rate_and_the_chance_decides() -> None:
    found = snapshot(asked(target=300), day("11-17"), (*STEADY, *BEFORE))
    expects = forecast(found)
    assert 295 < expects.final < 320
    assert expects.low is not None
    assert expects.high is not None
    assert 160 < expects.low < expects.final < expects.high
    assert expects.hit is not None
    assert expects.chance is not None
    assert Decimal("0.4") < expects.hit < expects.chance
    assert found.status is Status.ON_TRACK
    assert "to reach 90 % of the way (probability)" in found.reason


def test_it_is_the_outlook_of_a_count_to_the_digit() -> None:
    found = snapshot(asked(target=300), day("11-17"), STEADY)
    even = forecast(found)
    passed = Decimal(48) / 92
    # All that can differ is how far apart the swings draw the ends.
    near = counts(Decimal(160), Decimal(300), passed, Decimal(1))
    assert abs(even.final - near.mean) < 3


def test_seven_tenths_of_the_plan_are_red_and_of_a_committed_one_even_nine_tenths() -> None:
    slow = daily([2, 3, 2] * 16)
    assert snapshot(asked(target=300), day("11-17"), (*slow, *BEFORE)).status is Status.OFF_TRACK
    nearly = daily([3] * 48)
    target = snapshot(asked(target=300), day("11-17"), (*nearly, *BEFORE))
    promised = snapshot(asked(target=300, committed=True), day("11-17"), (*nearly, *BEFORE))
    assert (target.status, promised.status) == (Status.ON_TRACK, Status.OFF_TRACK)
    assert "to reach the target (probability)" in promised.reason


def test_other_rules_keep_their_colours_beside_the_same_forecast() -> None:
    one = snapshot(closure(reach(target=300)), day("11-17"), (*STEADY, *BEFORE))
    other = snapshot(asked(target=300), day("11-17"), (*STEADY, *BEFORE))
    assert one.forecast == other.forecast
    assert "(mooncamp)" in one.reason


def test_after_the_end_there_is_nothing_to_forecast() -> None:
    found = snapshot(asked(), day("12-31"), daily([1] * 92))
    assert (found.forecast, found.no_forecast) == (None, None)


def test_days_that_can_be_taken_back_have_no_forecast() -> None:
    found = snapshot(asked(target=300), day("11-17"), daily([3, -1, 6] * 16))
    assert found.no_forecast == "some days are negative, so what has been counted can be lost again"
    assert "(mooncamp)" in found.reason


def test_the_swings_of_a_lot_a_day_must_be_known_first() -> None:
    found = snapshot(asked(target=92_000), day("10-05"), daily([1000] * 5))
    assert found.no_forecast == "its swings are not known before 14 days are stored"
    past = daily([1000, 900, 1100] * 18, starts=STARTS - timedelta(weeks=8))
    assert forecast(snapshot(asked(target=92_000), day("10-05"), (*daily([1000] * 5), *past)))


def test_a_distinct_count_follows_the_curve_of_the_cycle_before() -> None:
    of = asked({"mqls": source("mqls", "distinct")}, target=1000)
    now = known(Window(STARTS, day("11-16")), 630)
    past = (known(cycle_then(of), 900), known(then(of, day("11-15")), 600))
    found = forecast(snapshot(of, day("11-15"), (now, *past)))
    assert 940 < found.final < 1000
    assert found.hit is not None
    alone = forecast(snapshot(of, day("11-15"), (now,)))
    assert alone.final == 1260
    assert (alone.hit, alone.low) == (None, None)
    assert "optimistic" in alone.method


def test_a_level_goes_on_in_its_trend_up_and_down() -> None:
    measures: dict[str, Measure] = {"mqls": source("mqls", "level")}
    for sign in (1, -1):
        kr = {"window": "latest", "from": 1000, "target": 1000 + sign * 60}
        past = daily([1000 + sign * (n + n % 2) for n in range(28)], starts=day("10-19"))
        expects = forecast(snapshot(asked(measures, **kr), day("11-15"), past))
        assert abs(expects.final - (1000 + sign * 73)) < 3
        assert expects.hit is not None
        assert expects.hit > Decimal("0.5")


def test_a_rate_of_sums_goes_on_as_it_was_with_the_swings_of_its_days() -> None:
    measures: dict[str, Measure] = {
        "mqls": RatioMeasure(name="rate", numerator="sqls", denominator="leads"),
        "sqls": source("sqls"),
        "leads": source("leads"),
    }
    days = (*daily([3, 5] * 23, name="sqls"), *daily([10] * 46, name="leads"))
    found = snapshot(asked(measures, **{"from": "0.3"}, target="0.5"), day("11-15"), days)
    assert round(forecast(found).final, 2) == Decimal("0.4")


@pytest.mark.parametrize("window", ["month", "week", "month_to_date"])
def test_what_is_judged_by_periods_says_why_it_has_none(window: str) -> None:
    found = snapshot(asked(window=window), day("11-15"), daily([1] * 46))
    assert found.no_forecast == "each period is judged by itself, and the last one has not begun"


def test_a_formula_says_why_it_has_none() -> None:
    measures: dict[str, Measure] = {
        "mqls": FormulaMeasure(name="cost", formula="spend * 2"),
        "spend": source("spend"),
    }
    found = snapshot(asked(measures), day("11-15"), daily([1] * 46, name="spend"))
    assert found.no_forecast == "the days of what it is computed from do not add up to its value"


def test_events_come_by_weekdays_under_a_straight_line_too() -> None:
    week = [5, 5, 5, 5, 5, 0, 0]
    past = daily([week[(STARTS.weekday() + n) % 7] for n in range(56)], STARTS - timedelta(weeks=8))
    # Thursday and Friday are 2 of the quarter's 66 working days; the line has 4 of 92 behind it.
    found = snapshot(asked(target=330), day("10-04"), (*daily([5, 5, 0, 0]), *past))
    assert abs(forecast(found).final - 330) < 1
    assert found.expected is not None
    assert round(found.expected * 92, 20) == 4
    checkpoints = [{"on": day("10-04"), "value": 20}]
    bent = snapshot(
        asked(target=330, plan=checkpoints), day("10-04"), (*daily([5, 5, 0, 0]), *past)
    )
    assert forecast(bent).final < 280

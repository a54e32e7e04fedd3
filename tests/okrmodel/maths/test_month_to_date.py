"""The month to date: it starts anew each month, and so does what is expected of it."""

from decimal import Decimal

import pytest

from okrmodel.closure import FormulaMeasure, Measure, RatioMeasure
from okrmodel.snapshot import Status
from tests.okrmodel.maths.build import closure, daily, day, reach, shown, snapshot, source

FULL = 92
"""Days in the fourth quarter: one unit a day makes the default target."""
CLOSE = Decimal("1e-25")
"""The tests divide with fewer digits than the product."""


def test_month_to_date_starts_anew_each_month() -> None:
    kr = closure(reach(window="month_to_date"))
    assert snapshot(kr, day("11-02"), daily([9] * 31 + [1] * 2)).value == 2
    late = closure(reach(window="month_to_date", starts="2026-10-20"))
    assert snapshot(late, day("10-21"), daily([9] * 31)).value == 18


@pytest.mark.parametrize(
    ("on", "planned"),
    [
        # A third of November, whose end is planned at 61 of 92 days of the way to 276: 183.
        ("11-10", 61),
        ("11-30", 183),
        ("12-31", 276),
        ("12-01", Decimal(276) / 31),
    ],
)
def test_the_month_to_date_should_have_the_months_plan_as_far_as_the_month_has_passed(
    on: str, planned: Decimal
) -> None:
    kr = closure(reach(window="month_to_date", target=276, **{"from": 0}))
    found = snapshot(kr, day(on), daily([1] * FULL))
    assert found.expected == pytest.approx(Decimal(planned) / 276, abs=CLOSE)


def test_a_month_that_was_cut_by_the_start_should_have_its_days_share() -> None:
    kr = closure(reach(window="month_to_date", target=31, starts="2026-10-20", due="2026-10-31"))
    found = snapshot(kr, day("10-25"), daily([1] * FULL))
    assert found.value == 6
    assert found.expected == pytest.approx(Decimal(6) / 31, abs=CLOSE)


def test_a_month_to_date_with_a_flat_plan_asks_the_same_of_every_month() -> None:
    flat = [{"on": "2026-10-01", "value": 300}]
    kr = closure(reach(window="month_to_date", target=300, plan=flat))
    assert snapshot(kr, day("11-10"), daily([10] * FULL)).pace == pytest.approx(1, abs=CLOSE)


def test_a_rate_over_the_month_to_date_is_expected_whole() -> None:
    measures: dict[str, Measure] = {
        "rate": RatioMeasure(name="rate", numerator="mqls", denominator="visits"),
        "mqls": source(),
        "visits": source("visits"),
    }
    kr = closure(reach(metric="rate", window="month_to_date", target=1, **{"from": 0}), measures)
    days = (*daily([1] * FULL), *daily([2] * FULL, name="visits"))
    assert shown(snapshot(kr, day("11-15"), days), "value", "expected") == (
        Decimal("0.5"),
        Decimal("0.5"),
    )


def test_a_formula_of_counts_fills_its_month_as_they_do() -> None:
    measures: dict[str, Measure] = {
        "all": FormulaMeasure(name="all", formula="2 * (mqls + visits)"),
        "mqls": source(),
        "visits": source("visits"),
    }
    days = (*daily([1] * FULL), *daily([2] * FULL, name="visits"))
    written = {"window": "month_to_date", "target": 276, "from": 0}
    both = [
        snapshot(closure(reach(metric=metric, **written), measures), day("11-10"), days).expected
        for metric in ("all", "mqls")
    ]
    assert both[0] == both[1]


def test_counts_and_levels_together_fill_no_month() -> None:
    measures: dict[str, Measure] = {
        "all": FormulaMeasure(name="all", formula="mqls + contacts"),
        "mqls": source(),
        "contacts": source("contacts", "level"),
    }
    days = (*daily([1] * FULL), *daily([2] * FULL, name="contacts"))
    kr = closure(reach(metric="all", window="month_to_date", **{"from": 0}), measures)
    assert snapshot(kr, day("11-15"), days).expected == Decimal("0.5")


def test_a_month_to_date_that_does_not_begin_at_nothing_is_no_count() -> None:
    kr = closure(reach(window="month_to_date", target=11, **{"from": 5}))
    found = snapshot(kr, day("11-15"), daily([0] * FULL))
    assert "(mooncamp)" in found.reason


def test_a_month_begins_too_early_to_judge_and_is_never_achieved_before_the_end() -> None:
    kr = closure(reach(window="month_to_date", target=276))
    days = daily([0] * 31 + [300] + [0] * 60)
    # 6.1 are planned a day.
    assert snapshot(kr, day("11-01"), days).status is Status.TOO_EARLY
    assert snapshot(kr, day("11-02"), days).status is Status.ON_TRACK
    assert snapshot(kr, day("12-31"), days).status is Status.MISSED


def test_a_tiny_count_in_the_month_to_date_is_judged_by_what_is_due_this_month() -> None:
    flat = [{"on": "2026-10-01", "value": 2}]
    kr = closure(reach(window="month_to_date", target=2, plan=flat))
    nothing = daily([0] * FULL)
    # One is due at the end of 15 November and one at the month's end.
    found = [snapshot(kr, day(on), nothing).status for on in ("11-14", "11-15", "11-29", "11-30")]
    assert found == [Status.ON_TRACK, Status.AT_RISK, Status.AT_RISK, Status.OFF_TRACK]
    assert snapshot(kr, day("12-10"), nothing).status is Status.ON_TRACK


def test_one_unit_behind_for_more_than_14_days_of_a_month_is_red() -> None:
    flat = [{"on": "2026-10-01", "value": 3}]
    kr = closure(reach(window="month_to_date", target=3, plan=flat))
    # Due at the ends of 10, 20 and 30 November; the one of the 10th is there from then on.
    days = daily([0] * 40 + [1] + [0] * 51)
    found = [snapshot(kr, day(on), days).status for on in ("11-19", "11-20", "11-29", "11-30")]
    assert found == [Status.ON_TRACK, Status.AT_RISK, Status.AT_RISK, Status.OFF_TRACK]
    december = closure(
        reach(window="month_to_date", target=1, plan=[{"on": "2026-10-01", "value": 1}])
    )
    assert snapshot(december, day("12-14"), daily([0] * FULL)).status is Status.ON_TRACK

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from okrmodel.forecast.counts import counts
from okrmodel.forecast.curves import OVERLAP, curve

LOW, HIGH = Decimal("0.1"), Decimal("0.9")
people = st.integers(1, 100_000).map(Decimal)


@given(people, people, people, people)
def test_last_cycles_curve_is_the_plans_shape(
    so_far: Decimal, target: Decimal, then: Decimal, more: Decimal
) -> None:
    there = curve(so_far, target, then, then + more)
    as_count = counts(so_far, target, then / (then + more), OVERLAP)
    assert there.mean == pytest.approx(as_count.mean, rel=Decimal("0.001"), abs=Decimal("0.01"))
    assert there.at_least(so_far) == 1


@given(people, people, people)
def test_a_curve_that_is_over_leaves_what_is_there(
    so_far: Decimal, target: Decimal, then: Decimal
) -> None:
    assert curve(so_far, target, then, then).mean == so_far


@given(people, people, people, people, people)
def test_more_so_far_means_more(
    so_far: Decimal, more: Decimal, target: Decimal, then: Decimal, after: Decimal
) -> None:
    fewer, ahead = (curve(n, target, then, then + after) for n in (so_far, so_far + more))
    assert ahead.mean > fewer.mean
    assert ahead.quantile(LOW) >= fewer.quantile(LOW)


@given(st.integers(100, 100_000).map(Decimal), st.integers(10, 90))
def test_it_is_less_sure_than_a_plan_that_is_known(target: Decimal, percent: int) -> None:
    then = (target * percent / 100).to_integral_value()
    assume(0 < then < target)
    there = curve(then, target, then, target)
    known = counts(then, target, then / target, OVERLAP)
    assert there.quantile(HIGH) - there.quantile(LOW) >= known.quantile(HIGH) - known.quantile(LOW)


def test_large_counts_are_as_unsure_as_curves_change() -> None:
    there = curve(Decimal(300_000), Decimal(800_000), Decimal(300_000), Decimal(800_000))
    assert float(there.quantile(HIGH) - there.quantile(LOW)) == pytest.approx(
        2 * 1.28 * 0.1 * 500_000, rel=0.02
    )


def test_nobody_by_then_leaves_the_plan() -> None:
    there = curve(Decimal(0), Decimal(500), Decimal(0), Decimal(400))
    assert there.mean == 500
    assert there.method == "the plan"


def test_a_cycle_without_anybody_has_no_curve() -> None:
    with pytest.raises(ValueError, match="no curve"):
        curve(Decimal(1), Decimal(5), Decimal(0), Decimal(0))

"""The laws of chance beside sums that are as good as exact."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from okrmodel.forecast.laws import (
    LONGEST,
    SMOOTH,
    Gamma,
    Table,
    gamma_at,
    gamma_below,
    whole_numbers,
)

means = st.floats(0.01, 3000)
shapes = st.floats(0.01, 5000)
shares = st.floats(0.001, 0.999)


def negative_binomial(mean: float, variance: float, upto: int) -> float:
    shape = mean * mean / (variance - mean)
    left = math.log((variance - mean) / variance)
    kept = shape * math.log(mean / variance)
    return math.fsum(
        math.exp(math.lgamma(k + shape) - math.lgamma(shape) - math.lgamma(k + 1) + kept + k * left)
        for k in range(upto + 1)
    )


@given(means, st.floats(1.01, 5), st.floats(-2.5, 2.5))
@example(LONGEST, 1.01, 0.0)
@example(LONGEST / 2, 8.0, -1.2)
def test_whole_numbers_are_negative_binomial(mean: float, spread: float, off: float) -> None:
    variance = spread * mean + (0.25 * mean) ** 2
    upto = max(math.floor(mean + off * math.sqrt(variance)), 0)
    found = whole_numbers(mean, variance).below(upto + 0.5)
    assert found == pytest.approx(negative_binomial(mean, variance, upto), abs=3e-4)


@pytest.mark.parametrize("mean", [20.0, 10_000_000.0])
def test_short_tables_and_smooth_laws_take_turns(mean: float) -> None:
    assert isinstance(whole_numbers(mean, 2 * mean), Table if mean < LONGEST else Gamma)


@given(st.integers(1, 2 * SMOOTH), st.floats(-3, 3))
def test_the_gamma_law_is_that_of_waiting_for_events(shape: int, off: float) -> None:
    value = max(shape + off * math.sqrt(shape), 0.01)
    fewer = math.fsum(
        math.exp(k * math.log(value) - value - math.lgamma(k + 1)) for k in range(shape)
    )
    assert gamma_below(shape, value) == pytest.approx(1 - fewer, abs=4e-5)


@given(shapes, shares)
@example(0.5, 0.5)
@example(SMOOTH, 0.9)
def test_the_gamma_law_is_turned_round(shape: float, share: float) -> None:
    value = gamma_at(shape, share)
    assert gamma_below(shape, value) == pytest.approx(share, abs=1e-5) or value < 1e-300


def test_the_smallest_shapes_have_all_but_nothing_at_nothing() -> None:
    assert gamma_at(1e-6, 0.5) == 0


@given(means, shares, shares)
def test_a_larger_share_stands_no_lower(mean: float, one: float, other: float) -> None:
    law = whole_numbers(mean, 2 * mean)
    low, high = sorted((one, other))
    assert 0 <= law.at(low) <= law.at(high)

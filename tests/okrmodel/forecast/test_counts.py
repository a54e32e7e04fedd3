from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from okrmodel.forecast.counts import FAITH, counts
from okrmodel.forecast.outlook import FINENESS, Outlook, Spread

CLOSE = Decimal("0.0005")
"""Where a table hands over to a smooth law, and where values are told to a thousandth."""
LOW, HIGH = Decimal("0.1"), Decimal("0.9")

events = st.integers(0, 5000).map(Decimal)
amounts = st.decimals(0, 100_000, places=2)
targets = st.integers(1, 10_000).map(Decimal)
parts = st.decimals(Decimal("0.001"), Decimal("0.999"), places=3)
spreads = st.decimals(1, 9, places=2)
ways = st.tuples(targets, parts, spreads)
"""Target, the share of it that is expected, and variance ÷ mean."""
shares = st.decimals(Decimal("0.01"), Decimal("0.99"), places=2)


@st.composite
def outlooks(draw: st.DrawFn) -> tuple[Decimal, Outlook]:
    so_far = draw(st.one_of(events, amounts))
    return so_far, counts(
        so_far, draw(targets), draw(st.one_of(parts, st.just(Decimal(0)))), draw(spreads)
    )


@given(outlooks(), events, events)
def test_more_is_less_likely(drawn: tuple[Decimal, Outlook], one: Decimal, other: Decimal) -> None:
    _, outlook = drawn
    less, more = sorted((one, other))
    assert 1 >= outlook.at_least(less) >= outlook.at_least(more) >= 0
    assert 0 <= outlook.at_most(less) <= outlook.at_most(more) <= 1


@given(events, targets, parts, spreads, events)
def test_whole_numbers_are_that_many_or_fewer(
    so_far: Decimal, target: Decimal, passed: Decimal, spread: Decimal, value: Decimal
) -> None:
    outlook = counts(so_far, target, passed, spread)
    assert outlook.at_least(value) + outlook.at_most(value - 1) == 1
    assert outlook.at_least(value) == outlook.at_least(value - Decimal("0.4"))


@given(outlooks(), shares, shares)
def test_quantiles_are_ordered_and_keep_their_word(
    drawn: tuple[Decimal, Outlook], one: Decimal, other: Decimal
) -> None:
    so_far, outlook = drawn
    low, high = sorted((one, other))
    assert so_far <= outlook.quantile(low) <= outlook.quantile(high)
    assert outlook.at_most(outlook.quantile(low) + hair(outlook)) >= low - CLOSE
    assert outlook.at_least(outlook.quantile(low) - hair(outlook)) >= 1 - low - CLOSE


@given(events, targets, parts, spreads, shares)
def test_whole_numbers_have_whole_quantiles(
    so_far: Decimal, target: Decimal, passed: Decimal, spread: Decimal, share: Decimal
) -> None:
    outlook = counts(so_far, target, passed, spread)
    quantile = outlook.quantile(share)
    assert quantile == quantile.to_integral_value()
    assert outlook.at_most(quantile - 1) <= share + CLOSE


@given(outlooks())
def test_what_was_counted_stays(drawn: tuple[Decimal, Outlook]) -> None:
    so_far, outlook = drawn
    assert outlook.at_least(so_far) == 1
    assert outlook.mean >= so_far


@given(events, st.integers(1, 500), ways, events)
def test_more_so_far_means_more_in_the_end(
    so_far: Decimal, more: int, way: tuple[Decimal, Decimal, Decimal], value: Decimal
) -> None:
    fewer, ahead = counts(so_far, *way), counts(so_far + more, *way)
    assert ahead.mean > fewer.mean
    assert ahead.at_least(value) >= fewer.at_least(value) - CLOSE
    assert ahead.quantile(LOW) >= fewer.quantile(LOW)


@given(events, targets, parts, spreads)
def test_the_forecast_lies_between_the_plan_and_the_rate_so_far(
    so_far: Decimal, target: Decimal, passed: Decimal, spread: Decimal
) -> None:
    mean = counts(so_far, target, passed, spread).mean
    slower, faster = sorted((so_far + target * (1 - passed), so_far / passed))
    assert slower - 1 <= mean <= faster + 1


@given(amounts, ways, st.integers(2, 1000), st.integers(0, 200))
def test_amounts_have_no_unit(
    so_far: Decimal, way: tuple[Decimal, Decimal, Decimal], unit: int, share: int
) -> None:
    target, passed, spread = way
    so_much, times = target * share / 100, Decimal(unit) + Decimal("0.37")
    assume(all(amount != amount.to_integral_value() for amount in (so_far, so_far * times)))
    here = counts(so_far, *way)
    there = counts(so_far * times, target * times, passed, spread * times)
    assert there.at_least(so_much * times) == pytest.approx(here.at_least(so_much), abs=CLOSE)
    assert abs(there.mean / times - here.mean) <= hair(here)


@given(events, targets, spreads)
@example(Decimal(70), Decimal(300), Decimal(1))
def test_in_the_end_it_is_what_was_counted(
    so_far: Decimal, target: Decimal, spread: Decimal
) -> None:
    over = counts(so_far, target, Decimal(1), spread)
    assert over.mean == over.quantile(LOW) == over.quantile(HIGH) == so_far
    assert over.at_least(so_far) == over.at_most(so_far) == 1
    assert over.at_least(so_far + 1) == over.at_most(so_far - 1) == 0
    nearly = counts(so_far, target, 1 - Decimal("1e-9"), spread)
    assert nearly.mean == pytest.approx(so_far, rel=Decimal("1e-4"), abs=Decimal("1e-4"))
    assert nearly.quantile(HIGH) == so_far


@given(st.integers(100, 10_000).map(Decimal), parts, parts, spreads)
def test_the_interval_shrinks_on_the_way(
    target: Decimal, one: Decimal, other: Decimal, spread: Decimal
) -> None:
    assume(abs(one - other) > Decimal("0.05"))
    early, late = (
        counts((target * passed).to_integral_value(), target, passed, spread)
        for passed in sorted((one, other))
    )
    assert width(late) <= width(early)


def hair(outlook: Outlook) -> Decimal:
    """Twice the fineness that amounts are told in."""
    assert isinstance(outlook, Spread)
    return Decimal(2 * outlook.law.deviation / FINENESS)


def width(outlook: Outlook) -> Decimal:
    return outlook.quantile(HIGH) - outlook.quantile(LOW)


@given(st.integers(200, 10_000).map(Decimal), parts, spreads)
def test_uneven_counts_are_less_sure(target: Decimal, passed: Decimal, spread: Decimal) -> None:
    assume(target * (1 - passed) > 100)
    so_far = (target * passed).to_integral_value()
    calm, uneven = (counts(so_far, target, passed, each) for each in (spread, spread * 4))
    assert width(uneven) >= width(calm)


def test_before_anything_is_expected_the_plan_speaks() -> None:
    outlook = counts(Decimal(0), Decimal(300), Decimal(0), Decimal(1))
    assert outlook.mean == 300
    assert outlook.method == "the plan"
    deviation = (300 + 300**2 / float(FAITH)) ** 0.5
    assert float(width(outlook)) == pytest.approx(2 * 1.28 * deviation, rel=0.02)


def test_the_more_is_expected_the_more_the_rate_counts() -> None:
    half = [
        counts(Decimal(n) / 4, Decimal(n), Decimal("0.5"), Decimal(1)).mean / n for n in (30, 3000)
    ]
    assert half[0] > Decimal("0.55") > Decimal("0.51") > half[1] > Decimal("0.5")


def test_a_late_key_result_on_day_30_is_found_and_one_on_plan_is_not() -> None:
    chances = [
        counts(Decimal(n), Decimal(300), Decimal("0.3319"), Decimal(1)).at_least(Decimal(270))
        for n in (70, 80, 82, 100)
    ]
    assert chances[0] < Decimal("0.03")
    assert chances[1] < Decimal("0.15") < chances[2]
    assert chances[3] > Decimal("0.8")


def test_refunds_leave_the_rest_of_the_plan() -> None:
    for refunds in ("-50.5", "-5000"):
        outlook = counts(Decimal(refunds), Decimal(1000), Decimal("0.1"), Decimal(20))
        assert Decimal(600) < outlook.mean - Decimal(refunds) < Decimal(900)


@pytest.mark.parametrize(("target", "spread"), [(0, 1), (-3, 1), (10, 0)])
def test_a_way_to_nowhere_is_refused(target: int, spread: int) -> None:
    with pytest.raises(ValueError, match="must both be above 0"):
        counts(Decimal(1), Decimal(target), Decimal("0.5"), Decimal(spread))


@pytest.mark.parametrize("passed", ["0.5", "1"])
@pytest.mark.parametrize("share", [0, 1, -1])
def test_no_quantile_stands_at_all_or_nothing(passed: str, share: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        counts(Decimal(1), Decimal(9), Decimal(passed), Decimal(1)).quantile(Decimal(share))


@pytest.mark.parametrize("size", ["1e12", "1e-6"])
def test_very_large_and_very_small_amounts(size: str) -> None:
    unit = Decimal(size)
    outlook = counts(unit * Decimal("30.5"), unit * 100, Decimal("0.3"), unit)
    assert float(outlook.mean / unit) == pytest.approx(101.33, abs=0.01)
    assert Decimal("0.5") < outlook.at_least(unit * 100) < Decimal("0.6")

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.forecast.levels import level
from okrmodel.forecast.outlook import Outlook

FIRST = date(2026, 9, 1)
LOW, HIGH = Decimal("0.1"), Decimal("0.9")

series = st.lists(st.decimals(-1000, 1000, places=1), min_size=7, max_size=40)
ahead = st.integers(1, 90)


def dated(values: list[Decimal]) -> list[tuple[date, Decimal]]:
    return [(FIRST + timedelta(i), value) for i, value in enumerate(values)]


def seen(values: list[Decimal], days: int) -> Outlook:
    outlook = level(dated(values), FIRST + timedelta(len(values) - 1 + days))
    assert outlook is not None
    return outlook


def wander(dice: random.Random, days: int, drift: float, step: float) -> list[Decimal]:
    values, at = [], 500.0
    for _ in range(days):
        at += drift + dice.gauss(0, step)
        values.append(Decimal(str(round(at, 2))))
    return values


def test_six_values_are_no_trend() -> None:
    assert level([], FIRST) is None
    assert level(dated([Decimal(5)] * 6), FIRST + timedelta(30)) is None
    old = [(FIRST - timedelta(60 + i), Decimal(i)) for i in range(20, 0, -1)]
    assert level([*old, *dated([Decimal(5)] * 6)], FIRST + timedelta(30)) is None


def test_what_never_moved_stays() -> None:
    outlook = seen([Decimal(7)] * 20, 40)
    assert outlook.mean == outlook.quantile(LOW) == outlook.quantile(HIGH) == 7


@pytest.mark.parametrize("slope", ["-3.1", "0.1", "12"])
def test_a_straight_line_goes_on(slope: str) -> None:
    outlook = seen([Decimal(slope) * i - 40 for i in range(28)], 30)
    assert outlook.mean == pytest.approx(Decimal(slope) * 57 - 40)
    assert outlook.at_least(outlook.mean) == 1


def test_a_day_that_is_missing_is_no_zero() -> None:
    days = [pair for pair in dated([Decimal(2 * i) for i in range(28)]) if pair[0].day % 5]
    outlook = level(days, FIRST + timedelta(57))
    assert outlook is not None
    assert outlook.mean == 114


@pytest.mark.parametrize("wrong", [range(14, 15), range(4), range(24, 28)])
def test_a_few_days_do_not_turn_the_trend(wrong: range) -> None:
    values = [Decimal(i + (500 if i in wrong else 0)) for i in range(28)]
    outlook = seen(values, 10)
    assert outlook.mean - values[-1] == pytest.approx(10, abs=1)


def test_the_last_day_is_certain() -> None:
    outlook = seen([Decimal(i * i) for i in range(20)], 0)
    assert outlook.mean == 361
    assert outlook.at_least(Decimal(361)) == 1
    assert outlook.at_least(Decimal(362)) == 0


@given(series, ahead, st.decimals(-2000, 2000, places=1), st.decimals(-2000, 2000, places=1))
def test_more_is_less_likely(
    values: list[Decimal], days: int, one: Decimal, other: Decimal
) -> None:
    outlook = seen(values, days)
    less, more = sorted((one, other))
    assert outlook.at_least(less) >= outlook.at_least(more)
    assert outlook.quantile(LOW) <= outlook.quantile(HIGH)


@given(series, ahead)
def test_a_fall_is_a_rise_of_the_negatives(values: list[Decimal], days: int) -> None:
    up = seen([value - 10_000_000 for value in values], days)
    down = seen([10_000_000 - value for value in values], days)
    hair = float(up.quantile(HIGH) - up.quantile(LOW)) / 100 + 1.01
    assert float(down.mean) == pytest.approx(-float(up.mean), abs=hair)
    assert float(down.quantile(LOW)) == pytest.approx(-float(up.quantile(HIGH)), abs=hair)


@given(st.lists(st.integers(0, 9).map(Decimal), min_size=7, max_size=28), ahead)
def test_a_stock_is_never_expected_below_nothing(values: list[Decimal], days: int) -> None:
    outlook = seen(values, days)
    assert outlook.quantile(LOW) >= 0 or outlook.at_least(outlook.mean) in (0, 1)
    assert outlook.mean >= 0 or outlook.at_most(outlook.mean) == 1


def test_four_of_five_wanderers_end_inside() -> None:
    dice = random.Random(11)
    inside = 0
    for _ in range(400):
        values = wander(dice, 68, drift=dice.uniform(-3, 3), step=dice.uniform(1, 9))
        outlook = seen(values[:28], 40)
        inside += outlook.quantile(LOW) <= values[-1] <= outlook.quantile(HIGH)
    assert 304 <= inside <= 336

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.forecast.outlook import Outlook
from okrmodel.forecast.rates import rate

LOW, HIGH = Decimal("0.1"), Decimal("0.9")

Days = list[tuple[Decimal, Decimal]]
pairs = st.tuples(st.integers(0, 500), st.integers(1, 500)).map(
    lambda pair: (Decimal(min(pair)), Decimal(max(pair)))
)
many = st.lists(pairs, min_size=7, max_size=60)
rests = st.decimals(Decimal("0.01"), 12, places=2)


def seen(days: Days, rest: Decimal) -> Outlook:
    outlook = rate(days, rest)
    assert outlook is not None
    return outlook


def width(outlook: Outlook) -> Decimal:
    return outlook.quantile(HIGH) - outlook.quantile(LOW)


def test_few_days_and_no_denominators_say_nothing() -> None:
    assert rate([], Decimal(1)) is None
    assert rate([(Decimal(1), Decimal(2))] * 6, Decimal(1)) is None
    assert rate([(Decimal(3), Decimal(0))] * 30, Decimal(1)) is None


@given(many, rests)
def test_it_is_the_ratio_of_the_sums(days: Days, rest: Decimal) -> None:
    whole = sum(a for a, _ in days) / sum(b for _, b in days)
    outlook = seen(days, rest)
    assert float(outlook.mean) == pytest.approx(float(whole), abs=float(width(outlook)) / 100)
    assert outlook.quantile(LOW) <= outlook.mean <= outlook.quantile(HIGH)


@given(many, rests)
def test_the_rest_cannot_undo_what_was_measured(days: Days, rest: Decimal) -> None:
    whole, hair = seen(days, Decimal(0)).mean, Decimal("1e-9")
    outlook = seen(days, rest)
    assert outlook.at_least(whole / (1 + rest) - hair) == 1
    assert outlook.at_most((whole + rest) / (1 + rest) + hair) == 1


@given(many, rests, rests)
def test_the_less_is_to_come_the_surer(days: Days, one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))
    assert width(seen(days, less)) <= width(seen(days, more)) + Decimal("0.0001")


@given(many)
def test_in_the_end_it_is_what_was_measured(days: Days) -> None:
    outlook = seen(days, Decimal(0))
    assert width(outlook) == 0
    assert outlook.mean * sum(b for _, b in days) == pytest.approx(sum(a for a, _ in days))


@given(many, rests, st.decimals(0, 1, places=3), st.decimals(0, 1, places=3))
def test_more_is_less_likely(days: Days, rest: Decimal, one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))
    assert seen(days, rest).at_least(less) >= seen(days, rest).at_least(more)


def test_none_in_twenty_is_not_none_ever() -> None:
    outlook = seen([(Decimal(0), Decimal(2))] * 10, Decimal(4))
    assert outlook.quantile(HIGH) > 0
    assert outlook.quantile(LOW) == 0


def test_costs_may_be_more_than_leads() -> None:
    days = [(Decimal(n % 5 * 40 + 100), Decimal(3)) for n in range(30)]
    outlook = seen(days, Decimal(2))
    assert outlook.mean == 60
    assert outlook.at_least(Decimal(90)) < Decimal("0.01")


@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_four_of_five_end_inside(spread: float) -> None:
    dice = random.Random(3)
    inside = 0
    for _ in range(400):
        chance, days = dice.uniform(0.1, 0.5), []
        for _ in range(60):
            that_day = min(max(chance + dice.gauss(0, spread), 0), 1)
            sent = dice.randint(20, 40)
            days.append(
                (Decimal(sum(dice.random() < that_day for _ in range(sent))), Decimal(sent))
            )
        outlook = seen(days[:20], Decimal(2))
        final = sum(a for a, _ in days) / sum(b for _, b in days)
        inside += outlook.quantile(LOW) <= final <= outlook.quantile(HIGH)
    assert 304 <= inside <= 336

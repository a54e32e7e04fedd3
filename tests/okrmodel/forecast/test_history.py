import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from okrmodel.forecast.history import DOUBT, dispersion, weekday_weights

MONDAY = date(2026, 8, 3)
SEVENTH = Decimal(1) / 7
OFFICE = [Decimal(1)] * 5 + [Decimal("0.15")] * 2

histories = st.lists(st.integers(0, 60).map(Decimal), min_size=28, max_size=70)


def poisson(mean: float, dice: random.Random) -> int:
    left, events = dice.expovariate(1), 0
    while left < mean:
        left, events = left + dice.expovariate(1), events + 1
    return events


def office_days(
    days: int, each: int, seed: int, mean: float = 4.0
) -> Iterator[tuple[Decimal, Decimal]]:
    """Events on office days in companies of so many: variance ÷ mean is that."""
    dice = random.Random(seed)
    for i in range(days):
        weight = OFFICE[i % 7]
        yield Decimal(each * poisson(mean / each * float(weight), dice)), weight


def dated(counts: list[Decimal]) -> list[tuple[date, Decimal]]:
    return [(MONDAY + timedelta(i), count) for i, count in enumerate(counts)]


def test_no_days_leave_the_doubt() -> None:
    assert dispersion([]) == DOUBT
    assert dispersion([(Decimal(3), Decimal(1))]) == DOUBT
    assert dispersion([(Decimal(0), Decimal(1))] * 50) == DOUBT


def test_independent_events_are_mostly_taken_for_that() -> None:
    found = sorted(dispersion(list(office_days(56, 1, seed))) for seed in range(100))
    assert found[50] < Decimal("1.05")
    assert found[90] < Decimal("1.7")


def test_events_in_company_are_seen() -> None:
    for each in (2, 3):
        found = sorted(dispersion(list(office_days(56, each, seed))) for seed in range(200))
        assert Decimal("0.8") * each < found[100] < Decimal("1.3") * each


def test_one_burst_does_not_decide() -> None:
    for seed in range(20):
        days = list(office_days(56, 1, seed))
        calm = dispersion(days)
        days[30] = (Decimal(300), days[30][1])
        assert dispersion(days) < calm + 12
    assert dispersion([*days, *days]) > 30, "two of them are no accident"


@given(histories)
def test_whole_numbers_are_never_steadier_than_chance(counts: list[Decimal]) -> None:
    assert dispersion([(count, Decimal(1)) for count in counts]) >= 1


@given(histories, st.integers(2, 50))
def test_amounts_have_it_in_their_unit(counts: list[Decimal], unit: int) -> None:
    days = [(count + Decimal("0.31"), Decimal(1)) for count in counts]
    assume(len(set(counts)) > 1)
    found = dispersion(days)
    scaled = dispersion([(count * unit / 97, weight) for count, weight in days])
    assert float(scaled) == pytest.approx(float(found) * unit / 97, rel=2e-3)


@given(histories, st.decimals(Decimal("0.01"), 50, places=2))
def test_shares_need_not_add_up(counts: list[Decimal], times: Decimal) -> None:
    days = [(count, OFFICE[i % 7]) for i, count in enumerate(counts)]
    assert dispersion(days) == dispersion([(count, weight * times) for count, weight in days])


@given(histories)
def test_weights_are_shares_of_a_week(counts: list[Decimal]) -> None:
    weights = weekday_weights(dated(counts))
    assert len(weights) == 7
    assert min(weights) >= 0
    assert abs(sum(weights, Decimal(-1))) < Decimal("1e-26")


@given(histories, st.integers(2, 50))
def test_weights_have_no_unit(counts: list[Decimal], unit: int) -> None:
    one, other = (weekday_weights(dated([c * u for c in counts])) for u in (1, unit))
    assert [round(w, 20) for w in one] == [round(w, 20) for w in other]


def test_a_strong_week_is_learned_nearly_whole() -> None:
    days = dated([count for count, _ in office_days(56, 1, 7, mean=40)])
    saturday = weekday_weights(days)[5] / weekday_weights(days)[0]
    assert Decimal("0.1") < saturday < Decimal("0.25")


def test_chance_makes_no_week() -> None:
    dice = random.Random(5)
    weights = weekday_weights(dated([Decimal(poisson(2, dice)) for _ in range(56)]))
    assert max(weights) - min(weights) < Decimal("0.05")


@pytest.mark.parametrize("counts", [[Decimal(i % 7) for i in range(27)], [Decimal(0)] * 60, []])
def test_too_little_to_go_by_makes_all_days_the_same(counts: list[Decimal]) -> None:
    assert weekday_weights(dated(counts)) == (SEVENTH,) * 7


def test_a_weekday_that_is_missing_is_no_weekday_without_events() -> None:
    days = [
        (day, count) for day, count in dated([Decimal(i % 7) for i in range(56)]) if day.weekday()
    ]
    assert weekday_weights(days) == (SEVENTH,) * 7

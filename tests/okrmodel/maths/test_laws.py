"""What must hold of the maths whatever the numbers are."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, getcontext, localcontext
from random import Random
from typing import get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from okrmodel.closure import Closure
from okrmodel.definitions.workspace import StatusRule
from okrmodel.exact import edge, plain
from okrmodel.progress import progress, score
from okrmodel.snapshot import Failure, Snapshot, Status
from okrmodel.status import by_rule, by_units
from tests.okrmodel.maths.build import STARTS, closure, daily, reach, snapshot

numbers = st.decimals(-1_000_000, 1_000_000, places=3)
counts = st.integers(0, 40)
rules = st.sampled_from(get_args(StatusRule))
as_ofs = st.integers(0, 91).map(lambda n: STARTS + timedelta(days=n))
histories = st.lists(st.one_of(st.none(), counts), min_size=92, max_size=92)
FEW = settings(max_examples=30)
"""For laws of whole snapshots, which take their time."""
FULL = st.lists(counts, min_size=92, max_size=92)


@st.composite
def ways(draw: st.DrawFn) -> tuple[Decimal, Decimal]:
    baseline, target = draw(numbers), draw(numbers)
    assume(baseline != target)
    return baseline, target


@given(ways())
def test_progress_is_0_at_the_baseline_and_1_at_the_target(way: tuple[Decimal, Decimal]) -> None:
    baseline, target = way
    assert progress(baseline, target, baseline) == 0
    assert progress(baseline, target, target) == 1


@given(ways(), numbers, st.integers(1, 1000), numbers)
def test_progress_does_not_depend_on_unit_or_zero(
    way: tuple[Decimal, Decimal], value: Decimal, unit: int, zero: Decimal
) -> None:
    there = progress(*way, value)
    elsewhere = (number * unit + zero for number in (*way, value))
    assert progress(*elsewhere) == there


@given(ways(), numbers)
def test_a_decrease_is_an_increase_of_the_negatives(
    way: tuple[Decimal, Decimal], value: Decimal
) -> None:
    baseline, target = way
    assert progress(baseline, target, value) == progress(-baseline, -target, -value)


@given(ways(), numbers, numbers)
def test_progress_grows_towards_the_target(
    way: tuple[Decimal, Decimal], one: Decimal, other: Decimal
) -> None:
    near, far = sorted((one, other), reverse=way[1] > way[0])
    assert progress(*way, near) >= progress(*way, far)


shares = st.decimals(-2, 3, places=6)


@given(shares, shares, st.decimals("0.001", "0.999", places=3), st.decimals("1.001", 3, places=3))
def test_the_score_grows_with_progress_and_stays_between_0_and_1(
    one: Decimal, other: Decimal, commit: Decimal, stretch: Decimal
) -> None:
    low, high = sorted((one, other))
    for tiers in ((None, None), (commit, None), (None, stretch), (commit, stretch)):
        assert 0 <= score(low, *tiers) <= score(high, *tiers) <= 1


def test_the_score_passes_through_its_tiers() -> None:
    commit, stretch = Decimal("0.5"), Decimal("1.5")
    assert [score(at, commit, stretch) for at in (Decimal(0), commit, Decimal(1), stretch)] == [
        0,
        Decimal("0.3"),
        Decimal("0.7"),
        1,
    ]
    assert score(Decimal(1), commit, None) == 1


def test_there_is_no_way_between_equal_ends() -> None:
    with pytest.raises(ValueError, match="no way"):
        progress(Decimal(3), Decimal("3.0"), Decimal(1))


def test_binary_fractions_play_no_part() -> None:
    assert progress(Decimal(0), Decimal(3), Decimal(1)) == Decimal("0." + "3" * 34)
    third = progress(Decimal(0), Decimal(3), Decimal(1))
    assert edge(third * 3) == 1


WORST_FIRST = (Status.OFF_TRACK, Status.AT_RISK, Status.ON_TRACK)


@given(rules, shares, shares, st.decimals(0, 1, places=6))
def test_a_rule_never_rewards_less_progress(
    rule: StatusRule, one: Decimal, other: Decimal, expected: Decimal
) -> None:
    worse, better = sorted((one, other))
    found = [by_rule(rule, at, expected, "").status for at in (worse, better)]
    assert WORST_FIRST.index(found[0]) <= WORST_FIRST.index(found[1])


@given(counts, counts, st.decimals(0, 12, places=2), st.decimals(0, 12, places=2))
def test_units_never_reward_a_smaller_count(
    one: int, other: int, planned: Decimal, before: Decimal
) -> None:
    worse, better = sorted((one, other))
    found = [by_units(Decimal(at), planned, min(before, planned)).status for at in (worse, better)]
    assert WORST_FIRST.index(found[0]) <= WORST_FIRST.index(found[1])


RANKED = (Status.MISSED, *WORST_FIRST, Status.ACHIEVED)


@FEW
@given(FULL, st.integers(0, 91), st.integers(1, 40), as_ofs, st.sampled_from([3, 92, 400]))
def test_a_smaller_day_never_improves_the_status(
    values: list[int], at: int, less: int, as_of: date, target: int
) -> None:
    worse = [*values[:at], max(values[at] - less, 0), *values[at + 1 :]]
    kr = closure(reach(target=target))
    statuses = [snapshot(kr, as_of, daily(days)).status for days in (worse, values)]
    if statuses[0] is Status.TOO_EARLY:
        assert statuses[1] is Status.TOO_EARLY
    else:
        assert RANKED.index(statuses[0]) <= RANKED.index(statuses[1])


@FEW
@given(FULL, as_ofs)
def test_the_days_of_a_window_add_up_to_it(values: list[int], as_of: date) -> None:
    found = snapshot(closure(reach()), as_of, daily(values))
    assert found.value == sum(values[: (as_of - STARTS).days + 1])


@FEW
@given(histories, st.integers(0, 91), counts, as_ofs)
def test_restating_a_day_changes_nothing_before_it(
    values: list[int | None], at: int, instead: int, as_of: date
) -> None:
    assume((as_of - STARTS).days < at)
    restated = [*values[:at], instead, *values[at + 1 :]]
    kr = closure(reach())
    assert snapshot(kr, as_of, daily(values)).text() == snapshot(kr, as_of, daily(restated)).text()


@FEW
@given(histories, st.randoms(use_true_random=False), as_ofs, st.sets(st.integers(0, 91)))
def test_observations_may_come_in_any_order(
    values: list[int | None], order: Random, as_of: date, holes: set[int]
) -> None:
    days = [one for n, one in enumerate(daily(values)) if n not in holes]
    shuffled = list(days)
    order.shuffle(shuffled)
    kr = closure(reach())
    assert snapshot(kr, as_of, days).text() == snapshot(kr, as_of, shuffled).text()


@FEW
@given(histories, as_ofs, st.sets(st.integers(0, 91)))
def test_the_same_inputs_give_the_same_bytes_in_any_decimal_context(
    values: list[int | None], as_of: date, holes: set[int]
) -> None:
    days = [one for n, one in enumerate(daily(values)) if n not in holes]
    kr = closure(reach(target=91))
    text = snapshot(kr, as_of, days).text()
    with localcontext(prec=3):
        assert snapshot(Closure.from_text(kr.text()), as_of, days).text() == text
        assert getcontext().prec == 3
    assert Snapshot.from_text(text).text() == text


@FEW
@given(histories, as_ofs, st.sets(st.integers(0, 91)))
def test_a_failed_pull_never_makes_a_number_that_was_not_there(
    values: list[int | None], as_of: date, holes: set[int]
) -> None:
    days = [one for n, one in enumerate(daily(values)) if n not in holes]
    found = snapshot(closure(reach()), as_of, days, Failure("crm", "502"))
    through = found.through
    if found.value is None or through is None:
        assert found.status in {Status.NO_DATA, Status.STALE}
        return
    shown = values[: (through - STARTS).days + 1]
    assert found.value == sum(value or 0 for value in shown)
    assert None not in shown
    assert holes.isdisjoint(range(len(shown)))
    assert (found.status is Status.STALE) == (through < as_of)


@given(numbers)
def test_equal_numbers_have_one_spelling(number: Decimal) -> None:
    assert plain(number) == plain(number * 1000 / 1000) == plain(number.normalize())
    assert Decimal(plain(number)) == number
    assert "E" not in plain(number)


def test_zero_has_no_sign_and_large_numbers_no_exponent() -> None:
    assert plain(Decimal("-0.00")) == "0"
    assert plain(Decimal("1E+6")) == "1000000"
    assert plain(Decimal("1.200")) == "1.2"
    assert plain(Decimal("1E-7")) == "0.0000001"


def test_flags_of_what_was_used_are_shown_and_others_are_not() -> None:
    days = list(daily([1] * 20))
    days[3] = replace(days[3], restated=True)
    kr = closure(reach())
    assert snapshot(kr, STARTS + timedelta(days=3), days).restated
    assert not snapshot(kr, STARTS + timedelta(days=2), days).restated

"""How far off forecasts were, by the part of the cycle that they were made in."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from okrmodel.backtest import PARTS, Tried, cut, part_of, parts
from okrmodel.snapshot import Forecast
from okrmodel.windows import Window
from tests.okrmodel.maths.build import STARTS, closure, daily, day, reach, snapshot, source


def tried(elapsed: str, final: int, came: int, around: int | None = 5) -> Tried:
    low = None if around is None else Decimal(final - around)
    high = None if around is None else Decimal(final + around)
    return Tried(
        Decimal(elapsed), Forecast(Decimal(final), low, high, None, None, "so"), Decimal(came)
    )


def test_each_part_tells_the_middle_error_and_how_many_ranges_held_what_came() -> None:
    found = list(parts([tried("0.1", 90, 100), tried("0.2", 105, 100), tried("0.24", 98, 100)]))
    assert [(p.number, p.days, p.off) for p in found] == [(1, 3, Decimal("0.05"))]
    assert found[0].inside == Decimal(2) / 3


def test_what_has_no_range_or_came_to_nothing_is_not_judged_by_it() -> None:
    (first, last) = parts([tried("0.1", 3, 0), tried("0.9", 90, 100, around=None)])
    assert (first.off, first.inside) == (None, Decimal(1))
    assert (last.number, last.inside) == (PARTS, None)


@given(st.integers(1, 91))
def test_the_parts_are_quarters_of_the_days(passed: int) -> None:
    assert part_of(Decimal(passed) / 92) == passed * PARTS // 92 + 1


def test_a_running_cycle_is_tested_as_if_it_ended_today_at_what_was_planned() -> None:
    running = closure(reach(target=184))
    newest = snapshot(running, day("11-15"), daily([1] * 46))
    shorter = cut(running, newest)
    assert shorter is not None
    assert shorter.span == Window(STARTS, day("11-16"))
    ended = snapshot(shorter, day("11-15"), daily([1] * 46))
    assert [ended.target, ended.value, ended.expected] == [92, 46, 1]


def test_what_cannot_be_cut_short_is_not() -> None:
    users = closure(reach(), {"mqls": source("mqls", "distinct")})
    newest = snapshot(closure(reach()), day("11-15"), daily([1] * 46))
    assert cut(users, newest) is None
    assert cut(closure(reach(shape="history")), newest) is None
    assert cut(closure(reach()), snapshot(closure(reach()), day("11-15"))) is None

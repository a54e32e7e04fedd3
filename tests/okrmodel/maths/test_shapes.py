"""Plans that rise as stored history did."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from okrmodel.history import A_YEAR, cycle_then, history, then, weeks_before, year_before
from okrmodel.snapshot import Known, Snapshot
from okrmodel.windows import ONE_DAY, Window
from tests.okrmodel.maths.build import (
    ENDS,
    STARTS,
    closure,
    daily,
    day,
    known,
    reach,
    snapshot,
    source,
)

SHAPED = closure(reach(shape="history"))
USERS = {"mqls": source("mqls", "distinct")}


def weekly(first: date, days: int, weekday: int = 10, weekend: int = 0) -> tuple[Known, ...]:
    each = (first + timedelta(days=n) for n in range(days))
    return daily([weekday if one.weekday() < 5 else weekend for one in each], starts=first)


def expected(of: Any, as_of: date, *past: Known) -> Decimal:
    """What the plan says by the end of a day on which nothing has been counted yet."""
    zeros = daily([0] * ((as_of - STARTS).days + 1))
    found: Snapshot = snapshot(of, as_of, (*zeros, *past))
    assert found.expected is not None
    return found.expected


def test_without_history_the_plan_is_a_straight_line() -> None:
    assert expected(SHAPED, day("11-15")) == Decimal("0.5")


def test_weekends_that_brought_nothing_are_not_expected_to() -> None:
    past = weekly(weeks_before(SHAPED).start, 56)
    friday, sunday = (expected(SHAPED, day(d), *past) for d in ("10-09", "10-11"))
    assert friday == sunday
    # 66 of the cycle's 92 days are no weekend, and 7 of them have passed.
    assert round(friday, 10) == round(Decimal(7) / 66, 10)
    assert round(expected(closure(reach()), day("10-11"), *past) * 92, 20) == 11


def test_last_years_seasons_are_taken_over_where_all_of_them_are_stored() -> None:
    year = year_before(SHAPED)
    past = weekly(weeks_before(SHAPED).start, 56, weekend=10)
    half = daily([1] * 46 + [3] * 46, starts=year.start)
    assert round(expected(SHAPED, day("11-15"), *past, *half), 1) == Decimal("0.3")
    assert round(expected(SHAPED, day("11-15"), *past, *half[:40]), 1) == Decimal("0.5")


def test_a_distinct_count_follows_the_cycle_before() -> None:
    asked = closure(reach(shape="history"), USERS)
    whole, part = cycle_then(asked), then(asked, day("11-15"))
    assert (whole.start, whole.end, part.length) == (date(2026, 7, 1), STARTS, 46)
    past = (known(whole, 1000), known(part, 700))
    found = snapshot(asked, day("11-15"), [known(Window(STARTS, day("11-16")), 50), *past])
    assert found.expected == Decimal("0.7")


@given(st.integers(0, 91), st.integers(0, 30), st.integers(0, 30))
def test_every_shape_begins_at_nothing_rises_and_ends_at_all(
    passed: int, weekday: int, weekend: int
) -> None:
    past = weekly(weeks_before(SHAPED).start, 56, weekday, weekend)
    as_of = STARTS + timedelta(days=passed)
    share = expected(SHAPED, as_of, *past)
    before = expected(SHAPED, as_of - ONE_DAY, *past) if passed else Decimal(0)
    assert 0 <= before <= share <= 1
    assert (share == 1) if as_of == ENDS else True


def test_what_is_learned_from_is_read_and_never_asked_for() -> None:
    [(mark, weeks), (_, year)] = history(SHAPED, [day("11-15")])
    assert mark == "print of mqls"
    assert len(list(weeks)) == 56
    assert next(iter(year)) == Window.of_day(STARTS - A_YEAR)
    assert not list(history(closure(reach(window="month")), [day("11-15")]))
    assert not list(history(SHAPED, [STARTS - ONE_DAY]))

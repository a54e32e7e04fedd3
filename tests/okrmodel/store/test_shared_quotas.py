"""Quotas and places that many take from at once: never more than there is, whoever asks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from okrmodel.allowance import LONGEST, Allowance, Spent
from okrmodel.store import Store
from okrmodel.store.engine import connect_to
from okrmodel.store.limit_rows import METADATA
from okrmodel.store.limits import FILE, Limits, Place, limits_of
from tests.okrmodel.store.test_limits import Watch

ENDS = 2_000_000_000_000_000
HOUR = 3_600_000_000


@pytest.fixture
def empty(store: Store) -> Store:
    """A store whose database has no such rows: they are no part of it, and nobody empties them."""
    METADATA.drop_all(store.engine)
    return store


@pytest.fixture
def limits(empty: Store) -> Iterator[Limits]:
    with limits_of(empty) as found:
        yield found


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def timed(tmp_path: Path, watch: Watch) -> Iterator[Limits]:
    """On SQLite, where the clock can be given."""
    engine = connect_to(f"sqlite:///{tmp_path / FILE}")
    yield Limits(engine, watch)
    engine.dispose()


def spend(
    limits: Limits,
    units: int = 1,
    *,
    account: str = "a",
    most: int = 100,
    until: int = ENDS,
    reserve: bool = False,
) -> None:
    limits.spend(account, "tokens", units, most=most, until=until, reserve=reserve)


def left(limits: Limits) -> int:
    """What is left, found out by asking for too much."""
    with pytest.raises(Spent) as found:
        spend(limits, 10**9)
    return found.value.left


def test_what_is_spent_is_gone_for_everybody_and_what_is_refused_is_not(empty: Store) -> None:
    with limits_of(empty) as first, limits_of(empty) as second:
        spend(first, 60)
        with pytest.raises(Spent) as refused:
            spend(second, 41)
        assert (refused.value.left, refused.value.until) == (40, ENDS)
        spend(second, 40)
        assert left(first) == 0


def test_accounts_and_names_have_quotas_of_their_own(limits: Limits) -> None:
    spend(limits, 100)
    spend(limits, 100, account="b")
    limits.spend("a", "another", 100, most=100, until=ENDS, reserve=False)


def test_the_nightly_run_finds_its_reserve_after_a_greedy_backfill(limits: Limits) -> None:
    spend(limits, 60, reserve=True)
    with pytest.raises(Spent) as refused:
        spend(limits, 30, reserve=True)
    assert (refused.value.left, refused.value.reserve) == (40, 20)
    spend(limits, 40)


def test_threads_that_hammer_one_quota_take_all_of_it_and_no_more(limits: Limits) -> None:
    together = Barrier(8)

    def hammer(_: int) -> int:
        together.wait()
        taken = 0
        try:
            while True:
                spend(limits, 3)
                taken += 3
        except Spent:
            return taken

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hammer, range(8))) == 99


def test_the_next_period_begins_with_everything(limits: Limits) -> None:
    spend(limits, 100)
    spend(limits, 1, until=ENDS + HOUR)
    assert left(limits) == 99
    # A clock that is a little behind names the period before.
    spend(limits, 9, until=ENDS)
    assert left(limits) == 90


def test_a_clock_that_was_set_back_keeps_nobody_out(limits: Limits) -> None:
    spend(limits, 100, until=ENDS + LONGEST)
    spend(limits, 100)


def test_the_sources_word_corrects_the_count(limits: Limits) -> None:
    spend(limits, 10)
    limits.learn("a", "tokens", 90, None, most=100, until=ENDS)
    assert left(limits) == 90
    limits.learn("a", "tokens", 50, None, most=100, until=ENDS)
    assert left(limits) == 50
    # Ten units were taken a moment ago: the source may not have counted them yet.
    limits.learn("a", "tokens", 70, None, most=100, until=ENDS)
    assert left(limits) == 60


def test_what_was_taken_long_ago_is_not_under_way_any_more(timed: Limits, watch: Watch) -> None:
    spend(timed, 60)
    timed.learn("a", "tokens", 95, None, most=100, until=ENDS)
    assert left(timed) == 40
    watch.time += 240
    timed.learn("a", "tokens", 95, None, most=100, until=ENDS)
    assert left(timed) == 95


def test_a_bigger_account_is_known_to_all_and_its_reserve_is_bigger(limits: Limits) -> None:
    limits.learn("a", "tokens", 1000, None, most=100, until=ENDS)
    spend(limits, 800, reserve=True)
    with pytest.raises(Spent) as refused:
        spend(limits, 1, reserve=True)
    assert (refused.value.left, refused.value.reserve) == (200, 200)


def test_what_is_told_of_a_period_that_is_over_is_not_listened_to(limits: Limits) -> None:
    spend(limits, 1, until=ENDS + HOUR)
    limits.learn("a", "tokens", 0, None, most=100, until=ENDS)
    assert left(limits) == 99


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 60), st.sampled_from([0, 1, 2]), st.booleans()),
        max_size=12,
    )
)
def test_the_rows_say_what_the_arithmetic_says(steps: list[tuple[bool, int, int, bool]]) -> None:
    """Spending and learning, in this period and the next ones, against `Allowance` alone."""
    engine = create_engine("sqlite://")
    limits = Limits(engine, lambda: 1_700_000_000.0)
    now = 1_700_000_000_000_000
    expected = Allowance(ENDS, 100, 100)
    for spends, units, hours, reserve in steps:
        until = ENDS + hours * HOUR
        if not spends:
            limits.learn("a", "tokens", units, None, most=100, until=until)
            if until >= expected.until:
                expected = expected.at(until).told(units, None, now)
            continue
        try:
            then = expected.at(until).less(units, now, reserve=reserve)
        except Spent as spent:
            with pytest.raises(Spent, match=str(spent)):
                spend(limits, units, until=until, reserve=reserve)
        else:
            spend(limits, units, until=until, reserve=reserve)
            expected = then
    assert left(limits) == expected.left
    engine.dispose()


def places(limits: Limits, number: int, *, most: int = 3) -> list[Place | None]:
    return [limits.enter("a", "requests", most, lasts=120) for _ in range(number)]


def test_places_run_out_and_come_back(limits: Limits) -> None:
    *held, none = places(limits, 4)
    assert [place and place.number for place in held] == [0, 1, 2]
    assert none is None
    assert held[1]
    limits.leave(held[1])
    again, full = places(limits, 2)
    assert again
    assert again.number == 1
    assert full is None


def test_other_accounts_have_places_of_their_own(limits: Limits) -> None:
    places(limits, 3)
    assert limits.enter("b", "requests", 3, lasts=120)


def test_who_allows_fewer_takes_no_place_beyond_them(limits: Limits) -> None:
    places(limits, 2)
    assert limits.enter("a", "requests", 2, lasts=120) is None
    assert limits.enter("a", "requests", 3, lasts=120)


def test_a_killed_processs_place_is_free_again_after_a_while(timed: Limits, watch: Watch) -> None:
    (killed,) = places(timed, 1, most=1)
    assert killed
    watch.time += 119
    assert places(timed, 1, most=1) == [None]
    watch.time += 1
    (heir,) = places(timed, 1, most=1)
    assert heir
    # It lives after all, and leaves late: the place is the heir's.
    timed.leave(killed)
    assert places(timed, 1, most=1) == [None]


def test_a_place_from_before_the_clock_was_set_back_is_free(timed: Limits, watch: Watch) -> None:
    places(timed, 1, most=1)
    watch.time -= 7200
    assert places(timed, 1, most=1) != [None]


def test_threads_never_hold_more_places_than_there_are(limits: Limits) -> None:
    together = Barrier(8)

    def hammer(_: int) -> Place | None:
        together.wait()
        return limits.enter("a", "requests", 3, lasts=120)

    with ThreadPoolExecutor(8) as pool:
        held = [place for place in pool.map(hammer, range(8)) if place]
    assert sorted(place.number for place in held) == [0, 1, 2]

"""Requests are spaced so that a limit holds, for each account and limit apart."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.budget import AtOnce, Limit, Quota, Spaced, Unlimited, instant
from connectors.errors import RetryLater

SEARCH = Limit("search", calls=4, seconds=1.0)
A_DAY = Quota("requests a day", 100)
ENDS = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Watch:
    """A clock that moves only by being slept on."""

    def __init__(self) -> None:
        self.time = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def budget(self) -> Spaced:
        return Spaced(self.now, self.sleep)


def test_the_first_request_goes_at_once_and_the_next_a_share_of_a_second_later() -> None:
    watch = Watch()
    budget = watch.budget()
    for _ in range(3):
        budget.wait("a", SEARCH)
    assert watch.slept == [0.25, 0.25]


def test_accounts_and_limits_do_not_wait_for_one_another() -> None:
    watch = Watch()
    budget = watch.budget()
    budget.wait("a", SEARCH)
    budget.wait("b", SEARCH)
    budget.wait("a", Limit("burst", calls=1, seconds=1.0))
    assert watch.slept == []


def test_time_that_passed_is_not_waited_for_again() -> None:
    watch = Watch()
    budget = watch.budget()
    budget.wait("a", SEARCH)
    watch.time += 0.1
    budget.wait("a", SEARCH)
    watch.time += 60
    budget.wait("a", SEARCH)
    assert [round(pause, 9) for pause in watch.slept] == [0.15]


@given(st.lists(st.floats(min_value=0, max_value=2), min_size=1, max_size=30))
def test_no_second_ever_holds_more_requests_than_allowed(pauses: list[float]) -> None:
    watch = Watch()
    budget = watch.budget()
    starts = []
    for pause in pauses:
        watch.time += pause
        budget.wait("a", SEARCH)
        starts.append(watch.time)
    for first in starts:
        # A request on the very edge belongs to the next second, whatever floats say.
        assert sum(first <= each < first + 1.0 - 1e-9 for each in starts) <= SEARCH.calls


def test_threads_share_one_budget() -> None:
    watch = Watch()
    turns: list[float] = []
    budget = Spaced(lambda: 100.0, turns.append)
    threads = [threading.Thread(target=budget.wait, args=("a", SEARCH)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turns) == [0.25 * n for n in range(1, 8)]
    assert watch.slept == []


def test_an_unlimited_budget_never_waits() -> None:
    Unlimited().wait("a", SEARCH)
    Unlimited().spend("a", A_DAY, 10**9, ENDS)
    Unlimited().learn("a", A_DAY, 0, None, ENDS)
    with Unlimited().under_way("a", AtOnce("requests", 0)):
        pass


def test_what_is_spent_is_gone_until_the_period_ends() -> None:
    budget = Watch().budget()
    budget.spend("a", A_DAY, 100, ENDS)
    budget.spend("b", A_DAY, 100, ENDS)
    with pytest.raises(RetryLater) as refused:
        budget.spend("a", A_DAY, 1, ENDS)
    assert str(refused.value) == (
        "a: 0 requests a day left until 2026-11-23 08:00 UTC; the next request needs 1"
    )
    assert "run it again after 08:00 UTC" in refused.value.remedy
    budget.spend("a", A_DAY, 100, ENDS + timedelta(days=1))


def test_the_reserve_stays_where_that_is_asked_for() -> None:
    budget = Watch().budget()
    budget.spend("a", A_DAY, 80, ENDS, reserve=True)
    with pytest.raises(RetryLater, match=r"20 requests a day left .*, 20 of them for the nightly"):
        budget.spend("a", A_DAY, 1, ENDS, reserve=True)
    budget.spend("a", A_DAY, 20, ENDS)


def test_the_sources_word_counts_unless_it_is_about_the_past() -> None:
    watch = Watch()
    budget = watch.budget()
    budget.learn("a", A_DAY, 5, None, ENDS)
    with pytest.raises(RetryLater, match="a: 5 requests"):
        budget.spend("a", A_DAY, 6, ENDS)
    budget.spend("a", A_DAY, 1, ENDS + timedelta(days=1))
    budget.learn("a", A_DAY, 0, None, ENDS)
    budget.spend("a", A_DAY, 99, ENDS + timedelta(days=1))


def test_threads_hold_no_more_places_than_there_are() -> None:
    budget = Watch().budget()
    lock = threading.Lock()
    holding = most = 0
    enough = threading.Event()

    def ask() -> None:
        nonlocal holding, most
        with budget.under_way("a", AtOnce("requests", 3)):
            with lock:
                holding += 1
                most = max(most, holding)
                if holding == 3:
                    enough.set()
            assert enough.wait(5)
            # Time for a fourth to come in, if it could.
            time.sleep(0.02)
            with lock:
                holding -= 1

    threads = [threading.Thread(target=ask) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, holding) == (3, 0)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - hypothesis's
def test_an_instant_is_exact_to_the_microsecond(when: datetime) -> None:
    aware = when.replace(tzinfo=UTC)
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant(aware)) == aware

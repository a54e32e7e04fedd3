"""Requests are spaced so that a limit holds, for each account and limit apart."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from connectors.budget import Limit, Spaced, Unlimited

SEARCH = Limit("search", calls=4, seconds=1.0)


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

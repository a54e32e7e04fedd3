"""Asking again: how often, after how long, and when not."""

from collections.abc import Callable

import pytest

from connectors.errors import ConnectorError, QueryError, RetryLater, RetrySoon
from connectors.retry import Retry


def failing(*errors: ConnectorError) -> Callable[[], str]:
    left = list(errors)

    def send() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return send


def retrying(slept: list[float], chance: float = 1.0, **changes: float) -> Retry:
    return Retry(sleep=slept.append, random=lambda: chance, **changes)  # type: ignore[arg-type]


def test_an_answer_is_returned_at_once() -> None:
    slept: list[float] = []
    assert retrying(slept)(failing()) == "answer"
    assert slept == []


def test_the_back_off_doubles_up_to_its_cap() -> None:
    slept: list[float] = []
    retry = retrying(slept, tries=7, base=0.5, cap=5.0)
    assert retry(failing(*[RetrySoon("no")] * 6)) == "answer"
    assert slept == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_the_pause_is_drawn_from_the_whole_back_off() -> None:
    slept: list[float] = []
    retrying(slept, chance=0.25, base=4.0)(failing(RetrySoon("no")))
    assert slept == [1.0]


def test_what_the_source_asks_for_is_kept_to_the_letter() -> None:
    slept: list[float] = []
    retrying(slept, chance=0.0)(failing(RetrySoon("no", after=0.0), RetrySoon("no", after=90.0)))
    assert slept == [0.0, 90.0]


def test_the_last_failure_is_raised_after_the_last_try() -> None:
    slept: list[float] = []
    with pytest.raises(RetrySoon, match="third"):
        retrying(slept, tries=3)(failing(*(RetrySoon(n) for n in ("first", "second", "third"))))
    assert len(slept) == 2


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def wait(self, seconds: float) -> None:
        self.now += seconds


def dead(clock: Clock, seconds: float, after: float | None = None) -> Callable[[], str]:
    """A source that answers nothing in its time-out."""

    def send() -> str:
        clock.wait(seconds)
        raise RetrySoon("no", after=after)

    return send


@pytest.mark.parametrize(
    ("time_out", "after", "longest"),
    [(60.0, None, 125), (30.0, None, 125), (20.0, None, 110), (0.0, 60.0, 65), (0.0, 30.0, 95)],
)
def test_a_dead_source_costs_about_two_minutes(
    time_out: float, after: float | None, longest: float
) -> None:
    clock = Clock()
    retry = Retry(sleep=clock.wait, random=lambda: 1.0, clock=lambda: clock.now)
    with pytest.raises(RetrySoon):
        retry(dead(clock, time_out, after))
    assert clock.now <= longest


@pytest.mark.parametrize("error", [RetryLater("no"), QueryError("no")])
def test_nothing_else_is_asked_again(error: ConnectorError) -> None:
    slept: list[float] = []
    with pytest.raises(type(error)):
        retrying(slept)(failing(error))
    assert slept == []

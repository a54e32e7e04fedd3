"""The rate budget's interface: who may send a request, and when."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from connectors.errors import RetryLater
from okrmodel.allowance import SECOND, Allowance, Spent


@dataclass(frozen=True)
class Limit:
    """An outside limit: at most `calls` in any `seconds`, for one account."""

    name: str
    """Unique within the account, for instance "search"."""
    calls: float
    seconds: float


@dataclass(frozen=True)
class Quota:
    """An outside allowance: so many units until a period ends, for one account."""

    name: str
    """Unique within the account: "requests a day", "tokens an hour"."""
    most: int
    """What every account has at least; the source may say more (`Budget.learn`)."""


@dataclass(frozen=True)
class AtOnce:
    """An outside limit on requests that are under way together, for one account."""

    name: str
    most: int
    lasts: float = 120.0
    """Longer than a request is under way, in seconds: then a killed process's place is free."""


class Budget(Protocol):
    """Shared by everything that asks the same account, in every process. Given by flows.

    Safe to share between threads.
    """

    def wait(self, account: str, limit: Limit) -> None:
        """Return when one more request may be sent, having counted it."""
        ...

    def spend(self, account: str, quota: Quota, units: int, until: datetime) -> None:
        """Take units from what is left of the period that ends at `until` (any stable instant).

        Jobs that can wait leave a reserve to the nightly run.

        Raises:
            RetryLater: What is left, less the reserve, does not suffice; nothing was taken.
        """
        ...

    def learn(
        self, account: str, quota: Quota, left: int, most: int | None, until: datetime
    ) -> None:
        """Correct the count by what the source itself says is left, and of how many."""
        ...

    def under_way(self, account: str, at_once: AtOnce) -> AbstractContextManager[None]:
        """Hold one of the places for a request that is under way; waits for a free one."""
        ...


class Unlimited:
    """A budget that never waits: for sources without limits, and for tests."""

    def wait(self, account: str, limit: Limit) -> None:
        """Return at once."""

    def spend(self, account: str, quota: Quota, units: int, until: datetime) -> None:
        """Count nothing."""

    def learn(
        self, account: str, quota: Quota, left: int, most: int | None, until: datetime
    ) -> None:
        """Remember nothing."""

    def under_way(self, account: str, at_once: AtOnce) -> AbstractContextManager[None]:  # noqa: ARG002 - the protocol's
        """Hold nothing."""
        return nullcontext()


class Spaced:
    """Keeps one process within limits, spacing requests evenly (GCRA without burst).

    `now` and `sleep` are time.monotonic and time.sleep, given so that tests need not wait.
    Safe to share between threads: each waits for its own turn.
    """

    def __init__(self, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: dict[tuple[str, str], float] = {}
        self._left: dict[tuple[str, str], Allowance] = {}
        self._places: dict[tuple[str, str], threading.Semaphore] = {}

    def wait(self, account: str, limit: Limit) -> None:
        """Sleep until the request's turn has come."""
        key = (account, limit.name)
        with self._lock:
            turn = max(self._next.get(key, 0.0), self._now())
            self._next[key] = turn + limit.seconds / limit.calls
        if (pause := turn - self._now()) > 0:
            self._sleep(pause)

    def spend(
        self, account: str, quota: Quota, units: int, until: datetime, *, reserve: bool = False
    ) -> None:
        """Take units, and leave the reserve where that is asked for.

        Raises:
            RetryLater: They are not there; nothing was taken.
        """
        with self._lock:
            allowance = self._allowance(account, quota, until)
            try:
                allowance = allowance.less(units, self._instant(), reserve=reserve)
            except Spent as spent:
                raise spent_up(account, quota, units, spent) from None
            self._left[account, quota.name] = allowance

    def learn(
        self, account: str, quota: Quota, left: int, most: int | None, until: datetime
    ) -> None:
        """Correct the count, if what is told is of this period."""
        with self._lock:
            allowance = self._allowance(account, quota, until)
            if allowance.until == instant(until):
                self._left[account, quota.name] = allowance.told(left, most, self._instant())

    @contextmanager
    def under_way(self, account: str, at_once: AtOnce) -> Iterator[None]:
        """Hold one of the places, which only this process's threads share."""
        with self._lock:
            new = threading.BoundedSemaphore(at_once.most)
            places = self._places.setdefault((account, at_once.name), new)
        with places:
            yield

    def _allowance(self, account: str, quota: Quota, until: datetime) -> Allowance:
        ends = instant(until)
        new = Allowance(ends, quota.most, quota.most)
        return self._left.get((account, quota.name), new).at(ends)

    def _instant(self) -> int:
        return int(self._now() * SECOND)


def instant(when: datetime) -> int:
    """An aware instant in whole microseconds since 1970."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def spent_up(account: str, quota: Quota, units: int, spent: Spent) -> RetryLater:
    """What a caller is told who wanted more of a quota than is left."""
    ends = _EPOCH + timedelta(microseconds=spent.until)
    kept = f", {spent.reserve} of them for the nightly run" if spent.reserve else ""
    return RetryLater(
        f"{account}: {spent.left} {quota.name} left until {ends:%Y-%m-%d %H:%M} UTC{kept};"
        f" the next request needs {units}",
        remedy=f"run it again after {ends:%H:%M} UTC: what was recorded is not asked again",
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

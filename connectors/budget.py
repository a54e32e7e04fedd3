"""The rate budget's interface: who may send a request, and when."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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


class Spaced(Unlimited):
    """Keeps one process within a limit by spacing requests evenly (GCRA without burst).

    `now` and `sleep` are time.monotonic and time.sleep, given so that tests need not wait.
    Safe to share between threads: each waits for its own turn.
    """

    def __init__(self, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: dict[tuple[str, str], float] = {}

    def wait(self, account: str, limit: Limit) -> None:
        """Sleep until the request's turn has come."""
        key = (account, limit.name)
        with self._lock:
            turn = max(self._next.get(key, 0.0), self._now())
            self._next[key] = turn + limit.seconds / limit.calls
        if (pause := turn - self._now()) > 0:
            self._sleep(pause)

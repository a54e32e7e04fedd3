"""The rate budget's interface: who may send a request, and when."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Limit:
    """An outside limit: at most `calls` in any `seconds`, for one account."""

    name: str
    """Unique within the account, for instance "search"."""
    calls: float
    seconds: float


class Budget(Protocol):
    """Shared by everything that asks the same account. Given by flows."""

    def wait(self, account: str, limit: Limit) -> None:
        """Return when one more request may be sent, having counted it."""
        ...


class Unlimited:
    """A budget that never waits: for sources without limits, and for tests."""

    def wait(self, account: str, limit: Limit) -> None:
        """Return at once."""


class Spaced:
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

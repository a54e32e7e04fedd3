"""What a property's quota has left: tokens, server and client errors, concurrent requests.

Limits of a standard property, for the Core category. Hours and days are those of the sandbox
clock, so a refused caller is let in again when the clock is moved on.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.ga4.errors import exhausted
from sandbox.ga4.messages import Message
from sandbox.ga4.query import Query

QUOTA_ZONE = ZoneInfo("America/Los_Angeles")
"""The daily quota refreshes at midnight Pacific time."""

CLIENT_ERROR_MINUTES = 15

Policy = Literal[
    "day", "hour", "project_hour", "server_errors", "thresholded", "client_errors", "concurrent"
]


@dataclass
class Limits:
    """How much of each is allowed; settable."""

    day: int = 200_000
    """Tokens per property and day."""
    hour: int = 40_000
    """Tokens per property and hour."""
    project_hour: int = 14_000
    """Tokens per project, property and hour: 35 % of those of the hour."""
    concurrent: int = 10
    server_errors: int = 10
    """Answers 500 or 503 per project, property and hour."""
    thresholded: int = 120
    """Requests per hour with potentially thresholded dimensions; each report of a batch counts."""
    client_errors: int = 10_000
    """Answers other than 200, 500 and 503 per project, property and 15 minutes."""


class Quota:
    """The counters of one property. Safe to share between threads."""

    def __init__(self, clock: Clock, *, enforced: bool = True) -> None:
        self.limits = Limits()
        self._clock = clock
        self._enforced = enforced
        self._lock = threading.Lock()
        self._spent: dict[tuple[str, str], int] = {}
        self._running = 0

    @contextmanager
    def request(self) -> Iterator[None]:
        """Hold one of the concurrent requests while the block runs.

        Raises:
            ApiError: 429 when too many run already, or have failed lately.
        """
        with self._lock:
            if self._enforced and self._running >= self.limits.concurrent:
                raise exhausted("concurrent")
            self._refuse_exhausted("server_errors", "client_errors")
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def check_tokens(self, thresholded: int = 0) -> None:
        """Refuse when no token is left, or too few thresholded requests.

        Raises:
            ApiError: 429 with the text of the quota that is used up.
        """
        with self._lock:
            self._refuse_exhausted("project_hour", "hour", "day")
            if thresholded:
                self._refuse_exhausted("thresholded", asked=thresholded)

    def spend(self, tokens: int, *, thresholded: bool = False) -> None:
        """Deduct tokens from all three budgets."""
        with self._lock:
            for policy in ("project_hour", "hour", "day"):
                self._add(policy, tokens)
            self._add("thresholded", int(thresholded))

    def failed(self, http: int) -> None:
        """Count an answer that was not a success."""
        with self._lock:
            self._add("server_errors" if http in {500, 503} else "client_errors", 1)

    def write(self, status: Message, tokens: int, *, thresholded: bool) -> None:
        """Fill a PropertyQuota: what this request consumed, and what is left."""
        with self._lock:
            for name, policy, consumed in (
                ("tokens_per_day", "day", tokens),
                ("tokens_per_hour", "hour", tokens),
                ("tokens_per_project_per_hour", "project_hour", tokens),
                ("server_errors_per_project_per_hour", "server_errors", 0),
                ("potentially_thresholded_requests_per_hour", "thresholded", int(thresholded)),
            ):
                each = getattr(status, name)
                each.consumed = consumed
                each.remaining = self._left(policy)
            # The request that asks does not count itself: 0 and 10 were observed.
            others = max(self._running - 1, 0)
            status.concurrent_requests.consumed = 0
            status.concurrent_requests.remaining = max(self.limits.concurrent - others, 0)

    def _refuse_exhausted(self, *policies: str, asked: int = 1) -> None:
        for policy in policies:
            if self._enforced and self._left(policy) < asked:
                raise exhausted(policy)

    def _left(self, policy: str) -> int:
        used = self._spent.get((policy, self._window(policy)), 0)
        limit: int = getattr(self.limits, policy)
        return max(limit - used, 0)

    def _add(self, policy: str, amount: int) -> None:
        key = (policy, self._window(policy))
        self._spent[key] = self._spent.get(key, 0) + amount

    def _window(self, policy: str) -> str:
        now = self._clock.now()
        if policy == "day":
            return f"{now.astimezone(QUOTA_ZONE):%Y-%m-%d}"
        if policy == "client_errors":
            return f"{_floor(now, CLIENT_ERROR_MINUTES):%Y-%m-%dT%H:%M}"
        return f"{now:%Y-%m-%dT%H}"


def token_cost(query: Query) -> int:
    """What a report costs: interpolated from measurements on one small property.

    1 for a short, narrow one, 2 for 1 dimension × 10 metrics, 4 for 9 × 10 over 30 days, 7 for
    1 × 1 over 365 days. Whether several ranges cost more was never measured: the longest counts.
    """
    days = max(each.days for each in query.ranges)
    columns = len(query.dimensions) * len(query.metrics)
    wide = max(columns - 3 + 31, 0) // 32  # One more for each begun 32 beyond three.
    return 1 + days // 60 + wide


def _floor(now: datetime, minutes: int) -> datetime:
    return now - timedelta(minutes=now.minute % minutes)

"""The documented rate limits of one account, measured in real (monotonic) time.

Search: 5 a second, no headers. Everything else: 190 in ten seconds for a private app, 110 for an
OAuth app, with headers. Private apps have 625,000 requests a day, searches included; the day ends
at midnight in the account's zone, by the sandbox clock. Only requests let through are counted.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.clock import Clock

SEARCHES_A_SECOND = 5
TEN_SECONDLY = {"private": 190, "oauth": 110}
DAILY = 625_000


class _Window:
    """At most so many in any stretch of so many seconds."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def left(self, now: float) -> int:
        while self._taken and self._taken[0] <= now - self._seconds:
            self._taken.popleft()
        return max(self.most - len(self._taken), 0)

    def take(self, now: float) -> None:
        self._taken.append(now)


@dataclass(frozen=True)
class Pass:
    """What the limits say to one request."""

    policy: str = ""
    """The limit that was reached: TEN_SECONDLY_ROLLING, SECONDLY or DAILY; "" when let through."""
    headers: dict[str, str] = field(default_factory=dict)


class Limits:
    """Counts every request and, unless switched off, says no. Safe to share between threads."""

    def __init__(
        self,
        clock: Clock,
        zone: ZoneInfo,
        *,
        enforced: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.enforced = enforced
        self.daily = DAILY
        self._clock = clock
        self._zone = zone
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._searches = _Window(SEARCHES_A_SECOND, 1.0)
        self._ten_secondly = {app: _Window(most, 10.0) for app, most in TEN_SECONDLY.items()}
        self._day: date | None = None
        self._used = 0

    def used_today(self) -> int:
        """Requests of the private app since midnight in the account's zone."""
        with self._lock:
            self._turn_day()
            return self._used

    def resets_at(self) -> datetime:
        """The next midnight in the account's zone."""
        tomorrow = self._clock.now().astimezone(self._zone).date() + timedelta(days=1)
        return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=self._zone)

    def ask(self, app: str, *, search: bool) -> Pass:
        """Let one request of a "private" or "oauth" app through, or name the limit it hit."""
        with self._lock:
            self._turn_day()
            now = self._monotonic()
            window = self._searches if search else self._ten_secondly[app]
            policy = ""
            if app == "private" and self._used >= self.daily:
                policy = "DAILY"
            elif window.left(now) == 0:
                policy = "SECONDLY" if search else "TEN_SECONDLY_ROLLING"
            if policy and self.enforced:
                return Pass(policy, {} if search else self._headers(app, now))
            window.take(now)
            self._used += app == "private"
            return Pass(headers={} if search else self._headers(app, now))

    def exhausted_headers(self, app: str = "private") -> dict[str, str]:
        """The headers of a request that was refused by order of a fault."""
        with self._lock:
            headers = self._headers(app, self._monotonic())
        return {**headers, "x-hubspot-ratelimit-remaining": "0"}

    def _headers(self, app: str, now: float) -> dict[str, str]:
        window = self._ten_secondly[app]
        left = window.left(now)
        headers = {
            "x-hubspot-ratelimit-interval-milliseconds": "10000",
            "x-hubspot-ratelimit-max": str(window.most),
            "x-hubspot-ratelimit-remaining": str(left),
            "x-hubspot-ratelimit-secondly": str(window.most // 10),
            "x-hubspot-ratelimit-secondly-remaining": str(min(window.most // 10, left)),
        }
        if app == "private":
            headers["x-hubspot-ratelimit-daily"] = str(self.daily)
            headers["x-hubspot-ratelimit-daily-remaining"] = str(max(self.daily - self._used, 0))
        return headers

    def _turn_day(self) -> None:
        today = self._clock.now().astimezone(self._zone).date()
        if today != self._day:
            self._day, self._used = today, 0

"""The pretend world's time: what the servers know is what had happened by then."""

import threading
from datetime import UTC, datetime

DEFAULT_NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""04:00 in Warsaw on a Monday in the middle of the fourth quarter."""


class Clock:
    """A clock that stands still until somebody moves it. Safe to share between threads."""

    def __init__(self, now: datetime = DEFAULT_NOW) -> None:
        self._lock = threading.Lock()
        self._now = _aware(now)

    def now(self) -> datetime:
        """The pretend instant, in UTC."""
        with self._lock:
            return self._now

    def now_ms(self) -> int:
        """The pretend instant in milliseconds since 1970-01-01T00:00Z."""
        return int(self.now().timestamp() * 1000)

    def move_to(self, now: datetime) -> None:
        """Set the clock, forwards or backwards."""
        with self._lock:
            self._now = _aware(now)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        message = f"the sandbox clock needs a time zone, got {instant.isoformat()}"
        raise ValueError(message)
    return instant.astimezone(UTC)

"""Asking again: one policy for every connector, at the level of single requests."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from connectors.errors import RetrySoon

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Retry:
    """Sends again after RetrySoon: exponential back-off with full jitter, or the time asked for.

    Full jitter (a pause drawn between 0 and the back-off) spreads clients that failed together:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    sleep: Callable[[float], None]
    random: Callable[[], float]
    """Uniform in [0, 1)."""
    tries: int = 5
    base: float = 0.5
    """Seconds before the first repetition, at most."""
    cap: float = 30.0
    """Seconds that no pause of our own exceeds; what the source asks for is kept to the letter."""
    patience: float = 100.0
    """Seconds after which nothing is sent again: with a time-out of 60 a dead source costs 120."""
    clock: Callable[[], float] = time.monotonic

    def __call__(self, send: Callable[[], Answer]) -> Answer:
        """Return what `send` returns, sending at most `tries` times.

        Raises:
            RetrySoon: The last try failed, too, or the next would come too late.
            ConnectorError: Any other kind, at once.
        """
        ends = self.clock() + self.patience
        for attempt in range(self.tries - 1):
            try:
                return send()
            except RetrySoon as error:
                backoff = min(self.cap, self.base * 2**attempt) * self.random()
                pause = backoff if error.after is None else error.after
                if self.clock() + pause > ends:
                    raise
            self.sleep(pause)
        return send()

"""What HubSpot lets an app ask of an account, and what its answers say of that.

Source: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.budget import Limit, Quota
from connectors.contract import Connection
from connectors.errors import RetryLater
from okrmodel.windows import ONE_DAY, day_begins, day_of

SEARCH = Limit("search", 4.5, 1)
"""HubSpot allows an account five searches a second; half of one is left to others. Answers to
searches say nothing of limits."""
BURST = Limit("burst", 95, 10)
"""Of every other endpoint, until an answer says what this app is allowed: 100 are the least that any
edition allows a private app, and some room is left for requests that arrive a little early or late."""
DAILY = Quota("requests a day", 250_000)
"""Of a private app, searches included: the least of all editions. The day ends at midnight in the
account's zone. OAuth apps have none."""

_SHARE = 0.95
"""What of a burst is used, as of the least one."""


@dataclass(frozen=True)
class Told:
    """What the last ordinary answer said; None: nothing."""

    burst: int | None = None
    """Requests, in so many seconds."""
    seconds: float = BURST.seconds
    day: int | None = None
    """Requests; None for OAuth apps, too."""
    left: int | None = None
    """Of the day's."""


class Quotas:
    """One app's share in one account, taken from the budget. Safe to share between threads.

    The day's end is known when the account's zone is: what is sent before is owed till then, so that
    no two ends are named for one day.
    """

    def __init__(self, connection: Connection, account: str, *, daily: bool) -> None:
        self.told = Told()
        self._account = account
        self._budget = connection.budget
        self._now = connection.now
        self._daily = daily
        self._lock = Lock()
        self._zone: ZoneInfo | None = None
        self._owed = 0

    def days_end_in(self, zone: object) -> None:
        """The account's zone, by name; where nobody knows it, its days are taken to end in UTC.

        Raises:
            RetryLater: The account's day is spent.
        """
        try:
            self._zone = ZoneInfo(str(zone))
        except (ZoneInfoNotFoundError, ValueError):
            self._zone = ZoneInfo("UTC")
        self._pay(self._zone)
        self._learn_day()

    def take(self, limit: Limit | None) -> None:
        """Wait for a request's turn, within a limit of its own or the burst, and spend it of the day.

        Raises:
            RetryLater: The account's day is spent.
        """
        if self._daily:
            with self._lock:
                self._owed += 1
            if self._zone:
                self._pay(self._zone, unsent=1)
        self._budget.wait(self._account, limit or self._burst())

    def learn(self, headers: Mapping[str, str]) -> None:
        """What an answer says of the limits, if it does; `headers` by lower-case name."""
        if told := _told(headers):
            self.told = told
            self._learn_day()

    def _learn_day(self) -> None:
        left, day = self.told.left, self.told.day
        if self._daily and self._zone and left is not None:
            self._budget.learn(self._account, DAILY, left, day, self._day_ends(self._zone))

    def _pay(self, zone: ZoneInfo, unsent: int = 0) -> None:
        with self._lock:
            units, self._owed = self._owed, 0
        try:
            if units:
                self._budget.spend(self._account, DAILY, units, self._day_ends(zone))
        except RetryLater:
            with self._lock:
                self._owed += units - unsent
            raise

    def _burst(self) -> Limit:
        told = self.told
        return Limit(BURST.name, _SHARE * told.burst, told.seconds) if told.burst else BURST

    def _day_ends(self, zone: ZoneInfo) -> datetime:
        return day_begins(day_of(self._now(), zone) + ONE_DAY, zone)


def _told(headers: Mapping[str, str]) -> Told | None:
    most = _count(headers.get("x-hubspot-ratelimit-max"))
    if most is None:
        return None
    lasts = _count(headers.get("x-hubspot-ratelimit-interval-milliseconds"))
    return Told(
        burst=most,
        seconds=lasts / 1000 if lasts else BURST.seconds,
        day=_count(headers.get("x-hubspot-ratelimit-daily")),
        left=_count(headers.get("x-hubspot-ratelimit-daily-remaining")),
    )


def _count(written: str | None) -> int | None:
    return int(written) if written and written.isdecimal() else None

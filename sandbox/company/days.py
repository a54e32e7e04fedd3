"""The local days of one zone that the story covers, and instants drawn on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.company.draws import Bracket, chance, from_brackets, pick
from sandbox.company.tables import NEVER, Flags, Ints

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

EARLIER_DAYS = 365
HISTORY_DAYS = 549
FUTURE_DAYS = 32

OFFICE_HOURS = (
    1,
    1,
    1,
    1,
    1,
    1,
    3,
    10,
    40,
    70,
    80,
    75,
    60,
    65,
    75,
    70,
    60,
    45,
    22,
    14,
    10,
    8,
    4,
    2,
)
MONTHS = (96, 100, 104, 102, 100, 98, 90, 84, 104, 107, 104, 80)
"""How busy the months are, January first, in percent."""

_NEAR_MIDNIGHT_PER_MILLE = 30
_NEAR_MIDNIGHT_MS = 40 * MINUTE_MS
_CLOCK_CHANGE_FACTOR = 4
"""Clocks change on Sundays, when little happens; a bug in them must still show."""


@dataclass(frozen=True)
class Days:
    """Consecutive local days; a day is named by its position, instants are UTC milliseconds."""

    starts_ms: Ints
    """Local midnights, one more than there are days."""
    weekday: Ints
    """0 is Monday."""
    month: Ints
    first: date
    history: int
    """Position of the first day of the story; the days before are for what is older."""

    @property
    def count(self) -> int:
        return len(self.weekday)

    @property
    def end_ms(self) -> int:
        """The instant at which the story ends."""
        return int(self.starts_ms[-1])

    def at(self, day: date) -> int:
        """The position of a calendar day."""
        return (day - self.first).days

    def of(self, instants: Ints) -> Ints:
        """The positions of the days on which the instants fall."""
        return np.searchsorted(self.starts_ms, instants, side="right") - 1

    def lengths_ms(self) -> Ints:
        return np.diff(self.starts_ms)

    def clock_changes(self) -> Flags:
        """True for days of 23 or 25 hours."""
        changed: Flags = self.lengths_ms() != DAY_MS
        return changed

    def weights(self, weekdays: Sequence[int]) -> Ints:
        """How much happens on each day: by weekday, by month, and more from year to year."""
        growth = 600 + 800 * np.arange(self.count) // self.count
        busy = np.asarray(weekdays)[self.weekday] * np.asarray(MONTHS)[self.month - 1]
        weights: Ints = busy * growth * np.where(self.clock_changes(), _CLOCK_CHANGE_FACTOR, 1)
        return weights

    def instants(
        self, rng: np.random.Generator, day: Ints, hours: Sequence[int] = OFFICE_HOURS
    ) -> Ints:
        """An instant on each of the days, at its hours; some within minutes of midnight."""
        size = len(day)
        length = self.lengths_ms()[day]
        offset = pick(rng, hours, size) * HOUR_MS + rng.integers(0, HOUR_MS, size)
        edge = rng.integers(0, _NEAR_MIDNIGHT_MS, size)
        edge = np.where(chance(rng, 500, size), edge, length - 1 - edge)
        near_midnight = chance(rng, _NEAR_MIDNIGHT_PER_MILLE, size)
        offset = np.where(near_midnight, edge, np.minimum(offset, length - 1))
        drawn: Ints = self.starts_ms[day] + offset
        return drawn

    def later(self, rng: np.random.Generator, start: Ints, lag_days: Sequence[Bracket]) -> Ints:
        """An instant some days after each start, seldom on a weekend; NEVER after the story."""
        size = len(start)
        day = self._off_weekends(rng, self.of(start) + from_brackets(rng, lag_days, size), step=1)
        within = day < self.count
        instant = self.instants(rng, np.where(within, day, 0))
        at_once = start + MINUTE_MS + rng.integers(0, 3 * HOUR_MS, size)
        instant = np.where(instant > start + MINUTE_MS, instant, at_once)
        return np.where(within & (instant < self.end_ms), instant, NEVER)

    def earlier(self, rng: np.random.Generator, end: Ints, lag_days: Sequence[Bracket]) -> Ints:
        """An instant some days before each end, seldom on a weekend."""
        size = len(end)
        day = self._off_weekends(rng, self.of(end) - from_brackets(rng, lag_days, size), step=-1)
        instant = self.instants(rng, np.maximum(day, 0))
        just_before = end - MINUTE_MS - rng.integers(0, 3 * HOUR_MS, size)
        return np.where(instant < end - MINUTE_MS, instant, just_before)

    def _off_weekends(self, rng: np.random.Generator, day: Ints, *, step: int) -> Ints:
        """Move most weekend days to one of the three nearest working days in that direction."""
        size = len(day)
        known = np.clip(day, 0, self.count - 1)
        weekday = self.weekday[known]
        to_workday = 7 - weekday if step > 0 else weekday - 4
        moved = (weekday >= 5) & chance(rng, 800, size) & ~self.clock_changes()[known]
        shift: Ints = step * np.where(moved, to_workday + rng.integers(0, 3, size), 0)
        return day + shift


def story_days(zone: str, now: datetime) -> Days:
    """The days of a zone from a year before the story's 18 months to a month after `now`."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    first = today - timedelta(days=HISTORY_DAYS + EARLIER_DAYS)
    days = [first + timedelta(days=n) for n in range(HISTORY_DAYS + EARLIER_DAYS + FUTURE_DAYS + 1)]
    midnights = [datetime(d.year, d.month, d.day, tzinfo=place) for d in days]
    return Days(
        starts_ms=np.array([int(m.timestamp()) * 1000 for m in midnights], dtype=np.int64),
        weekday=np.array([d.weekday() for d in days[:-1]], dtype=np.int64),
        month=np.array([d.month for d in days[:-1]], dtype=np.int64),
        first=first,
        history=EARLIER_DAYS,
    )

"""Runs of local calendar days, and the instants at which a zone begins them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Half-open run of local calendar days: `start` is in it, `end` is not.

    A level's window is the one day at whose end the level is read.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a window ends after it starts, got {self}")

    def __str__(self) -> str:
        return f"[{self.start.isoformat()}, {self.end.isoformat()})"

    @classmethod
    @lru_cache(maxsize=10_000)
    def of_day(cls, day: date) -> "Window":
        """The window of one day: one and the same while it is remembered, which finds it faster."""
        return cls(day, day + ONE_DAY)

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return self.end - ONE_DAY

    @property
    def length(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days

    def holds(self, other: "Window") -> bool:
        """Whether all days of another are in it."""
        return self.start <= other.start and other.end <= self.end

    def days(self) -> Iterator[date]:
        """Its days, oldest first."""
        for offset in range(self.length):
            yield self.start + timedelta(days=offset)

    def day_windows(self) -> Iterator["Window"]:
        """One window per day, oldest first."""
        return map(Window.of_day, self.days())

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it begins and ends in the zone, both in UTC, end not included."""
        return day_begins(self.start, zone), day_begins(self.end, zone)


def in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The windows sorted, as `sorted` would, only faster: a night sorts very many."""
    return tuple(sorted(windows, key=attrgetter("start", "end")))


@lru_cache(maxsize=20_000)
def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC.

    Where clocks jump over midnight the day begins at the jump; where midnight comes twice, at
    the first of the two (PEP 495, fold=0, gives both). Remembered: a night asks for the same days
    of the same zones thousands of times.
    """
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def from_to(first: date, last: date) -> str:
    """Days for people: "2026-10-01 to 2026-11-22", or the only one."""
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"


def instant_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """The instant that somebody means, in UTC: in this zone when the moment names none."""
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return zoned.astimezone(UTC)


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The local calendar day of an aware instant."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone: which day it is on is unknown")
    return instant.astimezone(zone).date()


def last_complete_day(instant: datetime, zone: ZoneInfo) -> date:
    """The newest local day that is over at an aware instant: what is asked about by default."""
    return day_of(instant, zone) - ONE_DAY

"""What a chart of a key result shows, as plain values: no store, no colours, no pixels.

All values are in the metric's own unit, and as of the end of their day.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from okrmodel.telling.texts import Texts


@dataclass(frozen=True, slots=True)
class Day:
    """What is said of one day of the cycle."""

    day: date
    value: Decimal | None
    """None is "no data"."""
    planned: Decimal | None
    provisional: bool = False
    """Provisional or stale: the value may still be another."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A value at the end of a day."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """A complete month or week, each judged by itself, drawn over the days that it describes."""

    first: date
    last: date
    value: Decimal | None
    """None while it is still to come, or without data."""
    planned: Decimal | None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class TargetFrom:
    """A target, in force from a day until the next one."""

    day: date
    target: Decimal
    reason: str = ""
    """Why it was changed; empty for the first."""


@dataclass(frozen=True, slots=True)
class Restated:
    """Days whose final values were told otherwise later, all at one instant."""

    first: date
    last: date
    known_on: date
    old: Decimal | None
    """Of the last of the days, both."""
    new: Decimal | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """Where the value is going to end."""

    final: Decimal
    low: Decimal | None
    high: Decimal | None
    """Between them with a chance of 80 %; None where no chance can be given."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month or week that a bound is kept in."""

    first: date
    last: date
    value: Decimal | None
    met: bool | None
    """None where it has no value, or is still to come."""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone."""

    title: str
    due: date
    done: date | None


@dataclass(frozen=True)
class KeyResultChart:
    """What all kinds of key results share."""

    title: str
    measure: str
    """What is counted, such as the metric's name."""
    unit: str
    starts: date
    """The cycle's first day."""
    ends: date
    """The cycle's last day."""
    as_of: date
    """The last day that something is said of."""
    texts: Texts
    """The reader's language and figures."""

    @property
    def length(self) -> int:
        """Days of the cycle."""
        return (self.ends - self.starts).days + 1

    def place(self, day: date) -> int:
        """Where the end of a day lies, in days since the cycle began."""
        return (day - self.starts).days + 1


@dataclass(frozen=True)
class LineChart(KeyResultChart):
    """A value on its way from one number to another."""

    days: tuple[Day, ...]
    """Up to `as_of`, oldest first."""
    plan: tuple[Dated, ...]
    """For all days that one is planned for."""
    targets: tuple[TargetFrom, ...]
    ahead: Ahead | None
    last_cycle: tuple[Dated, ...]
    """The cycle before, on the days of this one."""
    restated: tuple[Restated, ...]
    stepped: bool
    """The value stays the same between the days on which it changes, as check-ins do."""
    restarts: bool = False
    """The value starts anew each month."""
    spans: tuple[Span, ...] = ()
    """Instead of the days' line and plan where months or weeks are judged one by one."""

    @property
    def now(self) -> Day | None:
        """The last day that has a value."""
        return next((day for day in reversed(self.days) if day.value is not None), None)

    @property
    def whole(self) -> bool:
        """Whether whole numbers are counted, so that a part of one means nothing."""
        told = [day.value for day in self.days] + [each.target for each in self.targets]
        return all(value is None or value == value.to_integral_value() for value in told)

    def estimate(self, value: Decimal) -> Decimal:
        """An estimated value, no more exact than what is counted."""
        return value.to_integral_value(ROUND_HALF_EVEN) if self.whole else value


@dataclass(frozen=True)
class PeriodsChart(KeyResultChart):
    """A bound that is kept in each month or week."""

    periods: tuple[Period, ...]
    """Of the whole cycle, oldest first."""
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class StepsChart(KeyResultChart):
    """Steps done by their dates."""

    steps: tuple[Step, ...]

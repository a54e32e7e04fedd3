"""The way of a reach or manual key result from its baseline to its target, and the plan along it."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from okrmodel.algebra import Figure, Observed, degree
from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.key_results import Manual, Reach, Trailing
from okrmodel.exact import edge
from okrmodel.expected import Plan, dated
from okrmodel.observations import Aggregation
from okrmodel.periods import month_of
from okrmodel.progress import progress
from okrmodel.shapes import shaped
from okrmodel.windows import ONE_DAY, Window

Scaled = Reach | Manual

TINY = 12
"""A count with a target below this is judged by whole units (design, section 4)."""


@dataclass(frozen=True)
class Way:
    """From baseline to target, planned over the key result's days."""

    closure: Closure
    scale: Scaled
    baseline: Decimal
    target: Decimal
    shown: tuple[Window, ...]
    """The windows that the value describes."""
    observed: Observed
    """What is known, also of the time that a shape is learned from."""
    day: date
    """The one that is looked at."""

    def share(self, value: Decimal) -> Decimal:
        """How far along the way a value is."""
        return progress(self.baseline, self.target, value)

    def planned(self, share: Decimal) -> Decimal:
        """The value at a share of the way."""
        return self.baseline + (self.target - self.baseline) * share

    @property
    def sign(self) -> int:
        """1 where the value is to rise, -1 where it is to fall."""
        return 1 if self.target > self.baseline else -1

    @cached_property
    def learned(self) -> Plan | None:
        """The plan as stored history shapes it; None where too little is stored."""
        return shaped(self.closure, self.observed, self.day)

    @cached_property
    def plan(self) -> Plan:
        """The planned share of the way by the end of each day."""
        by_history = isinstance(self.scale, Reach) and self.scale.shape == "history"
        if by_history and self.learned:
            return self.learned
        first, due = self.closure.span.start, self.closure.due
        return dated(first, due, self.scale.plan, self.baseline, self.target)

    @property
    def goes_on(self) -> bool:
        """Whether the value is the state of the whole way, and not of a month, a week or some days."""
        return isinstance(self.scale, Manual) or self.scale.window in {"cycle", "latest"}

    def days_ahead(self, raw: Decimal) -> int | None:
        """Days from the one looked at to the one on which the plan reaches what has been reached.

        None where the plan speaks of periods, or is kept in whole units. At the earliest the plan's first day, at the latest
        the due day. A plan rises or stays, or lint says where it does not.
        """
        if not self.goes_on or self.in_units:
            return None
        first = self.closure.span.start - ONE_DAY
        days = range(first.toordinal(), self.closure.due.toordinal() + 1)
        today = self.day.toordinal()
        planned = edge(self.plan.at(self.day))

        def at(day: int) -> Decimal:
            return edge(self.plan.at(date.fromordinal(day)))

        if edge(raw) >= planned:
            reached = days[max(bisect_right(days, edge(raw), key=at) - 1, 0)]
            return max(reached - today, 0)
        return min(days[bisect_left(days, edge(raw), key=at)] - today, 0)

    def needed_pace(self, value: Decimal) -> Decimal | None:
        """What each day from the next to the due one must bring, so that the target is met.

        None where the plan speaks of periods, and once nothing is left to come.
        """
        left = (self.closure.due - self.day).days
        if not self.goes_on or left <= 0:
            return None
        lacking = self.target - value
        return lacking / left if lacking * self.sign > 0 else Decimal(0)

    @property
    def expected(self) -> Decimal:
        """Read at the end of what the value describes; over trailing days, their mean."""
        trailing = isinstance(self.scale, Reach) and isinstance(self.scale.window, Trailing)
        if trailing and not self._only_levels:
            return self.plan.mean(self.shown[-1].days())
        if self._fills_a_month:
            return self.month_so_far(self.shown[-1].last_day)
        return self.plan.mean(window.last_day for window in self.shown)

    def month_so_far(self, day: date) -> Decimal:
        """What is planned of the month that the value describes, by the end of a day.

        The plan at the month's end says how much the whole month should bring; of that, as large a
        part should be there as of the month's days have passed. So on a month's last day, the
        month to date is expected to be just what the complete month is.
        """
        so_far = self.shown[-1]
        month = month_of(so_far.start)
        passed = max((day - so_far.start).days + 1, 0)
        whole = self.planned(self.plan.at(month.last_day))
        return self.share(whole * passed / month.length)

    @property
    def _fills_a_month(self) -> bool:
        """Whether the value grows day by day and starts anew each month; a rate does neither."""
        to_date = isinstance(self.scale, Reach) and self.scale.window == "month_to_date"
        return to_date and degree(self.closure, self.closure.measure) == 1

    @property
    def _only_levels(self) -> bool:
        return all(m.aggregation is Aggregation.LEVEL for m in self.closure.sources)

    def planned_by(self, day: date) -> Decimal:
        """The count that was planned by the end of a day."""
        share = self.month_so_far(day) if self._fills_a_month else self.plan.at(day)
        return self.planned(share)

    @property
    def counts_up(self) -> bool:
        """Whether the value is a count that begins at nothing and grows: over the cycle, or a month."""
        if self.baseline or self.target <= 0:
            return False
        if isinstance(self.scale, Manual):
            return self.target % 1 == 0
        measure = self.closure.measures[self.closure.measure]
        return (
            self.scale.window in {"cycle", "month_to_date"}
            and isinstance(measure, SourceMeasure)
            and measure.aggregation in {Aggregation.SUM, Aggregation.DISTINCT}
        )

    def keeps(self, found: Figure) -> bool:
        """Whether what has been reached cannot be lost again before the end.

        A count over the cycle of which no part is negative can only grow. What people report is
        taken at its word.
        """
        if isinstance(self.scale, Manual):
            return True
        positive = all(known.value is None or known.value >= 0 for known in found.used)
        return self.counts_up and self.scale.window == "cycle" and positive

    @property
    def in_units(self) -> bool:
        """Whether whole units are judged: planned ones, or too few for any share to mean much."""
        scheduled = isinstance(self.scale, Reach) and self.scale.cadence == "scheduled"
        return self.counts_up and (scheduled or self.target < TINY)

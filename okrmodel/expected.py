"""The planned share of the way at the end of a day.

The plan is a straight line from the first day to the due day, or goes through dated checkpoints. It
is read at the end of the period that the value describes:

- `cycle` and `latest`: on the day itself; `month` and `week`: on the period's last day;
- `trailing`: averaged over the window's days, as the value is made of all of them;
- `month_to_date`: on the month's last day, and of the month's figure that is planned there, as large
  a part as of its days have passed. So it ends the month where `month` stands. Who wants the same
  in every month says so with a checkpoint of the whole target on the first day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrmodel.definitions.key_results import Checkpoint, Step
from okrmodel.exact import exactly
from okrmodel.progress import interpolated, progress
from okrmodel.windows import ONE_DAY


@dataclass(frozen=True, slots=True)
class Plan:
    """Dated shares of the way, straight lines between them."""

    points: tuple[tuple[date, Decimal], ...]
    """Share reached at the end of the day, oldest first; the last is the due day's 1."""

    @exactly
    def at(self, day: date) -> Decimal:
        """The share planned for the end of a day: 0 before the start, 1 from the due day on."""
        points = [(Decimal(on.toordinal()), share) for on, share in self.points]
        return interpolated(points, Decimal(day.toordinal()))

    @exactly
    def mean(self, days: Iterable[date]) -> Decimal:
        """The mean of the shares planned for the ends of some days."""
        shares = [self.at(day) for day in days]
        return sum(shares, Decimal()) / len(shares)


def straight(starts: date, due: date) -> Plan:
    """The same share every day, from 0 before the first day to 1 at the end of the due day."""
    return Plan(((starts - ONE_DAY, Decimal(0)), (due, Decimal(1))))


def dated(
    starts: date, due: date, checkpoints: Sequence[Checkpoint], baseline: Decimal, target: Decimal
) -> Plan:
    """Through dated values: nothing before the start, all from the due day on, whatever they say."""
    between = sorted(
        (point.on, progress(baseline, target, point.value))
        for point in checkpoints
        if starts <= point.on < due
    )
    ends = straight(starts, due).points
    return Plan((ends[0], *between, ends[1]))


@exactly
def steps_due(steps: Sequence[Step], day: date) -> Decimal:
    """The share of the milestones' weight that is due by the end of a day."""
    total = sum((step.weight for step in steps), Decimal())
    return sum((step.weight for step in steps if step.due <= day), Decimal()) / total

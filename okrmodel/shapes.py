"""The shape of a plan that rises as stored history did, instead of the same every day."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from okrmodel.algebra import Observed
from okrmodel.closure import Closure, SourceMeasure
from okrmodel.exact import exactly
from okrmodel.expected import Plan, straight
from okrmodel.forecast.history import weekday_weights
from okrmodel.history import A_YEAR, cycle_then, then, weeks_before, year_before
from okrmodel.observations import Aggregation
from okrmodel.windows import ONE_DAY, Window

_ENOUGH = Decimal("0.9")
"""Of last year's days so many must be stored before its seasons are taken over."""

_AROUND = timedelta(days=3)
"""Days on either side that a day of last year is smoothed over: a week in all."""


def shaped(closure: Closure, observed: Observed, day: date) -> Plan | None:
    """The plan as history shapes it; None where too little of it is stored.

    Sums follow the weekdays of the weeks before, and the seasons of the same days a year ago where
    these are stored. Distinct counts follow the curve of the cycle before.
    """
    measure = closure.measures[closure.measure]
    if not isinstance(measure, SourceMeasure):
        return None
    if measure.aggregation is Aggregation.DISTINCT:
        return _curve(closure, observed, measure.fingerprint, day)
    if measure.aggregation is Aggregation.SUM:
        return _seasons(closure, observed, measure.fingerprint)
    return None


@exactly
def _curve(closure: Closure, observed: Observed, mark: str, day: date) -> Plan | None:
    whole, part = observed.get(mark, cycle_then(closure)), observed.get(mark, then(closure, day))
    if not (whole and part and whole.value and part.value is not None and day < closure.due):
        return None
    ends = straight(closure.span.start, closure.due).points
    share = min(max(part.value / whole.value, Decimal(0)), Decimal(1))
    return Plan((ends[0], (day, share), ends[1]))


@exactly
def _seasons(closure: Closure, observed: Observed, mark: str) -> Plan | None:
    weeks = _kept(observed.days(mark, weeks_before(closure)))
    if len(weeks) < weeks_before(closure).length // 2:
        return None
    weekdays = weekday_weights(weeks)
    days = list(Window(closure.span.start, closure.due + ONE_DAY).days())
    year = dict(_kept(observed.days(mark, year_before(closure))))
    full = len(year) >= _ENOUGH * year_before(closure).length
    weights = [
        weekdays[each.weekday()] * (_around(year, each - A_YEAR) if full else 1) for each in days
    ]
    total = sum(weights, Decimal())
    if total <= 0:
        return None
    points, passed = [(closure.span.start - ONE_DAY, Decimal(0))], Decimal(0)
    for each, weight in zip(days, weights, strict=True):
        passed += weight
        points.append((each, passed / total))
    return Plan((*points[:-1], (closure.due, Decimal(1))))


def _kept(days: Iterable[tuple[date, Decimal]]) -> list[tuple[date, Decimal]]:
    """Those with a value that can be a share."""
    return [(day, value) for day, value in days if value >= 0]


def _around(year: dict[date, Decimal], day: date) -> Decimal:
    """The mean of the days around one, of those that are stored."""
    days = Window(day - _AROUND, day + _AROUND + ONE_DAY).days()
    found = [year[each] for each in days if each in year]
    return sum(found, Decimal()) / len(found) if found else Decimal(0)

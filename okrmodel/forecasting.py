"""Which forecast a key result gets: by how its metric behaves, and by what is stored of it.

| read over | metric | forecast |
|---|---|---|
| the cycle | sum | rate so far on the plan's shape, shrunk towards the plan (`forecast.counts`) |
| the cycle | distinct | the curve of the cycle before; without it a straight line, and no chance |
| the cycle | ratio of two sums | the rate so far, with the swings of its days (`forecast.rates`) |
| latest | level | the trend of the last four weeks (`forecast.levels`) |
| check-ins | four values or more | their trend |
| anything else | | none, and why |
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from okrmodel.algebra import Figure
from okrmodel.closure import RatioMeasure, SourceMeasure
from okrmodel.definitions.key_results import Manual
from okrmodel.exact import EXACT, exactly
from okrmodel.expected import Plan
from okrmodel.forecast.counts import counts
from okrmodel.forecast.curves import curve
from okrmodel.forecast.history import FULL, dispersion, weekday_weights
from okrmodel.forecast.levels import level
from okrmodel.forecast.outlook import Outlook
from okrmodel.forecast.rates import rate
from okrmodel.history import cycle_then, then, trend_days, weeks_before
from okrmodel.observations import Aggregation
from okrmodel.snapshot import Forecast
from okrmodel.status import ENOUGH, IN_FULL
from okrmodel.way import Way

CHECK_INS = 4
"""Different values that people must have checked in before a trend is drawn through them."""

_LEARNING = 14
"""Days that must be known before the swings of what comes in hundreds a day can be told."""
_A_LOT = 50
"""More than this a day is never as calm as single events by chance are."""

_LOW, _HIGH = Decimal("0.1"), Decimal("0.9")
"""The ends of the 80 % interval."""


@exactly
def forecast(way: Way, found: Figure, value: Decimal) -> Forecast | str:
    """The final value to be expected, or why nothing can be said of it.

    Args:
        way: From baseline to target, seen from the end of a day.
        found: The figure with what it was made of.
        value: Its value.
    """
    if not way.goes_on:
        return "each period is judged by itself, and the last one has not begun"
    outlook = _outlook(way, found, value)
    return outlook if isinstance(outlook, Forecast | str) else _told(way, outlook)


def part_asked(way: Way) -> Decimal:
    """The part of the way that the probability rule asks for."""
    return IN_FULL if way.scale.committed else ENOUGH


def _told(way: Way, outlook: Outlook) -> Forecast:
    reaches = outlook.at_least if way.sign > 0 else outlook.at_most
    return Forecast(
        final=_rounded(outlook.mean),
        low=_rounded(outlook.quantile(_LOW)),
        high=_rounded(outlook.quantile(_HIGH)),
        hit=reaches(way.target),
        chance=reaches(way.planned(part_asked(way))),
        method=outlook.method,
    )


def _rounded(number: Decimal) -> Decimal:
    """To a hundredth; what is smaller to four digits. An estimate has no more to say."""
    if abs(number) >= 1 or not number:
        return number.quantize(Decimal("0.01"), context=EXACT)
    return number.quantize(Decimal(1).scaleb(number.adjusted() - 3), context=EXACT)


def _outlook(way: Way, found: Figure, value: Decimal) -> Outlook | Forecast | str:
    measure = way.closure.measures[way.closure.measure]
    match measure:
        case SourceMeasure() if isinstance(way.scale, Manual):
            return _checked_in(way, measure)
        # Whether the window is the cycle or the latest day follows from the aggregation.
        case SourceMeasure(aggregation=Aggregation.SUM):
            return _of_sum(way, measure, found, value)
        case SourceMeasure(aggregation=Aggregation.DISTINCT):
            return _of_distinct(way, measure, value)
        case SourceMeasure():
            return _of_level(way, measure)
        case RatioMeasure():
            return _of_ratio(way, measure)
    return "the days of what it is computed from do not add up to its value"


def _checked_in(way: Way, measure: SourceMeasure) -> Outlook | str:
    days = _levels(way, measure)
    changes = sum(one != other for (_, one), (_, other) in pairwise(days)) + bool(days)
    lacking = f"no forecast before {CHECK_INS} different check-ins are stored"
    return (level(days, way.closure.due) or lacking) if changes >= CHECK_INS else lacking


def _levels(way: Way, measure: SourceMeasure) -> list[tuple[date, Decimal]]:
    return list(way.observed.days(measure.fingerprint, trend_days(way.closure, way.day)))


def _of_level(way: Way, measure: SourceMeasure) -> Outlook | str:
    days = _levels(way, measure)
    return level(days, way.closure.due) or f"no trend of {len(days)} stored days yet"


def _of_sum(way: Way, measure: SourceMeasure, found: Figure, value: Decimal) -> Outlook | str:
    if not way.counts_up:
        return "no count that rises from 0"
    if any(known.value is not None and known.value < 0 for known in found.used):
        return "some days are negative, so what has been counted can be lost again"
    before = list(way.observed.days(measure.fingerprint, weeks_before(way.closure)))
    now = [(k.window.start, k.value) for k in found.used if k.value is not None]
    learned = before if len(before) >= FULL else before + now
    if len(learned) < _LEARNING and way.target > _A_LOT * way.closure.span.length:
        return f"its swings are not known before {_LEARNING} days are stored"
    weekdays = weekday_weights(learned)
    swings = dispersion([(count, weekdays[day.weekday()]) for day, count in learned])
    return counts(value, way.target, _share(way, _by_weekdays(way)), swings)


def _by_weekdays(way: Way) -> Plan:
    """The plan in the weekdays' shape, where that is known: also a straight line's events come so.

    On day 30 of a quarter from a Monday, a line misses 4 of 100 key results that run at 70 % of
    plan, and are found with the weekdays (benchmarks/status_rules.py). Checkpoints say their own.
    """
    if way.scale.plan:
        return way.plan
    return way.learned or way.plan


def _of_distinct(way: Way, measure: SourceMeasure, value: Decimal) -> Outlook | Forecast | str:
    day, mark = way.day, measure.fingerprint
    whole = way.observed.get(mark, cycle_then(way.closure))
    part = way.observed.get(mark, then(way.closure, day))
    if way.counts_up and whole and part and whole.value and part.value:
        return curve(value, way.target, part.value, whole.value)
    passed = _share(way, way.plan)
    if not passed:
        return "nothing of the plan has passed"
    method = (
        "pace so far, optimistic: who comes twice is counted once, and no cycle before is stored"
    )
    return Forecast(_rounded(value / passed), None, None, None, None, method)


def _of_ratio(way: Way, measure: RatioMeasure) -> Outlook | str:
    parts = [way.closure.measures[key] for key in (measure.numerator, measure.denominator)]
    marks = [
        part.fingerprint
        for part in parts
        if isinstance(part, SourceMeasure) and part.aggregation is Aggregation.SUM
    ]
    if len(marks) != len(parts):
        return "the days of its parts do not add up to them"
    passed = way.shown[-1]
    above, below = (dict(way.observed.days(mark, passed)) for mark in marks)
    pairs = [(above[day], below[day]) for day in sorted(above.keys() & below.keys())]
    left = (way.closure.due - way.day).days
    outlook = rate(pairs, Decimal(max(left, 0)) / passed.length)
    return outlook or f"its swings are not known from {len(pairs)} days"


def _share(way: Way, plan: Plan) -> Decimal:
    return min(max(plan.at(way.day), Decimal(0)), Decimal(1))

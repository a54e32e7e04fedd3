"""Counts from nothing towards a target: how much of the plan's rate is kept, and what comes of it.

The plan says which share of the target is expected by now, whatever its shape; how fast things go
beside the plan is one factor for the whole cycle. What has been counted so far tells of it, the
plan itself what one expects before anything has been counted: early the plan speaks, later the
counts do.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from okrmodel.exact import exactly
from okrmodel.forecast.laws import amounts, whole_numbers
from okrmodel.forecast.outlook import Certain, Outlook, Spread

FAITH = Decimal(16)
"""How much the plan is believed: as if it had already been kept for that many events.

True ÷ plan then has a standard deviation of 1 ÷ √16, a quarter: plans are missed by as much.
Without it the final value of 300 events is off by 25 % on the third day and by 11 % on the 14th
(reference okr-products, section 3.5).
"""
LEAST = Decimal("1.0001")
"""Variance ÷ mean of whole numbers at the least: events come independently or in bursts."""


@exactly
def counts(so_far: Decimal, target: Decimal, passed: Decimal, dispersion: Decimal) -> Outlook:
    """The outlook of a count.

    The factor on the plan's rate is gamma distributed with mean 1 and shape `FAITH`; the counts
    have the variance dispersion × mean, so that each event says 1 ÷ dispersion as much as it would
    alone. What is to come is negative binomial, or for amounts gamma, with the mean and the
    variance that follow: that of the counts to come and that of the factor.

    Args:
        so_far: What has been counted by now.
        target: What the plan wants to have counted in the end, above 0.
        passed: The share of it that is expected by now, 0 to 1.
        dispersion: Variance ÷ mean of the counts of a day, above 0, in the unit of the count.

    Raises:
        ValueError: The target or the dispersion is not above 0.
    """
    if target <= 0 or dispersion <= 0:
        raise ValueError(f"target {target} and dispersion {dispersion} must both be above 0")
    if passed >= 1:
        return Certain(so_far, "what was counted")
    whole = so_far == so_far.to_integral_value() and dispersion >= 1
    each = max(dispersion, LEAST) if whole else dispersion
    told, expected = (max(so_far, Decimal(0)), target * passed) if passed > 0 else (Decimal(0),) * 2
    shape, rate = FAITH + told / each, FAITH + expected / each
    to_come = target * (1 - passed)
    mean = float(shape / rate * to_come)
    variance = float(each) * mean + float(shape / rate**2 * to_come**2)
    law = whole_numbers(mean, variance) if whole else amounts(mean, variance)
    method = "rate so far, shrunk towards the plan" if passed > 0 else "the plan"
    return Spread(so_far, law, whole, method)


DOUBT = Decimal(2)
"""Variance ÷ mean where no history tells."""
WORTH = Decimal(3)
"""So many days' worth of it."""


@exactly
def dispersion(days: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """Variance ÷ mean of a day's count, from the counts before the cycle.

    Args:
        days: Count and expected share (or weight) of each day that is known.
    """
    total, weight = sum((c for c, _ in days), Decimal()), sum((w for _, w in days), Decimal())
    if total <= 0 or weight <= 0:
        return DOUBT
    surprise = Decimal()
    for count, share in days:
        if share > 0:
            mean = total * share / weight
            surprise += (count - mean) ** 2 / mean
    return max(Decimal(1), (WORTH * DOUBT + surprise) / (WORTH + len(days) - 1))


@exactly
def weekday_weights(days: Sequence[tuple[date, Decimal]]) -> tuple[Decimal, ...]:
    """The share of a week's count that each weekday has, Monday first."""
    if len(days) < 28:
        return (Decimal(1) / 7,) * 7
    of = [[count for day, count in days if day.weekday() == k] for k in range(7)]
    means = [max(sum(each, Decimal()) / max(len(each), 1), Decimal()) for each in of]
    whole = sum(means, Decimal())
    return tuple(m / whole for m in means) if whole else (Decimal(1) / 7,) * 7

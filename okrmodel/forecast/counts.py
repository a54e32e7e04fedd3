"""Counts from nothing towards a target: how much of the plan's rate is kept, and what comes of it.

The plan says which share of the target is expected by now, whatever its shape; how fast things go
beside the plan is one factor for the whole cycle. What has been counted so far tells of it, the
plan itself what one expects before anything has been counted: early the plan speaks, later the
counts do.
"""

from decimal import Decimal

from okrmodel.exact import exactly
from okrmodel.forecast.history import dispersion, weekday_weights
from okrmodel.forecast.laws import amounts, whole_numbers
from okrmodel.forecast.outlook import Certain, Outlook, Spread

__all__ = ["counts", "dispersion", "weekday_weights"]

FAITH = Decimal(12)
"""How much the plan is believed: as if it had already been kept for that many events.

True ÷ plan then has a standard deviation of 1 ÷ √12, 0.29: plans are missed by a quarter and more.
Without any faith the final value of 300 events is off by 25 % on the third day and by 11 % on the
14th (reference okr-products, section 3.5). With 16, a quarter exactly, a KR at 70 % of its plan is
found a little later; below 10 too many on plan are called late (benchmarks/status_rules.py).
"""
METHOD = "rate so far, shrunk towards the plan"
LEAST = Decimal("1.0001")
"""Variance ÷ mean of whole numbers at the least: events come independently or in bursts."""


@exactly
def counts(so_far: Decimal, target: Decimal, passed: Decimal, dispersion: Decimal) -> Outlook:
    """The outlook of a count.

    The factor on the plan's rate is gamma distributed with mean 1 and shape `FAITH`; the counts
    have the variance dispersion × mean, so that each event tells 1 ÷ dispersion of what it would
    alone. What is to come is negative binomial, or for amounts gamma, with the mean and the
    variance that follow: that of the counts to come and that of the factor.

    Args:
        so_far: What has been counted by now.
        target: What the plan wants to have counted in the end, above 0.
        passed: The share of it that is expected by now. From 1 on nothing more is to come; at 0
            what has been counted tells nothing, for the plan did not speak of it.
        dispersion: Variance ÷ mean of the counts of a day, above 0, in the unit of the count.

    Raises:
        ValueError: The target or the dispersion is not above 0.
    """
    return at_rate(so_far, target, passed, dispersion, method=METHOD)


def at_rate(
    so_far: Decimal,
    target: Decimal,
    passed: Decimal,
    dispersion: Decimal,
    *,
    method: str,
    unsure: Decimal = Decimal(0),
) -> Outlook:
    """As `counts`; `unsure` is the square of the share that `passed` leaves open of what is to come."""
    if target <= 0 or dispersion <= 0:
        raise ValueError(f"target {target} and dispersion {dispersion} must both be above 0")
    if passed >= 1:
        return Certain(so_far, "what was counted")
    if passed <= 0:
        method = "the plan"
    whole = so_far == so_far.to_integral_value() and dispersion >= 1
    each = max(dispersion, LEAST) if whole else dispersion
    told = max(so_far, Decimal(0)) / each if passed > 0 else Decimal(0)
    shape, rate = FAITH + told, FAITH + target * max(passed, Decimal(0)) / each
    to_come = target * (1 - max(passed, Decimal(0)))
    mean = shape / rate * to_come
    variance = each * mean + shape * (to_come / rate) ** 2 + unsure * mean**2
    law = (whole_numbers if whole else amounts)(float(mean), float(variance))
    return Spread(so_far, law, whole, method)

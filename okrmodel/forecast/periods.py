"""Whether enough periods will have met their bound: those so far, and a guess at those to come."""

from decimal import Decimal
from math import comb

from okrmodel.exact import exactly

_PRIOR = 8
"""So many periods' weight has the belief, before any has passed, that the bound is mostly met."""


@exactly
def chance_of_periods(met: int, judged: int, left: int, required: Decimal) -> Decimal:
    """The chance that the required share of all periods will have met the bound, to four places.

    A period meets it with a probability that is learned: a Beta prior with the weight of `_PRIOR`
    periods, its mean half-way between what is required and certainty (but never certain), and what
    was seen. What is to come is beta-binomial.

    Args:
        met: Complete periods that met the bound.
        judged: Complete periods that count.
        left: Periods still to come.
        required: Share of all of them that has to meet it.
    """
    mean = (1 + required * Decimal("0.9")) / 2
    good = _PRIOR * mean + met
    bad = _PRIOR * (1 - mean) + judged - met
    lacking = required * (judged + left) - met
    chance = sum(
        (
            comb(left, more) * _rising(good, more) * _rising(bad, left - more)
            for more in range(left + 1)
            if more >= lacking
        ),
        Decimal(),
    )
    return (chance / _rising(good + bad, left)).quantize(Decimal("0.0001"))


def _rising(start: Decimal, steps: int) -> Decimal:
    """Start × (start + 1) × … of so many steps."""
    product = Decimal(1)
    for step in range(steps):
        product *= start + step
    return product

"""Ratios of sums: what a rate over the whole cycle will be, from the days so far."""

import math
from collections.abc import Sequence
from decimal import Decimal

from okrmodel.exact import exactly
from okrmodel.forecast.laws import Bell
from okrmodel.forecast.outlook import Certain, Outlook, Spread

FEWEST = 7
"""Days with a denominator, below which nothing is said."""
LEAST = Decimal("0.5")
"""Variance of whole numerators at the least: none in twenty is not none ever."""
METHOD = "ratio so far, kept up"


@exactly
def rate(days: Sequence[tuple[Decimal, Decimal]], rest: Decimal) -> Outlook | None:
    """The outlook of a ratio over the cycle: numerators ÷ denominators.

    The ratio so far is kept up in the rest. How sure that is, the days tell by how far their
    numerators are off it: that much the rest will be off, and the ratio itself is unsure by as much.
    Where the days are parts of wholes (opened of delivered), the final ratio stays between none and
    all of the rest.

    Args:
        days: Numerator and denominator of each known day of the cycle.
        rest: The denominators to come ÷ those so far; or days to come ÷ days so far.

    Returns:
        None with fewer than `FEWEST` days that have a denominator.
    """
    days = [(above, below) for above, below in days if below > 0]
    if len(days) < FEWEST:
        return None
    above = sum((a for a, _ in days), Decimal())
    below = sum((b for _, b in days), Decimal())
    ratio = above / below
    if rest <= 0:
        return Certain(ratio, "what was measured")
    off = sum(((a - ratio * b) ** 2 for a, b in days), Decimal())
    off *= Decimal(len(days) - 1) / (len(days) - 3)
    parts = all(0 <= a <= b for a, b in days)
    if parts and all(n == n.to_integral_value() for day in days for n in day):
        off = max(off, ratio * (1 - ratio) * below, LEAST)
    if not off:
        return Certain(ratio, METHOD)
    deviation = math.sqrt(float(off * rest / (1 + rest))) / float(below)
    least, most = -math.inf, math.inf
    if parts:
        least = float(ratio / (1 + rest))
        most = least + float(rest / (1 + rest))
    law = Bell(float(ratio), deviation, least, most)
    return Spread(Decimal(0), law, whole=False, method=METHOD)

"""Levels: where a value that stands at some height each day goes, by its own last days.

Also for a ratio of which only one value a day is known. No plan is asked: a level has a history of
its own, and whether it goes up or down is what one wants to see.
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Context, Decimal
from itertools import combinations, pairwise
from statistics import fmean, median

from okrmodel.exact import exactly
from okrmodel.forecast.laws import Bell
from okrmodel.forecast.outlook import Certain, Outlook, Spread

LOOKS_BACK = 28
"""Days that the trend is read from."""
FEWEST = 7
"""Values below which there is no trend."""
TO_DEVIATION = 1.4826
"""Standard deviation ÷ median of the absolute deviations, of normal changes."""
NOTHING = 1e-9
"""Of the largest difference: what is left of a straight line in binary floats."""
DIGITS = Context(prec=12)
SLOPE = 1.2
"""Variance of the slope of a wandering line, in changes: 6 ÷ 5 of that of a day, by its days."""
METHOD = "trend of the last four weeks"


@exactly
def level(days: Sequence[tuple[date, Decimal]], ends: date) -> Outlook | None:
    """The outlook of a level on its last day.

    From the last value on, the slope of Theil and Sen (the median of all pairs' slopes: a single
    jump does not turn it). Around it the level wanders: each day adds a change whose size is that of
    the median change off the slope; the slope itself is known as well as so many changes tell it.
    A level that was never below 0 is not expected there.

    Args:
        days: The values at the ends of complete days, oldest first, of which some may be missing.
        ends: The day whose value is asked for.

    Returns:
        None with fewer than `FEWEST` values in the last `LOOKS_BACK` days that are known.
    """
    if not days:
        return None
    last_day, last = days[-1]
    lately = [(day, value) for day, value in days if day > last_day - timedelta(LOOKS_BACK)]
    if len(lately) < FEWEST:
        return None
    ahead = (ends - last_day).days
    if ahead <= 0:
        return Certain(last, "the last value")
    places = [((day - last_day).days, float(value - last)) for day, value in lately]
    slope = median((b - a) / (t - s) for (s, a), (t, b) in combinations(places, 2))
    change = _usual_change(places, slope)
    if change <= NOTHING * max(abs(off) for _, off in places):
        return Certain(last + DIGITS.create_decimal(slope * ahead), METHOD)
    known_for = places[-1][0] - places[0][0]
    deviation = change * math.sqrt(ahead + SLOPE * ahead**2 / known_for)
    whole = all(value == value.to_integral_value() for _, value in lately)
    least = float(-last) if all(value >= 0 for _, value in lately) else -math.inf
    return Spread(last, Bell(max(slope * ahead, least), deviation, least), whole, METHOD)


def _usual_change(places: Sequence[tuple[int, float]], slope: float) -> float:
    """The standard deviation of a day's change off the slope, by the median of their sizes.

    Where most days change nothing, that median is 0 or tells of none of the others: their mean does.
    """
    off = [
        abs(after - before - slope * (then - now)) / math.sqrt(then - now)
        for (now, before), (then, after) in pairwise(places)
    ]
    few = len(off) / (len(off) - 2)
    return (TO_DEVIATION * median(off) or math.sqrt(math.pi / 2) * fmean(off)) * math.sqrt(few)

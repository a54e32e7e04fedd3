"""What the days before tell of a count: how unevenly its events come, and its week's shape.

Days that are not known are not in the sequence: they are no zeros.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Context, Decimal

from okrmodel.exact import exactly

DOUBT = Decimal(3)
"""Variance ÷ mean where no day tells: as of events that come in threes.

Without history a KR that is on plan must not be red more often than one time in twenty, even where
its events come so (benchmarks/status_rules.py). The price is that calm counts are found behind later.
"""
WORTH = 1
"""Days of history that the doubt counts for."""
BURST = 3
"""The day that is furthest off counts for this many times the second one at the most."""
NOISE = Decimal(10)
"""How far an estimate is off by chance: its variance times its degrees of freedom, where it is 1.

2 for normal days, about 4 for events that come in bursts of three; the rest is caution, for false
alarms cost trust. Set by benchmarks/status_rules.py, and so is `counts.FAITH`.
"""
WEEK = 7
FULL = 28
"""Days from which on the week's shape is told: four of each weekday."""
EVEN = (Decimal(1) / WEEK,) * WEEK
_SHORT = Context(prec=4)


@exactly
def dispersion(days: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """Variance ÷ mean of a day's count.

    The squares of what the days are off, summed, over the sum of what they were expected to have:
    unlike Pearson's sum it does not hang on the weekends, of which little is expected. Of it

    - one burst is taken down to the size of the second one (`BURST`);
    - a degree of freedom is taken for each weight that may have been learned from the same days,
      and the rest is raised by what so few of them leave open (`NOISE`);
    - what independent events show by chance, too, is shrunk away (as by James and Stein), so that
      those are taken for what they are: 1;
    - the doubt is mixed in as `WORTH` days of it.

    Whole numbers are never taken to be steadier than independent events. Amounts have their
    variance ÷ mean in their own unit, in which 1 means nothing: they are only told as they are.

    Args:
        days: Of each known day what was counted, and the share or weight that was expected of it.

    Returns:
        In the unit of the count, to four digits; `DOUBT` where the days tell nothing.
    """
    total = sum((count for count, _ in days), Decimal())
    weight = sum((share for _, share in days), Decimal())
    free = len(days) - min(WEEK, len({share for _, share in days}))
    if total <= 0 or weight <= 0 or free < 1:
        return DOUBT
    off = sorted((count - total * share / weight) ** 2 for count, share in days)
    off[-1] = min(off[-1], BURST * off[-2])
    seen = sum(off, Decimal()) / total * len(days) / free * (1 + NOISE / free)
    if any(count != count.to_integral_value() for count, _ in days):
        return _SHORT.plus(seen) if seen > 0 else DOUBT
    excess = max(seen - 1, Decimal(0))
    excess = max(excess - NOISE / free / excess, Decimal(0)) if excess else excess
    return _SHORT.plus((len(days) * (1 + excess) + WORTH * DOUBT) / (len(days) + WORTH))


@exactly
def weekday_weights(days: Sequence[tuple[date, Decimal]]) -> tuple[Decimal, ...]:
    """The share that each weekday has of a week's count, Monday first; together 1.

    The means of the weekdays, drawn to their common mean as far as chance explains how they differ
    (James and Stein, for seven means). All the same where fewer than `FULL` days are known, a
    weekday is missing, or nothing was counted. Below zero no weekday goes.
    """
    of: list[list[Decimal]] = [[] for _ in range(WEEK)]
    for day, count in days:
        of[day.weekday()].append(count)
    if len(days) < FULL or not all(of):
        return EVEN
    means = [max(sum(counts) / Decimal(len(counts)), Decimal(0)) for counts in of]
    common = sum(means, Decimal()) / WEEK
    apart = sum(((mean - common) ** 2 for mean in means), Decimal())
    if not common or not apart:
        return EVEN
    within = sum(
        ((count - mean) ** 2 for counts, mean in zip(of, means, strict=True) for count in counts),
        Decimal(),
    )
    chance = within / (len(days) - WEEK) / (Decimal(len(days)) / WEEK)
    kept = max(1 - (WEEK - 3) * chance / apart, Decimal(0))
    return tuple((common + kept * (mean - common)) / (WEEK * common) for mean in means)

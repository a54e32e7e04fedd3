"""How often a key result's colour is right, and its forecast: 20,000 simulated quarters.

    python -m benchmarks.status_rules

A quarter has 92 days from a Monday, and weekends bring 15 % of a weekday. Events are Poisson, or
negative binomial where the variance of a day is more than its mean. Everything that is judged is
what `okrmodel.forecast` says. It takes two minutes of a core. The same seeds give the same figures anywhere.

1. *Status*: 300 events planned, red when the chance of 90 % of them is below 0.15, judged on day
   30. The ceiling is what the best test there is (Neyman and Pearson's, on the count, knowing how
   the events come) finds with as many false alarms.
2. *Intervals*: how many final values lie inside of the 80 % interval, and how evenly the chances of
   small counts are spread (randomised PIT: a tenth in each tenth).
3. *Errors* of the final value, beside those of each simple method alone.

What is known of a count: the eight weeks before, or nothing but the cycle's own days, or not even
these. What is expected by a day: by a straight line, by the true weekdays, or by weekdays that were
learned from the days that are known. Plans are missed by a factor whose logarithm has a standard deviation of 0.25, except in
the first part.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from okrmodel.forecast.counts import counts, dispersion, weekday_weights
from okrmodel.forecast.history import DOUBT
from okrmodel.forecast.outlook import Outlook

RUNS = 20_000
DAYS, BEFORE = 92, 56
MONDAY = date(2026, 8, 3)
STARTS = MONDAY + timedelta(BEFORE)
SHAPE = np.array([1.0] * 5 + [0.15] * 2)
WEIGHTS = SHAPE[np.arange(DAYS) % 7] / SHAPE[np.arange(DAYS) % 7].sum()
PASSED = np.concatenate([[0.0], WEIGHTS.cumsum()])
"""The share of a quarter's events that is expected by the end of each day."""
TARGET, DAY = 300, 30
NEAR, RED = Decimal("0.9"), Decimal("0.15")
LATE = 0.7
MISSED_BY = 0.25
FEW = 20
"""Expected events to come, below which intervals are of whole numbers too few to be judged by."""

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


def events(rng: np.random.Generator, means: Floats, spread: Floats | float) -> Numbers:
    """Counts of those means, and of that variance ÷ mean."""
    spread = np.broadcast_to(spread, means.shape)
    calm = spread <= 1
    bursts = np.where(calm, 2.0, spread)
    drawn = rng.negative_binomial(np.maximum(means, 1e-12) / (bursts - 1), 1 / bursts)
    return np.where(calm, rng.poisson(means), drawn)


def days_of(counted: Numbers, first: date) -> list[tuple[date, Decimal]]:
    return [(first + timedelta(i), Decimal(int(n))) for i, n in enumerate(counted)]


@dataclass(frozen=True)
class Known:
    """What some days tell: variance ÷ mean, and the share expected by the end of each day."""

    spread: Decimal
    passed: tuple[Decimal, ...]


def learned(days: Sequence[tuple[date, Decimal]]) -> Known:
    weights = weekday_weights(days)
    spread = dispersion([(count, weights[day.weekday()]) for day, count in days])
    upto = [Decimal(0)]
    for i in range(DAYS):
        upto.append(upto[-1] + weights[i % 7])
    return Known(spread, tuple(share / upto[-1] for share in upto))


LINEAR = tuple(Decimal(day) / DAYS for day in range(DAYS + 1))
SHAPED = tuple(Decimal(str(round(float(share), 9))) for share in PASSED)


@cache
def red(so_far: int, target: int, passed: Decimal, spread: Decimal) -> bool:
    outlook = counts(Decimal(so_far), Decimal(target), passed, spread)
    return outlook.at_least(NEAR * target) < RED


# 1. Status


def ceiling(alarms: float, spread: float) -> float:
    """What the randomised best test on the count finds, at a rate of false alarms."""
    kept = np.cumsum(chances(TARGET * PASSED[DAY], spread))
    late = np.cumsum(chances(LATE * TARGET * PASSED[DAY], spread))
    return float(np.interp(alarms, kept, late))


def chances(mean: float, spread: float) -> Floats:
    """Of 0, 1, 2 … events."""
    n = range(TARGET * 2)
    if spread == 1:
        logs = [k * math.log(mean) - mean - math.lgamma(k + 1) for k in n]
    else:
        r = mean / (spread - 1)
        logs = [
            math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1)
            - r * math.log(spread) + k * math.log(1 - 1 / spread)
            for k in n
        ]  # fmt: skip
    return np.exp(logs)


@dataclass(frozen=True)
class Quarters:
    """Quarters on plan and late ones, and what is known when they are judged."""

    spread: int
    on_plan: Numbers
    late: Numbers
    before: list[Known]

    def own(self, quarters: Numbers) -> list[Known]:
        return [learned(days_of(each[:DAY], STARTS)) for each in quarters]


def drawn(spread: int) -> Quarters:
    rng = np.random.default_rng(400 + spread)
    past = events(
        rng, np.tile(SHAPE[np.arange(BEFORE) % 7] * TARGET * WEIGHTS[0], (RUNS, 1)), spread
    )
    means = np.tile(TARGET * WEIGHTS, (RUNS, 1))
    on_plan, late = events(rng, means, spread), events(rng, LATE * means, spread)
    return Quarters(spread, on_plan, late, [learned(days_of(each, MONDAY)) for each in past])


Judged = Callable[[Known], tuple[Decimal, Decimal]]
"""Of what is known: the share expected by day 30, and variance ÷ mean."""


def status(quarters: Quarters) -> Iterator[str]:
    spread = quarters.spread
    nothing = [Known(DOUBT, LINEAR)] * RUNS
    own = quarters.own(quarters.on_plan), quarters.own(quarters.late)
    ways: list[tuple[str, list[Known], list[Known], Judged]] = []
    for name, on_plan, late in (
        ("8 weeks before", quarters.before, quarters.before),
        ("own 30 days", *own),
        ("nothing", nothing, nothing),
    ):
        ways.append((f"{name:15} linear", on_plan, late, lambda k: (LINEAR[DAY], k.spread)))
        ways.append((f"{name:15} weekdays", on_plan, late, lambda k: (SHAPED[DAY], k.spread)))
        if name != "nothing":
            ways.append((f"{name:15} learned", on_plan, late, lambda k: (k.passed[DAY], k.spread)))
    for name, on_plan, late, judged in ways:
        alarms = share_red(quarters.on_plan, on_plan, judged)
        found = share_red(quarters.late, late, judged)
        best = ceiling(alarms, spread)
        yield (
            f"  {spread}   {name:25} {alarms:7.1%} {found:8.1%} {best:8.1%} {100 * (best - found):6.1f}"
        )


def share_red(quarters: Numbers, known: list[Known], judged: Judged) -> float:
    counted = quarters[:, :DAY].sum(1)
    return sum(
        red(int(n), TARGET, *judged(each)) for n, each in zip(counted, known, strict=True)
    ) / len(known)


def ever_red(quarters: Quarters, passed: Sequence[Decimal] | None, known: list[Known]) -> str:
    """On-plan quarters that are red on a day from 7 to 30; and on two such days running."""
    upto = quarters.on_plan.cumsum(1)
    reds = np.zeros((RUNS, DAY + 1), dtype=bool)
    for day in range(7, DAY + 1):
        for run, each in enumerate(known):
            share = (passed or each.passed)[day]
            reds[run, day] = upto[run, day - 1] < no_longer_red(share, each.spread)
    twice = reds[:, 1:] & reds[:, :-1]
    return f"{reds.any(1).mean():7.1%} {twice.any(1).mean():9.1%}"


def no_longer_red(passed: Decimal, spread: Decimal) -> int:
    """The least count that is not red, of shares to a thousandth and spreads to a fiftieth."""
    return _no_longer_red(round(passed, 3), Decimal(round(spread * 50)) / 50)


@cache
def _no_longer_red(passed: Decimal, spread: Decimal) -> int:
    low, high = 0, TARGET
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if red(middle, TARGET, passed, spread) else (low, middle)
    return low


# 2 and 3. Intervals, and errors


@dataclass(frozen=True)
class Mixture:
    """Quarters of all sizes, each looked at on one day."""

    target: Numbers
    spread: Floats
    day: Numbers
    so_far: Numbers
    final: Numbers
    quarters: Numbers
    before: list[Known]

    def outlooks(self, known: list[Known], *, linear: bool) -> list[Outlook]:
        return [
            counts(
                Decimal(int(self.so_far[i])),
                Decimal(int(self.target[i])),
                (LINEAR if linear else each.passed)[self.day[i]],
                each.spread,
            )
            for i, each in enumerate(known)
        ]


def mixture() -> Mixture:
    rng = np.random.default_rng(404)
    target = np.round(np.exp(rng.uniform(math.log(30), math.log(3000), RUNS))).astype(np.int64)
    spread = rng.uniform(1, 3, RUNS)
    factor = np.exp(rng.normal(0, MISSED_BY, RUNS))
    day = rng.integers(7, 81, RUNS)
    week = SHAPE[np.arange(BEFORE) % 7] * WEIGHTS[0]
    past = events(rng, target[:, None] * week, spread[:, None] * np.ones(BEFORE))
    quarters = events(rng, (target * factor)[:, None] * WEIGHTS, spread[:, None] * np.ones(DAYS))
    so_far = quarters.cumsum(1)[np.arange(RUNS), day - 1]
    before = [learned(days_of(each, MONDAY)) for each in past]
    return Mixture(target, spread, day, so_far, quarters.sum(1), quarters, before)


def intervals(mixed: Mixture, outlooks: list[Outlook]) -> Iterator[str]:
    ends = [(o.quantile(Decimal("0.1")), o.quantile(Decimal("0.9"))) for o in outlooks]
    inside = np.array(
        [low <= int(n) <= high for (low, high), n in zip(ends, mixed.final, strict=True)]
    )
    to_come = mixed.target * (1 - PASSED[mixed.day])
    late = mixed.day >= 14
    judged = late & (to_come >= FEW)
    yield f"  days 14 to 80, {FEW} or more to come: {inside[judged].mean():.1%} of {judged.sum():,} inside"
    for name, part in (
        ("days 14 to 35", mixed.day <= 35),
        ("days 36 to 57", (mixed.day > 35) & (mixed.day <= 57)),
        ("days 58 to 80", mixed.day > 57),
        ("targets to 100", mixed.target <= 100),
        ("targets 101 to 500", (mixed.target > 100) & (mixed.target <= 500)),
        ("targets above 500", mixed.target > 500),
        ("variance ÷ mean to 1.5", mixed.spread <= 1.5),
        ("variance ÷ mean above 2.5", mixed.spread > 2.5),
    ):
        yield f"    {name:26} {inside[judged & part].mean():.1%}"
    few = late & (to_come < FEW)
    yield pit("fewer to come", few, mixed, outlooks)
    yield pit("as many or more", judged, mixed, outlooks)


def pit(name: str, part: NDArray[np.bool_], mixed: Mixture, outlooks: list[Outlook]) -> str:
    rng = np.random.default_rng(405)
    spots = []
    for i in np.flatnonzero(part):
        final = Decimal(int(mixed.final[i]))
        below = 1 - outlooks[i].at_least(final)
        spots.append(float(below) + rng.random() * float(outlooks[i].at_most(final) - below))
    sorted_spots = np.sort(spots)
    off = np.abs(sorted_spots - (np.arange(len(spots)) + 0.5) / len(spots)).max()
    tenths = np.histogram(spots, bins=10, range=(0, 1))[0] / len(spots)
    shown = " ".join(f"{share:.1%}" for share in tenths)
    return f"  PIT, {name} ({len(spots):,}): {shown}; furthest from even {off:.3f}"


def errors(mixed: Mixture, ours: dict[str, list[Outlook]]) -> Iterator[str]:
    day, n = mixed.day, mixed.so_far.astype(float)
    upto = np.concatenate([np.zeros((RUNS, 1)), mixed.quarters.cumsum(1)], axis=1)
    runs = np.arange(RUNS)

    def last(days: int) -> Floats:
        began = np.maximum(day - days, 0)
        rate: Floats = (n - upto[runs, began]) / (day - began)
        return n + rate * (DAYS - day)

    simple = {
        "the plan": mixed.target.astype(float),
        "so far, the rest as planned": n + mixed.target * (1 - PASSED[day]),
        "rate so far, linear": n * DAYS / day,
        "rate so far, weekdays": n / PASSED[day],
        "rate of the last 28 days": last(28),
        "rate of the last 14 days": last(14),
        "rate of the last 7 days": last(7),
    }
    means = {name: np.array([float(o.mean) for o in some]) for name, some in ours.items()}
    found = {
        name: np.abs(guess - mixed.final) / mixed.target for name, guess in (simple | means).items()
    }
    best = min(found[name].mean() for name in simple)
    parts = [(7, 13), (14, 29), (30, 59), (60, 80)]
    head = " ".join(f"{f'd{a}-{b}':>8}" for a, b in parts)
    yield f"  {'mean error, % of the target':42} {head} {'all':>8}  ÷ best"
    for name, off in found.items():
        by = " ".join(f"{off[(day >= a) & (day <= b)].mean():8.1%}" for a, b in parts)
        yield f"  {name:42} {by} {off.mean():8.1%} {off.mean() / best:7.3f}"


def main() -> None:
    print(f"{RUNS:,} quarters each; numpy's PCG64 with seeds 401, 402, 403, 404 and 405\n")
    print(f"Status on day {DAY}, {TARGET} planned: red where P(final ≥ {NEAR} × target) < {RED}")
    print(
        f"  The straight line expects {TARGET * LINEAR[DAY]:.1f} by then, the weekdays have {TARGET * PASSED[DAY]:.1f}."
    )
    print(
        f"  Of Poisson events the best test with 3 % false red finds {ceiling(0.03, 1):.1%}. Drawn figures are"
    )
    print("  off by up to 0.3 points (false red) and 0.7 (found).")
    print("  variance ÷ mean, what is known, what is expected")
    print(f"  {'':29} {'false':>7} {'70 % of':>8} {'ceiling':>8} {'behind':>6}")
    print(f"  {'':29} {'red':>7} {'plan red':>8} {'there':>8} {'points':>6}")
    ever = []
    for spread in (1, 2, 3):
        quarters = drawn(spread)
        print("\n".join(status(quarters)), flush=True)
        nothing = [Known(DOUBT, LINEAR)] * RUNS
        ever += [
            f"  {spread}   8 weeks before  linear    {ever_red(quarters, LINEAR, quarters.before)}",
            f"  {spread}   8 weeks before  learned   {ever_red(quarters, None, quarters.before)}",
            f"  {spread}   nothing         linear    {ever_red(quarters, LINEAR, nothing)}",
        ]
    print("\nOn plan, but red on some day from 7 to 30; and so for two days running")
    print("\n".join(ever), flush=True)
    mixed = mixture()
    ours = {
        "okr: 8 weeks before, their weekdays": mixed.outlooks(mixed.before, linear=False),
        "okr: nothing known, linear": mixed.outlooks([Known(DOUBT, LINEAR)] * RUNS, linear=True),
    }
    for name, outlooks in ours.items():
        print(f"\n80 % intervals; {name}")
        print("\n".join(intervals(mixed, outlooks)), flush=True)
    print("\nErrors, days 7 to 80, targets 30 to 3,000, variance ÷ mean 1 to 3")
    print("\n".join(errors(mixed, ours)))


if __name__ == "__main__":
    main()

"""Laws of chance, in binary floats: good to two units of the fourth place, which is the last told.

Each in a few dozen steps, whatever the size of the numbers: a KR of ten million sessions costs no
more than one of thirty leads.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist
from typing import Protocol

NORMAL = NormalDist()
LONGEST = 800
"""Entries of a table at the most; above it a smooth law of the same three moments takes over."""
SMOOTH = 150
"""The shape from which on Wilson and Hilferty's cube root is off by less than 0.00004."""
CLOSE = 1e-10
STEPS = 500


class Law(Protocol):
    """How what is to come is distributed."""

    @property
    def mean(self) -> float: ...

    @property
    def deviation(self) -> float: ...

    def below(self, value: float) -> float:
        """The chance of `value` or less."""

    def at(self, share: float) -> float:
        """The least value that is not passed with a chance of `share`."""


@dataclass(frozen=True, slots=True)
class Table:
    """Whole numbers from 0 on, each with the chance of it or less."""

    mean: float
    deviation: float
    upto: tuple[float, ...]

    def below(self, value: float) -> float:
        if value < 0:
            return 0.0
        at = int(value)
        return self.upto[at] if at < len(self.upto) else 1.0

    def at(self, share: float) -> float:
        return float(bisect_left(self.upto, share))


@dataclass(frozen=True, slots=True)
class Gamma:
    """The gamma law, moved by `moved`; of what would then lie below 0, all stands there."""

    shape: float
    scale: float
    moved: float = 0.0

    @property
    def mean(self) -> float:
        return self.moved + self.shape * self.scale

    @property
    def deviation(self) -> float:
        return math.sqrt(self.shape) * self.scale

    def below(self, value: float) -> float:
        return gamma_below(self.shape, (value - self.moved) / self.scale) if value >= 0 else 0.0

    def at(self, share: float) -> float:
        return max(self.moved + self.scale * gamma_at(self.shape, share), 0.0)


@dataclass(frozen=True, slots=True)
class Bell:
    """The normal law; what it would have beyond `least` and `most` stands on them."""

    mean: float
    deviation: float
    least: float = -math.inf
    most: float = math.inf

    def below(self, value: float) -> float:
        if not self.least <= value < self.most:
            return float(value >= self.most)
        return NORMAL.cdf((value - self.mean) / self.deviation)

    def at(self, share: float) -> float:
        at = self.mean + self.deviation * NORMAL.inv_cdf(share)
        return min(max(at, self.least), self.most)


def whole_numbers(mean: float, variance: float) -> Law:
    """The negative binomial law of that mean and variance, which is above the mean.

    As a table where that is short; else as the moved gamma law of the same skewness.
    """
    deviation = math.sqrt(variance)
    length = math.ceil(mean + 9 * deviation + 9)
    if length <= LONGEST:
        return Table(mean, deviation, _negative_binomial(mean, variance, length))
    skewness = (2 * variance - mean) / (mean * deviation)
    shape = 4 / skewness**2
    scale = deviation * skewness / 2
    return Gamma(shape, scale, mean - shape * scale)


def amounts(mean: float, variance: float) -> Law:
    """The gamma law of that mean and variance: for sums that are no whole numbers."""
    return Gamma(mean * mean / variance, variance / mean)


def _negative_binomial(mean: float, variance: float, length: int) -> tuple[float, ...]:
    shape = mean * mean / (variance - mean)
    left = (variance - mean) / variance
    each = math.exp(-shape * math.log(variance / mean))
    chances = [each]
    for k in range(length):
        each *= (k + shape) / (k + 1) * left
        chances.append(each)
    return tuple(accumulate(chances))


def gamma_below(shape: float, value: float) -> float:
    """The regularised lower incomplete gamma function P(shape, value)."""
    if value <= 0:
        return 0.0
    if shape >= SMOOTH:
        return NORMAL.cdf(((value / shape) ** (1 / 3) - 1 + 1 / (9 * shape)) * 3 * math.sqrt(shape))
    front = math.exp(shape * math.log(value) - value - math.lgamma(shape))
    return (
        front * _series(shape, value) if value < shape + 1 else 1 - front * _fraction(shape, value)
    )


STEEPEST = 700.0
"""The largest power of e that is surely a number."""


def gamma_at(shape: float, share: float) -> float:
    """The value at which P(shape, value) is `share`: by Newton's steps, halving where they jump."""
    cube = 1 - 1 / (9 * shape) + NORMAL.inv_cdf(share) / (3 * math.sqrt(shape))
    if shape >= SMOOTH:
        return shape * cube**3
    value = shape * cube**3 if shape > 1 and cube > 0 else _start(shape, share)
    low, high = 0.0, math.inf
    for _ in range(STEPS):
        over = gamma_below(shape, value) - share
        if abs(over) < CLOSE or not value:
            break
        low, high = (low, value) if over > 0 else (value, high)
        steep = (shape - 1) * math.log(value) - value - math.lgamma(shape)
        # Near 0 a small shape is steeper than any number: the step is none then, and is halved.
        slope = math.exp(min(steep, STEEPEST))
        step = value - over / slope if slope else -1.0
        between = (low + high) / 2 if high < math.inf else 2 * value
        value = step if low < step < high else between
    return value


def _start(shape: float, share: float) -> float:
    """From the first term of the series; 0 where that is too small to be a number."""
    return math.exp((math.log(share) + math.lgamma(shape + 1)) / shape)


def _series(shape: float, value: float) -> float:
    term = total = 1 / shape
    k = shape
    while term > total * CLOSE:
        k += 1
        term *= value / k
        total += term
    return total


def _fraction(shape: float, value: float) -> float:
    """Lentz's way through the continued fraction of the upper function."""
    b = value + 1 - shape
    c, d = 1e300, 1 / b
    whole = d
    for i in range(1, STEPS):
        b += 2
        above = -i * (i - shape)
        d = 1 / (above * d + b)
        c = b + above / c
        whole *= c * d
        if abs(c * d - 1) < CLOSE:
            break
    return whole

"""What is told of a final value that is not known yet."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

from okrmodel.exact import EXACT, exactly
from okrmodel.forecast.laws import Law

CHANCE = Decimal("0.0001")
"""Chances are told to four places: more would be made up."""
FINENESS = 1000
"""Parts of the standard deviation that continuous values are told to."""


class Outlook(Protocol):
    """The distribution of a final value."""

    @property
    def mean(self) -> Decimal:
        """The expected final value, in the value's unit."""

    @property
    def method(self) -> str:
        """How it was found: a noun phrase for a sentence."""

    def at_least(self, value: Decimal) -> Decimal:
        """The chance that the final value is `value` or more: 0 to 1, to four places."""

    def at_most(self, value: Decimal) -> Decimal:
        """The chance that the final value is `value` or less: 0 to 1, to four places."""

    def quantile(self, share: Decimal) -> Decimal:
        """The value that the final one stays at or below with a chance of `share`.

        0.1 and 0.9 are the ends of the 80 % interval. Counts have whole ones.

        Raises:
            ValueError: The share is not between 0 and 1.
        """


@dataclass(frozen=True, slots=True)
class Certain:
    """A final value that nothing can change any more."""

    mean: Decimal
    method: str

    def at_least(self, value: Decimal) -> Decimal:
        return Decimal(self.mean >= value)

    def at_most(self, value: Decimal) -> Decimal:
        return Decimal(self.mean <= value)

    def quantile(self, share: Decimal) -> Decimal:
        inside(share)
        return self.mean


@dataclass(frozen=True, slots=True)
class Spread:
    """What stands already, and a law of what is to come."""

    base: Decimal
    law: Law
    whole: bool
    """Only whole numbers can come: 7 or more is then 6.5 or more of a smooth law."""
    method: str

    @property
    @exactly
    def mean(self) -> Decimal:
        return self.base + self._told(self.law.mean)

    @exactly
    def at_least(self, value: Decimal) -> Decimal:
        left = float(value - self.base)
        below = self.law.below(math.ceil(left) - 0.5 if self.whole else left)
        return 1 - _chance(below)

    @exactly
    def at_most(self, value: Decimal) -> Decimal:
        left = float(value - self.base)
        return _chance(self.law.below(math.floor(left) + 0.5 if self.whole else left))

    @exactly
    def quantile(self, share: Decimal) -> Decimal:
        inside(share)
        at = self.law.at(float(share))
        return self.base + (Decimal(math.ceil(at - 0.5)) if self.whole else self._told(at))

    def _told(self, number: float) -> Decimal:
        """To so many places as mean something beside the standard deviation, and to a float."""
        finest = max(self.law.deviation / FINENESS, abs(number) * 1e-15)
        places = min(math.floor(math.log10(finest)), 0)
        return Decimal(number).quantize(Decimal(1).scaleb(places), context=EXACT)


def inside(share: Decimal) -> None:
    """Refuse a share that no quantile stands at.

    Raises:
        ValueError: It is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"a quantile's share lies between 0 and 1, not at {share}")


def _chance(number: float) -> Decimal:
    return Decimal(min(1.0, max(0.0, number))).quantize(CHANCE, rounding=ROUND_HALF_EVEN)

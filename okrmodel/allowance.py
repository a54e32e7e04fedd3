"""What is left of what an outside account gives in a period, as far as can be known from here.

Two sides count: we do, before a request is sent, and the source does, while it answers. In between
the two differ by what is under way, so neither is simply believed.
"""

from dataclasses import dataclass, replace
from typing import Self

SECOND = 1_000_000
"""Instants are whole microseconds."""
UNDER_WAY = 120 * SECOND
"""Longer than a request is under way: what was taken before, the source has counted."""
LONGEST = 2 * 86_400 * SECOND
"""Longer than any period. A period that ends later is from before a clock was set back."""
RESERVED = 5
"""One part in so many is left to the nightly run by whoever can wait. A night takes a few calls for
each key result: a fifth is enough for it, for its repetition after a failure, for the weekly
re-scan, and for what others who use the account take meanwhile."""


class Spent(Exception):  # noqa: N818 - says how things are
    """What is left does not suffice. Nothing was taken."""

    def __init__(self, left: int, reserve: int, until: int) -> None:
        super().__init__(f"{left} left, {reserve} of them reserved, until {until}")
        self.left = left
        self.reserve = reserve
        """What was to stay."""
        self.until = until
        """When it begins anew."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many units until a period ends."""

    until: int
    """The period's end; whoever names a later one begins the next."""
    left: int
    """0 to `most`."""
    most: int
    recent: int = 0
    """Units taken since `turned`."""
    before: int = 0
    """Units taken in the time before that."""
    turned: int = 0

    @property
    def reserve(self) -> int:
        """What jobs that can wait leave."""
        return self.most // RESERVED

    def at(self, until: int) -> Self:
        """The allowance in the period of that end, or in its own when that is the later one."""
        if until <= self.until < until + LONGEST:
            return self
        return replace(self, until=until, left=self.most)

    def less(self, units: int, now: int, *, reserve: bool) -> Self:
        """What remains when units are taken.

        Args:
            units: How many.
            now: By any clock that goes on steadily.
            reserve: Whether the reserve stays.

        Raises:
            Spent: They are not there.
        """
        keep = self.reserve if reserve else 0
        if self.left - units < keep:
            raise Spent(self.left, keep, self.until)
        turned = self._turned(now)
        return replace(turned, left=self.left - units, recent=turned.recent + units)

    def told(self, left: int, most: int | None, now: int) -> Self:
        """Corrected by what the source says is left, and of how many.

        The source has not counted yet what is under way, which is no more than what was taken
        lately: our own count stands as far as that explains the difference. Where we believed in
        more than the source, its word is taken as it is: too much by what others have under way,
        until their answers tell.
        """
        turned = self._turned(now)
        least = max(left - turned.recent - turned.before, 0)
        known = max(self.most, left) if most is None else most
        return replace(turned, left=min(max(self.left, least), left, known), most=known)

    def _turned(self, now: int) -> Self:
        """With the units of the last `UNDER_WAY`, at least, in `recent` and `before`."""
        if 0 <= now - self.turned < UNDER_WAY:
            return self
        passed = now - self.turned >= 2 * UNDER_WAY
        return replace(self, recent=0, before=0 if passed else self.recent, turned=now)

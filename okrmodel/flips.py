"""Flips: when a key result's status is another, and not only wavers.

A new colour counts once it has held for two days in a row. Days that say nothing of how it goes (no
data, stale, too early, or no snapshot at all) neither confirm a colour nor break it: a source that
fails for a night is no reason to wait longer, and none to believe sooner. The first colour that
holds is where a key result begins, not a flip.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from okrmodel.snapshot import Status

COLOURS = frozenset(
    {Status.ACHIEVED, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.MISSED}
)
"""Those that say how it goes."""

Day = tuple[date, Status]
"""What is said of a key result as of a day."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A colour that took the place of another."""

    old: Status
    new: Status
    since: date
    """The first of the days that it has held for."""
    confirmed: date
    """The second one, on which it counts."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a key result's colour stands after some days."""

    colour: Status | None
    """None while none has held for two days."""
    flips: tuple[Flip, ...]
    """Oldest first."""

    @property
    def last(self) -> Flip | None:
        """The flip that led here; None where there was none."""
        return self.flips[-1] if self.flips else None


def settled(days: Iterable[Day]) -> Settled:
    """What holds after the days, which come oldest first, each once."""
    colour: Status | None = None
    flips: list[Flip] = []
    before: Day | None = None
    for day, status in days:
        if status not in COLOURS:
            continue
        if before and before[1] is status and status is not colour:
            if colour:
                flips.append(Flip(colour, status, before[0], day))
            colour = status
        before = day, status
    return Settled(colour, tuple(flips))

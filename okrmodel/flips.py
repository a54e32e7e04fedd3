"""Flips: when a key result's status is another, and not only wavers.

A new colour counts once it has held for two days in a row. Days that say nothing of how it goes (no
data, stale, too early, or no snapshot at all) neither confirm a colour nor break it: a source that
fails for a night is no reason to wait longer, and none to believe sooner. The first colour that
holds is where a key result begins, not a flip.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from okrmodel.snapshot import Status

COLOURS = frozenset(
    {Status.ACHIEVED, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.MISSED}
)
"""Those that say how it goes."""

Day = tuple[date, Status]
"""What is said of a key result as of a day."""


@dataclass(frozen=True, slots=True)
class Held:
    """A colour that has held for two days."""

    colour: Status
    since: date
    """The first of the two."""
    confirmed: date
    """The second one, on which it counts."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A colour that took the place of another."""

    old: Status
    new: Status
    since: date
    """The first of the two days that it held for."""
    confirmed: date
    """The second one, on which it counts."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The colours that held, one after the other; each differs from the one before."""

    held: tuple[Held, ...]

    @property
    def colour(self) -> Status | None:
        """The one that holds at the end; None while none has."""
        return self.held[-1].colour if self.held else None

    @property
    def flips(self) -> tuple[Flip, ...]:
        """From each to the next, oldest first."""
        return tuple(
            Flip(before.colour, after.colour, after.since, after.confirmed)
            for before, after in pairwise(self.held)
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody has to be told who knew the days as they were said before."""

    flip: Flip
    """From the colour that held then to the one that holds now."""
    restated: date | None
    """The newest of the days known before whose colour is another now, where those days make the
    flip by themselves; None where days that came since made it."""


def settled(days: Iterable[Day]) -> Settled:
    """The colours that held.

    Args:
        days: Oldest first, each once.
    """
    found: list[Held] = []
    before: Day | None = None
    for day, colour in days:
        if colour not in COLOURS:
            continue
        new = not found or found[-1].colour is not colour
        if new and before and before[1] is colour:
            found.append(Held(colour, before[0], day))
        before = day, colour
    return Settled(tuple(found))


def turn(before: Sequence[Day], now: Sequence[Day]) -> Turn | None:
    """How the colour that holds is another now; None when it is not, or none held before.

    Args:
        before: What was known of the days when somebody last looked.
        now: What is known by now; of the same days, and of those that came since.
    """
    was, present = settled(before).colour, settled(now)
    if was is None or present.colour in (None, was):
        return None
    last = present.held[-1]
    old = dict(before)
    again = settled(day for day in now if day[0] in old).colour
    changed = [day for day, colour in now if day in old and old[day] is not colour]
    flip = Flip(was, last.colour, last.since, last.confirmed)
    return Turn(flip, changed[-1] if again is last.colour else None)

"""Flips: when a key result's status is another, and not only wavers.

A new colour counts once it has held for two days in a row. Days that say nothing of how it goes (no
data, stale, too early, or no snapshot at all) neither confirm a colour nor break it: a source that
fails for a night is no reason to wait longer, and none to believe sooner. The first colour that
holds is where a key result begins, not a flip.
"""

from collections.abc import Iterable, Sequence
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
class Held:
    """A colour that has held for two days."""

    colour: Status
    since: date
    """The first of the two."""
    confirmed: date
    """The second one, on which it counts."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A colour that took the place of another, as seen by somebody who knew the other."""

    old: Status
    new: Held
    restated: date | None
    """The newest day that is another colour than before, where the days known before make the turn
    by themselves; None where days that came since made it."""


def held(days: Iterable[Day]) -> tuple[Held, ...]:
    """The colours that held, one after the other; each differs from the one before.

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
    return tuple(found)


def turn(before: Sequence[Day], now: Sequence[Day]) -> Turn | None:
    """How the colour that holds is another now; None when it is not, or none held before.

    Args:
        before: What was known of the days when somebody last looked.
        now: What is known by now; of the same days, and those that came since.
    """
    was, present = held(before), held(now)
    if not (was and present) or was[-1].colour is present[-1].colour:
        return None
    old = dict(before)
    again = held([day for day in now if day[0] in old])
    alone = bool(again) and again[-1].colour is present[-1].colour
    changed = [day for day, colour in now if day in old and old[day] is not colour]
    return Turn(was[-1].colour, present[-1], changed[-1] if alone else None)

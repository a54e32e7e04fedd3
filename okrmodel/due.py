"""What of the demand has to be asked: of what is stored, only what may have moved since.

A window is read when it is new, when it was read before it had settled, and, where the source
rewrites its past without end (`Query.DRIFTS`), once a week. In the nights between, the settled
days of such a source are compared with it as a whole, which is cheaper.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from operator import attrgetter
from zoneinfo import ZoneInfo

from okrmodel.definitions.query import Query
from okrmodel.demand import Demand
from okrmodel.observations import Key, Provisional
from okrmodel.resolution import Source
from okrmodel.snapshot import Known
from okrmodel.windows import Window, day_begins, in_order

LEVEL_IS_READ_WITHIN = timedelta(hours=12)
"""A level without history, read this soon after a day's end, still stands for that day's end."""
COMPARED_EVERY = timedelta(hours=20)
"""A night, with room for one that begins early."""
READ_EVERY = timedelta(days=7) - timedelta(hours=4)
"""A week, with the same room."""

_MOVING = {Provisional.TODAY, Provisional.SETTLING}
"""What time mends. The other reasons stay with a value: the same question gets the same answer."""

Wide = Mapping[str, Mapping[Window, datetime]]
"""When windows of several days were read last, by fingerprint: comparisons are such reads."""


class Care(Enum):
    """How far the settled past is looked after."""

    NONE = "none"
    """Not at all: what is stored and settled is good."""
    NIGHTLY = "nightly"
    """Compared every night, read again every week."""
    WHOLE = "whole"
    """Read again now: afterwards the figures are frozen."""


@dataclass(frozen=True)
class Run:
    """Settled days that follow upon one another, with what is stored of them."""

    stored: tuple[Known, ...]
    """By day, never empty."""
    since: datetime
    """When the least recently read or compared of them was."""

    @property
    def windows(self) -> tuple[Window, ...]:
        """The days."""
        return tuple(known.window for known in self.stored)


@dataclass(frozen=True)
class Due:
    """What a source is to be asked."""

    source: Source
    read: tuple[Window, ...]
    """Sorted."""
    compared: tuple[Run, ...]


def due(
    wanted: Demand,
    known: Mapping[Key, Known],
    wide: Wide,
    *,
    zone: ZoneInfo,
    now: datetime,
    care: Care,
) -> Iterator[Due]:
    """The questions that are left of a demand; sources that need not be asked are left out.

    Args:
        wanted: The demand.
        known: What the store holds of it.
        wide: When the runs of `settled` were compared last.
        zone: The workspace's, in which days end.
        now: The present.
        care: How far the settled past is looked after.
    """
    for source, windows in wanted.windows.items():
        moving, rest = _split(source, windows, known, zone, now)
        read, compared = _looked_after(source, rest, wide, now, care)
        if moving or read or compared:
            yield Due(source, in_order({*moving, *read}), compared)


def settled(
    wanted: Demand, known: Mapping[Key, Known], zone: ZoneInfo, now: datetime
) -> dict[str, set[Window]]:
    """The runs of settled days that may be compared: each as one window, by fingerprint."""
    found: dict[str, set[Window]] = {}
    for source, windows in wanted.windows.items():
        if not source.query.DRIFTS:
            continue
        _, rest = _split(source, windows, known, zone, now)
        for days in _days_in_row(rest):
            found.setdefault(source.fingerprint, set()).add(_span(days))
    return found


def _split(
    source: Source,
    windows: Iterable[Window],
    known: Mapping[Key, Known],
    zone: ZoneInfo,
    now: datetime,
) -> tuple[list[Window], list[Known]]:
    """The windows that move; and what is stored of the others, where it could move for ever."""
    moving: list[Window] = []
    rest: list[Known] = []
    query = source.query
    for window in windows:
        found = known.get((source.fingerprint, window))
        if found and found.provisional not in _MOVING and query.has_history and not query.FREE:
            if query.DRIFTS:
                rest.append(found)
        elif _moves(query, window, found, zone, now):
            moving.append(window)
    return moving, rest


def _moves(
    query: Query, window: Window, found: Known | None, zone: ZoneInfo, now: datetime
) -> bool:
    """Whether a window is new, or was read before it had settled and is worth another read."""
    if day_begins(window.start, zone) > now:
        return False
    ended = day_begins(window.end, zone)
    if not query.has_history:
        # Read once after the day's end: later it would be the figure of a later moment.
        unread = found is None or found.provisional is Provisional.TODAY
        return unread and now <= ended + LEVEL_IS_READ_WITHIN
    if found is None or query.FREE:
        return True
    was_today = found.provisional is Provisional.TODAY
    over = now >= ended + query.settles
    return was_today or over or query.due(ended, found.observed_at, now)


def _looked_after(
    source: Source, rest: list[Known], wide: Wide, now: datetime, care: Care
) -> tuple[list[Window], tuple[Run, ...]]:
    """Of settled windows, those to read again, and the runs to compare."""
    if care is Care.NONE or not rest:
        return [], ()
    last_read = min(known.observed_at for known in rest)
    if care is Care.WHOLE or now - last_read >= READ_EVERY:
        return [known.window for known in rest], ()
    compared = wide.get(source.fingerprint, {})
    runs = (Run(days, _since(days, compared)) for days in _days_in_row(rest))
    return [], tuple(run for run in runs if now - run.since >= COMPARED_EVERY)


def _since(days: tuple[Known, ...], compared: Mapping[Window, datetime]) -> datetime:
    return min(
        max([day.observed_at, *(at for wide, at in compared.items() if wide.holds(day.window))])
        for day in days
    )


def _days_in_row(rest: Iterable[Known]) -> Iterator[tuple[Known, ...]]:
    """The single days with a value, in runs without a gap."""
    run: list[Known] = []
    for known in sorted(rest, key=attrgetter("window.start", "window.end")):
        if known.window.length > 1 or known.value is None:
            continue
        if run and run[-1].window.end != known.window.start:
            yield tuple(run)
            run = []
        run.append(known)
    if run:
        yield tuple(run)


def _span(days: tuple[Known, ...]) -> Window:
    return Window(days[0].window.start, days[-1].window.end)

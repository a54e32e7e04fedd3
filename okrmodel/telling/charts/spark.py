"""Tiny charts for rows of a table: the way so far against its plan, as plain coordinates.

A page has twenty of them: they are polylines in the page's own SVG, and need no Vega.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrmodel.definitions.cycle import Cycle
from okrmodel.store.daily import DayShare, shares_by_day
from okrmodel.telling.charts.remembered import Remembered

Point = tuple[float, float]
"""From the left and from the top, in tenths of pixels: a place for the eye, no figure."""

_EDGE = 2
"""Pixels around the lines, so that their ends are not cut off."""


@dataclass(frozen=True, slots=True)
class Spark:
    """Lines in a box of `width` × `height`, to be put into an SVG of this `viewBox`."""

    width: int
    height: int
    progress: tuple[tuple[Point, ...], ...]
    """In pieces: broken where there is no data."""
    expected: tuple[tuple[Point, ...], ...]
    end: Point | None
    """The last progress, for a dot."""
    top: float
    """Where the whole way ends: the target."""

    @property
    def view_box(self) -> str:
        """For the SVG's attribute of that name."""
        return f"0 0 {self.width} {self.height}"

    @staticmethod
    def points(piece: Sequence[Point]) -> str:
        """A piece for a polyline's `points`."""
        return " ".join(f"{x},{y}" for x, y in piece)


def sparks(
    remembered: Remembered, cycle: Cycle, as_of: date | None, *, width: int = 120, height: int = 32
) -> dict[str, Spark]:
    """Of each key result of a cycle that anything was recorded of, by id."""
    workspace = remembered.words.workspace
    told = shares_by_day(remembered.store, workspace, cycle.id, remembered.known_at)
    found: dict[str, Spark] = {}
    for _, key_result in cycle.key_results():
        days = next((told[n] for n in key_result.ids if n in told), ())
        if days:
            found[key_result.id] = spark(cycle, days, as_of, width=width, height=height)
    return found


def spark(
    cycle: Cycle, days: Iterable[DayShare], as_of: date | None, *, width: int, height: int
) -> Spark:
    """The share of the way day by day, from nothing at the bottom to the target near the top."""
    shown = [day for day in days if day.as_of <= min(as_of or cycle.ends, cycle.ends)]
    shares = [float(s) for day in shown for s in (day.raw_progress, day.expected) if s is not None]
    # A way that has gone far beyond the target, or back beyond its beginning, is cut off.
    low = max(min([*shares, 0.0]), -0.5)
    high = min(max([*shares, 1.0]), 1.5)
    day_wide = (width - 2 * _EDGE) / cycle.window.length
    share_high = (height - 2 * _EDGE) / (high - low)

    def place(day: date, share: Decimal) -> Point:
        x = _EDGE + ((day - cycle.starts).days + 1) * day_wide
        up = (min(max(float(share), low), high) - low) * share_high
        return round(x, 1), round(height - _EDGE - up, 1)

    progress = tuple(_pieces((d.as_of, d.raw_progress) for d in shown))
    expected = tuple(_pieces((d.as_of, d.expected) for d in shown))
    drawn = tuple(tuple(place(*point) for point in piece) for piece in progress)
    return Spark(
        width=width,
        height=height,
        progress=drawn,
        expected=tuple(tuple(place(*point) for point in piece) for piece in expected),
        end=drawn[-1][-1] if drawn else None,
        top=place(cycle.ends, Decimal(1))[1],
    )


def _pieces(
    shares: Iterable[tuple[date, Decimal | None]],
) -> Iterator[list[tuple[date, Decimal]]]:
    """Runs of days that have a share, without the days in the middle of a level stretch."""
    piece: list[tuple[date, Decimal]] = []
    for day, share in shares:
        if share is None:
            if piece:
                yield piece
            piece = []
        elif len(piece) > 1 and piece[-1][1] == piece[-2][1] == share:
            piece[-1] = (day, share)
        else:
            piece.append((day, share))
    if piece:
        yield piece

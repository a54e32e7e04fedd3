"""Windows of local days as instants."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sandbox.company.tables import Flags, Ints


class Window(NamedTuple):
    """Local days from `start` up to, not including, `end`."""

    start: date
    end: date


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00Z.

    Raises:
        ValueError: for an instant without a zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone, got {instant.isoformat()}")
    return int(instant.timestamp() * 1000)


def within(instants: Ints, window: Window, zone: str) -> Flags:
    """True for instants from the first local midnight up to, not including, the last."""
    place = ZoneInfo(zone)
    first = datetime(window.start.year, window.start.month, window.start.day, tzinfo=place)
    last = datetime(window.end.year, window.end.month, window.end.day, tzinfo=place)
    inside: Flags = (instants >= milliseconds(first)) & (instants < milliseconds(last))
    return inside

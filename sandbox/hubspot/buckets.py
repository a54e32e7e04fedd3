"""The intervals of a histogram: cut in the portal's zone, the last one clipped to the span.

The first bucket begins where its interval begins, which may lie before the span (nothing before
the span is counted in it): a day histogram over N days has N + 1 buckets unless the span begins
at a midnight of the portal.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.company.tables import Ints
from sandbox.hubspot.errors import invalid

_STEPS_MS = {"SECOND": 1_000, "MINUTE": 60_000, "QUARTER_HOUR": 900_000, "HOUR": 3_600_000}
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
INTERVALS = (*_STEPS_MS, "DAY", "WEEK", *_MONTHS)
MAX_BUCKETS = 10_000
"""Ours, to keep an answer in bounds: HubSpot documents none."""


def edges(start_ms: int, end_ms: int, interval: str, zone: ZoneInfo) -> Ints:
    """Where the buckets begin, and last where the span ends."""
    if interval not in INTERVALS:
        raise invalid("Unable to parse value for query parameter: interval")
    starts: list[int] = []
    for start in _starts(start_ms, interval, zone):
        if start >= end_ms:
            break
        starts.append(start)
        if len(starts) > MAX_BUCKETS:
            raise invalid(f"The time span has more than {MAX_BUCKETS} intervals of one {interval}.")
    return np.array([*starts, end_ms], dtype=np.int64)


def _starts(start_ms: int, interval: str, zone: ZoneInfo) -> Iterator[int]:
    local = datetime.fromtimestamp(start_ms // 1000, UTC).astimezone(zone)
    if interval in _STEPS_MS:
        step = _STEPS_MS[interval]
        offset_ms = (local.utcoffset() or timedelta()) // timedelta(milliseconds=1)
        begin = (start_ms + offset_ms) // step * step - offset_ms
        while True:
            yield begin
            begin += step
    day = _floor(local.date(), interval)
    while True:
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        yield int(midnight.timestamp()) * 1000
        day = _next(day, interval)


def _floor(day: date, interval: str) -> date:
    if interval == "DAY":
        return day
    if interval == "WEEK":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[interval]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _next(day: date, interval: str) -> date:
    if interval in {"DAY", "WEEK"}:
        return day + timedelta(days=1 if interval == "DAY" else 7)
    months = day.month - 1 + _MONTHS[interval]
    return date(day.year + months // 12, months % 12 + 1, 1)

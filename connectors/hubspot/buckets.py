"""Buckets of email statistics, which HubSpot cuts in the account's zone, to windows of ours. Pure.

HubSpot answers N+1 buckets for N days, clips the last one at the end asked for, and gives an
empty map where nothing was sent.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connectors.errors import QueryError
from connectors.hubspot.client import Answer
from connectors.hubspot.search import total_of
from okrmodel.windows import Window


def interval(windows: Iterable[Window], zone: ZoneInfo, portal_zone: ZoneInfo) -> str:
    """The widest bucket that never lies across an edge of a window.

    Raises:
        QueryError: Not even quarters of an hour fit: no zone of today has such an offset.
    """
    edges = [
        instant.astimezone(portal_zone).time() for w in windows for instant in w.instants(zone)
    ]
    if all(edge.hour == edge.minute == edge.second == 0 for edge in edges):
        return "DAY"
    if all(edge.minute == edge.second == 0 for edge in edges):
        return "HOUR"
    if all(edge.minute % 15 == edge.second == 0 for edge in edges):
        return "QUARTER_HOUR"
    raise QueryError(
        f"the days of {zone} do not begin on a quarter of an hour of {portal_zone}",
        remedy="set `days: source` on the connection",
    )


def totals(
    answers: Sequence[Answer], counter: str, windows: Sequence[Window], zone: ZoneInfo
) -> dict[Window, Decimal | None]:
    """The counter's total for each window; None for a window that no bucket fell into.

    Raises:
        QueryError: A bucket lies across an edge, some are missing, or none has the counter.
    """
    found: dict[Window, Decimal | None] = dict.fromkeys(windows)
    edges = [(window, *window.instants(zone)) for window in windows]
    begins = [begin for _, begin, _ in edges]
    known = heard = False
    for start, end, counters in _buckets(answers):
        window, begin, finish = edges[max(bisect_right(begins, start) - 1, 0)]
        if not begin <= start < finish:
            continue
        if end > finish:
            raise QueryError(
                f"HubSpot's bucket from {start.isoformat()} to {end.isoformat()} lies across the"
                f" end of {window}: it cannot be split",
                remedy="check the account's time zone with `okr doctor`",
            )
        heard, known = heard or bool(counters), known or counter in counters
        found[window] = (found[window] or Decimal(0)) + Decimal(counters.get(counter, 0))
    if heard and not known:
        raise QueryError(
            f"HubSpot's statistics have no counter {counter}",
            remedy="name another counter under `emails`",
        )
    return found


def _buckets(
    answers: Iterable[Answer],
) -> Iterator[tuple[datetime, datetime, Mapping[str, int]]]:
    for answer in answers:
        results = answer.content.get("results")
        if not isinstance(results, list) or len(results) != total_of(answer.content):
            raise QueryError(
                f"HubSpot answered {len(results or ())} of {answer.content.get('total')} buckets"
            )
        yield from map(_bucket, results)


def _bucket(result: Mapping[str, Any]) -> tuple[datetime, datetime, Mapping[str, int]]:
    try:
        span, counters = result["interval"], result["aggregations"]["counters"]
        return _instant(span["start"]), _instant(span["end"]), counters or {}
    except (KeyError, TypeError, ValueError) as problem:
        raise QueryError(f"HubSpot's bucket is not what it documents: {problem!r}") from None


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)

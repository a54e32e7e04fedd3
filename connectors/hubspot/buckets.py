"""Buckets of email statistics, which HubSpot cuts in the account's zone, to windows of ours. Pure.

HubSpot answers N+1 buckets for N days, clips the last one at the end asked for, and gives an
empty map where nothing was sent.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from connectors.errors import QueryError
from connectors.hubspot.client import Answer
from connectors.hubspot.search import total_of
from connectors.numbers import number_in
from okrmodel.exact import exactly
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


@exactly
def totals(
    answers: Sequence[Answer], counter: str, windows: Sequence[Window], zone: ZoneInfo
) -> dict[Window, Decimal | None]:
    """The counter's total for each window; None for a window that buckets do not cover entirely.

    Several answers count different emails over the same span: each must cover the window.

    Raises:
        QueryError: A bucket lies across an edge or over another, or none has the counter.
    """
    each = [_by_window(answer, windows, zone) for answer in answers]
    found = {window: [group.get(window, ()) for group in each] for window in windows}
    counters = [b.counters for groups in found.values() for group in groups for b in group]
    if any(counters) and not any(counter in of_bucket for of_bucket in counters):
        raise QueryError(
            f"HubSpot's statistics have no counter {counter}",
            remedy="name another counter under `emails`",
        )
    return {
        window: sum((_count(b, counter) for group in groups for b in group), Decimal(0))
        if all(groups)
        else None
        for window, groups in found.items()
    }


@dataclass(frozen=True)
class _Bucket:
    """Counters of what was sent from `start` on and before `end`."""

    start: datetime
    end: datetime
    counters: Mapping[str, Any]


def _by_window(
    answer: Answer, windows: Sequence[Window], zone: ZoneInfo
) -> dict[Window, list[_Bucket]]:
    """The buckets of each window that they cover, one after the other from its start to its end."""
    buckets = sorted(_buckets(answer), key=lambda bucket: bucket.start)
    starts = [bucket.start for bucket in buckets]
    latest = [*accumulate((bucket.end for bucket in buckets), max)]
    found: dict[Window, list[_Bucket]] = {}
    for window in windows:
        begin, finish = window.instants(zone)
        inside = buckets[bisect_right(latest, begin) : bisect_left(starts, finish)]
        for bucket in inside:
            if bucket.start < begin or bucket.end > finish:
                raise QueryError(
                    f"HubSpot's bucket from {bucket.start.isoformat()} to"
                    f" {bucket.end.isoformat()} lies across an edge of {window}: it cannot be split",
                    remedy="check the account's time zone with `okr doctor`",
                )
        if _cover(inside, begin, finish):
            found[window] = inside
    return found


def _cover(buckets: Sequence[_Bucket], begin: datetime, finish: datetime) -> bool:
    """Whether they leave out nothing between two instants.

    Raises:
        QueryError: Two of them count the same time.
    """
    if any(later.start < earlier.end for earlier, later in pairwise(buckets)):
        raise QueryError(f"HubSpot's buckets from {begin.isoformat()} on lie over one another")
    return [begin, *(b.end for b in buckets)] == [*(b.start for b in buckets), finish]


def _count(bucket: _Bucket, counter: str) -> Decimal:
    try:
        return number_in(bucket.counters.get(counter, 0))
    except ValueError as problem:
        raise QueryError(f"HubSpot's counter {counter}: {problem}") from None


def _buckets(answer: Answer) -> Iterator[_Bucket]:
    results = answer.content.get("results")
    if not isinstance(results, list) or len(results) != total_of(answer.content):
        raise QueryError(
            f"HubSpot answered {len(results or ())} of {answer.content.get('total')} buckets"
        )
    yield from map(_bucket, results)


def _bucket(result: Mapping[str, Any]) -> _Bucket:
    try:
        span, counters = result["interval"], result["aggregations"]["counters"]
        return _Bucket(_instant(span["start"]), _instant(span["end"]), dict(counters or {}))
    except (KeyError, TypeError, ValueError) as problem:
        raise QueryError(f"HubSpot's bucket is not what it documents: {problem!r}") from None


def _instant(written: str) -> datetime:
    instant = datetime.fromisoformat(written)
    if instant.tzinfo is None:
        raise ValueError(f"{written} has no time zone")
    return instant.astimezone(UTC)

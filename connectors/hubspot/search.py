"""Search bodies, and the values in their answers. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connectors.errors import QueryError
from connectors.hubspot.where import Filter
from connectors.numbers import number_in
from okrmodel.windows import Window, day_of

PAGE = 200
"""Most rows of a search's page (CRM search documentation)."""
MAX_BODY = 3_000
"""Most characters of a search's body (the same)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def pages(total: int) -> int:
    """Calls that reading so many rows takes."""
    return max(1, -(-total // PAGE))


def count_body(filters: Iterable[Filter]) -> dict[str, Any]:
    """A search that is asked for its total: one row is the least that HubSpot documents."""
    return {"filterGroups": _groups([filters]), "properties": ["hs_object_id"], "limit": 1}


def page_body(
    groups: Iterable[Iterable[Filter]],
    properties: Iterable[str],
    *,
    last_id: int,
    after: str | None,
) -> dict[str, Any]:
    """The page of rows of any of the groups with ids above `last_id` (0: all), by their ids.

    `after` goes on from there: a few thousand rows by offset, then above the highest id again, so
    that there is no ten-thousandth row to stop at.
    """
    above: list[Filter] = []
    if last_id:
        above = [{"propertyName": "hs_object_id", "operator": "GT", "value": str(last_id)}]
    body: dict[str, Any] = {
        "filterGroups": _groups([*group, *above] for group in groups),
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": list(properties),
        "limit": PAGE,
    }
    return body if after is None else {**body, "after": after}


def within(name: str, window: Window, zone: ZoneInfo, *, calendar: bool) -> list[Filter]:
    """Half-open filters on a date: at or after the window's start, before its end.

    BETWEEN would take in the end. A `calendar` property holds midnight UTC of a calendar day,
    whatever the zone; others hold instants.
    """
    [(starts, ends)] = edges([window], zone, calendar=calendar)
    return [
        {"propertyName": name, "operator": "GTE", "value": milliseconds(starts)},
        {"propertyName": name, "operator": "LT", "value": milliseconds(ends)},
    ]


def day_in(value: str, zone: ZoneInfo, *, calendar: bool) -> date:
    """The day that a date property's value lies on.

    HubSpot writes ISO 8601 or milliseconds since 1970, and a calendar day may come as either.

    Raises:
        ValueError: It is no date.
    """
    instant = instant_in(value)
    return instant.date() if calendar else day_of(instant, zone)


def _instant(value: str) -> datetime:
    if value.lstrip("-").isdigit():
        return _EPOCH + int(value) * _MILLISECOND
    instant = datetime.fromisoformat(value)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def amount_in(value: str | None) -> Decimal | None:
    """A number property's value; numbers come as text, in the form somebody wrote them in.

    Raises:
        ValueError: It is no number.
    """
    text = "" if value is None else str(value)
    return number_in(text) if text.strip() else None


def total_of(content: Mapping[str, Any]) -> int:
    """How many there are, by the answer.

    Raises:
        QueryError: The answer does not say.
    """
    total = content.get("total")
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise QueryError(
            f"HubSpot's answer has no total (it says {total!r}): nothing can be counted by it",
            remedy="check that `endpoint` is HubSpot's and `api_version` one that it serves",
        )
    return total


def edges(
    windows: Iterable[Window], zone: ZoneInfo, *, calendar: bool
) -> list[tuple[datetime, datetime]]:
    """When each window begins and ends, as `within` says it to HubSpot."""
    if calendar:
        return [
            (datetime.combine(w.start, time(), UTC), datetime.combine(w.end, time(), UTC))
            for w in windows
        ]
    return [window.instants(zone) for window in windows]


def instant_in(value: str) -> datetime:
    """The instant of a date property's value; of a calendar day its midnight in UTC.

    Raises:
        ValueError: It is no date.
    """
    try:
        return _instant(value).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{value} lies in no year of the calendar") from None


def _groups(groups: Iterable[Iterable[Filter]]) -> list[dict[str, Any]]:
    # A group without filters would be refused; it means everything, as no groups do.
    return [{"filters": written} for group in groups if (written := list(group))]


def milliseconds(instant: datetime) -> str:
    """An instant as searches take it."""
    return str((instant - _EPOCH) // _MILLISECOND)

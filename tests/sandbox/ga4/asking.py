"""Requests and answers in the tests' own short words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from google.analytics.data_v1beta.types import (
    DateRange,
    Dimension,
    Metric,
    RunReportRequest,
    RunReportResponse,
)
from google.api_core.exceptions import GoogleAPICallError

from sandbox.company.grow import PROPERTY_ID
from sandbox.company.tables import CHANNELS, COUNTRIES, LANDINGS, Company, Sessions
from tests.sandbox.rows import company_of, ms, table

PROPERTY = f"properties/{PROPERTY_ID}"
Range = tuple[str, str]


def session(user: int, started: str, **more: Any) -> dict[str, Any]:
    """One session of a user, started at a UTC time and arrived at once unless said."""
    named = {"channel": CHANNELS, "country": COUNTRIES, "landing": LANDINGS}
    for column, values in named.items():
        if isinstance(more.get(column), str):
            more[column] = values.index(more[column])
    started_ms = ms(started)
    arrived = more.pop("arrived", None)
    late = more.pop("channel_late", None)
    return {
        "user": user,
        "started_ms": started_ms,
        "arrived_ms": ms(arrived) if arrived else started_ms,
        "channel_late_ms": ms(late) if late else 0,
        "page_views": 1,
        **more,
    }


@cache
def _nothing() -> Company:
    return company_of()


def site_of(*sessions: dict[str, Any]) -> Company:
    """A company in Warsaw with only these sessions."""
    return replace(_nothing(), sessions=table(Sessions, *sessions))


THREE_DAYS = (
    session(
        101, "2026-11-02 10:00", channel="Organic Search", engaged=True, new_user=True,
        page_views=3, duration_s=60,
    ),
    session(101, "2026-11-03 09:00", channel="Direct", landing="/pricing", duration_s=5),
    # 00:30 on the 3rd in Warsaw.
    session(102, "2026-11-02 23:30", channel="Organic Search", new_user=True, country="Germany"),
    session(
        102, "2026-11-04 12:00", channel="Email", engaged=True, key_events=2, page_views=4,
        duration_s=100, revenue_cents=1999, country="Germany",
    ),
    # Neither engaged nor new: a user, but not an active one.
    session(103, "2026-11-04 13:00", channel="Unassigned", country="France"),
)  # fmt: skip
"""Small enough to count by hand: 2–4 November 2026, three users, five sessions."""

WHOLE: Range = ("2026-11-02", "2026-11-04")


def report(
    *metrics: str, by: Sequence[str] = (), ranges: Sequence[Range] = (WHOLE,), **more: Any
) -> RunReportRequest:
    """A report of these metrics by these dimensions."""
    return RunReportRequest(
        property=more.pop("property", PROPERTY),
        metrics=[Metric(name=name) for name in metrics],
        dimensions=[Dimension(name=name) for name in by],
        date_ranges=[DateRange(start_date=first, end_date=last) for first, last in ranges],
        **more,
    )


def rows(response: RunReportResponse) -> list[tuple[str, ...]]:
    """Each row's dimension and metric values."""
    return [_values(row) for row in response.rows]


def totals(response: RunReportResponse) -> list[tuple[str, ...]]:
    return [_values(row) for row in response.totals]


def minimums(response: RunReportResponse) -> list[tuple[str, ...]]:
    return [_values(row) for row in response.minimums]


def maximums(response: RunReportResponse) -> list[tuple[str, ...]]:
    return [_values(row) for row in response.maximums]


def _values(row: Any) -> tuple[str, ...]:
    return tuple(value.value for value in (*row.dimension_values, *row.metric_values))


def said(error: GoogleAPICallError) -> tuple[int, str]:
    """The HTTP status and the service's own text, without what the REST client puts before it."""
    return int(error.code), re.sub(r"^(POST|GET) http\S+: ", "", error.message)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)

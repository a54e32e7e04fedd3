"""The metrics that the sandbox answers: formulas over a few measures, and their metadata.

A measure is a count over the sessions of one cell (one dimension tuple in one date range); a
metric is computed from measures, so a rate of any cell, also of a total, is never an average
of rates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from sandbox.company.tables import Ints

Values: TypeAlias = npt.NDArray[Any]
"""One metric's value by cell: int64 or float64."""

Measures: TypeAlias = Mapping[str, Ints]

SUMS = ("page_views", "key_events", "events", "duration_s", "revenue_cents", "engaged", "new_user")
"""Measures that are sums of a session column of the same name; `sessions` counts the rows."""

USERS = {"total_users": "", "active_users": "active"}
"""Measures that count distinct users, of all sessions or of those with this flag."""

ROLLING = {"active_1_day": 1, "active_7_days": 7, "active_28_days": 28}
"""Measures that count distinct active users over so many days up to the cell's last day."""


@dataclass(frozen=True)
class Metric:
    """One metric: the measures it needs, and what it makes of them."""

    name: str
    ui_name: str
    category: str
    type: str
    needs: tuple[str, ...]
    value: Callable[..., Values]
    """Gets the measures in the order of `needs`."""
    deprecated: tuple[str, ...] = ()
    expression: str = ""

    def of(self, measures: Measures) -> Values:
        """The metric's value by cell."""
        return self.value(*(measures[name] for name in self.needs))


def _same(count: Ints) -> Values:
    return count


def _as_float(count: Ints) -> Values:
    return count.astype(np.float64)


def _money(cents: Ints) -> Values:
    return cents / 100


def _none(sessions: Ints) -> Values:
    return np.zeros_like(sessions)


def _ratio(part: Ints, whole: Ints) -> Values:
    """Part ÷ whole; 0 where there is no whole, as the service answers."""
    result = np.zeros(part.shape, dtype=np.float64)
    return np.divide(part, whole, out=result, where=whole != 0)


def _bounced(engaged: Ints, sessions: Ints) -> Values:
    return _ratio(sessions - engaged, sessions)


def _money_ratio(cents: Ints, whole: Ints) -> Values:
    return _ratio(cents, whole * 100)


_INTEGER, _FLOAT, _SECONDS, _CURRENCY = (
    "TYPE_INTEGER",
    "TYPE_FLOAT",
    "TYPE_SECONDS",
    "TYPE_CURRENCY",
)

_ALL = (
    Metric("sessions", "Sessions", "Session", _INTEGER, ("sessions",), _same),
    Metric("engagedSessions", "Engaged sessions", "Session", _INTEGER, ("engaged",), _same),
    Metric("engagementRate", "Engagement rate", "Session", _FLOAT, ("engaged", "sessions"), _ratio),
    Metric("bounceRate", "Bounce rate", "Session", _FLOAT, ("engaged", "sessions"), _bounced),
    Metric(
        "averageSessionDuration",
        "Average session duration",
        "Session",
        _SECONDS,
        ("duration_s", "sessions"),
        _ratio,
    ),
    Metric(
        "sessionsPerUser",
        "Sessions per active user",
        "Session",
        _FLOAT,
        ("sessions", "active_users"),
        _ratio,
        expression="sessions/activeUsers",
    ),
    Metric("activeUsers", "Active users", "User", _INTEGER, ("active_users",), _same),
    Metric("totalUsers", "Total users", "User", _INTEGER, ("total_users",), _same),
    Metric("newUsers", "New users", "User", _INTEGER, ("new_user",), _same),
    Metric("active1DayUsers", "1-day active users", "User", _INTEGER, ("active_1_day",), _same),
    Metric("active7DayUsers", "7-day active users", "User", _INTEGER, ("active_7_days",), _same),
    Metric("active28DayUsers", "28-day active users", "User", _INTEGER, ("active_28_days",), _same),
    Metric("dauPerMau", "DAU / MAU", "User", _FLOAT, ("active_1_day", "active_28_days"), _ratio),
    Metric("dauPerWau", "DAU / WAU", "User", _FLOAT, ("active_1_day", "active_7_days"), _ratio),
    Metric("wauPerMau", "WAU / MAU", "User", _FLOAT, ("active_7_days", "active_28_days"), _ratio),
    Metric("screenPageViews", "Views", "Page / Screen", _INTEGER, ("page_views",), _same),
    Metric(
        "screenPageViewsPerSession",
        "Views per session",
        "Page / Screen",
        _FLOAT,
        ("page_views", "sessions"),
        _ratio,
        expression="screenPageViews/sessions",
    ),
    Metric(
        "screenPageViewsPerUser",
        "Views per active user",
        "Page / Screen",
        _FLOAT,
        ("page_views", "active_users"),
        _ratio,
        expression="screenPageViews/activeUsers",
    ),
    Metric("eventCount", "Event count", "Event", _INTEGER, ("events",), _same),
    Metric(
        "keyEvents", "Key events", "Event", _FLOAT, ("key_events",), _as_float, ("conversions",)
    ),
    Metric("totalRevenue", "Total revenue", "Revenue", _CURRENCY, ("revenue_cents",), _money),
    Metric("purchaseRevenue", "Purchase revenue", "Revenue", _CURRENCY, ("revenue_cents",), _money),
    Metric(
        "averageRevenuePerUser",
        "ARPU",
        "Revenue",
        _CURRENCY,
        ("revenue_cents", "active_users"),
        _money_ratio,
        expression="totalRevenue/activeUsers",
    ),
    # The company has no shop: item metrics are here for what they refuse to stand beside.
    Metric("itemListClickEvents", "Item list clicks", "Ecommerce", _INTEGER, ("sessions",), _none),
)

METRICS = {metric.name: metric for metric in _ALL}
"""By the name that the metadata gives, in its order."""

METRIC_NAMES = METRICS | {old: each for each in _ALL for old in each.deprecated}
"""Deprecated names are still usable."""


def rolls(metric: Metric) -> bool:
    """Whether the metric looks back over days before the cell's own."""
    return any(name in ROLLING for name in metric.needs)


def text_of(value: float) -> str:
    """The value as the service prints it: %.15g, or %.17g where that does not round-trip."""
    if isinstance(value, int):
        return str(value)
    short = f"{value:.15g}"
    return short if float(short) == value else f"{value:.17g}"

"""A planned report as Google's request message."""

from typing import Any

from google.analytics.data_v1beta import types

from connectors.ga4.plan import Report
from connectors.ga4.query import Condition, Where
from okrmodel.windows import Window

ROW_LIMIT = 250_000
"""The most rows that a report gives at once; more are asked for by offset."""
VALUES_LIMIT = 10_000
"""A dimension with more values than fit into one answer of this size says nothing of a single one."""

_MATCH = types.Filter.StringFilter.MatchType
_MATCHES = {
    "contains": _MATCH.CONTAINS,
    "begins": _MATCH.BEGINS_WITH,
    "ends": _MATCH.ENDS_WITH,
    "matches": _MATCH.FULL_REGEXP,
}


def request_of(report: Report, offset: int = 0) -> types.RunReportRequest:
    """The request for a report from a row on. GA4's date ranges include both their days."""
    return types.RunReportRequest(
        dimensions=[types.Dimension(name="date")] if report.by_date else [],
        metrics=[types.Metric(name=name) for name in report.metrics],
        date_ranges=[_range(window) for window in report.ranges],
        dimension_filter=_all_of(report.where),
        order_bys=[_BY_DATE] if report.by_date else [],
        metric_aggregations=[types.MetricAggregation.TOTAL] if report.total else [],
        limit=ROW_LIMIT,
        offset=offset,
        return_property_quota=True,
    )


def values_of(dimension: str, metric: str, window: Window) -> types.RunReportRequest:
    """The request for the values that a dimension had in a window."""
    return types.RunReportRequest(
        dimensions=[types.Dimension(name=dimension)],
        metrics=[types.Metric(name=metric)],
        date_ranges=[_range(window)],
        limit=VALUES_LIMIT,
        return_property_quota=True,
    )


def _range(window: Window) -> types.DateRange:
    return types.DateRange(
        start_date=window.start.isoformat(), end_date=window.last_day.isoformat()
    )


_BY_DATE = types.OrderBy(dimension=types.OrderBy.DimensionOrderBy(dimension_name="date"))
"""Pages need an order that does not change between them."""


def _all_of(where: Where) -> Any:
    """Every condition; None, which is no filter, where there is none."""
    conditions = [_condition(name, condition) for name, condition in where]
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return types.FilterExpression(and_group=types.FilterExpressionList(expressions=conditions))


def _condition(name: str, condition: Condition) -> types.FilterExpression:
    ((test, value),) = condition.tests.items()
    if test in _MATCHES:
        return _text(name, _MATCHES[test], value, condition)
    if len(value) == 1:
        one = _text(name, _MATCH.EXACT, value[0], condition)
    else:
        values = types.Filter.InListFilter(values=value, case_sensitive=condition.case_sensitive)
        one = types.FilterExpression(filter=types.Filter(field_name=name, in_list_filter=values))
    return types.FilterExpression(not_expression=one) if test == "is_not" else one


def _text(name: str, match: Any, value: str, condition: Condition) -> types.FilterExpression:
    text = types.Filter.StringFilter(
        match_type=match, value=value, case_sensitive=condition.case_sensitive
    )
    return types.FilterExpression(filter=types.Filter(field_name=name, string_filter=text))

"""Filters: of dimensions before counting, of metrics after."""

from typing import Any

import pytest
from google.analytics.data_v1beta.types import (
    Filter,
    FilterExpression,
    FilterExpressionList,
    NumericValue,
)
from google.api_core.exceptions import GoogleAPICallError

from tests.sandbox.ga4.asking import report, rows, said, totals

EXACT, BEGINS, ENDS, CONTAINS, FULL, PARTIAL = range(1, 7)
EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL = range(1, 6)


def text(field: str, value: str, match: int = 0, *, case: bool = False) -> FilterExpression:
    test = Filter.StringFilter(match_type=match, value=value, case_sensitive=case)
    return FilterExpression(filter=Filter(field_name=field, string_filter=test))


def one_of(field: str, *values: str, case: bool = False) -> FilterExpression:
    test = Filter.InListFilter(values=values, case_sensitive=case)
    return FilterExpression(filter=Filter(field_name=field, in_list_filter=test))


def number(field: str, operation: int, value: NumericValue) -> FilterExpression:
    test = Filter.NumericFilter(operation=operation, value=value)
    return FilterExpression(filter=Filter(field_name=field, numeric_filter=test))


def between(field: str, low: float, high: float) -> FilterExpression:
    test = Filter.BetweenFilter(
        from_value=NumericValue(double_value=low), to_value=NumericValue(double_value=high)
    )
    return FilterExpression(filter=Filter(field_name=field, between_filter=test))


def empty(field: str) -> FilterExpression:
    return FilterExpression(filter=Filter(field_name=field, empty_filter=Filter.EmptyFilter()))


def every(*parts: FilterExpression) -> FilterExpression:
    return FilterExpression(and_group=FilterExpressionList(expressions=parts))


def some(*parts: FilterExpression) -> FilterExpression:
    return FilterExpression(or_group=FilterExpressionList(expressions=parts))


def no(part: FilterExpression) -> FilterExpression:
    return FilterExpression(not_expression=part)


def whole(value: int) -> NumericValue:
    return NumericValue(int64_value=value)


CHANNEL = "sessionDefaultChannelGroup"


@pytest.mark.parametrize(
    ("condition", "sessions"),
    [
        (text(CHANNEL, "Organic Search"), 2),
        (text(CHANNEL, "organic SEARCH", EXACT), 2),
        (text(CHANNEL, "organic search", EXACT, case=True), 0),
        (text(CHANNEL, "org", BEGINS), 2),
        (text(CHANNEL, "search", ENDS), 2),
        (text(CHANNEL, "Search", ENDS, case=True), 2),
        (text(CHANNEL, "i", CONTAINS), 5),
        (text(CHANNEL, "ORGANIC.*", FULL), 2),
        (text(CHANNEL, "ORGANIC", FULL), 0),
        (text(CHANNEL, "^(email|direct)$", PARTIAL), 2),
        (text(CHANNEL, "mail", PARTIAL, case=True), 1),
        (one_of("country", "poland", "France"), 3),
        (one_of("country", "poland", "France", case=True), 1),
        (number("date", EQUAL, whole(20261103)), 2),
        (number("date", LESS, whole(20261103)), 1),
        (number("date", LESS_OR_EQUAL, whole(20261103)), 3),
        (number("date", GREATER, NumericValue(double_value=20261103.0)), 2),
        (number("date", GREATER_OR_EQUAL, whole(20261103)), 4),
        (number("country", GREATER, whole(0)), 0),
        (between("date", 20261102, 20261103), 3),
        (empty("sessionSource"), 1),
        (no(empty("sessionSource")), 4),
        (every(text("country", "Germany"), text(CHANNEL, "Email")), 1),
        (some(text("country", "France"), text(CHANNEL, "Email")), 2),
        (no(some(text("country", "France"), text("country", "Poland"))), 2),
    ],
)
def test_a_dimension_filter_decides_which_sessions_count(
    ask: Any, condition: FilterExpression, sessions: int
) -> None:
    answer = ask.run_report(report("sessions", dimension_filter=condition))

    assert rows(answer) == ([(str(sessions),)] if sessions else [])


def test_totals_count_only_what_the_dimension_filter_keeps(ask: Any) -> None:
    answer = ask.run_report(
        report(
            "totalUsers",
            by=["date"],
            dimension_filter=text("country", "Germany"),
            metric_aggregations=[1],
        )
    )

    assert rows(answer) == [("20261103", "1"), ("20261104", "1")]
    assert totals(answer) == [("RESERVED_TOTAL", "1")]


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        (number("sessions", EQUAL, whole(2)), ["20261103", "20261104"]),
        (number("engagementRate", GREATER, NumericValue(double_value=0.5)), ["20261102"]),
        (between("averageSessionDuration", 2.5, 50), ["20261103", "20261104"]),
        (no(number("totalRevenue", EQUAL, whole(0))), ["20261104"]),
        (some(number("keyEvents", EQUAL, whole(2)), between("sessions", 1, 1)),
         ["20261102", "20261104"]),
    ],
)  # fmt: skip
def test_a_metric_filter_takes_rows_away_after_counting(
    ask: Any, condition: FilterExpression, days: list[str]
) -> None:
    """It may name metrics that the report does not have."""
    answer = ask.run_report(report("sessions", by=["date"], metric_filter=condition))

    assert sorted(row[0] for row in rows(answer)) == days


def test_a_total_counts_the_rows_that_the_metric_filter_leaves(ask: Any) -> None:
    answer = ask.run_report(
        report(
            "totalUsers",
            by=["date"],
            metric_filter=number("sessions", EQUAL, whole(1)),
            metric_aggregations=[1],
        )
    )

    assert totals(answer) == [("RESERVED_TOTAL", "1")]


def test_a_field_that_only_a_filter_names_must_fit_too(ask: Any) -> None:
    with pytest.raises(GoogleAPICallError) as refused:
        ask.run_report(report("itemListClickEvents", dimension_filter=text("landingPage", "/")))

    assert said(refused.value)[1].startswith("Please remove itemListClickEvents")


@pytest.mark.parametrize(
    "more",
    [
        {"dimension_filter": text("country", "(", FULL)},
        {"dimension_filter": one_of("country")},
        {"dimension_filter": FilterExpression()},
        {"dimension_filter": FilterExpression(and_group=FilterExpressionList())},
        {"dimension_filter": FilterExpression(filter=Filter(field_name="country"))},
        {"metric_filter": text("sessions", "5")},
        {"metric_filter": empty("sessions")},
        {"dimension_filter": text("sessions", "5")},
        {"metric_filter": number("country", EQUAL, whole(1))},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(ask: Any, more: dict[str, Any]) -> None:
    with pytest.raises(GoogleAPICallError) as refused:
        ask.run_report(report("sessions", **more))

    assert said(refused.value)[0] == 400

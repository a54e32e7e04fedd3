"""What is refused, in the service's words and in the order of its checks."""

from typing import Any

import pytest
from google.analytics.data_v1beta.types import (
    BatchRunReportsRequest,
    CohortSpec,
    Comparison,
    Dimension,
    Metric,
    OrderBy,
    RunReportRequest,
)
from google.api_core.exceptions import GoogleAPICallError

from tests.sandbox.ga4.asking import PROPERTY, report, rows, said

SCHEMA = "https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema"
NINE = ["date", "week", "month", "year", "day", "hour", "country", "hostName", "landingPage"]
TEN_METRICS = [
    "sessions", "engagedSessions", "totalUsers", "activeUsers", "newUsers", "eventCount",
    "screenPageViews", "keyEvents", "engagementRate", "bounceRate",
]  # fmt: skip


def refusal(ask: Any, asked: RunReportRequest) -> tuple[int, str]:
    with pytest.raises(GoogleAPICallError) as refused:
        ask.run_report(asked)
    return said(refused.value)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (report("nonsense"), f"Field nonsense is not a valid metric.  For a list of valid dimensions and metrics, see {SCHEMA} "),
        (report("sessions", by=["nonsense"]), f"Field nonsense is not a valid dimension. For a list of valid dimensions and metrics, see {SCHEMA} "),
        (report("session"), f"Did you mean sessions? Field session is not a valid metric.  For a list of valid dimensions and metrics, see {SCHEMA} "),
        (report("sessions", "sessions"), "Duplicate metrics are not allowed. Found duplicate metrics: sessions"),
        (report("sessions", by=["date", "date"]), "Found duplicate dimensions: date"),
        (report("sessions", limit=-1), "limit must be positive. The API received limit = -1"),
        (report("sessions", offset=-1), "offset must be positive. The API received offset = -1"),
        (report("sessions", ranges=[]), "A dateRange is required."),
        (report("sessions", ranges=[("today", "today")] * 5), "Requests are limited to 4 dateRanges.\n  This request contains 5 dateRanges."),
        (report("sessions", ranges=[("01/06/2026", "today")]), "Invalid startDate : 01/06/2026. startDate must be YYYY-MM-DD, NdaysAgo, yesterday, or today."),
        (report("sessions", ranges=[("2026-01-01", "2026-02-30")]), "Invalid endDate : 2026-02-30. endDate must be YYYY-MM-DD, NdaysAgo, yesterday, or today."),
        (report("sessions", ranges=[("999999daysAgo", "today")]), "Invalid startDate : 999999daysAgo. startDate must be YYYY-MM-DD, NdaysAgo, yesterday, or today."),
        (report("sessions", ranges=[("2026-06-07", "2026-06-01")]), "start_date must be less than or equal to end_date. start_date = 2026-06-07 and end_date = 2026-06-01"),
        (report("sessions", ranges=[("2015-08-13", "today")]), "start_date = 2015-08-13 must be greater than 2015-08-13 and less than 3000-01-01."),
        (report("sessions", ranges=[("today", "3000-01-01")]), "end_date = 3000-01-01 must be greater than 2015-08-13 and less than 3000-01-01."),
        (report(*TEN_METRICS, "dauPerMau"), "Requests are limited to 10 metrics within a nested request.\n  This request is for 11 metrics."),
        (report("sessions", by=[*NINE, "platform"]), "Requests are limited to 9 dimensions within a nested request.\n  This request is for 10 dimensions."),
        (report(), "Requests require dimensions and/or metrics. Most requests include both."),
        (report("sessions", metric_aggregations=[4]), "Metric aggregation Count is not supported in ReportRequest."),
        (report("sessions", order_bys=[OrderBy(dimension={"dimension_name": "country"})]), "Field country exists in OrderBy but is not defined in input Dimensions/Metrics list"),
        (report("sessions", order_bys=[OrderBy(dimension={"dimension_name": "dateRange"})]), "Field dateRange exists in OrderBy but is not defined in input Dimensions/Metrics list"),
        (report("sessions", "itemListClickEvents", by=["landingPage"]), "Please remove itemListClickEvents to make the request compatible for example. The request's dimensions & metrics are incompatible. To learn more, see https://ga-dev-tools.web.app/ga4/dimensions-metrics-explorer/"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_in_the_services_words(
    ask: Any, asked: RunReportRequest, text: str
) -> None:
    assert refusal(ask, asked) == (400, text)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        (report("nonsense", limit=-1, ranges=[]), "Field nonsense"),
        (report("sessions", limit=-1, ranges=[]), "limit must be positive"),
        (report("sessions", by=[*NINE, "platform"], ranges=[]), "A dateRange is required."),
        (report(ranges=[("2026-06-07", "2026-06-01")]), "start_date must be less"),
        (report("sessions", ranges=[("3000-01-01", "2015-08-13")]), "start_date = 3000-01-01"),
    ],
)
def test_the_checks_come_in_the_services_order(
    ask: Any, asked: RunReportRequest, first: str
) -> None:
    assert refusal(ask, asked)[1].startswith(first)


@pytest.mark.parametrize("name", ["date_range_7", "RESERVED_mine"])
def test_a_range_may_not_take_a_reserved_name(ask: Any, name: str) -> None:
    asked = report("sessions")
    asked.date_ranges[0].name = name

    assert refusal(ask, asked)[0] == 400


def test_rolling_users_and_hours_do_not_go_together(ask: Any) -> None:
    code, text = refusal(ask, report("active28DayUsers", by=["dateHour"]))

    assert (code, text.startswith("Please remove active28DayUsers")) == (400, True)


def test_another_property_is_not_for_these_credentials(ask: Any) -> None:
    code, text = refusal(ask, report("sessions", property="properties/1"))

    assert (code, text) == (403, "User does not have sufficient permissions for this property.")


def test_a_measurement_id_is_not_a_property(ask: Any) -> None:
    code, text = refusal(ask, report("sessions", property="properties/G-ABC"))

    assert (code, text.split(" To learn")[0]) == (
        400,
        "Invalid property ID: G-ABC. A numeric Property ID is required.",
    )


@pytest.mark.parametrize(
    "asked",
    [
        report("sessions", cohort_spec=CohortSpec()),
        report("sessions", comparisons=[Comparison(name="a", comparison="comparisons/1")]),
        report("sessions", currency_code="USD"),
        RunReportRequest(property=PROPERTY, metrics=[Metric(name="a", expression="sessions/2")]),
        RunReportRequest(
            property=PROPERTY,
            dimensions=[
                Dimension(name="a", dimension_expression={"lower_case": {"dimension_name": "date"}})
            ],
        ),
    ],
)
def test_what_is_not_modelled_says_so_and_is_never_ignored(
    ask: Any, asked: RunReportRequest
) -> None:
    code, text = refusal(ask, asked)

    assert (code, text.startswith("The sandbox's GA4 does not model")) == (501, True)


def test_a_batch_answers_each_report_in_order(ask: Any) -> None:
    answer = ask.batch_run_reports(
        BatchRunReportsRequest(
            property=PROPERTY,
            requests=[report("sessions", property=""), report("totalUsers"), report("keyEvents")],
        )
    )

    assert [rows(each) for each in answer.reports] == [[("5",)], [("3",)], [("2",)]]
    assert answer.kind == "analyticsData#batchRunReports"


@pytest.mark.parametrize(
    ("requests", "text"),
    [
        ([], "The batchRunReportsRequest must contain at least one runReportRequest."),
        ([report("sessions")] * 6, "Batch requests are limited to 5 requests.\n  This batch request contains 6 requests."),
        ([report("sessions"), report("sessions", ranges=[])], "A dateRange is required."),
    ],
)  # fmt: skip
def test_a_wrong_batch_is_refused_as_a_whole(
    ask: Any, requests: list[RunReportRequest], text: str
) -> None:
    with pytest.raises(GoogleAPICallError) as refused:
        ask.batch_run_reports(BatchRunReportsRequest(property=PROPERTY, requests=requests))

    assert said(refused.value) == (400, text)


def test_a_batch_reports_on_one_property_only(ask: Any) -> None:
    requests = [report("sessions", property="properties/1")]

    with pytest.raises(GoogleAPICallError) as refused:
        ask.batch_run_reports(BatchRunReportsRequest(property=PROPERTY, requests=requests))

    assert said(refused.value)[0] == 400


@pytest.mark.parametrize(
    ("first", "last", "sessions"),
    [
        ("2026-11-02", "2026-11-03", "3"),
        ("21daysAgo", "20daysAgo", "3"),
        ("20daysAgo", "yesterday", "4"),
        ("19daysAgo", "today", "2"),
    ],
)
def test_dates_may_be_relative_to_the_propertys_today(
    ask: Any, first: str, last: str, sessions: str
) -> None:
    """The clock stands at 04:00 in Warsaw on 23 November."""
    assert rows(ask.run_report(report("sessions", ranges=[(first, last)]))) == [(sessions,)]

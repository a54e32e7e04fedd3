"""Which rows stand in an answer, in which order, on which page."""

from typing import Any

import pytest
from google.analytics.data_v1beta.types import DateRange, OrderBy

from sandbox.ga4.ordering import (
    ALPHANUMERIC,
    CASE_INSENSITIVE_ALPHANUMERIC,
    NUMERIC,
    order_rows,
)
from tests.sandbox.ga4.asking import (
    maximums,
    minimums,
    report,
    rows,
    session,
    site_of,
    totals,
)
from tests.sandbox.ga4.conftest import Opens, Site

TWO_RANGES = [("2026-11-02", "2026-11-03"), ("2026-11-03", "2026-11-04")]


def by_dimension(name: str, order_type: int = 0, *, desc: bool = False) -> OrderBy:
    dimension = OrderBy.DimensionOrderBy(dimension_name=name, order_type=order_type)
    return OrderBy(dimension=dimension, desc=desc)


def by_metric(name: str, *, desc: bool = False) -> OrderBy:
    return OrderBy(metric=OrderBy.MetricOrderBy(metric_name=name), desc=desc)


def test_several_ranges_add_their_own_dimension_last(ask: Any) -> None:
    answer = ask.run_report(report("sessions", by=["date"], ranges=TWO_RANGES))

    assert [header.name for header in answer.dimension_headers] == ["date", "dateRange"]
    assert rows(answer) == [
        ("20261103", "date_range_0", "2"),
        ("20261103", "date_range_1", "2"),
        ("20261104", "date_range_1", "2"),
        ("20261102", "date_range_0", "1"),
    ]


def test_overlapping_ranges_each_count_the_overlap(ask: Any) -> None:
    answer = ask.run_report(report("sessions", "totalUsers", ranges=TWO_RANGES))

    assert rows(answer) == [("date_range_1", "4", "3"), ("date_range_0", "3", "2")]


def test_a_named_range_is_called_by_its_name(ask: Any) -> None:
    asked = report("sessions", ranges=TWO_RANGES)
    asked.date_ranges[1].name = "late"

    assert rows(ask.run_report(asked)) == [("late", "4"), ("date_range_0", "3")]


def test_the_row_count_of_several_ranges_counts_tuples(ask: Any) -> None:
    answer = ask.run_report(report("sessions", by=["date"], ranges=TWO_RANGES))

    assert (len(answer.rows), answer.row_count) == (4, 3)


def test_empty_rows_of_several_ranges_are_zeros_of_tuples_that_any_range_has(ask: Any) -> None:
    answer = ask.run_report(
        report(
            "sessions", "averageSessionDuration", by=["date"], ranges=TWO_RANGES,
            keep_empty_rows=True, metric_aggregations=[5],
        )
    )  # fmt: skip

    assert rows(answer)[4:] == [
        ("20261102", "date_range_1", "0", "0"),
        ("20261104", "date_range_0", "0", "0"),
    ]
    assert answer.row_count == 3
    # The zeros that were filled in are no minimum.
    assert minimums(answer) == [
        ("RESERVED_MIN", "date_range_0", "1", "2.5"),
        ("RESERVED_MIN", "date_range_1", "2", "2.5"),
    ]


def test_aggregates_have_one_row_a_range(ask: Any) -> None:
    answer = ask.run_report(
        report("totalUsers", by=["date", "country"], ranges=TWO_RANGES, metric_aggregations=[1, 6])
    )

    assert totals(answer) == [
        ("RESERVED_TOTAL", "RESERVED_TOTAL", "date_range_0", "2"),
        ("RESERVED_TOTAL", "RESERVED_TOTAL", "date_range_1", "3"),
    ]
    assert maximums(answer)[0] == ("RESERVED_MAX", "RESERVED_MAX", "date_range_0", "1")


def test_a_row_of_zeros_is_left_out_unless_kept(ask: Any) -> None:
    asked = report("totalRevenue", by=["date"])
    kept = report("totalRevenue", by=["date"], keep_empty_rows=True)

    assert rows(ask.run_report(asked)) == [("20261104", "19.99")]
    assert rows(ask.run_report(kept)) == [
        ("20261104", "19.99"),
        ("20261102", "0"),
        ("20261103", "0"),
    ]


def test_keeping_empty_rows_invents_no_days(ask: Any) -> None:
    answer = ask.run_report(
        report("sessions", by=["date"], ranges=[("2026-11-01", "2026-11-30")], keep_empty_rows=True)
    )

    assert answer.row_count == 3


def test_a_report_of_nothing_has_no_rows_and_no_totals(ask: Any) -> None:
    answer = ask.run_report(
        report("sessions", ranges=[("2026-10-01", "2026-10-02")], metric_aggregations=[1])
    )

    assert (rows(answer), totals(answer), answer.row_count) == ([], [], 0)
    assert answer.metadata.time_zone == "Europe/Warsaw"
    assert answer.metadata.currency_code == "EUR"


@pytest.mark.parametrize("several", [False, True])
def test_a_report_of_nothing_can_be_ordered(ask: Any, several: bool) -> None:  # noqa: FBT001
    nothing = [("2026-10-01", "2026-10-02"), ("2026-10-03", "2026-10-04")]
    orders = [by_dimension("date"), by_metric("sessions")]
    asked = report("sessions", by=["date"], ranges=nothing[: 1 + several], order_bys=orders)

    assert rows(ask.run_report(asked)) == []


def test_a_report_may_have_no_metrics(ask: Any) -> None:
    answer = ask.run_report(report(by=["country"], metric_aggregations=[1]))

    assert rows(answer) == [("France",), ("Germany",), ("Poland",)]
    assert len(answer.metric_headers) == len(answer.totals) == 0


def test_the_first_metric_leads_and_ties_stand_by_their_dimensions(ask: Any) -> None:
    answer = ask.run_report(report("sessions", "screenPageViews", by=["country"]))

    assert rows(answer) == [("Germany", "2", "5"), ("Poland", "2", "4"), ("France", "1", "1")]


@pytest.mark.parametrize(
    ("order", "countries"),
    [
        (by_metric("screenPageViews"), ["France", "Poland", "Germany"]),
        (by_metric("screenPageViews", desc=True), ["Germany", "Poland", "France"]),
        (by_dimension("country"), ["France", "Germany", "Poland"]),
        (by_dimension("country", desc=True), ["Poland", "Germany", "France"]),
    ],
)
def test_rows_stand_in_the_order_asked(ask: Any, order: OrderBy, countries: list[str]) -> None:
    answer = ask.run_report(report("screenPageViews", by=["country"], order_bys=[order]))

    assert [row[0] for row in rows(answer)] == countries


def test_an_order_by_range_is_possible_where_there_are_several(ask: Any) -> None:
    answer = ask.run_report(
        report("sessions", ranges=TWO_RANGES, order_bys=[by_dimension("dateRange")])
    )

    assert [row[0] for row in rows(answer)] == ["date_range_0", "date_range_1"]


def test_the_first_order_leads_and_the_next_breaks_its_ties(ask: Any) -> None:
    orders = [by_metric("sessions"), by_dimension("country", desc=True)]
    answer = ask.run_report(report("sessions", by=["country"], order_bys=orders))

    assert [row[0] for row in rows(answer)] == ["France", "Poland", "Germany"]


@pytest.mark.parametrize(
    ("order_type", "texts"),
    [
        (ALPHANUMERIC, ["-1", "10", "9", "A", "B", "a"]),
        (CASE_INSENSITIVE_ALPHANUMERIC, ["-1", "10", "9", "A", "a", "B"]),
        # What is no number stands below all numbers (documented), here in the order of a tie.
        (NUMERIC, ["A", "B", "a", "-1", "9", "10"]),
    ],
)
def test_a_dimensions_values_are_read_as_asked(order_type: int, texts: list[str]) -> None:
    column = ["a", "10", "B", "-1", "A", "9"]
    order = order_rows({"x": column}, {}, [by_dimension("x", order_type)])

    assert [column[number] for number in order] == texts


def test_pages_are_cut_by_offset_and_limit_and_the_row_count_stays(ask: Any) -> None:
    page = ask.run_report(report("sessions", by=["date"], offset=1, limit=1))
    beyond = ask.run_report(report("sessions", by=["date"], offset=3))

    assert (rows(page), page.row_count) == ([("20261104", "2")], 3)
    assert (rows(beyond), beyond.row_count) == ([], 3)


def test_totals_do_not_depend_on_the_page(ask: Any) -> None:
    answer = ask.run_report(report("sessions", by=["date"], limit=1, metric_aggregations=[1]))

    assert totals(answer) == [("RESERVED_TOTAL", "5")]


@pytest.fixture(scope="module")
def crowded(opens: Opens) -> Site:
    """More minutes with a session than rows stand on a page."""
    minutes = [
        session(number, f"2026-11-{day:02} {hour:02}:{minute:02}")
        for number, (day, hour, minute) in enumerate(
            (day, hour, minute) for day in range(1, 9) for hour in range(24) for minute in range(60)
        )
    ]
    return opens(site_of(*minutes))


def test_ten_thousand_rows_are_the_default_page(crowded: Site) -> None:
    ranges = [("2026-11-01", "2026-11-10")]
    asked = report("sessions", by=["dateHourMinute"], ranges=ranges)
    all_rows = report("sessions", by=["dateHourMinute"], ranges=ranges, limit=300_000)

    short, whole = crowded.grpc.run_report(asked), crowded.grpc.run_report(all_rows)

    assert (len(short.rows), short.row_count) == (10_000, 11_520)
    # A limit beyond 250,000 is capped, not refused.
    assert len(whole.rows) == 11_520


def test_a_report_of_four_ranges_and_nine_dimensions_and_ten_metrics_is_answered(ask: Any) -> None:
    dimensions = [
        "date", "week", "month", "year", "dayOfWeek", "country", "landingPage", "hostName",
        "newVsReturning",
    ]  # fmt: skip
    metrics = [
        "sessions", "engagedSessions", "totalUsers", "activeUsers", "newUsers", "eventCount",
        "screenPageViews", "keyEvents", "engagementRate", "bounceRate",
    ]  # fmt: skip
    asked = report(*metrics, by=dimensions)
    asked.date_ranges = [
        DateRange(start_date=f"2026-11-0{first}", end_date="2026-11-04") for first in (1, 2, 3, 4)
    ]
    answer = ask.run_report(asked)

    assert (len(answer.rows), answer.row_count) == (5 + 5 + 4 + 2, 5)
    assert len(answer.rows[0].dimension_values) == len(answer.rows[0].metric_values) == 10

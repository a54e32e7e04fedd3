"""What is counted: sessions, users, rates, days in the property's zone, what has arrived."""

from typing import Any

import pytest

from tests.sandbox.ga4.asking import (
    WHOLE,
    at,
    maximums,
    minimums,
    report,
    rows,
    session,
    site_of,
    totals,
)
from tests.sandbox.ga4.conftest import Opens

COUNTED_BY_HAND = {
    "sessions": "5",
    "engagedSessions": "2",
    "totalUsers": "3",
    "activeUsers": "2",  # 103 was neither engaged nor new.
    "newUsers": "2",
    "screenPageViews": "10",
    "eventCount": "21",  # 5 session_start, 10 page_view, 2 key, 2 user_engagement, 2 first_visit.
    "keyEvents": "2",
    "engagementRate": "0.4",
    "bounceRate": "0.6",
    "averageSessionDuration": "33",
    "sessionsPerUser": "2.5",
    "totalRevenue": "19.99",
    "purchaseRevenue": "19.99",
    "averageRevenuePerUser": "9.995",
    "screenPageViewsPerSession": "2",
    "screenPageViewsPerUser": "5",
    "itemListClickEvents": "0",
}


@pytest.mark.parametrize(("metric", "value"), COUNTED_BY_HAND.items())
def test_each_metric_is_what_a_hand_counts(ask: Any, metric: str, value: str) -> None:
    answer = ask.run_report(report(metric, keep_empty_rows=True))

    assert rows(answer) == [(value,)]


def test_days_are_cut_in_the_propertys_zone(ask: Any) -> None:
    """23:30 UTC is the next day in Warsaw."""
    answer = ask.run_report(report("sessions", by=["date"]))

    assert rows(answer) == [("20261103", "2"), ("20261104", "2"), ("20261102", "1")]


def test_a_user_of_two_days_is_one_user_of_the_range(ask: Any) -> None:
    answer = ask.run_report(report("totalUsers", by=["date"], metric_aggregations=[1, 5, 6]))

    assert rows(answer) == [("20261103", "2"), ("20261104", "2"), ("20261102", "1")]
    assert totals(answer) == [("RESERVED_TOTAL", "3")]
    assert minimums(answer) == [("RESERVED_MIN", "1")]
    assert maximums(answer) == [("RESERVED_MAX", "2")]


def test_the_total_of_a_rate_is_the_rate_of_the_totals(ask: Any) -> None:
    answer = ask.run_report(
        report("engagementRate", "averageSessionDuration", by=["date"], metric_aggregations=[1])
    )

    assert rows(answer) == [
        ("20261102", "1", "60"),
        ("20261104", "0.5", "50"),
        ("20261103", "0", "2.5"),
    ]
    assert totals(answer) == [("RESERVED_TOTAL", "0.4", "33")]


def test_the_calendar_dimensions_read_as_the_service_writes_them(ask: Any) -> None:
    names = ["date", "nthDay", "week", "yearWeek", "month", "yearMonth", "dayOfWeek", "isoWeek"]
    answer = ask.run_report(report("sessions", by=names, ranges=[("2026-11-01", "2026-11-02")]))

    # Weeks start on Sunday, and 1 January 2026 was a Thursday in week 01.
    assert rows(answer) == [
        ("20261102", "0001", "45", "202645", "11", "202611", "1", "45", "1"),
    ]


def test_weeks_start_on_sunday_and_the_first_of_january_is_in_week_one(opens: Opens) -> None:
    site = opens(
        site_of(
            session(1, "2025-12-31 12:00"),
            session(1, "2026-01-01 12:00"),
            session(1, "2026-01-03 12:00"),
            session(1, "2026-01-04 12:00"),
        )
    )
    answer = site.grpc.run_report(
        report("sessions", by=["yearWeek"], ranges=[("2025-12-01", "2026-01-31")])
    )

    assert rows(answer) == [("202601", "2"), ("202553", "1"), ("202602", "1")]


def test_hours_are_the_propertys_hours(ask: Any) -> None:
    answer = ask.run_report(
        report("sessions", by=["dateHour", "hour"], ranges=[("2026-11-02", "2026-11-03")])
    )

    assert rows(answer) == [
        ("2026110211", "11", "1"),
        ("2026110300", "00", "1"),
        ("2026110310", "10", "1"),
    ]


def test_a_day_of_25_hours_keeps_all_its_sessions(opens: Opens) -> None:
    site = opens(
        site_of(
            session(1, "2026-10-24 22:00"),  # 00:00 in Warsaw, summer time.
            session(2, "2026-10-25 00:30"),  # 02:30, the first time.
            session(3, "2026-10-25 01:30"),  # 02:30, the second time.
            session(4, "2026-10-25 22:59"),  # 23:59, winter time.
            session(5, "2026-10-25 23:00"),
        )
    )
    answer = site.grpc.run_report(
        report("sessions", by=["date"], ranges=[("2026-10-24", "2026-10-26")])
    )

    assert rows(answer) == [("20261025", "4"), ("20261026", "1")]


def test_a_session_is_reported_once_it_has_arrived(opens: Opens) -> None:
    site = opens(site_of(session(1, "2026-11-02 10:00", arrived="2026-11-02 14:00")))
    asked = report("sessions")

    site.clock.move_to(at("2026-11-02 13:59"))
    before = site.grpc.run_report(asked)
    site.clock.move_to(at("2026-11-02 14:00"))
    after = site.grpc.run_report(asked)

    assert (rows(before), rows(after)) == ([], [("1",)])


def test_a_channel_is_unassigned_until_it_is_known(opens: Opens) -> None:
    late = session(1, "2026-11-02 10:00", channel="Email", channel_late="2026-11-03 10:00")
    site = opens(site_of(late))
    asked = report("sessions", by=["sessionDefaultChannelGroup", "sessionSource"])

    site.clock.move_to(at("2026-11-03 09:59"))
    before = site.grpc.run_report(asked)
    site.clock.move_to(at("2026-11-03 10:00"))
    after = site.grpc.run_report(asked)

    assert rows(before) == [("Unassigned", "(not set)", "1")]
    assert rows(after) == [("Email", "newsletter", "1")]


def test_the_dimensions_of_a_session_are_its_own(ask: Any) -> None:
    answer = ask.run_report(
        report(
            "sessions",
            by=["newVsReturning", "country", "countryId", "landingPage", "sessionSourceMedium"],
            ranges=[("2026-11-02", "2026-11-03")],
        )
    )

    assert rows(answer) == [
        ("new", "Germany", "DE", "/", "google / organic", "1"),
        ("new", "Poland", "PL", "/", "google / organic", "1"),
        ("returning", "Poland", "PL", "/pricing", "(direct) / (none)", "1"),
    ]


def test_a_deprecated_name_still_works_and_is_answered_under_itself(ask: Any) -> None:
    answer = ask.run_report(report("conversions", by=["sessionDefaultChannelGrouping"]))

    assert rows(answer) == [("Email", "2")]
    assert answer.dimension_headers[0].name == "sessionDefaultChannelGrouping"
    assert answer.metric_headers[0].name == "conversions"


def test_rolling_users_look_back_over_days_before_the_range(ask: Any) -> None:
    last_day = ("2026-11-04", "2026-11-04")
    answer = ask.run_report(
        report("active1DayUsers", "active7DayUsers", "active28DayUsers", ranges=[last_day])
    )

    assert rows(answer) == [("1", "2", "2")]


def test_rolling_users_by_date_are_those_of_the_days_up_to_it(ask: Any) -> None:
    answer = ask.run_report(
        report(
            "active28DayUsers",
            "active1DayUsers",
            "dauPerMau",
            by=["date"],
            ranges=[("2026-11-01", "2026-11-06")],
            metric_aggregations=[1],
        )
    )

    assert rows(answer) == [
        ("20261103", "2", "1", "0.5"),
        ("20261104", "2", "1", "0.5"),
        ("20261105", "2", "0", "0"),
        ("20261106", "2", "0", "0"),
        ("20261102", "1", "1", "1"),
    ]
    assert totals(answer) == [("RESERVED_TOTAL", "2", "0", "0")]


def test_rolling_users_of_several_days_are_those_of_the_last(ask: Any) -> None:
    """By week, by country or not at all: one window, up to the stretch's last day."""
    ranges = [("2026-11-01", "2026-11-10")]
    in_all = ask.run_report(report("active7DayUsers", ranges=ranges))
    by_week = ask.run_report(report("active7DayUsers", by=["week"], ranges=ranges))
    by_country = ask.run_report(report("active7DayUsers", by=["country"], ranges=ranges))

    assert rows(in_all) == [("1",)]
    assert rows(by_week) == [("45", "2"), ("46", "1")]
    assert rows(by_country) == [("Germany", "1")]


def test_rolling_users_forget_after_their_days(ask: Any) -> None:
    answer = ask.run_report(
        report("active7DayUsers", by=["date"], ranges=[("2026-11-08", "2026-11-12")])
    )

    # 101 was active on the 2nd only, 102 on the 3rd and the 4th.
    assert rows(answer) == [("20261108", "2"), ("20261109", "1"), ("20261110", "1")]


def test_a_ranges_order_of_magnitude_does_not_matter(ask: Any) -> None:
    years = ask.run_report(report("sessions", ranges=[("2015-08-14", "2030-01-01")]))
    days = ask.run_report(report("sessions", ranges=[WHOLE]))

    assert rows(years) == rows(days) == [("5",)]


def test_today_is_the_propertys_today(opens: Opens) -> None:
    site = opens(site_of(session(1, "2026-11-22 23:30")))
    site.clock.move_to(at("2026-11-22 23:45"))
    answer = site.grpc.run_report(report("sessions", by=["date"], ranges=[("today", "today")]))

    assert rows(answer) == [("20261123", "1")]

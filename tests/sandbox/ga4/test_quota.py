"""What callers may spend, and what the service says when it is spent."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from google.analytics.data_v1beta.types import BatchRunReportsRequest, RunReportRequest
from google.api_core.exceptions import GoogleAPICallError

from sandbox.faults import Fault
from tests.sandbox.ga4.asking import PROPERTY, at, report, rows, said
from tests.sandbox.ga4.conftest import Opens, Site
from tests.sandbox.ga4.test_refusals import NINE, TEN_METRICS

BOTH = pytest.mark.parametrize("transport", ["grpc", "rest"])
STALL = 2.0
"""Seconds; less, and a busy machine may never have ten requests under way together."""


def costed(*metrics: str, days: int, by: tuple[str, ...] = ()) -> RunReportRequest:
    ranges = [(f"{days - 1}daysAgo", "today")]
    return report(*metrics, by=by, ranges=ranges, return_property_quota=True)


def refused(site: Site, transport: str = "grpc", asked: Any = None) -> tuple[int, str]:
    with pytest.raises(GoogleAPICallError) as refusal:
        site.client(transport).run_report(asked or report("sessions"))
    return said(refusal.value)


@BOTH
def test_a_reports_quota_says_what_it_consumed_and_what_is_left(
    fresh: Site, transport: str
) -> None:
    quota = fresh.client(transport).run_report(costed("sessions", days=7)).property_quota

    assert {
        name: (getattr(quota, name).consumed, getattr(quota, name).remaining)
        for name in type(quota).meta.fields
    } == {
        "tokens_per_day": (1, 199_999),
        "tokens_per_hour": (1, 39_999),
        "tokens_per_project_per_hour": (1, 13_999),
        "concurrent_requests": (0, 10),
        "server_errors_per_project_per_hour": (0, 10),
        "potentially_thresholded_requests_per_hour": (0, 120),
    }


def test_no_quota_is_sent_unless_asked_for(fresh: Site) -> None:
    answer = fresh.grpc.run_report(report("sessions"))

    assert "property_quota" not in answer


@pytest.mark.parametrize(
    ("asked", "tokens"),
    [
        (costed("sessions", days=30, by=("date",)), 1),
        (costed(*TEN_METRICS, days=30, by=("date",)), 2),
        (costed(*TEN_METRICS, days=30, by=tuple(NINE)), 4),
        (costed("sessions", days=365, by=("date",)), 7),
        (costed("sessions", days=59), 1),
        (costed("sessions", days=60), 2),
    ],
)
def test_a_report_costs_what_was_measured(
    fresh: Site, asked: RunReportRequest, tokens: int
) -> None:
    assert fresh.grpc.run_report(asked).property_quota.tokens_per_day.consumed == tokens


def test_several_ranges_cost_what_the_longest_costs(fresh: Site) -> None:
    ranges = [("58daysAgo", "today"), ("58daysAgo", "today"), ("today", "today")]
    asked = report("sessions", ranges=ranges, return_property_quota=True)

    assert fresh.grpc.run_report(asked).property_quota.tokens_per_day.consumed == 1


def test_both_transports_spend_one_quota_and_so_does_metadata(fresh: Site) -> None:
    fresh.grpc.run_report(report("sessions"))
    fresh.rest.run_report(report("sessions"))
    fresh.rest.get_metadata(name=f"{PROPERTY}/metadata")
    fresh.grpc.get_metadata(name="properties/0/metadata")
    quota = fresh.grpc.run_report(costed("sessions", days=1)).property_quota

    assert quota.tokens_per_day.remaining == 200_000 - 4


def test_each_report_of_a_batch_pays_for_itself(fresh: Site) -> None:
    batch = BatchRunReportsRequest(property=PROPERTY, requests=[costed("sessions", days=60)] * 2)
    first, second = fresh.rest.batch_run_reports(batch).reports

    assert first.property_quota.tokens_per_hour.remaining == 39_998
    assert second.property_quota.tokens_per_hour.remaining == 39_996


def test_a_refused_request_costs_no_tokens(fresh: Site) -> None:
    refused(fresh, asked=report("nonsense"))
    quota = fresh.grpc.run_report(costed("sessions", days=1)).property_quota

    assert quota.tokens_per_day.remaining == 199_999


@BOTH
@pytest.mark.parametrize(
    ("policy", "text", "comes_back"),
    [
        ("project_hour", "Exhausted property tokens for a project per hour. These quota tokens will return in under an hour. To learn more, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas", "2026-11-23 04:00"),
        ("hour", "Exhausted property tokens per hour. These quota tokens will return in under an hour.", "2026-11-23 04:00"),
        ("day", "Exhausted property tokens per day. These quota tokens will return in under 24 hours.", "2026-11-23 08:00"),
    ],
)  # fmt: skip
def test_spent_tokens_come_back_with_the_next_window(
    fresh: Site, transport: str, policy: str, text: str, comes_back: str
) -> None:
    """The day ends at midnight in Los Angeles, eight hours after midnight UTC in winter."""
    setattr(fresh.service.quota.limits, policy, 1)
    client = fresh.client(transport)
    client.run_report(report("sessions"))

    assert refused(fresh, transport) == (429, text)
    fresh.clock.move_to(at(comes_back) - timedelta(minutes=1))
    assert refused(fresh, transport) == (429, text)
    fresh.clock.move_to(at(comes_back))
    assert rows(client.run_report(report("sessions"))) == [("5",)]


def until_running(site: Site, requests: int) -> None:
    """Wait until so many are answered at once; they stall longer than a busy machine delays them."""
    ends = time.monotonic() + STALL
    while site.service.quota._running < requests:
        assert time.monotonic() < ends, "they were never under way together"
        time.sleep(0.001)


@BOTH
def test_the_eleventh_concurrent_request_is_refused(fresh: Site, transport: str) -> None:
    fresh.faults.order(Fault("stall", matching="RunReport", times=10, seconds=STALL))
    ask = fresh.client(transport).run_report
    with ThreadPoolExecutor(10) as threads:
        others = [threads.submit(ask, report("sessions")) for _ in range(10)]
        until_running(fresh, 10)
        eleventh = refused(fresh, transport)

    assert eleventh == (429, "Exhausted concurrent requests quota.")
    assert [rows(other.result()) for other in others] == [[("5",)]] * 10
    assert rows(ask(report("sessions"))) == [("5",)]


def test_concurrent_requests_in_flight_show_in_the_quota(fresh: Site) -> None:
    fresh.faults.order(Fault("stall", matching="GetMetadata", seconds=STALL))
    with ThreadPoolExecutor(1) as thread:
        thread.submit(fresh.rest.get_metadata, name=f"{PROPERTY}/metadata")
        until_running(fresh, 1)
        quota = fresh.grpc.run_report(costed("sessions", days=1)).property_quota

    assert quota.concurrent_requests.remaining == 9


def test_ten_server_errors_an_hour_are_too_many(fresh: Site) -> None:
    fresh.faults.order(Fault("status", status=503, times=10))
    codes = [refused(fresh)[0] for _ in range(10)]

    assert codes == [503] * 10
    assert refused(fresh) == (429, "Exhausted server errors quota.")
    fresh.clock.move_to(at("2026-11-23 04:00"))
    assert rows(fresh.grpc.run_report(report("sessions"))) == [("5",)]


def test_too_many_client_errors_block_for_a_quarter_of_an_hour(fresh: Site) -> None:
    fresh.service.quota.limits.client_errors = 2
    for _ in range(2):
        refused(fresh, asked=report("nonsense"))
    text = "Exhausted client errors quota. These quota tokens will return in under 15 minutes."

    assert refused(fresh) == (429, text)
    fresh.clock.move_to(at("2026-11-23 03:15"))
    assert rows(fresh.grpc.run_report(report("sessions"))) == [("5",)]


def test_potentially_thresholded_requests_have_a_quota_of_their_own(fresh: Site) -> None:
    fresh.service.quota.limits.thresholded = 2
    asked = report("sessions", by=["userGender"], return_property_quota=True)
    batch = BatchRunReportsRequest(property=PROPERTY, requests=[asked, asked])
    answers = fresh.grpc.batch_run_reports(batch).reports
    text = "Exhausted potentially thresholded requests quota."

    left = [each.property_quota.potentially_thresholded_requests_per_hour for each in answers]
    assert [(each.consumed, each.remaining) for each in left] == [(1, 1), (1, 0)]
    assert refused(fresh, asked=asked) == (429, text)
    assert rows(fresh.grpc.run_report(report("sessions"))) == [("5",)]


def test_without_limits_nothing_is_refused(opens: Opens, three_days: Site) -> None:
    three_days.service.quota.limits.day = 0
    three_days.service.quota.limits.concurrent = 0

    assert rows(three_days.grpc.run_report(report("sessions"))) == [("5",)]

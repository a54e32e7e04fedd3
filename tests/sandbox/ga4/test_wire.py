"""The bytes: JSON as the gateway writes and reads it, the log, connections and threads."""

import http.client
import json
import threading
import time
from typing import Any

import grpc
import pytest
import requests
from google.analytics.data_v1beta import BetaAnalyticsDataClient as Client
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcTransport as Grpc,
)
from google.analytics.data_v1beta.types import GetMetadataRequest, RunReportResponse

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.ga4.grpc_server import Ga4GrpcServer
from sandbox.ga4.rest_server import Ga4RestServer
from sandbox.request_log import RequestLog
from tests.sandbox.ga4.asking import PROPERTY, THREE_DAYS, report, site_of
from tests.sandbox.ga4.conftest import Opens, Site
from tests.sandbox.ga4.test_refusals import TEN_METRICS

DATES = [{"startDate": "2026-11-02", "endDate": "2026-11-04"}]


def post(site: Site, body: Any, verb: str = "runReport", query: str = "") -> requests.Response:
    url = f"http://127.0.0.1:{site.rest_port}/v1beta/{PROPERTY}:{verb}{query}"
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return requests.post(url, data=sent, timeout=5)


def test_both_transports_give_the_same_answer(three_days: Site) -> None:
    asked = report(
        *TEN_METRICS,
        by=["date", "country"],
        ranges=[("2026-11-02", "2026-11-03"), ("2026-11-03", "2026-11-04")],
        metric_aggregations=[1, 5, 6],
        keep_empty_rows=True,
    )
    over_grpc = RunReportResponse.to_dict(three_days.grpc.run_report(asked))
    over_rest = RunReportResponse.to_dict(three_days.rest.run_report(asked))

    assert over_grpc == over_rest


def test_a_report_is_written_as_the_gateway_writes_it(three_days: Site) -> None:
    body = {
        "metrics": [{"name": "keyEvents"}],
        "dimensions": [{"name": "date"}],
        "dateRanges": DATES,
        "metricAggregations": ["TOTAL"],
        "limit": "1",
    }
    answer = post(three_days, body)

    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert answer.json() == {
        "dimensionHeaders": [{"name": "date"}],
        "metricHeaders": [{"name": "keyEvents", "type": "TYPE_FLOAT"}],
        "rows": [{"dimensionValues": [{"value": "20261104"}], "metricValues": [{"value": "2"}]}],
        "totals": [
            {"dimensionValues": [{"value": "RESERVED_TOTAL"}], "metricValues": [{"value": "2"}]}
        ],
        "rowCount": 1,
        "metadata": {"currencyCode": "EUR", "timeZone": "Europe/Warsaw"},
        "kind": "analyticsData#runReport",
    }


def test_enums_may_be_integers_both_ways(three_days: Site) -> None:
    contains = {"matchType": 4, "value": "pol"}
    body = {
        "metrics": [{"name": "sessions"}],
        "dateRanges": DATES,
        "metricAggregations": [1],
        "dimensionFilter": {"filter": {"fieldName": "country", "stringFilter": contains}},
    }
    answer = post(three_days, body, query="?$alt=json;enum-encoding=int").json()

    assert answer["metricHeaders"] == [{"name": "sessions", "type": 1}]
    assert answer["rows"] == [{"metricValues": [{"value": "2"}]}]
    assert answer["totals"] == [{"metricValues": [{"value": "2"}]}]


@pytest.mark.parametrize("limit", [1, "1"])
def test_a_limit_may_be_a_number_or_a_string(three_days: Site, limit: Any) -> None:
    body = {"dimensions": [{"name": "date"}], "dateRanges": DATES, "limit": limit}

    assert len(post(three_days, body).json()["rows"]) == 1


def test_an_empty_report_has_no_rows_key_and_no_row_count(three_days: Site) -> None:
    body = {
        "dimensions": [{"name": "date"}],
        "metrics": [{"name": "sessions"}],
        "dateRanges": [{"startDate": "2020-01-01", "endDate": "2020-01-01"}],
    }

    assert set(post(three_days, body).json()) == {
        "dimensionHeaders",
        "metricHeaders",
        "metadata",
        "kind",
    }


def test_a_quota_status_always_has_both_fields(three_days: Site) -> None:
    body = {"metrics": [{"name": "sessions"}], "dateRanges": DATES, "returnPropertyQuota": True}
    quota = post(three_days, body).json()["propertyQuota"]
    batch = post(three_days, {"requests": [body]}, "batchRunReports").json()["reports"][0]

    for each in (*quota.values(), *batch["propertyQuota"].values()):
        assert set(each) == {"consumed", "remaining"}
    assert len(quota) == 6


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"dateRange": []}, 'Invalid JSON payload received. Unknown name "dateRange": Cannot find field.'),
        ({"dateRanges": [{"start": "today"}]}, "Invalid JSON payload received. Unknown name \"start\" at 'date_ranges[0]': Cannot find field."),
        ({"dimensionFilter": {"filter": {"field": "a"}}}, "Invalid JSON payload received. Unknown name \"field\" at 'dimension_filter.filter': Cannot find field."),
        ({"metricAggregations": ["SUM"]}, "Invalid value at 'metric_aggregations[0]' (type.googleapis.com/google.analytics.data.v1beta.MetricAggregation), \"SUM\""),
        ([], 'Invalid JSON payload received. Unknown name "": Root element must be a message.'),
        (b"", "A dateRange is required."),
    ],
)  # fmt: skip
def test_json_that_is_no_request_is_refused_before_the_method_runs(
    three_days: Site, body: Any, text: str
) -> None:
    answer = post(three_days, body)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == text
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("body", [b"{", b'{"limit": "many"}', b'{"dateRanges": 7}'])
def test_broken_json_is_an_invalid_payload(three_days: Site, body: bytes) -> None:
    answer = post(three_days, body)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("Invalid JSON payload received.")


def test_unknown_names_are_listed_all_at_once(three_days: Site) -> None:
    error = post(three_days, {"a": 1, "b": 2}).json()["error"]

    assert len(error["message"].split("\n")) == 2
    assert len(error["details"][0]["fieldViolations"]) == 2


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", f"/v1beta/{PROPERTY}:runNothing"),
        ("GET", f"/v1beta/{PROPERTY}:runReport"),
        ("PUT", f"/v1beta/{PROPERTY}:runReport"),
        ("POST", f"/v1beta/{PROPERTY}/metadata"),
        ("GET", "/v1beta/nothing"),
        ("GET", "/"),
    ],
)
def test_an_unknown_path_or_verb_is_a_404_in_html(three_days: Site, verb: str, path: str) -> None:
    url = f"http://127.0.0.1:{three_days.rest_port}{path}"
    answer = requests.request(verb, url, timeout=5)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")
    assert "Error 404 (Not Found)!!1" in answer.text


@pytest.mark.parametrize("verb", ["runPivotReport", "batchRunPivotReports", "runRealtimeReport"])
def test_a_method_that_is_not_modelled_says_so(three_days: Site, verb: str) -> None:
    answer = post(three_days, {}, verb)

    assert (answer.status_code, answer.json()["error"]["status"]) == (501, "UNIMPLEMENTED")


def test_a_connection_is_kept_for_the_next_request(three_days: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", three_days.rest_port, timeout=5)
    ports = set()
    for _ in range(2):
        connection.request("GET", "/v1beta/properties/0/metadata")
        assert connection.getresponse().read()
        ports.add(connection.sock.getsockname()[1])
    connection.close()

    assert len(ports) == 1


def test_every_request_is_logged_with_what_was_sent(fresh: Site) -> None:
    fresh.grpc.run_report(report("sessions"))
    sent = post(fresh, {"dateRanges": DATES, "metrics": [{"name": "sessions"}]})
    refused = post(fresh, {"dateRanges": []})
    first, second, third = fresh.log.all()

    assert (first.service, first.method, first.status) == ("ga4-grpc", "RunReport", 200)
    assert first.path == "/google.analytics.data.v1beta.BetaAnalyticsData/RunReport"
    assert json.loads(first.body)["metrics"] == [{"name": "sessions"}]
    assert first.bytes_out == len(
        RunReportResponse.serialize(fresh.grpc.run_report(report("sessions")))
    )
    assert (second.service, second.method, second.status) == ("ga4-rest", "RunReport", 200)
    assert second.path == f"/v1beta/{PROPERTY}:runReport"
    assert second.bytes_out == len(sent.content)
    assert (third.status, third.bytes_out) == (400, len(refused.content))
    assert first.at_monotonic <= second.at_monotonic <= third.at_monotonic


def test_latency_delays_every_answer(opens: Opens) -> None:
    site = opens(site_of(*THREE_DAYS), latency=0.02)
    for client in (site.grpc, site.rest):
        client.run_report(report("sessions"))
        assert time.monotonic() - site.log.all()[-1].at_monotonic >= 0.02


def test_closed_servers_leave_no_thread_and_end_their_stalls() -> None:
    before = set(threading.enumerate())
    faults = Faults()
    company = site_of(*THREE_DAYS)
    first = Ga4GrpcServer(company, Clock(), faults, RequestLog())
    second = Ga4RestServer(company, Clock(), faults, RequestLog(), service=first.service)
    first.start()
    second.start()
    with grpc.insecure_channel(f"127.0.0.1:{first.port}") as channel:
        common = GetMetadataRequest(name="properties/0/metadata")
        Client(transport=Grpc(channel=channel)).get_metadata(common)
    faults.order(Fault("stall", seconds=60))
    idle = http.client.HTTPConnection("127.0.0.1", second.port, timeout=5)
    idle.connect()
    stalled = http.client.HTTPConnection("127.0.0.1", second.port, timeout=5)
    stalled.request("GET", "/v1beta/properties/0/metadata")
    while first.service.quota._running == 0:
        time.sleep(0.001)
    second.close()
    first.close()

    idle.close()
    stalled.close()

    assert set(threading.enumerate()) <= before


def test_servers_that_never_started_close_too() -> None:
    before = set(threading.enumerate())
    company = site_of(*THREE_DAYS)
    for server in (Ga4GrpcServer, Ga4RestServer):
        server(company, Clock(), Faults(), RequestLog()).close()

    assert set(threading.enumerate()) <= before


def test_a_port_is_taken_by_one_server_only() -> None:
    company = site_of(*THREE_DAYS)
    parts = (company, Clock(), Faults(), RequestLog())
    first, second = Ga4GrpcServer(*parts), Ga4RestServer(*parts)
    try:
        with pytest.raises(RuntimeError):
            Ga4GrpcServer(*parts, port=first.port)
        with pytest.raises(OSError, match="in use"):
            Ga4RestServer(*parts, port=second.port)
    finally:
        first.close()
        second.close()

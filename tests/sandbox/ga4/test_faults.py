"""What the servers do instead of answering, when told to."""

from typing import Any

import pytest
import requests
from google.api_core.exceptions import GoogleAPICallError

from sandbox.faults import Fault
from tests.sandbox.ga4.asking import PROPERTY, report, rows, said
from tests.sandbox.ga4.conftest import Site

BOTH = pytest.mark.parametrize("transport", ["grpc", "rest"])


def failure(client: Any) -> tuple[int, str]:
    with pytest.raises(GoogleAPICallError) as failed:
        client.run_report(report("sessions"))
    return said(failed.value)


@BOTH
@pytest.mark.parametrize(
    ("status", "text"),
    [
        (403, "User does not have sufficient permissions for this property."),
        (500, "Internal error encountered."),
        (503, "The service is currently unavailable."),
        (504, "Deadline expired before operation could complete."),
    ],
)
def test_a_status_is_answered_as_ordered_and_then_no_more(
    fresh: Site, transport: str, status: int, text: str
) -> None:
    fresh.faults.order(Fault("status", matching="^RunReport$", status=status))
    client = fresh.client(transport)
    code, message = failure(client)

    assert (code, message.startswith(text)) == (status, True)
    assert rows(client.run_report(report("sessions"))) == [("5",)]


def test_an_ordered_401_says_that_the_credentials_are_invalid(fresh: Site) -> None:
    """Anonymous credentials cannot be refreshed: the official REST client would give up on that."""
    fresh.faults.order(Fault("status", status=401, times=2))
    url = f"http://127.0.0.1:{fresh.rest_port}/v1beta/{PROPERTY}:runReport"

    assert failure(fresh.grpc)[0] == 401
    assert requests.post(url, json={}, timeout=5).json()["error"]["status"] == "UNAUTHENTICATED"


@BOTH
@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ("project_hour", "Exhausted property tokens for a project per hour."),
        ("day", "Exhausted property tokens per day."),
        ("concurrent", "Exhausted concurrent requests quota."),
        ("server_errors", "Exhausted server errors quota."),
        ("thresholded", "Exhausted potentially thresholded requests quota."),
    ],
)
def test_a_quota_is_exhausted_as_ordered(
    fresh: Site, transport: str, policy: str, text: str
) -> None:
    fresh.faults.order(Fault("quota", policy=policy))
    code, message = failure(fresh.client(transport))

    assert (code, message.startswith(text)) == (429, True)


@BOTH
def test_a_stalled_request_is_answered_in_the_end(fresh: Site, transport: str) -> None:
    fresh.faults.order(Fault("stall", seconds=0.05))
    answer = fresh.client(transport).run_report(report("sessions"))
    logged = fresh.log.all()[-1]

    assert (rows(answer), logged.status) == ([("5",)], 200)


def test_a_stall_longer_than_the_deadline_is_a_deadline_exceeded(fresh: Site) -> None:
    fresh.faults.order(Fault("stall", seconds=0.5))

    with pytest.raises(GoogleAPICallError) as late:
        fresh.grpc.run_report(report("sessions"), timeout=0.05)
    assert late.value.code == 504


@pytest.mark.parametrize("kind", ["reset", "truncate"])
def test_a_lost_grpc_connection_is_unavailable(fresh: Site, kind: Any) -> None:
    fresh.faults.order(Fault(kind))

    assert failure(fresh.grpc)[0] == 503
    assert fresh.log.all("ga4-grpc")[-1].status == 503


def test_a_reset_rest_connection_breaks(fresh: Site) -> None:
    fresh.faults.order(Fault("reset"))

    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        fresh.rest.run_report(report("sessions"))
    assert rows(fresh.rest.run_report(report("sessions"))) == [("5",)]


def test_a_truncated_rest_answer_announces_more_than_it_sends(fresh: Site) -> None:
    fresh.faults.order(Fault("truncate"))

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        fresh.rest.run_report(report("sessions"))
    cut = fresh.log.all("ga4-rest")[-1]
    fresh.rest.run_report(report("sessions"))
    whole = fresh.log.all("ga4-rest")[-1]
    assert cut.bytes_out == whole.bytes_out // 2


def test_a_faults_headers_are_sent_along(fresh: Site) -> None:
    fresh.faults.order(Fault("quota", policy="day", headers={"Retry-After": "7"}))
    url = f"http://127.0.0.1:{fresh.rest_port}/v1beta/{PROPERTY}:runReport"
    answer = requests.post(url, json={}, timeout=5)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_faults_are_matched_by_the_methods_name(fresh: Site) -> None:
    fresh.faults.order(Fault("status", matching="GetMetadata", status=500))

    assert rows(fresh.rest.run_report(report("sessions"))) == [("5",)]
    with pytest.raises(GoogleAPICallError):
        fresh.rest.get_metadata(name=f"{PROPERTY}/metadata")

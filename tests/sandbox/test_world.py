"""The whole world: servers that start, share one clock, and leave nothing behind."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

import grpc
import pytest
from google.analytics.data_v1beta import BetaAnalyticsDataClient
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcTransport,
)
from google.analytics.data_v1beta.types import DateRange, Metric, RunReportRequest

from sandbox.clock import DEFAULT_NOW
from sandbox.company.grow import grow
from sandbox.company.tables import Company
from sandbox.world import Sandbox


@pytest.fixture(scope="module")
def company() -> Company:
    return grow(contacts=50)


@pytest.fixture
def sandbox(company: Company) -> Iterator[Sandbox]:
    with Sandbox(company) as running:
        yield running


def ask(url: str, body: Any = None, method: str | None = None, token: str = "") -> Any:
    sent = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    with urlopen(Request(url, sent, headers, method=method), timeout=10) as answer:
        return json.load(answer)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def can_connect(address: str) -> bool:
    host, port = address.removeprefix("http://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_all_three_servers_answer(sandbox: Sandbox) -> None:
    portal = ask(f"{sandbox.hubspot_url}/account-info/v3/details", token=sandbox.hubspot_token)
    assert portal["portalId"] == 24681357
    report = {"dateRanges": [{"startDate": "2026-11-01", "endDate": "2026-11-22"}]}
    rest = f"{sandbox.ga4_rest_url}/v1beta/properties/354217890:runReport"
    answer = ask(rest, {**report, "metrics": [{"name": "sessions"}]}, token="any")
    assert int(answer["rows"][0]["metricValues"][0]["value"]) > 1000
    with grpc.insecure_channel(sandbox.ga4_grpc_address) as channel:
        grpc.channel_ready_future(channel).result(timeout=10)
    assert {request.service for request in sandbox.log.all()} == {"hubspot", "ga4-rest"}


def test_another_process_can_move_the_clock(sandbox: Sandbox) -> None:
    door = f"{sandbox.hubspot_url}/_sandbox"
    ask(f"{door}/clock", {"advance_seconds": 3600}, method="PUT")
    assert sandbox.clock.now() == DEFAULT_NOW + timedelta(hours=1)
    assert ask(f"{door}/clock")["now"] == "2026-11-23T04:00:00+00:00"


def test_another_process_can_order_faults_and_read_the_log(sandbox: Sandbox) -> None:
    door = f"{sandbox.hubspot_url}/_sandbox"
    ask(f"{door}/faults", {"kind": "stall", "matching": "RunReport"}, method="POST")
    assert [fault.matching for fault, _ in sandbox.faults.waiting()] == ["RunReport"]
    # Requests at the door are not part of what was asked of the servers.
    assert ask(f"{door}/log") == {"requests": []}


def test_a_closed_world_leaves_no_thread_and_no_port(company: Company) -> None:
    before = set(threading.enumerate())
    with Sandbox(company) as running:
        places = (running.hubspot_url, running.ga4_grpc_address, running.ga4_rest_url)
        assert all(can_connect(place) for place in places)
        assert set(threading.enumerate()) > before
    assert set(threading.enumerate()) == before
    assert not any(can_connect(place) for place in places)


def test_ports_can_be_chosen(company: Company) -> None:
    port = free_port()
    with Sandbox(company, ga4_rest_port=port) as running:
        assert running.ga4_rest_url == f"http://127.0.0.1:{port}"


def test_a_taken_port_closes_what_was_open_already(company: Company, sandbox: Sandbox) -> None:
    before = set(threading.enumerate())
    taken, free = int(sandbox.ga4_rest_url.rsplit(":", 1)[1]), free_port()
    with pytest.raises(OSError, match="in use"):
        Sandbox(company, ga4_grpc_port=free, ga4_rest_port=taken).start()
    assert set(threading.enumerate()) == before
    assert not can_connect(f"127.0.0.1:{free}")


def test_a_world_can_be_closed_twice_and_started_again(company: Company) -> None:
    world = Sandbox(company)
    world.close()
    with world:
        pass
    world.close()
    assert world.hubspot_url == ""
    with world:
        assert can_connect(world.hubspot_url)


def test_a_running_world_cannot_be_started_again(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="runs already"):
        sandbox.start()


def test_worlds_do_not_share_clocks(company: Company, sandbox: Sandbox) -> None:
    with Sandbox(company) as other:
        other.clock.move_to(DEFAULT_NOW - timedelta(days=1))
        assert sandbox.clock.now() == DEFAULT_NOW
        assert other.hubspot_url != sandbox.hubspot_url


def test_both_ga4_servers_spend_one_quota(sandbox: Sandbox) -> None:
    asked = {
        "dateRanges": [{"startDate": "2026-11-01", "endDate": "2026-11-22"}],
        "metrics": [{"name": "sessions"}],
        "returnPropertyQuota": True,
    }
    rest = f"{sandbox.ga4_rest_url}/v1beta/properties/354217890:runReport"
    over_rest = ask(rest, asked, token="any")["propertyQuota"]["tokensPerDay"]
    with grpc.insecure_channel(sandbox.ga4_grpc_address) as channel:
        transport = BetaAnalyticsDataGrpcTransport(channel=channel)
        client = BetaAnalyticsDataClient(transport=transport)
        request = RunReportRequest(
            property="properties/354217890",
            date_ranges=[DateRange(start_date="2026-11-01", end_date="2026-11-22")],
            metrics=[Metric(name="sessions")],
            return_property_quota=True,
        )
        over_grpc = client.run_report(request).property_quota.tokens_per_day
    assert over_grpc.consumed > 0
    assert over_grpc.remaining == over_rest["remaining"] - over_grpc.consumed

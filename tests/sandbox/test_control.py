"""The control door: what another process may do to the pretend world."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.control import WorldParts, control
from sandbox.faults import Faults
from sandbox.request_log import Request, RequestLog
from tests.sandbox.rows import company_of


@pytest.fixture
def parts() -> WorldParts:
    return WorldParts(company_of(), Clock(), Faults(), RequestLog())


def ask(parts: WorldParts, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    return control(parts, method, path, b"" if body is None else json.dumps(body).encode())


def test_the_clock_can_be_read(parts: WorldParts) -> None:
    assert ask(parts, "GET", "/_sandbox/clock") == (200, {"now": "2026-11-23T03:00:00+00:00"})


def test_the_clock_can_be_set_and_advanced(parts: WorldParts) -> None:
    status, answer = ask(parts, "PUT", "/_sandbox/clock", {"now": "2026-12-01T01:00:00+01:00"})
    assert (status, answer) == (200, {"now": "2026-12-01T00:00:00+00:00"})
    ask(parts, "PUT", "/_sandbox/clock", {"advance_seconds": 90})
    assert parts.clock.now() == datetime(2026, 12, 1, 0, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, 'either "now" or "advance_seconds"'),
        ({"now": "2026-12-01T00:00:00"}, "needs a time zone"),
        ({"now": "tomorrow"}, "Invalid isoformat string"),
        ({"now": 5}, "argument must be str"),
        ({"advance_seconds": "1h"}, "unsupported type"),
        ([], "must be a JSON object"),
    ],
)
def test_a_wrong_time_is_refused_and_the_clock_stands(
    parts: WorldParts, body: Any, reason: str
) -> None:
    status, answer = ask(parts, "PUT", "/_sandbox/clock", body)
    assert status == 400
    assert reason in answer["message"]
    assert parts.clock.now() == Clock().now()


def test_faults_can_be_ordered_listed_and_dropped(parts: WorldParts) -> None:
    order = {"kind": "status", "matching": "search", "times": 2, "status": 502}
    status, answer = ask(parts, "POST", "/_sandbox/faults", order)
    assert status == 200
    assert answer["faults"][0].items() >= order.items()
    fault = parts.faults.take("POST /crm/v3/objects/contacts/search")
    assert fault is not None
    assert fault.status == 502
    assert ask(parts, "GET", "/_sandbox/faults")[1]["faults"][0]["times"] == 1
    assert ask(parts, "DELETE", "/_sandbox/faults") == (200, {"faults": []})


@pytest.mark.parametrize(
    "order",
    [{}, {"kind": "earthquake"}, {"kind": "stall", "often": 3}, {"kind": "stall", "matching": "("}],
)
def test_a_fault_that_there_is_not_is_refused(parts: WorldParts, order: dict[str, Any]) -> None:
    assert ask(parts, "POST", "/_sandbox/faults", order)[0] == 400
    assert parts.faults.waiting() == ()


def test_the_log_can_be_read_for_one_service_and_forgotten(parts: WorldParts) -> None:
    for service in ("hubspot", "ga4-rest"):
        parts.log.add(Request(service, "GET", "/", "", 200, 12, 1.5))
    status, answer = ask(parts, "GET", "/_sandbox/log?service=ga4-rest")
    assert (status, [r["service"] for r in answer["requests"]]) == (200, ["ga4-rest"])
    assert len(ask(parts, "GET", "/_sandbox/log")[1]["requests"]) == 2
    assert ask(parts, "DELETE", "/_sandbox/log") == (200, {"requests": []})


def test_every_answer_is_json(parts: WorldParts) -> None:
    parts.log.add(Request("hubspot", "GET", "/", "", 200, 12, 1.5))
    ask(parts, "POST", "/_sandbox/faults", {"kind": "quota", "headers": {"Retry-After": "3"}})
    for path in ("clock", "faults", "log", "nothing"):
        assert json.dumps(ask(parts, "GET", f"/_sandbox/{path}")[1])


def test_other_doors_and_verbs_are_refused(parts: WorldParts) -> None:
    assert ask(parts, "GET", "/_sandbox/company")[0] == 404
    assert ask(parts, "GET", "/clock")[0] == 404
    assert ask(parts, "PATCH", "/_sandbox/clock")[0] == 405


def test_a_body_that_is_no_json_is_refused(parts: WorldParts) -> None:
    status, answer = control(parts, "PUT", "/_sandbox/clock", b"\xff{")
    assert status == 400
    assert answer["message"].startswith("PUT /_sandbox/clock: ")

"""The pretend clock and the log of what was asked."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sandbox.clock import DEFAULT_NOW, Clock
from sandbox.request_log import Request, RequestLog


def test_the_clock_stands_still_until_moved() -> None:
    clock = Clock()
    assert clock.now() == clock.now() == DEFAULT_NOW
    clock.move_to(DEFAULT_NOW - timedelta(days=1))
    assert clock.now() == DEFAULT_NOW - timedelta(days=1)


def test_the_clock_tells_utc_whatever_it_was_given() -> None:
    clock = Clock(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
    assert clock.now_ms() == 1_767_225_600_000


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="needs a time zone, got 2026-01-01T00:00:00"):
        Clock(naive)


def test_the_log_keeps_requests_in_order_and_by_service() -> None:
    log = RequestLog()
    asked = [Request(s, "GET", "/", "", 200, 0, 0.0) for s in ("hubspot", "ga4-grpc", "hubspot")]
    for request in asked:
        log.add(request)
    assert log.all() == tuple(asked)
    assert log.all("hubspot") == (asked[0], asked[2])
    log.clear()
    assert log.all() == ()

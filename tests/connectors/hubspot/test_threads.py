"""One client under several threads: pages are asked for ahead, and a session may be closed meanwhile."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.errors import RetryLater
from connectors.hubspot.ahead import IN_FLIGHT, ahead
from connectors.hubspot.session import HubSpotSession
from tests.connectors.hubspot.conftest import Account
from tests.connectors.hubspot.test_client import AN_OAUTH_APP, OAUTH, REFRESH, SEARCH

STALL = 0.05
"""Seconds that requests are held up, so that they are under way together."""


def searching(session: HubSpotSession) -> Callable[[], Any]:
    return lambda: session._client.search("contacts", {"limit": 1})


def connections(account: Account) -> int:
    """How many the server has open."""
    return len(account.server._http._connections)  # type: ignore[union-attr]


def comes(true: Callable[[], bool]) -> bool:
    """Whether it becomes true within a second."""
    ends = time.monotonic() + 1
    while not (found := true()) and time.monotonic() < ends:
        time.sleep(0.005)
    return found


@pytest.fixture
def unwarned(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """urllib3 has nothing to say, for instance that a connection was thrown away."""
    caplog.set_level(logging.WARNING, "urllib3")
    yield
    assert caplog.records == []


def test_as_many_connections_as_requests_under_way_serve_all(
    account: Account, unwarned: None
) -> None:
    account.fault("stall", matching="search", seconds=STALL, times=2 * IN_FLIGHT)

    with account.session() as session:
        found = [*ahead([searching(session)] * 4 * IN_FLIGHT)]
        # Kept for the next ones: none was closed after its answer.
        assert comes(lambda: connections(account) == IN_FLIGHT)
        assert session.calls == account.searches == len(found)

    assert len({answer.digest for answer in found}) == 1


def test_requests_of_several_endpoints_mix(account: Account) -> None:
    with account.session() as session, ThreadPoolExecutor(8) as pool:
        client = session._client
        kinds = [
            searching(session),
            lambda: client.emails([("limit", "1")]),
            lambda: client.property("contacts", "createdate"),
            client.account,
        ]
        alone = [kind() for kind in kinds]
        together = [*pool.map(lambda number: kinds[number % 4](), range(80))]

    assert together == alone * 20
    assert session.calls == len(account.requests) == 84


def test_a_token_that_ends_under_several_requests_is_refreshed_once(account: Account) -> None:
    with account.session(secrets=OAUTH, **AN_OAUTH_APP) as session:
        session.identity()
        account.clock.move_to(account.clock.now() + timedelta(hours=1))
        account.log.clear()
        # All of them are on their way before the first hears that its token has ended.
        account.fault("stall", matching="search", seconds=STALL, times=IN_FLIGHT)

        assert len([*ahead([searching(session)] * IN_FLIGHT)]) == IN_FLIGHT

    assert account.requests.count(REFRESH) == 1
    assert account.requests.count(SEARCH) == 2 * IN_FLIGHT


def test_closed_under_a_request_its_answer_still_comes_and_nothing_stays_open(
    account: Account, unwarned: None
) -> None:
    account.fault("stall", matching="search", seconds=4 * STALL)
    with account.session() as session, ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(searching(session))
        assert comes(lambda: not account.faults.waiting())

        session.close()

        assert under_way.result().content["results"]
        assert comes(lambda: connections(account) == 0)
        with pytest.raises(RetryLater, match="not sent to HubSpot any more"):
            searching(session)()
    assert account.searches == 1


def test_what_was_to_be_asked_again_is_not_when_all_was_closed(account: Account) -> None:
    account.fault("status", matching="search", status=502)
    with account.session() as session:
        client = session._client
        client._retry = replace(client._retry, sleep=lambda _: session.close())

        with pytest.raises(RetryLater, match="not sent"):
            searching(session)()

    assert account.searches == 1
    assert comes(lambda: connections(account) == 0)


def test_a_failure_among_requests_under_way_leaves_none_behind(account: Account) -> None:
    account.fault("status", matching="search", status=400)
    account.fault("stall", matching="search", seconds=STALL, times=IN_FLIGHT)
    with account.session() as session:
        with pytest.raises(Exception, match="400"):
            [*ahead([searching(session)] * 20)]
        sent = account.searches
        time.sleep(2 * STALL)

    assert account.searches == sent <= IN_FLIGHT + 1

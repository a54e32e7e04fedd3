"""A server that is not HubSpot, or a HubSpot that is ill: nothing leaks, nothing hangs."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from connectors.contract import Finding
from connectors.errors import ConnectorError, CredentialsError, QueryError, RetrySoon
from connectors.hubspot import transport
from connectors.hubspot.options import HubSpotOptions
from connectors.hubspot.session import HubSpotSession
from tests.connectors.http_json.conftest import Reply, Service
from tests.connectors.opening import connection

TOKEN = "pat-eu1-hush-hush"
DETAILS = b'{"portalId": 1, "timeZone": "Europe/Warsaw", "accountType": "STANDARD"}'


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.close()


@contextmanager
def opened(service: Service, token: str = TOKEN) -> Iterator[HubSpotSession]:
    options = HubSpotOptions.model_validate(
        {
            "connector": "hubspot",
            "portal": 1,
            "token": "${T}",
            "endpoint": f"http://127.0.0.1:{service.port}",
        }
    )
    session = HubSpotSession(connection(options, secrets={"token": token}, slept=service.slept))
    yield session
    session.close()


def refused(service: Service, token: str = TOKEN) -> ConnectorError:
    with opened(service, token) as session, pytest.raises(ConnectorError) as caught:
        session.identity()
    return caught.value


def test_a_redirect_is_not_followed(service: Service) -> None:
    service.replies = [Reply(status=302, headers={"Location": "/elsewhere"}), Reply(DETAILS)]

    error = refused(service)

    assert isinstance(error, QueryError)
    assert "leads elsewhere" in error.remedy
    assert len(service.seen) == 1


@pytest.mark.parametrize("status", [200, 400])
def test_an_endless_answer_is_cut_off(
    service: Service, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 100)
    service.replies = [Reply(DETAILS + b" " * 100, status=status)]

    error = refused(service)

    assert isinstance(error, QueryError)
    assert "longer than 100 bytes" in str(error)


@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(
    service: Service, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(transport, "READ_SECONDS", 0.4)
    drip = Reply(DETAILS, status=status, drip=0.02)
    service.replies = [drip, Reply(DETAILS)]

    with opened(service) as session:
        assert session.identity().account == "1"

    assert len(service.seen) == 2
    assert len(service.slept) == 1


def test_what_was_cut_off_does_not_come_as_the_next_answer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 100)
    service.replies = [Reply(b"x" * 500), Reply(DETAILS)]

    with opened(service) as session:
        with pytest.raises(QueryError):
            session.identity()
        assert session.identity().account == "1"


@pytest.mark.parametrize(
    "token",
    [f"{TOKEN}\n", f"{TOKEN}\r\nX-Evil: 1", f"\N{LEFT DOUBLE QUOTATION MARK}{TOKEN}"],
    ids=["line break", "header", "quotation mark"],
)
def test_a_token_that_no_header_can_carry_is_not_quoted(
    service: Service, caplog: pytest.LogCaptureFixture, token: str
) -> None:
    caplog.set_level(logging.DEBUG)
    error = refused(service, token)

    assert isinstance(error, CredentialsError)
    shown = "".join(traceback.format_exception(error)) + error.remedy + caplog.text
    assert "hush" not in shown
    assert service.seen == []


def test_doctor_tells_of_such_a_token_instead_of_breaking(service: Service) -> None:
    with opened(service, f"{TOKEN}\n") as session:
        [finding] = session.doctor([])

    assert isinstance(finding, Finding)
    assert not finding.ok
    assert "characters that no token may have" in finding.message
    assert "hush" not in repr(finding)


def test_nobody_there_is_a_lost_connection(service: Service) -> None:
    service.replies = [Reply(reset=True)]

    error = refused(service)

    assert isinstance(error, RetrySoon)
    assert error.__cause__ is None

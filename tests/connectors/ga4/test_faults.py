"""What the connector makes of a property that does not answer."""

import json
from typing import Any

import pytest

from connectors.errors import (
    ConnectorError,
    CredentialsError,
    QueryError,
    RetryLater,
    RetrySoon,
    ScopeError,
)
from connectors.ga4 import CONNECTOR, Ga4Options
from connectors.ga4.client import MOST_SERVER_ERRORS
from okrmodel.observations import Aggregation
from tests.connectors.ga4.conftest import Property, query
from tests.connectors.opening import ask, connection, day, run

DAY = day("2026-11-10")


def refused(website: Property, **changes: Any) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        website.answers(ask(query("keyEvents"), DAY), **changes)
    assert type(caught.value) is not ConnectorError
    assert str(website.company.property_id) in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 503}),
        ("status", {"status": 504}),
        ("reset", {}),
        ("truncate", {}),
        ("quota", {"policy": "concurrent"}),
    ],
)
def test_a_passing_failure_is_asked_again(either: Property, kind: str, details: Any) -> None:
    asked = ask(query("keyEvents"), DAY)
    expected = either.values(asked)
    either.log.clear()
    either.fault(kind, **details)
    assert either.values(asked) == expected
    assert either.calls(2) == 2
    assert len(either.slept) == 1


def test_a_stall_beyond_the_timeout_is_asked_again(either: Property) -> None:
    either.fault("stall", seconds=0.8)
    assert either.answers(ask(query("keyEvents"), DAY), timeout=0.4)[0].value is not None
    assert len(either.slept) == 1
    assert either.calls(2) == 2


def test_a_concurrent_request_too_many_waits_half_a_minute(either: Property) -> None:
    either.fault("quota", policy="concurrent", times=3)
    error = refused(either)
    assert isinstance(error, RetrySoon)
    assert either.slept == [30.0, 30.0]


@pytest.mark.parametrize(
    "policy", ["project_hour", "day", "server_errors", "thresholded", "client_errors", "hour"]
)
def test_a_used_up_quota_is_not_asked_again_in_this_run(either: Property, policy: str) -> None:
    # MeltanoLabs PR 294, singer-io/tap-google-analytics#37, airbyte PR 26008
    either.fault("quota", policy=policy)
    error = refused(either)
    assert isinstance(error, RetryLater)
    assert "Exhausted" in str(error)
    assert either.slept == []
    assert either.calls(1) == 1


def test_server_errors_stop_before_google_shuts_the_project_out(website: Property) -> None:
    website.fault("status", status=500, times=20)
    session = website.session()
    (step,) = CONNECTOR.plan([ask(query("keyEvents"), DAY)], website.options())
    with pytest.raises(RetrySoon):
        run(session, step)
    with pytest.raises(RetryLater, match="server errors"):
        run(session, step)
    session.close()
    assert website.calls(MOST_SERVER_ERRORS) == MOST_SERVER_ERRORS


def test_missing_rights_say_whom_to_grant_what(either: Property) -> None:
    either.fault("status", status=403)
    error = refused(either)
    assert isinstance(error, ScopeError)
    assert "sufficient permissions" in str(error)
    assert "add the account of the credentials as Viewer" in error.remedy


def test_a_refused_token_is_a_matter_of_credentials(either: Property) -> None:
    either.fault("status", status=401)
    assert isinstance(refused(either), CredentialsError)


def test_another_property_is_not_readable(either: Property) -> None:
    session = CONNECTOR.connect(connection(either.options(property="1")))
    with pytest.raises(ScopeError, match="GA4 property 1: User does not have"):
        session.identity()
    session.close()


@pytest.mark.parametrize(
    ("metric", "where", "text", "remedy"),
    [
        ("keyEvent", {}, "Field keyEvent is not a valid metric", "write keyEvents"),
        ("keyEvents", {"contry": "x"}, "contry is not a valid dimension", "write country"),
        ("customEvent:plan", {}, "is not a valid metric", "look the name up"),
    ],
)
def test_an_unknown_name_is_told_in_googles_words(
    either: Property, metric: str, where: Any, text: str, remedy: str
) -> None:
    with pytest.raises(QueryError, match=text) as caught:
        either.answers(ask(query(metric, **where), DAY, aggregation=Aggregation.SUM))
    assert caught.value.remedy.startswith(remedy)


def test_a_level_is_refused_without_a_call(website: Property) -> None:
    with pytest.raises(QueryError, match="customEvent:x is declared a level"):
        website.answers(ask(query("customEvent:x"), DAY, aggregation=Aggregation.LEVEL))
    assert website.calls(0) == 0


def test_a_server_that_is_not_there_is_a_lost_connection(either: Property) -> None:
    error = refused(either, endpoint="127.0.0.1:9")
    assert isinstance(error, RetrySoon)


def test_every_attempt_is_counted(either: Property) -> None:
    either.fault("status", status=503)
    session = either.session()
    (step,) = CONNECTOR.plan([ask(query("keyEvents"), DAY)], either.options())
    assert session.calls == 0
    run(session, step)
    assert session.calls == 2
    session.close()


KEY = {"type": "service_account", "client_email": "robot@x.example", "private_key": "hush-hush"}


@pytest.mark.parametrize("secret", ["hush-hush {", '"hush-hush"', json.dumps(KEY)])
@pytest.mark.parametrize("transport", ["grpc", "rest"])
def test_an_unusable_key_is_named_and_never_shown(secret: str, transport: str) -> None:
    options = Ga4Options.model_validate(
        {"connector": "ga4", "property": "1", "credentials": "${GA4_KEY}", "transport": transport}
    )
    session = CONNECTOR.connect(connection(options, secrets={"credentials": secret}))
    with pytest.raises(CredentialsError, match=r"\$\{GA4_KEY\}") as caught:
        session.identity()
    assert session.calls == 0
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "hush-hush" not in f"{caught.value!r}{caught.value}{session!r}"
    session.close()

"""What may be written in a config file, and what it implies."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.ga4 import CONNECTOR, Ga4Options
from okrmodel.observations import Aggregation
from okrmodel.secrets import SecretRef


@pytest.mark.parametrize(
    ("metric", "aggregation"),
    [
        ("screenPageViews", Aggregation.SUM),
        ("keyEvents:sign_up", Aggregation.SUM),
        ("totalRevenue", Aggregation.SUM),
        ("newUsers", Aggregation.SUM),
        ("sessions", Aggregation.DISTINCT),
        ("activeUsers", Aggregation.DISTINCT),
        ("engagementRate", Aggregation.DISTINCT),
        ("sessionKeyEventRate:sign_up", Aggregation.DISTINCT),
        ("averageSessionDuration", Aggregation.DISTINCT),
        ("customEvent:credits", None),
        ("somethingNew", None),
    ],
)
def test_the_aggregation_follows_from_the_metric(
    metric: str, aggregation: Aggregation | None
) -> None:
    found = CONNECTOR.query.validate_python({"metric": metric})
    assert found.aggregation is aggregation
    assert found.settles == timedelta(days=3)


def test_the_short_and_the_long_form_are_one_question() -> None:
    short = CONNECTOR.query.validate_python({"metric": "sessions", "where": {"country": "Poland"}})
    long = CONNECTOR.query.validate_python(
        {"metric": "sessions", "where": {"country": {"is": ["Poland"], "case_sensitive": False}}}
    )
    assert short == long
    assert short.canonical() == long.canonical()
    assert short.canonical() == {"metric": "sessions", "where": {"country": {"is": ["Poland"]}}}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"metric": "two words"}, "pattern"),
        ({"metric": "sessions", "where": {"country": []}}, "at least 1 item"),
        ({"metric": "sessions", "where": {"country": {}}}, "exactly one of is, is_not"),
        (
            {"metric": "sessions", "where": {"country": {"begins": "a", "ends": "b"}}},
            "exactly one of is, is_not",
        ),
        ({"metric": "sessions", "where": {"country": {"like": "a"}}}, "Extra inputs"),
        ({"metric": "sessions", "filter": {}}, "Extra inputs"),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(raw: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        CONNECTOR.query.validate_python(raw)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"property": "G-ABC123"}, "pattern"),
        ({"credentials": "{}"}, "stands here in plain text"),
        ({"endpoint": "http://127.0.0.1:1"}, "pattern"),
        ({"transport": "soap"}, "'grpc' or 'rest'"),
        ({"token": "x"}, "Extra inputs"),
    ],
)
def test_a_wrong_option_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Ga4Options.model_validate({"connector": "ga4", "property": "354217890"} | change)


def test_the_account_is_the_property() -> None:
    options = Ga4Options.model_validate(
        {"connector": "ga4", "property": "354217890", "credentials": "${file:key.json}"}
    )
    assert options.account == "354217890"
    assert options.credentials == SecretRef("file", "key.json")


def test_importing_the_connector_loads_no_google() -> None:
    # A fresh interpreter: this one has loaded it for other tests.
    script = (
        "import sys, connectors.ga4, connectors.ga4.query, connectors.ga4.plan\n"
        "print([m for m in sys.modules if m.split('.')[0] in {'google', 'grpc', 'requests'}])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"

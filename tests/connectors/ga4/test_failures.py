"""What each refusal of the real service means, in the words that were observed."""

import json
from pathlib import Path

import pytest
from google.api_core import exceptions as api
from google.auth import exceptions as auth

from connectors.errors import (
    ConnectorError,
    CredentialsError,
    Permanent,
    QueryError,
    RetryLater,
    RetrySoon,
    ScopeError,
)
from connectors.ga4.failures import explain

RECORDED = Path(__file__).parents[3] / "../shared/data/recorded/ga4/errors_observed.json"
VIEWER = "robot@project.example"


def explained(error: Exception) -> ConnectorError:
    return explain(error, "42", VIEWER)


def test_every_refusal_that_was_observed_has_a_kind_and_a_remedy() -> None:
    if not RECORDED.exists():
        pytest.skip("the recorded answers are not beside the project")
    kinds = {400: QueryError, 403: ScopeError, 429: RetryLater}
    for name, body in json.loads(RECORDED.read_text()).items():
        if name.startswith("_"):
            continue
        code, message = body["error"]["code"], body["error"]["message"]
        expected = RetrySoon if name == "quota_concurrent" else kinds[code]
        for error in (
            api.from_http_status(code, f"POST https://x/v1beta/properties/42:runReport: {message}"),
            api.from_http_status(code, message),
        ):
            found = explained(error)
            assert type(found) is expected, name
            assert found.remedy, name
            assert str(found).startswith("GA4 property 42: ")
            assert "https://x" not in str(found)


def test_a_viewer_is_to_be_granted_access() -> None:
    found = explained(api.Forbidden("User does not have sufficient permissions for this property."))
    assert f"property 42, add {VIEWER} as Viewer" in found.remedy


def test_an_api_that_is_off_is_to_be_enabled() -> None:
    text = "Google Analytics Data API has not been used in project 7 before or it is disabled."
    assert "enable the Google Analytics Data API" in explained(api.Forbidden(text)).remedy


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (api.NotFound("x"), Permanent),
        (api.MethodNotImplemented("x"), Permanent),
        (api.BadGateway("x"), RetrySoon),
        (api.Cancelled("x"), RetrySoon),
        (api.Aborted("x"), RetrySoon),
        (auth.RefreshError("invalid_grant"), CredentialsError),
        (auth.TransportError("no route"), RetrySoon),
        (ConnectionResetError("x"), RetrySoon),
        (
            # How gRPC tells of a token that could not be refreshed.
            api.ServiceUnavailable(
                "Getting metadata from plugin failed with error: ('invalid_grant: Bad Request',)"
            ),
            CredentialsError,
        ),
        (
            api.ServiceUnavailable(
                "Getting metadata from plugin failed with error: Reauthentication is needed."
            ),
            CredentialsError,
        ),
        (
            api.ServiceUnavailable("Getting metadata from plugin failed with error: no route"),
            RetrySoon,
        ),
    ],
)
def test_the_kind_follows_from_the_code(error: Exception, kind: type[ConnectorError]) -> None:
    assert type(explained(error)) is kind

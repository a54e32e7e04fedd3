"""What Google's refusals mean for the caller.

The REST and gRPC transports raise different classes for one refusal; the HTTP code is the same
(`GoogleAPICallError.code`). The 429s differ by text only; they were observed on the real service
or in connector logs.
"""

import re

from google.api_core.exceptions import GoogleAPICallError
from google.auth import exceptions as auth
from google.protobuf import json_format
from requests import exceptions as http

from connectors.errors import (
    ConnectorError,
    CredentialsError,
    Permanent,
    QueryError,
    RetryLater,
    RetrySoon,
    ScopeError,
)

PASSING = "run it again later; if it stays, check the network and Google's status page"
CONCURRENT_PAUSE = 30.0
"""Seconds until one of a property's ten concurrent requests has surely ended."""

_STALE_TOKEN = re.compile(r"metadata from plugin failed.*(invalid_grant|eauthentication)")
"""gRPC fetches tokens behind the call, and tells of one that is refused as 503 UNAVAILABLE."""

EXPECTED = (GoogleAPICallError, auth.GoogleAuthError, http.RequestException, json_format.Error)
"""What a call may raise; the last one when a REST answer breaks off in the middle of its JSON."""


def explain(error: Exception, property_id: str, viewer: str) -> ConnectorError:
    """The same failure as the caller's next move; `viewer` names whom to grant access."""
    match error:
        case GoogleAPICallError() if _STALE_TOKEN.search(str(error.message)):
            return _unaccepted(property_id)
        case GoogleAPICallError():
            return _refusal(error, property_id, viewer)
        case auth.RefreshError() | auth.DefaultCredentialsError():
            return _unaccepted(property_id)
        case _:
            # A lost connection's own text says no more than its kind, and may quote a body.
            kind = type(error).__name__
            told = f"GA4 property {property_id}: the answer did not arrive ({kind})"
            return RetrySoon(told, remedy=PASSING)


def _refusal(error: GoogleAPICallError, property_id: str, viewer: str) -> ConnectorError:
    said = _words(error)
    told = f"GA4 property {property_id}: {said}"
    match error.code:
        case 400:
            return QueryError(told, remedy=_remedy_of_bad_request(said))
        case 401:
            return CredentialsError(told, remedy="replace the service account's JSON key")
        case 403:
            return ScopeError(told, remedy=_remedy_of_forbidden(said, property_id, viewer))
        case 404 | 501:
            return Permanent(told, remedy="check the connection's endpoint and property")
        case 429:
            return _quota(told)
        case _:
            return RetrySoon(told, remedy=PASSING)


def _unaccepted(property_id: str) -> CredentialsError:
    return CredentialsError(
        f"GA4 property {property_id}: Google does not accept the credentials",
        remedy="create a new JSON key for the service account and store it as the secret",
    )


def _words(error: GoogleAPICallError) -> str:
    """Google's text without the REST transport's "POST https://…: " before it."""
    text = re.sub(r"^[A-Z]+ \S+: ", "", str(error.message))
    return " ".join(text.split())


def _remedy_of_bad_request(said: str) -> str:
    if guess := re.search(r"Did you mean (\S+?)\?", said):
        return f"write {guess[1]}"
    if advice := re.search(r"Please ((?:remove|add) .+?) to make the request compatible", said):
        return f"these fields do not go together: {advice[1]}"
    if "is not a valid" in said:
        return (
            "look the name up in the API schema; custom ones are named customEvent:… and the like"
        )
    return "correct the metric's query"


def _remedy_of_forbidden(said: str, property_id: str, viewer: str) -> str:
    if "has not been used" in said or "is disabled" in said:
        return "enable the Google Analytics Data API in the service account's Google Cloud project"
    return (
        f"in GA4, Admin, Property access management of property {property_id}, add {viewer}"
        " as Viewer"
    )


def _quota(told: str) -> ConnectorError:
    if "concurrent" in told:
        return RetrySoon(told, after=CONCURRENT_PAUSE, remedy="ask GA4 from fewer places at once")
    return RetryLater(told, remedy="wait: GA4 gives its quotas back by the hour or the day")

"""Who may ask what: private-app tokens, OAuth refresh and the expiry of access tokens.

Everything named here is pretend: these tokens open nothing but the sandbox.
"""

import threading
from typing import Any
from urllib.parse import parse_qs

from sandbox.clock import Clock
from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import (
    RefusedError,
    expired,
    json_reply,
    missing_scopes,
    unauthenticated,
)

TOKEN = "pat-eu1-sandbox"  # noqa: S105 - a pretend one
NO_SCOPE_TOKEN = "pat-eu1-noscope"  # noqa: S105 - a pretend one
CLIENT_ID = "sandbox-client-id"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105 - a pretend one
REFRESH_TOKEN = "eu1-sandbox-refresh"  # noqa: S105 - a pretend one

EXPIRES_IN_S = 1800

SCOPES = (
    "content",
    "crm.lists.read",
    "crm.objects.companies.read",
    "crm.objects.contacts.read",
    "crm.objects.deals.read",
    "crm.objects.owners.read",
    "crm.schemas.companies.read",
    "crm.schemas.contacts.read",
    "crm.schemas.custom.read",
    "crm.schemas.deals.read",
    "marketing.email.read",
    "oauth",
)


class Access:
    """The tokens that are good, and for what. Safe to share between threads."""

    def __init__(self, clock: Clock, portal_id: int) -> None:
        self.granted: dict[str, tuple[str, ...]] = {TOKEN: SCOPES, NO_SCOPE_TOKEN: ("oauth",)}
        """Scopes by private-app token; a test may add tokens of its own."""
        self._clock = clock
        self._portal_id = portal_id
        self._lock = threading.Lock()
        self._expiries_ms: dict[str, int] = {}

    def check(self, token: str, scopes: tuple[str, ...]) -> str:
        """The kind of app, "private" or "oauth", if the token grants any of the scopes.

        Raises:
            RefusedError: 401 for a token that is unknown or expired, 403 for missing scopes.
        """
        with self._lock:
            expiry_ms = self._expiries_ms.get(token)
        if expiry_ms is not None:
            late_ms = self._clock.now_ms() - expiry_ms
            if late_ms >= 0:
                raise expired(late_ms // 1000)
            return "oauth"
        if token not in self.granted:
            raise unauthenticated()
        if scopes and not set(scopes) & set(self.granted[token]):
            raise missing_scopes(scopes)
        return "private"

    def issue(self, call: Call) -> dict[str, Any]:
        """POST /oauth/…/token: an access token for the refresh token."""
        form = {name: values[0] for name, values in parse_qs(call.body).items()}
        if form.get("grant_type") != "refresh_token":
            raise _refused(
                "BAD_GRANT_TYPE", "unsupported_grant_type", "missing or unknown grant_type"
            )
        if form.get("client_id") != CLIENT_ID:
            raise _refused("BAD_CLIENT_ID", "invalid_client", "missing or unknown client id")
        if form.get("client_secret") != CLIENT_SECRET:
            raise _refused(
                "BAD_CLIENT_SECRET", "invalid_client", "missing or invalid client secret"
            )
        if form.get("refresh_token") != REFRESH_TOKEN:
            raise _refused("BAD_REFRESH_TOKEN", "invalid_grant", "missing or invalid refresh token")
        with self._lock:
            token = f"eu1-sandbox-access-{len(self._expiries_ms) + 1}"
            self._expiries_ms[token] = self._clock.now_ms() + EXPIRES_IN_S * 1000
        return {
            "token_type": "bearer",
            "token_use": "access_token",
            "refresh_token": REFRESH_TOKEN,
            "access_token": token,
            "hub_id": self._portal_id,
            "scopes": list(SCOPES),
            "expires_in": EXPIRES_IN_S,
        }


def _refused(status: str, error: str, message: str) -> RefusedError:
    """400 in the shape of the OAuth endpoints, which is not that of the others."""
    content = {"status": status, "error": error, "error_description": message, "message": message}
    return RefusedError(json_reply(400, content))

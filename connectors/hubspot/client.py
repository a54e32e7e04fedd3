"""Speaks with one HubSpot account: requests, credentials, rate budget, retries.

Every answer comes with the question as it was sent and a digest of the body, for the evidence.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from connectors.budget import Limit
from connectors.contract import Connection
from connectors.errors import CredentialsError, QueryError, RetrySoon
from connectors.hubspot.failures import MissingError, Raw, failure
from connectors.hubspot.options import HubSpotOptions
from connectors.hubspot.quotas import SEARCH, Quotas
from connectors.hubspot.search import MAX_BODY
from connectors.hubspot.transport import Transport

_PATHS = {
    "v3": {
        "search": "/crm/v3/objects/{}/search",
        "properties": "/crm/v3/properties/{}",
        "pipelines": "/crm/v3/pipelines/{}",
        "emails": "/marketing/v3/emails",
        "account": "/account-info/v3/details",
        "token": "/oauth/v3/token",
    },
    "2026-03": {
        "search": "/crm/objects/2026-03/{}/search",
        "properties": "/crm/properties/2026-03/{}",
        "pipelines": "/crm/pipelines/2026-03/{}",
        "emails": "/marketing/emails/2026-03",
        "account": "/account-info/2026-03/details",
        "token": "/oauth/2026-03/token",
    },
}

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """A JSON answer, with what proves it."""

    content: dict[str, Any] = field(repr=False)
    query: str
    """The request as sent: canonical JSON, without credentials."""
    digest: str
    """SHA-256 of the body."""


class Client:
    """One account's API. Counts its requests; safe to share between threads."""

    def __init__(
        self, connection: Connection, options: HubSpotOptions, transport: Transport
    ) -> None:
        self.calls = 0
        self.quotas = Quotas(connection, options.account, daily=options.has_day)
        self._counting = Lock()
        self._refreshing = Lock()
        self._account = options.account
        self._paths = _PATHS[options.api_version]
        self._transport = transport
        self._retry = connection.retry
        self._secrets = connection.secrets
        self._token: SecretStr | None = connection.secrets.get("token")
        self._refreshes = options.token is None
        self._hidden = [*connection.secrets.values()]
        """What no error repeats: access tokens that have ended, too."""

    def account(self) -> Answer:
        """Whose token this is, and the account's zone and currency."""
        answer = self._ask("GET", self._paths["account"])
        self.quotas.days_end_in(answer.content.get("timeZone"))
        return answer

    def search(self, kind: str, body: Mapping[str, Any]) -> Answer:
        """Search the records of one object.

        Raises:
            QueryError: The body is longer than HubSpot takes.
        """
        if (size := len(json.dumps(body))) > MAX_BODY:
            raise QueryError(
                f"a search for {kind} would be {size} characters long, HubSpot takes {MAX_BODY}",
                remedy="shorten the metric's `where`",
            )
        return self._ask("POST", self._paths["search"].format(kind), body=body, limit=SEARCH)

    def property(self, kind: str, name: str) -> dict[str, Any] | None:
        """A property's definition, or None when there is none of that name."""
        try:
            return self._ask("GET", self._paths["properties"].format(kind) + _part(name)).content
        except MissingError:
            return None

    def properties(self, kind: str) -> list[dict[str, Any]]:
        """The definitions of an object's properties; it may lack some that can be asked for."""
        return _rows(self._ask("GET", self._paths["properties"].format(kind)))

    def pipelines(self, kind: str) -> list[dict[str, Any]]:
        """The pipelines of an object with their stages."""
        return _rows(self._ask("GET", self._paths["pipelines"].format(kind)))

    def emails(self, params: Params) -> Answer:
        """One page of the listing of marketing emails."""
        return self._ask("GET", self._paths["emails"], query=params)

    def email_ids(self, params: Params) -> Answer:
        """The totals of a span; its `emails` are the ids of what was sent in it."""
        return self._ask("GET", self._paths["emails"] + "/statistics/list", query=params)

    def histogram(self, params: Params) -> Answer:
        """The counters of emails by when they were sent, in buckets."""
        return self._ask("GET", self._paths["emails"] + "/statistics/histogram", query=params)

    def close(self) -> None:
        """Close the sockets."""
        self._transport.close()

    def _ask(
        self,
        verb: str,
        path: str,
        *,
        query: Params = (),
        body: Mapping[str, Any] | None = None,
        limit: Limit | None = None,
    ) -> Answer:
        """One question, asked again where connectors.retry says so."""

        def authorized(token: SecretStr) -> Raw:
            plain = token.get_secret_value()
            return self._transport.send(verb, path, token=plain, query=query, body=body)

        def once() -> Answer:
            token = self._current()
            raw = self._counted(partial(authorized, token), limit)
            if raw.status == 401 and self._refreshes:
                # Access tokens of OAuth last half an hour: one may end in the middle of a run.
                raw = self._counted(partial(authorized, self._current(instead_of=token)), limit)
            content = self._judged(raw, f"{verb} {path}")
            return Answer(content, _canonical(verb, path, query, body), _digest(raw.body))

        return self._retry(once)

    def _counted(self, send: Callable[[], Raw], limit: Limit | None) -> Raw:
        """One request within the account's limits; without one of its own, within the burst.

        Raises:
            RetryLater: The account's day is spent.
        """
        self.quotas.take(limit)
        with self._counting:
            self.calls += 1
        raw = send()
        self.quotas.learn(raw.headers)
        return raw

    def _current(self, instead_of: SecretStr | None = None) -> SecretStr:
        """The access token, refreshed where there is none yet, or only the one that has ended.

        Of several threads that find the same one ended, the first gets a new one for all.
        """
        with self._refreshing:
            if self._token is None or self._token is instead_of:
                self._token = self._refreshed()
            return self._token

    def _refreshed(self) -> SecretStr:
        """A new access token for the refresh token.

        Raises:
            CredentialsError: HubSpot does not take the refresh token.
        """
        names = ("client_id", "client_secret", "refresh_token")
        if missing := [name for name in names if name not in self._secrets]:
            raise CredentialsError(
                f"no access to portal {self._account}: {' and '.join(missing)} not given",
                remedy="give the connection a `token`, or all of " + ", ".join(names),
            )
        form = {name: self._secrets[name].get_secret_value() for name in names}
        form["grant_type"] = "refresh_token"
        path = self._paths["token"]
        raw = self._counted(lambda: self._transport.send("POST", path, form=form), None)
        if raw.status in {400, 401, 403}:
            raise CredentialsError(
                f"HubSpot answered {raw.status} to the refresh token of portal {self._account}",
                remedy="install the OAuth app in the account again, and store its new refresh token",
            )
        granted = self._judged(raw, f"POST {path}").get("access_token")
        if not isinstance(granted, str) or not granted:
            raise CredentialsError("HubSpot's answer to the refresh token holds no access token")
        self._hidden.append(token := SecretStr(granted))
        return token

    def _judged(self, raw: Raw, place: str) -> dict[str, Any]:
        """The answer's content.

        Raises:
            ConnectorError: It is a refusal, or no JSON object.
        """
        if not 200 <= raw.status < 300:
            raise failure(self._without_secrets(raw), f"{place} of portal {self._account}")
        if not (content := raw.content()):
            raise RetrySoon(
                f"HubSpot's answer to {place} of portal {self._account} is no JSON object",
                remedy="check that `endpoint` is HubSpot's, and that no proxy answers instead",
            )
        return content

    def _without_secrets(self, raw: Raw) -> Raw:
        """The answer without any secret of ours that HubSpot may have repeated."""
        body = raw.body
        for secret in self._hidden:
            body = body.replace(secret.get_secret_value().encode(), b"***")
        return replace(raw, body=body)


def _rows(answer: Answer) -> list[dict[str, Any]]:
    rows = answer.content.get("results")
    if not isinstance(rows, list):
        raise QueryError(f"HubSpot's answer to {answer.query} holds no results")
    return rows


def _part(name: str) -> str:
    return "/" + quote(name, safe="")


def _canonical(verb: str, path: str, query: Params, body: Mapping[str, Any] | None) -> str:
    asked: dict[str, Any] = {"method": verb, "path": path}
    if query:
        asked["query"] = [list(pair) for pair in query]
    if body is not None:
        asked["body"] = body
    return json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()

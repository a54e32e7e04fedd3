"""The one file that touches the SDK: bytes there, bytes back, and no waiting for ever.

Of hubspot-api-client 12 it uses the generated ApiClient's `request`, from one api object, because

- each attribute access on the SDK's client builds a new connection pool, so one is kept;
- the SDK has no time-out of its own and would hang, so each request carries one;
- its retries never repeat a POST, and repeat a GET behind the rate budget's back: they are off,
  and connectors.retry repeats both;
- its models take 28 times as long as the JSON they are made of, so bodies come unparsed;
- its typed methods speak v3 only and lack the account and listing calls that we need, and its
  `api_request` for these has neither time-out nor connection reuse.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import urllib3
from hubspot import HubSpot
from hubspot.crm.objects.exceptions import ApiException

from connectors.errors import CredentialsError, RetrySoon
from connectors.hubspot.failures import Raw

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
"""Between two pieces of an answer; HubSpot's own gateway gives up after 100 seconds."""


class Transport:
    """An open connection pool to one address."""

    def __init__(self, endpoint: str) -> None:
        sdk = HubSpot(host=endpoint, retry=False)
        self._api = sdk.crm.objects.search_api.api_client
        self._endpoint = endpoint
        self._timeouts = (CONNECT_SECONDS, READ_SECONDS)

    def send(
        self,
        verb: str,
        path: str,
        *,
        token: str | None = None,
        query: Sequence[tuple[str, str]] = (),
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Raw:
        """One request, one answer of any status. `form` is sent form-encoded, `body` as JSON.

        Raises:
            RetrySoon: No whole answer came.
            CredentialsError: The other side could not prove who it is.
        """
        headers = {"Accept": "application/json", "User-Agent": self._api.user_agent}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = self._api.request(
                verb,
                self._endpoint + path,
                query_params=list(query) or None,
                headers=headers,
                post_params=list(form.items()) if form else None,
                body=body,
                _preload_content=False,
                _request_timeout=self._timeouts,
            )
            return _raw(answer.status, answer.data, answer.headers)
        except ApiException as refused:
            refusal = refused
        except urllib3.exceptions.HTTPError as problem:
            raise RetrySoon(
                f"no whole answer from HubSpot to {verb} {path}: {_named(problem)}",
                remedy=f"check that {self._endpoint} can be reached from here",
            ) from problem
        # Outside the except clause, so that no error of ours drags the SDK's along, which prints
        # every header of the answer.
        if not refusal.status:
            raise CredentialsError(
                f"{self._endpoint} has no certificate that this machine trusts: {refusal.reason}",
                remedy="check `endpoint`, and the proxy or certificates of this machine",
            )
        return _raw(refusal.status, refusal.body, refusal.headers)

    def close(self) -> None:
        """Close the sockets."""
        self._api.rest_client.pool_manager.clear()


def _raw(status: int, body: bytes, headers: Mapping[str, str]) -> Raw:
    return Raw(status, body, {name.lower(): value for name, value in headers.items()})


def _named(problem: urllib3.exceptions.HTTPError) -> str:
    """What went wrong, without the addresses of Python objects that urllib3 puts in front."""
    kind = {
        urllib3.exceptions.ConnectTimeoutError: "no connection in time",
        urllib3.exceptions.ReadTimeoutError: "no answer in time",
        urllib3.exceptions.IncompleteRead: "it ended in the middle",
        urllib3.exceptions.NewConnectionError: "nobody there",
    }.get(type(problem))
    return kind or f"{type(problem).__name__}: {problem}"

"""The one file that touches the SDK: bytes there, bytes back, and no waiting for ever.

Of hubspot-api-client 12 it uses the connection pool of one generated api object, because

- each attribute access on the SDK's client builds a new connection pool, so one is kept;
- the SDK keeps as many connections open as the machine has processors times five, we as many as
  requests are ever under way together: more would be closed after one answer each;
- the SDK has no time-out of its own and would hang, so each request carries one;
- its retries never repeat a POST, and repeat a GET behind the rate budget's back: they are off,
  and connectors.retry repeats both;
- its `request` reads whatever a refusal brings, however much and however slowly;
- its models take 28 times as long as the JSON they are made of, so bodies come unparsed;
- its typed methods speak v3 only and lack the account and listing calls that we need, and its
  `api_request` for these has neither time-out nor connection reuse.
"""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import urllib3
from hubspot import HubSpot

from connectors.bodies import TooLongError, whole_body
from connectors.errors import CredentialsError, QueryError, RetryLater, RetrySoon
from connectors.hubspot.ahead import IN_FLIGHT
from connectors.hubspot.failures import Raw

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
"""Until the whole answer is there; HubSpot's own gateway gives up after 100 seconds."""
LARGEST_ANSWER = 50_000_000
"""Bytes; a histogram of a quarter's quarters of an hour is a tenth of it."""


class Transport:
    """An open connection pool to one address. Safe to share between threads."""

    def __init__(self, endpoint: str) -> None:
        kept = {"host": endpoint, "retry": False, "connection_pool_maxsize": IN_FLIGHT}
        api = HubSpot(**kept).crm.objects.search_api.api_client
        self._pool = api.rest_client.pool_manager
        self._user_agent = api.user_agent
        self._endpoint = endpoint
        self._closed = False

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
            CredentialsError: The other side could not prove who it is, or the token cannot be sent.
            QueryError: The answer is too long to be one.
            RetryLater: Everything was closed meanwhile.
        """
        if self._closed:
            raise RetryLater(f"{verb} {path} was not sent to HubSpot any more")
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        headers = {
            "Accept": "application/json",
            "Content-Type": kind,
            "User-Agent": self._user_agent,
        }
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = urlencode(form) if form else None if body is None else json.dumps(body)
        url = self._endpoint + path + (f"?{urlencode(query)}" if query else "")
        place = f"{verb} {path}"
        try:
            return self._exchanged(verb, url, headers, content)
        except urllib3.exceptions.SSLError as problem:
            raise CredentialsError(
                f"{self._endpoint} has no certificate that this machine trusts: {problem}",
                remedy="check `endpoint`, and the proxy or certificates of this machine",
            ) from None
        except (urllib3.exceptions.HTTPError, TimeoutError) as problem:
            raise RetrySoon(
                f"no whole answer from HubSpot to {place}: {_named(problem)}",
                remedy=f"check that {self._endpoint} can be reached from here",
            ) from None
        except TooLongError:
            raise QueryError(
                f"HubSpot's answer to {place} is longer than {LARGEST_ANSWER} bytes",
                remedy="check that `endpoint` is HubSpot's",
            ) from None
        except ValueError:
            # The error quotes the header.
            raise CredentialsError(
                "the token has characters that no token may have",
                remedy="store the token alone, without line breaks or quotation marks",
            ) from None

    def close(self) -> None:
        """Close the sockets; those with a request under way when its answer is there."""
        # First, for a pool that was cleared opens new ones for whoever asks again.
        self._closed = True
        self._pool.clear()

    def _exchanged(
        self, verb: str, url: str, headers: Mapping[str, str], content: str | None
    ) -> Raw:
        ends = time.monotonic() + READ_SECONDS
        answer = self._pool.request(
            verb,
            url,
            body=content,
            headers=headers,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            preload_content=False,
            redirect=False,
        )
        try:
            body = whole_body(answer, LARGEST_ANSWER, ends)
        except BaseException:
            # What was not read to its end must not come as the next answer.
            answer.close()
            raise
        answer.release_conn()
        return Raw(
            answer.status, body, {name.lower(): value for name, value in answer.headers.items()}
        )


def _named(problem: Exception) -> str:
    """What went wrong, without the addresses of Python objects that urllib3 puts in front."""
    kind = {
        urllib3.exceptions.ConnectTimeoutError: "no connection in time",
        urllib3.exceptions.ReadTimeoutError: "no answer in time",
        TimeoutError: "no whole answer in time",
        urllib3.exceptions.IncompleteRead: "it ended in the middle",
        urllib3.exceptions.NewConnectionError: "nobody there",
    }.get(type(problem))
    return kind or f"{type(problem).__name__}: {problem}"

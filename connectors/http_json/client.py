"""Sends one request at a time, and reads no more of the answer than it should."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from connectors.addresses import is_loopback
from connectors.bodies import TooLongError, whole_body
from connectors.budget import Limit
from connectors.contract import Connection
from connectors.errors import (
    ConnectorError,
    CredentialsError,
    Permanent,
    QueryError,
    RetryLater,
    RetrySoon,
    ScopeError,
)
from connectors.http_json.query import HttpJsonOptions
from okrmodel.secrets import SecretRef

LARGEST_ANSWER = 10_000_000
"""Bytes; a number or a series of days is far smaller."""
MOST_REDIRECTS = 5
LONGEST_WAIT = 60.0
"""Seconds; a service that wants to be left alone for longer is asked in the next run."""
_NO_URL = "its address is none, or leads to none"
REQUESTS = Limit("requests", calls=5, seconds=1.0)
"""Politeness towards a service whose limits we do not know."""


@dataclass(frozen=True)
class Request:
    """What to send, without headers."""

    method: str
    url: str
    params: Mapping[str, Any]
    body: Any


class HttpJsonClient:
    """One service."""

    def __init__(self, connection: Connection, options: HttpJsonOptions) -> None:
        self._connection = connection
        self._options = options
        self._http = requests.Session()
        # An entry in ~/.netrc would take the place of the Authorization header.
        self._http.auth = lambda prepared: prepared
        # Nor is a proxy to hear what this machine says to itself in plain text.
        self._http.trust_env = not is_loopback(str(urlsplit(options.url).hostname))
        self.calls = 0

    def fetch(self, request: Request) -> bytes:
        """The body of a successful answer.

        Raises:
            ConnectorError: By what the caller may do next.
        """

        def once() -> bytes:
            url = request.url
            for _ in range(MOST_REDIRECTS):
                self._connection.budget.wait(self._options.account, REQUESTS)
                self.calls += 1
                answer, content = self._exchange(request, url)
                if not answer.is_redirect:
                    return self._accepted(answer, content)
                url = self._next(request, url, answer.headers["location"])
            raise self._refused(f"more than {MOST_REDIRECTS} redirects", "correct the URL")

        return self._connection.retry(once)

    def close(self) -> None:
        """Close the sockets."""
        self._http.close()

    def _exchange(self, request: Request, url: str) -> tuple[requests.Response, bytes]:
        ends = time.monotonic() + self._options.timeout
        try:
            with self._http.request(
                request.method,
                url,
                # A redirect's own URL has its parameters already.
                params=request.params if url == request.url else None,
                json=request.body,
                headers=self._headers(),
                timeout=self._options.timeout,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return answer, whole_body(answer.raw, LARGEST_ANSWER, ends)
        except TooLongError:
            raise self._refused(
                f"the answer is longer than {LARGEST_ANSWER} bytes",
                "ask for a total, or for fewer rows",
            ) from None
        except TimeoutError:
            raise self._passing(f"no whole answer in {self._options.timeout:g} s") from None
        except requests.exceptions.SSLError:
            raise Permanent(
                self._told("its TLS certificate is not trusted"),
                remedy="renew the certificate, or install its authority",
            ) from None
        except (requests.exceptions.InvalidHeader, UnicodeError):
            # The error quotes the header.
            raise CredentialsError(
                self._told("a header's secret has characters that no header may have"),
                remedy="store the secret without line breaks",
            ) from None
        except (requests.exceptions.InvalidURL, ValueError):
            # The latter comes from where requests looks at a redirect that we do not let it follow.
            raise self._refused(_NO_URL, "correct the connection's `url`") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
            kind = type(error).__name__
            raise self._passing(f"the answer did not arrive ({kind})") from None

    def _next(self, request: Request, url: str, location: str) -> str:
        here = urlsplit(url)
        try:
            target = urljoin(url, location)
            there = urlsplit(target)
            port = there.port
        except ValueError:
            raise self._refused(_NO_URL, "correct the connection's `url`") from None
        stays = (here.scheme, here.hostname, here.port) == (there.scheme, there.hostname, port)
        if not stays or request.method != "GET":
            raise self._refused(
                f"redirects to {there.scheme}://{there.hostname}, where credentials must not go",
                "write the address that it redirects to into the connection's `url`",
            )
        return target

    def _accepted(self, answer: requests.Response, content: bytes) -> bytes:
        status = answer.status_code
        if status == HTTPStatus.OK:
            return content
        reason = f"{status} {self._scrubbed(str(answer.reason).encode() + b': ' + content)}"
        match status:
            case 401:
                raise CredentialsError(self._told(reason), remedy="replace the token")
            case 403:
                raise ScopeError(self._told(reason), remedy="let the token read this")
            case 429 | 503:
                raise self._throttled(reason, answer.headers.get("retry-after", ""))
            case _ if status == HTTPStatus.REQUEST_TIMEOUT or status >= 500:
                raise self._passing(reason)
            case _:
                raise self._refused(reason, "correct the query's path, params or body")

    def _throttled(self, reason: str, retry_after: str) -> ConnectorError:
        # A date instead of seconds is allowed, and rare: our own back-off serves.
        after = float(retry_after) if retry_after.isdecimal() else None
        if after is not None and after > LONGEST_WAIT:
            return RetryLater(self._told(reason), remedy=f"wait {after:g} s")
        return self._passing(reason, after)

    def _headers(self) -> dict[str, str]:
        secrets = self._connection.secrets
        return {
            name: secrets[f"headers.{name}"].get_secret_value()
            if isinstance(value, SecretRef)
            else value
            for name, value in self._options.headers.items()
        }

    def _scrubbed(self, content: bytes) -> str:
        """The beginning of an answer, in case it quotes the credentials."""
        text = " ".join(content[:2000].decode(errors="replace").split())
        for secret in self._connection.secrets.values():
            for part in (secret.get_secret_value(), *secret.get_secret_value().split()):
                text = text.replace(part, "***") if len(part) > 3 else text
        return text[:200]

    def _passing(self, what: str, after: float | None = None) -> RetrySoon:
        remedy = "run it again later; if it stays, check the network and the connection's `url`"
        return RetrySoon(self._told(what), after=after, remedy=remedy)

    def _refused(self, what: str, remedy: str) -> QueryError:
        return QueryError(self._told(what), remedy=remedy)

    def _told(self, what: str) -> str:
        return f"service {self._options.service}: {what}"

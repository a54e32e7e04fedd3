"""Sessions with a JSON service: fill the window into a request, pick the answer out."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from connectors.contract import Ask, Connection, Finding, Identity, Session, Step
from connectors.errors import QueryError
from connectors.http_json.picking import pick
from connectors.http_json.query import PLACEHOLDER, QUERY, HttpJsonOptions, HttpJsonQuery
from connectors.series import Answer, Values, by_day, number, observe, plan, tried
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.observations import Observation
from okrmodel.windows import Window

if TYPE_CHECKING:
    from connectors.http_json.client import HttpJsonClient


class HttpJsonSession:
    """One service, asked by one thread."""

    def __init__(
        self, connection: Connection, client: "HttpJsonClient", options: HttpJsonOptions
    ) -> None:
        self._connection = connection
        self._client = client
        self._options = options

    @property
    def calls(self) -> int:
        """Requests sent so far, retries and redirects included."""
        return self._client.calls

    def identity(self) -> Identity:
        """The declared service: nothing that all services answer would say who they are."""
        return Identity(account=self._options.service, zone=None, title=self._options.url)

    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        """Send each question for its last window."""
        for ask in asks:
            yield tried(ask, self._answer)

    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        """Send a step's requests.

        Raises:
            ConnectorError: What the service refused, or JSON that is no answer.
        """
        return observe(step, self._connection, self._answer)

    def close(self) -> None:
        """Close the sockets."""
        self._client.close()

    def _answer(self, query: HttpJsonQuery, window: Window) -> Answer:
        from connectors.http_json.client import Request  # noqa: PLC0415

        values = _placeholders(window, self._connection)
        request = Request(
            method=query.method,
            url=self._options.url.rstrip("/") + _path(query.path, values),
            params={name: filled(value, values) for name, value in query.params.items()},
            body=filled(query.body, values),
        )
        content = self._client.fetch(request)
        found = pick(content, query.pick)
        return Answer(
            values=_days(found, query, self._connection.zone)
            if query.answer == "days"
            else {None: number(found)},
            records=len(found) if query.answer == "days" else 1,
            query=json.dumps(vars(request), sort_keys=True, ensure_ascii=False),
            digest=hashlib.sha256(content).hexdigest(),
        )


def filled(template: Any, values: Mapping[str, str | int]) -> Any:
    """A parameter or body with its placeholders filled; one that stands alone keeps its type."""
    match template:
        case str():
            alone = PLACEHOLDER.fullmatch(template)
            if alone and alone[1] in values:
                return values[alone[1]]
            return PLACEHOLDER.sub(lambda m: str(values.get(m[1], m[0])), template)
        case list() | tuple():
            return [filled(each, values) for each in template]
        case dict():
            return {name: filled(each, values) for name, each in template.items()}
        case _:
            return template


def _path(path: str, values: Mapping[str, str | int]) -> str:
    text = str(PLACEHOLDER.sub(lambda m: quote(str(values[m[1]]), safe=""), path))
    return f"/{text.lstrip('/')}" if text else ""


def _placeholders(window: Window, connection: Connection) -> dict[str, str | int]:
    start, end = window.instants(connection.zone)
    seconds = {"start": _seconds(start), "end": _seconds(end)}
    return {
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "last": window.last_day.isoformat(),
        "start_at": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "end_at": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "zone": connection.zone.key,
        **{f"{name}_s": value for name, value in seconds.items()},
        **{f"{name}_ms": value * 1000 for name, value in seconds.items()},
    }


def _seconds(instant: datetime) -> int:
    return int((instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def _days(found: Any, query: HttpJsonQuery, zone: ZoneInfo) -> Values:
    if not isinstance(found, list) or not all(isinstance(row, list) for row in found):
        raise QueryError(
            f"{query.pick} picks no list of [day, value] pairs",
            remedy="end the expression with something like rows[].[day, value]",
        )
    return by_day(found, zone)


@dataclass(frozen=True)
class HttpJsonConnector:
    """The registered connector."""

    name: str = "http_json"
    options: type[ConnectionOptions] = HttpJsonOptions
    query: TypeAdapter[Any] = QUERY

    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:  # noqa: ARG002 - the contract's
        """One request for a series of days, one a window for numbers."""
        return plan(asks)

    def connect(self, connection: Connection) -> Session:
        """Open a session; loads requests, and sends nothing yet."""
        from connectors.http_json.client import HttpJsonClient  # noqa: PLC0415

        options = connection.options
        if not isinstance(options, HttpJsonOptions):
            raise TypeError(f"not an http_json connection: {connection.name}")
        return HttpJsonSession(connection, HttpJsonClient(connection, options), options)


CONNECTOR = HttpJsonConnector()
"""Registered under the entry-point group okr.connectors."""

"""What okrmodel asks of a connector's own words: its connection options and its queries.

The connectors define subclasses; okrmodel reads files with them through a `Catalogue` that is
passed in, and knows no connector by name.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, Protocol, Self

from pydantic import TypeAdapter

from okrmodel.definitions.base import Definition
from okrmodel.exact import sha256
from okrmodel.observations import Aggregation


class ConnectionOptions(Definition):
    """A configured connector: what a connection takes, whatever its kind.

    `account` of a subclass names the outside account (HubSpot portal id, GA4 property id); it is
    part of every fingerprint, so it must not depend on a token or a host.
    """

    connector: str
    """The connector's name: hubspot, ga4, sql, manual, http_json or one of an installed plug-in."""
    ANSWERS_IDENTIFY: ClassVar[bool] = False
    """Whether each answer says who gives it: nobody need be asked who they are beforehand."""
    days: Literal["workspace", "source"] = "workspace"
    """`source`: windows are the dates of the source's own time zone, where it differs."""

    @property
    def account(self) -> str:
        """The identity of the outside account that the connection declares."""
        raise NotImplementedError


class Query(Definition):
    """What may be asked of one connector: a logical question, without a window."""

    VERSION: ClassVar[int] = 1
    """Raised when the same words begin to mean something else: old observations stay apart."""
    FREE: ClassVar[bool] = False
    """Answered without a request: asked again each time, however settled the answer is."""
    DRIFTS: ClassVar[bool] = False
    """The source rewrites its past without end: settled windows are compared with it every night
    (`connectors.contract.Audit`) and read again every week."""

    @property
    def aggregation(self) -> Aggregation | None:
        """What the question implies (sum, distinct or level); None where it must be declared."""
        raise NotImplementedError

    @property
    def settles(self) -> timedelta:
        """How long after a window's end the source may still change its value by itself."""
        raise NotImplementedError

    @property
    def has_history(self) -> bool:
        """Whether the source can answer for windows that ended before today."""
        return True

    @property
    def is_rate(self) -> bool:
        """Whether the source answers with a rate or mean of its own, without the parts of it."""
        return False

    @property
    def asks_whole(self) -> bool:
        """Whether a window of any length is one request.

        What is measured once is asked as a whole then, not day by day.
        """
        return False

    def presence(self) -> "Query":
        """The cheapest question that tells whether there is anything to ask of.

        Itself, unless its own answer is made of rows that need only be counted for that.
        """
        return self

    def due(self, ended: datetime, checked: datetime, now: datetime) -> bool:  # noqa: ARG002 - subclasses use it
        """Whether a window that is still settling is worth another read.

        Args:
            ended: When the window was over.
            checked: When it was read last.
            now: The present.
        """
        return True

    def resolved(self, stages: Mapping[str, str]) -> Self:  # noqa: ARG002 - subclasses use it
        """The question with the workspace's stage names replaced by the source's ids."""
        return self

    def canonical(self) -> dict[str, Any]:
        """The question as plain JSON values: what is left out and what is default are equal."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class ConnectorKind(Protocol):
    """What a connector shows before anybody connects: enough to read and lint a config.

    Loading it imports no SDK.
    """

    @property
    def name(self) -> str: ...
    @property
    def options(self) -> type[ConnectionOptions]: ...
    @property
    def query(self) -> TypeAdapter[Any]:
        """Validates a mapping into one of the connector's Query classes."""
        ...


Catalogue = Mapping[str, ConnectorKind]
"""The connectors installed, by name."""


def fingerprint(
    connector: str, account: str, query: Query, zone: str, aggregation: Aggregation
) -> str:
    """What makes two observations answers to one question (design, section 5).

    Connector, version of its logical query, the account, the canonical query, how it is
    aggregated, and the zone that cuts its days. Names, hosts, tokens and strategies are not in
    it, so renaming, moving or rotating loses nothing.
    """
    question = {
        "connector": connector,
        "version": query.VERSION,
        "account": account,
        "query": query.canonical(),
        "aggregation": aggregation.value,
        "zone": zone,
    }
    text = json.dumps(question, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text)

"""An open connection to one HubSpot account."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.contract import Ask, Connection, Finding, Identity, Part, Step, failed
from connectors.errors import ConnectorError, QueryError
from connectors.hubspot.audits import Comparison
from connectors.hubspot.client import Client
from connectors.hubspot.crm import Crm
from connectors.hubspot.doctor import examine, examine_asks, examine_limits
from connectors.hubspot.emails import Mailing
from connectors.hubspot.options import HubSpotOptions
from connectors.hubspot.schema import Schema
from connectors.hubspot.steps import (
    AuditStep,
    CountStep,
    HistogramStep,
    NowStep,
    PublishedStep,
    ScanStep,
)
from connectors.hubspot.transport import Transport

_REAL = "STANDARD"
"""The account type of companies; the others are for trying things out."""


class HubSpotSession:
    """One of `connectors.contract.Session`. Not shared between threads."""

    def __init__(self, connection: Connection) -> None:
        if not isinstance(connection.options, HubSpotOptions):
            raise TypeError(f"connection {connection.name} is not to HubSpot")
        self._connection = connection
        self._options = connection.options
        self._client = Client(connection, self._options, Transport(self._options.endpoint))
        self._schema = Schema(self._client)

    @property
    def calls(self) -> int:
        """Requests sent so far, retries included."""
        return self._client.calls

    def identity(self) -> Identity:
        """Whose token it is: one call, remembered."""
        portal = self._details.get("portalId")
        if portal is None:
            raise QueryError(
                "HubSpot's account details name no portal",
                remedy="check that `endpoint` is HubSpot's",
            )
        return Identity(
            account=str(portal),
            zone=str(self._portal_zone) if self._options.days == "source" else None,
            sandbox=self._details.get("accountType") != _REAL,
            title=f"HubSpot portal {portal} ({self._details.get('uiDomain')})",
        )

    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        """Check token, account, zone, limits, and every name in the asks."""
        try:
            identity, portal_zone = self.identity(), self._portal_zone
        except ConnectorError as error:
            yield failed("token", error)  # Without a good one nothing else can be known.
            return
        yield from examine(self._connection, identity, portal_zone)
        yield examine_limits(self._client.quotas.told)
        yield from examine_asks(self._client, self._schema, asks)

    def run(self, step: Step) -> Iterator[Part]:
        """Execute a step; the rows of many windows come in several parts.

        Raises:
            ConnectorError: By what to do next.
        """
        match step:
            case CountStep():
                yield from self._crm.count(step)
            case ScanStep():
                yield from self._crm.scan(step)
            case AuditStep():
                yield from Comparison(self._crm, step.bookmark).run(step.audits)
            case NowStep():
                yield self._crm.current(step)
            case HistogramStep():
                yield self._mailing.counters(step)
            case PublishedStep():
                yield from self._mailing.published(step)
            case _:
                raise TypeError(f"{type(step).__name__} is no step of HubSpot's")

    def close(self) -> None:
        """Close the sockets."""
        self._client.close()

    @cached_property
    def _details(self) -> dict[str, Any]:
        return self._client.account().content

    @cached_property
    def _portal_zone(self) -> ZoneInfo:
        name = str(self._details.get("timeZone"))
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise QueryError(
                f"HubSpot's account is in the time zone {name!r}, which nobody knows",
                remedy="install a newer tzdata",
            ) from None

    @cached_property
    def _zone(self) -> ZoneInfo:
        """Where days are cut: in the workspace's zone, or for `days: source` in the account's."""
        return self._portal_zone if self._options.days == "source" else self._connection.zone

    @cached_property
    def _crm(self) -> Crm:
        return Crm(
            client=self._client,
            schema=self._schema,
            zone=self._zone,
            now=self._connection.now,
            home_currency=lambda: self._details.get("companyCurrency"),
            source_zone=str(self._zone) if self._options.days == "source" else None,
        )

    @cached_property
    def _mailing(self) -> Mailing:
        return Mailing(
            client=self._client,
            zone=self._zone,
            now=self._connection.now,
            portal_zone=lambda: self._portal_zone,
        )

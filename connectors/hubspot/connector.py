"""HubSpot as a connector: what may be configured, asked and planned, and the way in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from connectors.contract import Ask, Connection, Session, Step
from connectors.hubspot.options import HubSpotOptions
from connectors.hubspot.plan import plan
from connectors.hubspot.query import QUERY
from connectors.hubspot.quotas import DAILY
from okrmodel.definitions.query import ConnectionOptions


class HubSpotConnector:
    """One of `connectors.contract.Connector`."""

    @property
    def name(self) -> str:
        return "hubspot"

    @property
    def options(self) -> type[ConnectionOptions]:
        return HubSpotOptions

    @property
    def query(self) -> TypeAdapter[Any]:
        return QUERY

    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:
        """Turn asks into steps, purely."""
        steps = plan(asks)
        if isinstance(options, HubSpotOptions) and options.has_day:
            return steps
        return [
            replace(s, spends=tuple(t for t in s.spends if t.quota != DAILY.name)) for s in steps
        ]

    def connect(self, connection: Connection) -> Session:
        """Open a session; sends nothing yet."""
        # Here and not above: it loads the SDK.
        from connectors.hubspot.session import HubSpotSession  # noqa: PLC0415

        return HubSpotSession(connection)

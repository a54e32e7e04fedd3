"""Pretend HubSpot accounts on real sockets, and the way to open sessions with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.budget import Budget
from connectors.contract import Ask
from connectors.hubspot import CONNECTOR
from connectors.hubspot.options import HubSpotOptions
from connectors.hubspot.session import HubSpotSession
from okrmodel.observations import Observation
from okrmodel.windows import Window
from sandbox.clock import DEFAULT_NOW, Clock
from sandbox.company.grow import grow
from sandbox.company.tables import Company
from sandbox.faults import Fault, Faults
from sandbox.hubspot.access import TOKEN
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import HubSpotServer
from sandbox.request_log import RequestLog
from tests.connectors import opening
from tests.connectors.opening import WARSAW, run

STAGES = {"mql": "marketingqualifiedlead", "sql": "salesqualifiedlead", "pql": "1066237962"}


@dataclass
class Account:
    """A pretend portal, and what was asked of it."""

    company: Company
    clock: Clock
    faults: Faults
    log: RequestLog
    server: HubSpotServer
    slept: list[float] = field(default_factory=list)

    @property
    def portal(self) -> Portal:
        return self.server.portal

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def options(self, **changes: Any) -> HubSpotOptions:
        raw = {
            "connector": "hubspot",
            "portal": self.company.portal_id,
            "token": "${TOKEN}",
            "endpoint": self.endpoint,
        }
        wanted = {name: value for name, value in (raw | changes).items() if value is not None}
        return HubSpotOptions.model_validate(wanted)

    @contextmanager
    def session(
        self,
        zone: ZoneInfo = WARSAW,
        secrets: dict[str, str] | None = None,
        budget: Budget | None = None,
        **changes: Any,
    ) -> Iterator[HubSpotSession]:
        connection = opening.connection(
            self.options(**changes),
            secrets=secrets or {"token": TOKEN},
            zone=zone,
            now=self.clock.now,
            slept=self.slept,
        )
        session = HubSpotSession(replace(connection, budget=budget or connection.budget))
        try:
            yield session
        finally:
            session.close()

    def answers(
        self, asked: Ask, zone: ZoneInfo = WARSAW, **changes: Any
    ) -> dict[Window, Observation]:
        """Plan and run one ask."""
        with self.session(zone, **changes) as session:
            return answered(session, asked)

    def values(self, asked: Ask, zone: ZoneInfo = WARSAW, **changes: Any) -> list[Any]:
        return [o.value for o in self.answers(asked, zone, **changes).values()]

    def fault(self, kind: Any, **details: Any) -> None:
        self.faults.order(Fault(kind, **details))

    @property
    def requests(self) -> list[str]:
        """Verb and path of each request so far."""
        return [f"{r.method} {r.path.partition('?')[0]}" for r in self.log.all()]

    @property
    def searches(self) -> int:
        return sum(request.endswith("/search") for request in self.requests)


def answered(session: HubSpotSession, asked: Ask) -> dict[Window, Observation]:
    steps = CONNECTOR.plan([asked], session._options)
    observations = run(session, *steps)
    found = {o.window: o for o in observations}
    assert len(observations) == len(found) == len(asked.windows)
    return {window: found[window] for window in asked.windows}


def asking(question: dict[str, Any], *windows: Window) -> Ask:
    query = CONNECTOR.query.validate_python(question).resolved(STAGES)
    return opening.ask(query, *windows)


@contextmanager
def serving(company: Company, *, limits: bool = False) -> Iterator[Account]:
    clock, faults, log = Clock(), Faults(), RequestLog()
    server = HubSpotServer(company, clock, faults, log, limits=limits)
    server.start()
    try:
        yield Account(company, clock, faults, log, server)
    finally:
        server.close()


@pytest.fixture(scope="package")
def company() -> Company:
    return grow(contacts=4000, newsletter_recipients=150, sessions_per_weekday=1)


@pytest.fixture(scope="package")
def served(company: Company) -> Iterator[Account]:
    with serving(company) as account:
        yield account


@pytest.fixture
def account(served: Account) -> Account:
    """The same portal for every test, as if nobody had ever asked it anything."""
    served.clock.move_to(DEFAULT_NOW)
    served.faults.clear()
    served.log.clear()
    served.slept.clear()
    served.portal.index_lag_ms = 0
    return served


@pytest.fixture
def portal_in(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Account]]:
    """Small portals in other time zones."""
    open_portals = []

    def opened(zone: str) -> Account:
        small = grow(
            contacts=300, newsletter_recipients=60, sessions_per_weekday=1, portal_zone=zone
        )
        context = serving(small)
        open_portals.append(context)
        return context.__enter__()

    yield opened
    for context in open_portals:
        context.__exit__(None, None, None)

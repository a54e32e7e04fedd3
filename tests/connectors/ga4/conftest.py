"""A pretend property on real sockets, asked over gRPC and over REST."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.contract import Ask, Session
from connectors.ga4 import CONNECTOR, Ga4Options, Ga4Query
from okrmodel.observations import Observation
from sandbox.clock import DEFAULT_NOW, Clock
from sandbox.company.grow import grow
from sandbox.company.tables import Company
from sandbox.faults import Fault, Faults
from sandbox.ga4.grpc_server import Ga4GrpcServer
from sandbox.ga4.quality import Quality
from sandbox.ga4.quota import Limits
from sandbox.ga4.rest_server import Ga4RestServer
from sandbox.ga4.service import Ga4Service
from sandbox.request_log import RequestLog
from tests.connectors.opening import WARSAW, connection, run


@dataclass
class Property:
    """The pretend property, and a way to open sessions with it."""

    company: Company
    clock: Clock
    faults: Faults
    log: RequestLog
    service: Ga4Service
    ports: dict[str, int]
    transport: str
    slept: list[float]

    def options(self, **changes: Any) -> Ga4Options:
        raw = {
            "connector": "ga4",
            "property": str(self.company.property_id),
            "endpoint": f"127.0.0.1:{self.ports[self.transport]}",
            "transport": self.transport,
        }
        return Ga4Options.model_validate(raw | changes)

    def session(self, zone: ZoneInfo = WARSAW, **changes: Any) -> Session:
        return CONNECTOR.connect(
            connection(self.options(**changes), zone=zone, now=self.clock.now, slept=self.slept)
        )

    def answers(self, *asks: Ask, **changes: Any) -> list[Observation]:
        """Plan and run the asks; the observations in the order of the asks and their windows."""
        session = self.session(**changes)
        try:
            found = {
                (o.fingerprint, o.window): o
                for o in run(session, *CONNECTOR.plan(asks, self.options()))
            }
        finally:
            session.close()
        return [found[ask.fingerprint, window] for ask in asks for window in ask.windows]

    def values(self, *asks: Ask) -> list[Any]:
        return [o.value for o in self.answers(*asks)]

    def fault(self, kind: Any, **details: Any) -> None:
        self.faults.order(Fault(kind, matching="BatchRunReports", **details))

    def calls(self, expected: int) -> int:
        """The requests logged; the REST server logs a moment after it has answered."""
        deadline = time.monotonic() + 5
        while len(self.log.all()) < expected and time.monotonic() < deadline:
            time.sleep(0.005)
        return len(self.log.all())


@pytest.fixture(scope="package")
def company() -> Company:
    return grow(contacts=40, sessions_per_weekday=120)


@pytest.fixture(scope="package")
def served(company: Company) -> Iterator[Callable[[str], Property]]:
    clock, faults, log = Clock(), Faults(), RequestLog()
    grpc = Ga4GrpcServer(company, clock, faults, log)
    rest = Ga4RestServer(company, clock, faults, log, service=grpc.service)
    grpc.start()
    rest.start()
    ports = {"grpc": grpc.port, "rest": rest.port}
    yield lambda transport: Property(
        company, clock, faults, log, grpc.service, ports, transport, []
    )
    rest.close()
    grpc.close()


def _fresh(served: Callable[[str], Property], transport: str) -> Property:
    found = served(transport)
    found.clock.move_to(DEFAULT_NOW)
    found.faults.clear()
    found.log.clear()
    found.service.quality = Quality()
    found.service.quota.limits = Limits()
    found.service.quota._spent.clear()
    return found


@pytest.fixture
def website(served: Callable[[str], Property]) -> Property:
    return _fresh(served, "grpc")


@pytest.fixture(params=["grpc", "rest"])
def either(request: pytest.FixtureRequest, served: Callable[[str], Property]) -> Property:
    """The same property by each transport in turn."""
    return _fresh(served, request.param)


def query(metric: str, **where: Any) -> Ga4Query:
    found: Ga4Query = CONNECTOR.query.validate_python({"metric": metric, "where": where})
    return found

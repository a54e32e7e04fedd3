"""Pretend GA4 properties on real sockets, asked through the official client."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.analytics.data_v1beta import BetaAnalyticsDataClient
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcTransport,
    BetaAnalyticsDataRestTransport,
)
from google.auth.credentials import AnonymousCredentials

from sandbox.clock import Clock
from sandbox.company.grow import grow
from sandbox.company.tables import Company
from sandbox.faults import Faults
from sandbox.ga4.grpc_server import Ga4GrpcServer
from sandbox.ga4.rest_server import Ga4RestServer
from sandbox.ga4.service import Ga4Service
from sandbox.request_log import RequestLog
from tests.sandbox.ga4.asking import THREE_DAYS, site_of


@dataclass(frozen=True)
class Site:
    """One property behind both servers."""

    clock: Clock
    faults: Faults
    log: RequestLog
    service: Ga4Service
    grpc: Any
    """The official client over gRPC."""
    rest: Any
    """The official client over REST."""
    rest_port: int

    def client(self, transport: str) -> Any:
        return self.grpc if transport == "grpc" else self.rest


Opens = Callable[..., Site]


@pytest.fixture(scope="module")
def opens() -> Iterator[Opens]:
    """Opens sites that close when the module's tests are over."""
    with ExitStack() as stack:

        def open_site(company: Company, **options: Any) -> Site:
            clock, faults, log = Clock(), Faults(), RequestLog()
            first = Ga4GrpcServer(company, clock, faults, log, **options)
            second = Ga4RestServer(
                company, clock, faults, log, service=first.service,
                latency=options.get("latency", 0.0),
            )  # fmt: skip
            for server in (first, second):
                server.start()
                stack.callback(server.close)
            channel = stack.enter_context(grpc.insecure_channel(f"127.0.0.1:{first.port}"))
            rest = BetaAnalyticsDataRestTransport(
                host=f"127.0.0.1:{second.port}",
                credentials=AnonymousCredentials(),
                url_scheme="http",
            )
            stack.callback(rest.close)
            return Site(
                clock,
                faults,
                log,
                first.service,
                BetaAnalyticsDataClient(transport=BetaAnalyticsDataGrpcTransport(channel=channel)),
                BetaAnalyticsDataClient(transport=rest),
                second.port,
            )

        yield open_site


@pytest.fixture(scope="module")
def three_days(opens: Opens) -> Site:
    """The five sessions that can be counted by hand."""
    return opens(site_of(*THREE_DAYS), limits=False)


@pytest.fixture(params=["grpc", "rest"])
def ask(three_days: Site, request: pytest.FixtureRequest) -> Any:
    """The official client of the three days, over each transport."""
    return three_days.client(request.param)


@pytest.fixture
def fresh(opens: Opens) -> Site:
    """The three days with a quota of their own."""
    return opens(site_of(*THREE_DAYS))


@pytest.fixture(scope="session")
def acorn() -> Company:
    return grow()

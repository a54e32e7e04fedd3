"""The whole pretend world: one company, one clock, and the servers that tell about it."""

from contextlib import ExitStack
from typing import Self

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.faults import Faults
from sandbox.ga4.grpc_server import Ga4GrpcServer
from sandbox.ga4.rest_server import Ga4RestServer
from sandbox.hubspot.access import TOKEN
from sandbox.hubspot.server import HubSpotServer
from sandbox.request_log import RequestLog

LOOPBACK = "127.0.0.1"


class Sandbox:
    """Pretend HubSpot and GA4 servers on loopback ports; a context manager.

    A port of 0 takes any free one. `limits` holds the documented rate limits, `latency` is how
    many seconds each answer takes. Once started, `hubspot_url`, `ga4_grpc_address` (host and port
    of a plain-text channel) and `ga4_rest_url` say where the servers are; until then they are
    empty. `hubspot_token` opens the pretend portal and nothing else.
    """

    def __init__(
        self,
        company: Company,
        *,
        clock: Clock | None = None,
        hubspot_port: int = 0,
        ga4_grpc_port: int = 0,
        ga4_rest_port: int = 0,
        limits: bool = True,
        latency: float = 0.0,
    ) -> None:
        self.company = company
        self.clock = clock or Clock()
        self.faults = Faults()
        self.log = RequestLog()
        self.hubspot_token = TOKEN
        self.hubspot_url = self.ga4_grpc_address = self.ga4_rest_url = ""
        self._ports = (hubspot_port, ga4_grpc_port, ga4_rest_port)
        self._limits = limits
        self._latency = latency
        self._open = ExitStack()

    def start(self) -> Self:
        """Open the ports; if one cannot be opened, none stays open.

        Raises:
            OSError: when the port of an HTTP server is taken.
            RuntimeError: when the gRPC port is taken, or the sandbox runs already.
        """
        if self.hubspot_url:
            raise RuntimeError(f"the sandbox runs already, at {self.hubspot_url}")
        parts = (self.company, self.clock, self.faults, self.log)
        hubspot_port, grpc_port, rest_port = self._ports
        limits, latency = self._limits, self._latency
        with ExitStack() as opening:
            hubspot = HubSpotServer(*parts, port=hubspot_port, limits=limits, latency=latency)
            opening.callback(hubspot.close)
            hubspot.start()
            grpc = Ga4GrpcServer(*parts, port=grpc_port, limits=limits, latency=latency)
            opening.callback(grpc.close)
            # Before the next port is opened: a gRPC server that never ran does not let go of its own.
            grpc.start()
            # One service behind both GA4 servers: they spend the same quota.
            rest = Ga4RestServer(
                *parts, port=rest_port, limits=limits, latency=latency, service=grpc.service
            )
            opening.callback(rest.close)
            rest.start()
            self._open = opening.pop_all()
        self.hubspot_url = f"http://{LOOPBACK}:{hubspot.port}"
        self.ga4_grpc_address = f"{LOOPBACK}:{grpc.port}"
        self.ga4_rest_url = f"http://{LOOPBACK}:{rest.port}"
        return self

    def close(self) -> None:
        """Stop the servers and wait for their threads. Closing twice does nothing."""
        self._open.close()
        self.hubspot_url = self.ga4_grpc_address = self.ga4_rest_url = ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_raised: object) -> None:
        self.close()

"""The whole pretend world: one company, one clock, and the servers that tell about it."""

from typing import Self

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.faults import Faults
from sandbox.ga4.grpc_server import Ga4GrpcServer
from sandbox.ga4.rest_server import Ga4RestServer
from sandbox.hubspot.server import HubSpotServer
from sandbox.request_log import RequestLog

LOOPBACK = "127.0.0.1"
HUBSPOT_TOKEN = "pat-eu1-sandbox"  # noqa: S105 (opens nothing but this pretend server)


class Sandbox:
    """Pretend HubSpot and GA4 servers on loopback ports; a context manager.

    A port of 0 takes any free one. `limits` holds the documented rate limits, `latency` is how
    many seconds each answer takes.
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
        self.hubspot_token = HUBSPOT_TOKEN
        parts = (company, self.clock, self.faults, self.log)
        self._hubspot = HubSpotServer(*parts, port=hubspot_port, limits=limits, latency=latency)
        self._ga4_grpc = Ga4GrpcServer(*parts, port=ga4_grpc_port, limits=limits, latency=latency)
        self._ga4_rest = Ga4RestServer(*parts, port=ga4_rest_port, limits=limits, latency=latency)
        self._running: list[HubSpotServer | Ga4GrpcServer | Ga4RestServer] = []

    @property
    def hubspot_url(self) -> str:
        """Where the HubSpot client's `host` must point."""
        return f"http://{LOOPBACK}:{self._hubspot.port}"

    @property
    def ga4_grpc_address(self) -> str:
        """Host and port of the plain-text gRPC channel."""
        return f"{LOOPBACK}:{self._ga4_grpc.port}"

    @property
    def ga4_rest_url(self) -> str:
        return f"http://{LOOPBACK}:{self._ga4_rest.port}"

    def start(self) -> Self:
        """Open the ports; if one cannot be opened, none stays open.

        Raises:
            OSError: when a port is taken.
        """
        try:
            for server in (self._hubspot, self._ga4_grpc, self._ga4_rest):
                server.start()
                self._running.append(server)
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Stop the servers and wait for their threads. Closing twice does nothing."""
        while self._running:
            self._running.pop().close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_raised: object) -> None:
        self.close()

"""The pretend HubSpot's HTTP server: loopback, HTTP/1.1 with keep-alive, one write an answer."""

import socket
import sys
import threading
from http.server import ThreadingHTTPServer
from socketserver import BaseRequestHandler
from typing import Any

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.control import WorldParts
from sandbox.faults import Faults
from sandbox.hubspot.conversation import Conversation, Service
from sandbox.hubspot.portal import Portal
from sandbox.request_log import RequestLog

HOST = "127.0.0.1"


class HubSpotServer:
    """Serves one pretend portal. `port` 0 takes any free one; `latency` is in seconds."""

    def __init__(
        self,
        company: Company,
        clock: Clock,
        faults: Faults,
        log: RequestLog,
        *,
        port: int = 0,
        limits: bool = True,
        latency: float = 0.0,
    ) -> None:
        self.portal = Portal(company, clock, limits=limits)
        self._parts = WorldParts(company, clock, faults, log)
        self._latency = latency
        self._asked_port = port
        self._http: _Http | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port that it listens on once started."""
        return self._http.server_address[1] if self._http else self._asked_port

    @property
    def index_lag_ms(self) -> int:
        """A search sees changes only so many milliseconds after they happened; 0 by default."""
        return self.portal.index_lag_ms

    @index_lag_ms.setter
    def index_lag_ms(self, lag_ms: int) -> None:
        self.portal.index_lag_ms = lag_ms

    def start(self) -> None:
        """Open the port and answer in threads of its own.

        Raises:
            OSError: when the port is taken.
        """
        service = Service(self.portal, self._parts, self._latency)
        self._http = _Http(self._asked_port, service)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, name="hubspot"
        )
        self._thread.start()

    def close(self) -> None:
        """Stop, hang up on everybody and wait for every thread. Closing twice does nothing."""
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._thread.join()
        self._http.hang_up()
        self._http.server_close()
        self._asked_port = self.port
        self._http = self._thread = None


class _Http(ThreadingHTTPServer):
    """Knows its open connections, so that it can close them."""

    daemon_threads = False  # server_close() then waits for them.
    request_queue_size = 128

    def __init__(self, port: int, service: Service) -> None:
        self._service = service
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((HOST, port), BaseRequestHandler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        Conversation(request, client_address, self, self._service)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake every thread that waits for a request or in a stall."""
        self._service.closing.set()
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # The other side was faster.

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; anything else is a bug and is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

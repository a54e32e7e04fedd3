"""What was asked of the pretend servers: tests and benchmarks count the calls here."""

import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """One request as it arrived, with what was answered."""

    service: str
    """hubspot, ga4-grpc or ga4-rest."""
    method: str
    """HTTP verb, or the gRPC method's name."""
    path: str
    body: str
    status: int
    """HTTP status; for gRPC the HTTP status of its code."""
    bytes_out: int
    at_monotonic: float
    """Seconds of time.monotonic() when it arrived: rates are measured with it."""


class RequestLog:
    """An append-only list. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []

    def add(self, request: Request) -> None:
        """Append one request."""
        with self._lock:
            self._requests.append(request)

    def all(self, service: str | None = None) -> tuple[Request, ...]:
        """The requests so far, of one service or of all, oldest first."""
        with self._lock:
            return tuple(r for r in self._requests if service in {None, r.service})

    def clear(self) -> None:
        """Forget what was asked."""
        with self._lock:
            self._requests.clear()

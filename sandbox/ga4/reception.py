"""What every request passes, on either transport: faults, concurrency, latency, the log."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sandbox.faults import Fault, Faults
from sandbox.ga4.errors import ApiError, exhausted, ordered
from sandbox.ga4.messages import Message
from sandbox.ga4.service import Ga4Service
from sandbox.request_log import Request, RequestLog

Cut = Literal["", "reset", "truncate"]


@dataclass(frozen=True)
class Answer:
    """What to send: a reply, an error, or either of them cut off."""

    reply: Message = None
    error: ApiError | None = None
    cut: Cut = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.error.http if self.error else 200


class Reception:
    """One server's door to the shared service.

    Args:
        service: The property, shared by both transports with its quota.
        faults: Orders, matched against the method's name ("RunReport"). Kinds status, stall,
            reset, truncate and quota; an ordered 500 or 503 uses up the server errors quota.
        log: Gets every request.
        name: The log's service: ga4-grpc or ga4-rest.
        latency: Seconds that every answer takes; it holds a concurrent request meanwhile.
    """

    def __init__(
        self, service: Ga4Service, faults: Faults, log: RequestLog, name: str, latency: float
    ) -> None:
        self._service = service
        self._faults = faults
        self._log = log
        self._name = name
        self._latency = latency
        self._closing = threading.Event()

    def answer(self, method: str, read: Callable[[], Message]) -> Answer:
        """Answer a call of this method; `read` gives the request or raises ApiError."""
        try:
            with self._service.quota.request():
                self._closing.wait(self._latency)
                fault = self._faults.take(method)
                return self._faulty(fault, method, read) if fault else self._proper(method, read)
        except ApiError as error:
            return Answer(error=error)

    def record(
        self, method: str, path: str, body: str, status: int, *, bytes_out: int, began: float
    ) -> None:
        """Log one request; `began` is time.monotonic() at its arrival."""
        self._log.add(Request(self._name, method, path, body, status, bytes_out, began))

    def close(self) -> None:
        """End the stalls: whoever waits is answered now."""
        self._closing.set()

    def _proper(self, method: str, read: Callable[[], Message]) -> Answer:
        return Answer(reply=self._service.answer(method, read()))

    def _faulty(self, fault: Fault, method: str, read: Callable[[], Message]) -> Answer:
        if fault.kind in {"status", "quota"}:
            error = exhausted(fault.policy) if fault.kind == "quota" else ordered(fault.status)
            self._service.quota.failed(error.http)
            return Answer(error=error, headers=fault.headers)
        if fault.kind == "reset":
            return Answer(cut="reset")
        if fault.kind == "stall":
            self._closing.wait(fault.seconds)
        answer = self._proper(method, read)
        return Answer(reply=answer.reply, cut="truncate") if fault.kind == "truncate" else answer

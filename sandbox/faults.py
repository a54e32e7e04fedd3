"""Faults to order: what the pretend servers do instead of answering."""

import re
import threading
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal["status", "stall", "truncate", "reset", "quota", "empty_page"]


@dataclass(frozen=True)
class Fault:
    """One order: the next `times` requests whose "VERB path" matches get it."""

    kind: FaultKind
    matching: str = ""
    """Regular expression, searched in "POST /crm/v3/objects/contacts/search" or "RunReport"."""
    times: int = 1
    skip: int = 0
    """How many matching requests are answered properly first."""
    status: int = 500
    """HTTP status of kind "status" (and of "quota", where it is 429)."""
    seconds: float = 0.0
    """How long a "stall" lasts before the request is answered properly."""
    policy: str = ""
    """Of kind "quota": TEN_SECONDLY_ROLLING, SECONDLY, DAILY; for GA4 project_hour, day,
    concurrent, server_errors, thresholded."""
    headers: dict[str, str] = field(default_factory=dict)
    """Sent along, for instance Retry-After."""


class Faults:
    """The orders still open. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[_Order] = []

    def order(self, fault: Fault) -> None:
        """Add an order; orders are tried oldest first.

        Raises:
            ValueError: when `matching` is no regular expression, or `times` is below 1.
        """
        if fault.times < 1:
            raise ValueError(f"fault.times must be at least 1, got {fault.times}")
        try:
            pattern = re.compile(fault.matching)
        except re.error as problem:
            raise ValueError(
                f"fault.matching {fault.matching!r} is no regular expression: {problem}"
            ) from None
        with self._lock:
            self._orders.append(_Order(fault, pattern, fault.skip, fault.times))

    def clear(self) -> None:
        """Drop every order."""
        with self._lock:
            self._orders.clear()

    def waiting(self) -> tuple[tuple[Fault, int], ...]:
        """The orders not used up yet, each with how many times it will still strike."""
        with self._lock:
            return tuple((order.fault, order.times) for order in self._orders)

    def take(self, request: str) -> Fault | None:
        """The fault for this request, if one was ordered; counts it down."""
        with self._lock:
            for order in self._orders:
                if not order.pattern.search(request):
                    continue
                if order.skip > 0:
                    order.skip -= 1
                    continue
                order.times -= 1
                self._orders = [waiting for waiting in self._orders if waiting.times > 0]
                return order.fault
        return None


@dataclass
class _Order:
    fault: Fault
    pattern: re.Pattern[str]
    skip: int
    times: int

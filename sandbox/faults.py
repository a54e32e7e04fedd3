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
        self._open: list[list[int]] = []
        self._orders: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Add an order; orders are tried oldest first."""
        with self._lock:
            self._orders.append(fault)
            self._open.append([fault.skip, fault.times])

    def clear(self) -> None:
        """Drop every order."""
        with self._lock:
            self._orders.clear()
            self._open.clear()

    def take(self, request: str) -> Fault | None:
        """The fault for this request, if one was ordered; counts it down."""
        with self._lock:
            for fault, left in zip(self._orders, self._open, strict=True):
                if left[1] == 0 or not re.search(fault.matching, request):
                    continue
                if left[0] > 0:
                    left[0] -= 1
                    continue
                left[1] -= 1
                return fault
        return None

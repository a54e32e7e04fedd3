"""The control door: another process moves the clock, orders faults and reads the log here.

    GET    /_sandbox/clock            {"now": "2026-11-23T03:00:00+00:00"}
    PUT    /_sandbox/clock            {"now": ISO 8601 with an offset} or {"advance_seconds": 3600}
    GET    /_sandbox/faults           {"faults": [...]}: the orders not used up yet
    POST   /_sandbox/faults           the fields of `sandbox.faults.Fault`
    DELETE /_sandbox/faults           drops every order
    GET    /_sandbox/log[?service=X]  {"requests": [...]}, oldest first
    DELETE /_sandbox/log              forgets them

Every answer is JSON; a wrong request is answered 400, 404 or 405 with {"message": ...}.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple, get_args
from urllib.parse import parse_qs, urlsplit

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.faults import Fault, FaultKind, Faults
from sandbox.request_log import RequestLog

PREFIX = "/_sandbox/"

Answer = tuple[int, dict[str, Any]]


class WorldParts(NamedTuple):
    """What the servers share and the door may touch."""

    company: Company
    clock: Clock
    faults: Faults
    log: RequestLog


def control(world_parts: WorldParts, method: str, path: str, body: bytes) -> Answer:
    """Answer one request at the door: HTTP status and JSON body.

    `path` is the request target, query included. Never raises for what a caller sent.
    """
    target = urlsplit(path)
    verbs = _DOORS.get(target.path.removeprefix(PREFIX).rstrip("/"))
    if verbs is None or not target.path.startswith(PREFIX):
        return 404, {"message": f"no such door: {target.path}; there are {sorted(_DOORS)}"}
    act = verbs.get(method.upper())
    if act is None:
        return 405, {"message": f"{target.path} takes {sorted(verbs)}, not {method}"}
    try:
        order = json.loads(body or b"{}")
        if not isinstance(order, dict):
            return 400, {"message": f"the body must be a JSON object, got {body[:80]!r}"}
        return act(world_parts, {**_query(target.query), **order})
    except (ValueError, TypeError) as problem:
        return 400, {"message": f"{method} {target.path}: {problem}"}


def _query(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query).items()}


def _read_clock(parts: WorldParts, _order: dict[str, Any]) -> Answer:
    return 200, {"now": parts.clock.now().isoformat()}


def _move_clock(parts: WorldParts, order: dict[str, Any]) -> Answer:
    if set(order) == {"now"}:
        parts.clock.move_to(datetime.fromisoformat(order["now"]))
    elif set(order) == {"advance_seconds"}:
        parts.clock.move_to(parts.clock.now() + timedelta(seconds=order["advance_seconds"]))
    else:
        raise ValueError(f'send either "now" or "advance_seconds", got {sorted(order)}')
    return _read_clock(parts, order)


def _read_faults(parts: WorldParts, _order: dict[str, Any]) -> Answer:
    waiting = [{**asdict(fault), "times": left} for fault, left in parts.faults.waiting()]
    return 200, {"faults": waiting}


def _order_fault(parts: WorldParts, order: dict[str, Any]) -> Answer:
    unknown = set(order) - {field.name for field in fields(Fault)}
    if unknown or order.get("kind") not in get_args(FaultKind):
        raise ValueError(
            f"a fault has a kind of {sorted(get_args(FaultKind))} "
            f"and fields of {[field.name for field in fields(Fault)]}, got {order}"
        )
    parts.faults.order(Fault(**order))
    return _read_faults(parts, order)


def _drop_faults(parts: WorldParts, order: dict[str, Any]) -> Answer:
    parts.faults.clear()
    return _read_faults(parts, order)


def _read_log(parts: WorldParts, order: dict[str, Any]) -> Answer:
    return 200, {"requests": [asdict(r) for r in parts.log.all(order.get("service"))]}


def _drop_log(parts: WorldParts, order: dict[str, Any]) -> Answer:
    parts.log.clear()
    return _read_log(parts, order)


_DOORS: dict[str, dict[str, Callable[[WorldParts, dict[str, Any]], Answer]]] = {
    "clock": {"GET": _read_clock, "PUT": _move_clock},
    "faults": {"GET": _read_faults, "POST": _order_fault, "DELETE": _drop_faults},
    "log": {"GET": _read_log, "DELETE": _drop_log},
}

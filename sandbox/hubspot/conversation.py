"""One connection's requests, one after the other, and the faults that were ordered for them."""

import os
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from sandbox.control import PREFIX, WorldParts, control
from sandbox.faults import Fault
from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import CORRELATION, Reply, json_reply, ordered, rate_limited
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.routes import TOKEN_PATHS, answer, canonical, is_search
from sandbox.request_log import Request

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Service:
    """What every connection shares."""

    portal: Portal
    parts: WorldParts
    latency: float
    """Seconds before each answer."""
    closing: threading.Event = field(default_factory=threading.Event)
    """Set when the server closes: nobody sleeps on."""


@dataclass(frozen=True)
class _Arrival:
    """A request as it came off the wire."""

    body: bytes
    at_monotonic: float


class Conversation(BaseHTTPRequestHandler):
    """Reads requests and writes answers, head and body in one write."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, request: Any, client_address: Any, server: Any, service: Service) -> None:
        self._service = service
        super().__init__(request, client_address, server)

    def log_message(self, *_message: Any) -> None:
        """The request log says it; standard error stays silent."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        arrival = _Arrival(body, time.monotonic())
        if self.path.startswith(PREFIX):
            reply = json_reply(*control(self._service.parts, self.command, self.path, body))
            self.wfile.write(self._head(reply) + reply.body)
            return
        if self._service.latency:
            self._service.closing.wait(self._service.latency)
        self._serve(arrival, self._service.parts.faults.take(f"{self.command} {self.path}"))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the library's names

    def _serve(self, arrival: _Arrival, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        if fault and kind == "stall":
            self._service.closing.wait(fault.seconds)
        if kind == "reset":
            self._log(arrival, 0, 0)
            self._reset()
            return
        reply = self._reply(arrival, fault)
        head = self._head(reply)
        sent = reply.body[: len(reply.body) // 2] if kind == "truncate" else reply.body
        # Logged before it is written: whoever has the answer finds the request in the log.
        self._log(arrival, reply.status, len(head) + len(sent))
        self.wfile.write(head + sent)
        if kind == "truncate":
            self.close_connection = True

    def _reply(self, arrival: _Arrival, fault: Fault | None) -> Reply:
        target = urlsplit(self.path)
        if fault and fault.kind == "status":
            return ordered(fault.status, fault.headers)
        if fault and fault.kind == "quota":
            searching = is_search(self.command, target.path)
            headers = {} if searching else self._service.portal.limits.exhausted_headers()
            return rate_limited(fault.policy, {**headers, **fault.headers})
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        call = Call(
            verb=self.command,
            path=target.path,
            query=parse_qs(target.query),
            body=arrival.body.decode("utf-8", "replace"),
            token=token if scheme.lower() == "bearer" else "",
            empty_page=fault is not None and fault.kind == "empty_page",
        )
        return answer(self._service.portal, call)

    def _head(self, reply: Reply) -> bytes:
        headers = {
            "Date": formatdate(usegmt=True),
            "Content-Type": reply.media,
            "Content-Length": str(len(reply.body)),
            CORRELATION: str(uuid4()),
            **reply.headers,
        }
        lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _reset(self) -> None:
        """Close so that the other side gets RST, not an orderly end."""
        linger = socket.SO_LINGER
        self.connection.setsockopt(socket.SOL_SOCKET, linger, _RESET_ON_CLOSE)
        os.close(self.connection.detach())
        self.close_connection = True

    def _log(self, arrival: _Arrival, status: int, bytes_out: int) -> None:
        secret = canonical(urlsplit(self.path).path) in TOKEN_PATHS
        self._service.parts.log.add(
            Request(
                service="hubspot",
                method=self.command,
                path=self.path,
                body="" if secret else arrival.body.decode("utf-8", "replace"),
                status=status,
                bytes_out=bytes_out,
                at_monotonic=arrival.at_monotonic,
            )
        )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"  # HubSpot's 477 and Cloudflare's 52x have no standard phrase.

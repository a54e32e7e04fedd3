"""The REST server: /v1beta/properties/N:runReport and its neighbours on 127.0.0.1, plain HTTP."""

import contextlib
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.faults import Faults
from sandbox.ga4.errors import not_modelled
from sandbox.ga4.messages import REQUESTS, Message
from sandbox.ga4.reception import Answer, Reception
from sandbox.ga4.service import Ga4Service
from sandbox.ga4.transcode import read_json, write_error, write_json
from sandbox.request_log import RequestLog

JSON_TYPE = "application/json; charset=UTF-8"
HTML_TYPE = "text/html; charset=UTF-8"
NOT_FOUND = (
    b"<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n"
    b"<p>The requested URL was not found on this server.</p>\n</html>\n"
)
"""An unknown path or verb is refused before there is an API: in HTML, and never with 405."""

_CALL = re.compile(r"/v1beta/(properties/[^/:]+)(?::(\w+)|(/metadata))")
_METHODS = {
    ("POST", "runReport"): "RunReport",
    ("POST", "batchRunReports"): "BatchRunReports",
    ("POST", "checkCompatibility"): "CheckCompatibility",
    ("GET", "/metadata"): "GetMetadata",
    # Real, but not modelled: 501 and not 404.
    ("POST", "runPivotReport"): "RunPivotReport",
    ("POST", "batchRunPivotReports"): "BatchRunPivotReports",
    ("POST", "runRealtimeReport"): "RunRealtimeReport",
}
_LINGER_ZERO = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing sends a reset instead of an orderly end."""


class Ga4RestServer:
    """The pretend GA4 over REST; see `Ga4GrpcServer` for the arguments.

    Give it the gRPC server's `service` so that both spend the same quota.
    """

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
        service: Ga4Service | None = None,
    ) -> None:
        self.service = service or Ga4Service(company, clock, limits=limits)
        self._reception = Reception(self.service, faults, log, "ga4-rest", latency)
        self._server = _Server(port, self._reception)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="ga4-rest"
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop at once: open connections are closed, no thread stays."""
        self._reception.close()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.close_connections()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # So that server_close waits for them.

    def __init__(self, port: int, reception: Reception) -> None:
        self.reception = reception
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == _LINGER_ZERO:
            self.close_request(request)  # Ending it in order first would spoil the reset.
        else:
            super().shutdown_request(request)

    def close_connections(self) -> None:
        """End the kept-alive connections, whose threads wait for a next request."""
        with self._lock:
            for each in self._open:
                with contextlib.suppress(OSError):  # The caller may be gone already.
                    each.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # Callers may hang up.
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # Head and body leave in one write: a delayed ACK would cost 40 ms.
    server: _Server

    def do_GET(self) -> None:
        self._call()

    do_POST = do_GET  # noqa: N815 - http.server looks verbs up by these names.
    do_PUT = do_GET  # noqa: N815
    do_DELETE = do_GET  # noqa: N815
    do_PATCH = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing on stderr: the request log has it."""

    def _call(self) -> None:
        began = time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        name, method = _route(self.command, unquote(url.path))
        if not method:
            status = 404
            sent = self._write(status, NOT_FOUND, HTML_TYPE, {}, len(NOT_FOUND))
        else:
            answer = self._answer(name, method, body)
            alt = parse_qs(url.query).get("$alt", [""])[0]
            status, sent = self._send(answer, enums_as_integers="enum-encoding=int" in alt)
        self.server.reception.record(
            method or self.command,
            self.path,
            body.decode(errors="replace"),
            status,
            bytes_out=sent,
            began=began,
        )

    def _answer(self, name: str, method: str, body: bytes) -> Answer:
        if method not in REQUESTS:
            return Answer(error=not_modelled(method))

        def read() -> Message:
            request = read_json(body, REQUESTS[method]())
            if method == "GetMetadata":
                request.name = f"{name}/metadata"
            else:
                request.property = name
            return request

        return self.server.reception.answer(method, read)

    def _send(self, answer: Answer, *, enums_as_integers: bool) -> tuple[int, int]:
        """Send an answer; returns the status and the bytes of body that left."""
        if answer.cut == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
            self.close_connection = True
            return 0, 0
        if answer.error:
            body = write_error(answer.error)
        else:
            body = write_json(answer.reply, enums_as_integers=enums_as_integers)
        if answer.cut:
            self.close_connection = True
        most = len(body) // 2 if answer.cut else len(body)
        return answer.status, self._write(answer.status, body, JSON_TYPE, answer.headers, most)

    def _write(
        self, status: int, body: bytes, kind: str, headers: Mapping[str, str], most: int
    ) -> int:
        """Write a head that announces all of the body, and `most` bytes of it."""
        self.send_response(status)
        announced = {"Content-Type": kind, "Content-Length": str(len(body)), **headers}
        for name, value in announced.items():
            self.send_header(name, value)
        self.end_headers()
        return self.wfile.write(body[:most])


def _route(verb: str, path: str) -> tuple[str, str]:
    """The resource and the method of a call; no method where the service has no such path."""
    call = _CALL.fullmatch(path)
    if call is None:
        return "", ""
    return call[1], _METHODS.get((verb, call[2] or call[3]), "")

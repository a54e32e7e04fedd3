"""A JSON service on a real socket, told beforehand what to answer."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from connectors.contract import Ask, Session
from connectors.http_json import CONNECTOR, HttpJsonOptions, HttpJsonQuery
from okrmodel.observations import Observation
from tests.connectors.opening import connection, run

SECRET = "Bearer hush-hush"


@dataclass
class Reply:
    """One answer; `cut` ends the connection in the middle of it, `reset` before it.

    `drip` are the seconds between its bytes.
    """

    content: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    reset: bool = False
    stall: float = 0.0
    drip: float = 0.0
    reason: str | None = None


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: str


class Service:
    """Answers with its replies in turn; the last one stays."""

    def __init__(self) -> None:
        self.replies: list[Reply] = [Reply()]
        self.seen: list[Seen] = []
        self.slept: list[float] = []
        service = self

        class Connection(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                service.seen.append(Seen(self.command, self.path, dict(self.headers), body))
                reply = service.replies[0]
                if len(service.replies) > 1:
                    service.replies.pop(0)
                time.sleep(reply.stall)
                if reply.reset:
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.connection.close()
                    return
                self.send_response(reply.status, reply.reason)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.content)))
                self.end_headers()
                content = reply.content[: len(reply.content) // 2 if reply.cut else None]
                for piece in [content] if not reply.drip else map(bytes, zip(content)):
                    time.sleep(reply.drip)
                    self.wfile.write(piece)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Connection)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def options(self, **changes: Any) -> HttpJsonOptions:
        raw = {
            "connector": "http_json",
            "service": "webinars",
            "url": f"http://127.0.0.1:{self.port}/v2/",
            "headers": {"Authorization": "${AUTH}", "Accept": "application/json"},
        }
        return HttpJsonOptions.model_validate(raw | changes)

    def session(self, **changes: Any) -> Session:
        return CONNECTOR.connect(
            connection(
                self.options(**changes),
                secrets={"headers.Authorization": SECRET},
                slept=self.slept,
            )
        )

    def answers(self, ask: Ask, **changes: Any) -> list[Observation]:
        session = self.session(**changes)
        try:
            steps = CONNECTOR.plan([ask], self.options())
            found = {o.window: o for o in run(session, *steps)}
        finally:
            session.close()
        return [found[window] for window in ask.windows]

    def values(self, ask: Ask, **changes: Any) -> list[Any]:
        return [o.value for o in self.answers(ask, **changes)]


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.close()


def query(pick: str, **raw: Any) -> HttpJsonQuery:
    found: HttpJsonQuery = CONNECTOR.query.validate_python({"pick": pick, **raw})
    return found

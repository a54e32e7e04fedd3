"""Where letters arrive: a chat's webhook and a mail server on this machine, small and real."""

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

TOKEN = "hunter2-never-to-be-seen"


@dataclass
class Inbox:
    """What arrived, and how it is answered."""

    port: int = 0
    letters: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    came: Event = field(default_factory=Event)
    """Set when something has arrived."""
    answers: Event = field(default_factory=Event)
    """Nothing is answered until it is set."""

    @property
    def address(self) -> str:
        """With a token in it, as addresses have."""
        return f"json://ola:{TOKEN}@127.0.0.1:{self.port}/{TOKEN}"

    @property
    def titles(self) -> list[str]:
        return [letter["title"] for letter in self.letters]


@contextmanager
def webhook() -> Iterator[Inbox]:
    """Apprise's json:// speaks to it."""
    inbox = Inbox()
    inbox.answers.set()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            inbox.letters.append(json.loads(body))
            inbox.came.set()
            inbox.answers.wait(30)
            self.send_response(inbox.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quietly."""

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Hook)) as port:
        inbox.port = port
        yield inbox
        inbox.answers.set()


@contextmanager
def mail_server() -> Iterator[tuple[int, list[EmailMessage]]]:
    """Its port, and the mails that arrived."""
    mails: list[EmailMessage] = []

    class Smtp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline():
                match line[:4].upper():
                    case b"DATA":
                        self._say("354 go on")
                        mails.append(self._mail())
                        self._say("250 taken")
                    case b"QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("250 fine")

        def _mail(self) -> EmailMessage:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return message_from_bytes(b"".join(lines), policy=policy.default)

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp)) as port:
        yield port, mails


@contextmanager
def _served(server: socketserver.TCPServer) -> Iterator[int]:
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()

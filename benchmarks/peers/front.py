"""What stands between a peer and the pretend HubSpot: peers know only https://api.hubapi.com.

A proxy that takes a tool's CONNECT, shows a certificate of an authority made for this run, and
passes on what is asked. Plain requests are passed on, too, for tools whose address can be set. Two
questions that the pretend HubSpot refuses, and that do not bear on the answer, get an empty list.
"""

import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "api.hubapi.com"
_EMPTY = b'{"results":[]}'


class Front:
    """A context manager; `url` is both the proxy and the plain way in, `authority` a PEM file."""

    def __init__(self, hubspot_url: str, latency: float) -> None:
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        self.authority = folder / "authority.pem"
        certify(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "host.pem", folder / "host.key")
        self._http = _Http(("127.0.0.1", 0), _Conversation)
        self._http.tls = context
        self._http.latency = latency
        self._http.target = urlsplit(hubspot_url).netloc
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def answered(self) -> tuple[str, ...]:
        """The paths that it answered itself."""
        return tuple(self._http.answered)

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._folder.cleanup()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    tls: ssl.SSLContext
    latency: float
    target: str

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.answered: list[str] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A tool that was stopped hangs up in the middle; that is no news."""


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http
    _onward: HTTPConnection | None = None

    def do_CONNECT(self) -> None:
        if self.path.partition(":")[0] != HOST:
            self.send_error(403, f"only {HOST} is here")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        # From here on the same connection speaks TLS; `handle` goes on to read requests from it.
        self.connection = self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)  # type: ignore[assignment]
        self.close_connection = False

    def do_GET(self) -> None:
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/crm/v3/schemas") or "archived=true" in self.path:
            time.sleep(self.server.latency)
            self.server.answered.append(self.path)
            self._write(200, {"Content-Type": "application/json"}, _EMPTY)
            return
        onward = self._onward = self._onward or HTTPConnection(self.server.target)
        headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
        onward.request(self.command, self.path, asked or None, headers)
        reply = onward.getresponse()
        self._write(reply.status, dict(reply.headers), reply.read())

    do_POST = do_GET  # noqa: N815 - the library's name

    def _write(self, status: int, headers: dict[str, str], body: bytes) -> None:
        headers["Content-Length"] = str(len(body))
        lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in headers.items())]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def log_message(self, *_parts: object) -> None:
        """The pretend HubSpot has a log of its own."""


def certify(folder: Path) -> None:
    """Write authority.pem, and host.pem with host.key that it signed, all good for a day."""
    authority_key, host_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A benchmark's authority")])
    host = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    constraint = x509.BasicConstraints(ca=True, path_length=0)
    names = x509.SubjectAlternativeName(
        [x509.DNSName(HOST), x509.IPAddress(ip_address("127.0.0.1"))]
    )
    first = _draft(authority, authority_key).add_extension(constraint, critical=True)
    second = _draft(host, host_key).add_extension(names, critical=False)
    for name, draft in (("authority", first), ("host", second)):
        signed = draft.issuer_name(authority).sign(authority_key, hashes.SHA256())
        (folder / f"{name}.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "host.key").write_bytes(
        host_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _draft(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )

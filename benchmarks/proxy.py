"""A CONNECT proxy that ends TLS with a throw-away authority and hands on to the pretend servers.

For programs that know no other address than HubSpot's and Google's: they are told of the proxy
(HTTPS_PROXY) and of its authority (SSL_CERT_FILE), and changed in nothing else.
"""

import socket
import socketserver
import ssl
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Address = tuple[str, int]
TOKENS = "oauth2.googleapis.com"
"""Google's token endpoint: answered here, with a token that opens nothing."""
_TOKEN = b'{"access_token":"pretend","expires_in":3600,"token_type":"Bearer"}'
_CHUNK = 1 << 16


class Proxy:
    """Leads hosts to addresses; each has one for HTTP/1.1 and, where there is gRPC, one for HTTP/2."""

    def __init__(self, folder: Path, hosts: Mapping[str, tuple[Address, Address | None]]) -> None:
        self.authority = folder / "authority.pem"
        self.strangers: Counter[str] = Counter()
        """Hosts that were asked for and led nowhere."""
        self._hosts = hosts
        self._tls = _certified(folder, self.authority, [*hosts, TOKENS])
        self._server = _Server(("127.0.0.1", 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def converse(self, client: socket.socket) -> None:
        """One CONNECT, and all that follows on it."""
        host = _asked(client)
        if host not in self._hosts and host != TOKENS:
            self.strangers[host] += 1
            client.sendall(b"HTTP/1.1 502 Not in this sandbox\r\nContent-Length: 0\r\n\r\n")
            return
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self._tls.wrap_socket(client, server_side=True) as secure:
            if host == TOKENS:
                _give_tokens(secure)
                return
            plain, grpc = self._hosts[host]
            chosen = grpc if grpc and secure.selected_alpn_protocol() == "h2" else plain
            with socket.create_connection(chosen) as server:
                server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _both_ways(secure, server)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: Address, proxy: Proxy) -> None:
        self._proxy = proxy
        super().__init__(address, socketserver.BaseRequestHandler)

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._proxy.converse(request)
        except OSError:
            return  # Somebody hung up.


def _asked(client: socket.socket) -> str:
    """The host of `CONNECT host:443 HTTP/1.1`; the head is read to its end and no further."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        if not byte:
            raise OSError("hung up")
        head += byte
    return head.split(b" ", 2)[1].decode("ascii").rpartition(":")[0]


def _give_tokens(client: ssl.SSLSocket) -> None:
    while client.recv(_CHUNK):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(_TOKEN)}\r\n\r\n"
        client.sendall(head.encode() + _TOKEN)


def _both_ways(client: ssl.SSLSocket, server: socket.socket) -> None:
    back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
    back.start()
    _pass_on(client, server)
    back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(_CHUNK):
            target.sendall(piece)
    except OSError:
        pass  # The other direction ends with it.
    for end in (source, target):
        try:
            # Below TLS, for both threads at once.
            socket.socket.shutdown(end, socket.SHUT_RDWR)
        except OSError:
            continue


def _certified(folder: Path, authority: Path, hosts: list[str]) -> ssl.SSLContext:
    """A server's context with a certificate for the hosts, by an authority of this run's own."""
    ours, theirs = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throw-away authority")])
    root = (
        _begun(name, name, ours.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ours, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
    leaf = (
        _begun(subject, name, theirs.public_key())
        .add_extension(x509.SubjectAlternativeName([*map(x509.DNSName, hosts)]), critical=False)
        .sign(ours, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    authority.write_bytes(root.public_bytes(pem))
    server = folder / "server.pem"
    key = theirs.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    server.write_bytes(key + leaf.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    context.set_alpn_protocols(["http/1.1", "h2"])
    return context


def _begun(subject: x509.Name, issuer: x509.Name, key: Any) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )

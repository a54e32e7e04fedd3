"""Addresses that people configure: which of them are whole, and which never leave this machine."""

import ipaddress
import re
from urllib.parse import urlsplit

_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f\\]")


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_plain_address(written: str) -> bool:
    """Whether it is http(s)://host[:port][/path] and nothing else.

    No user or password, which would be a secret in a file; no query or fragment, to which a path
    could not be appended; no blank or backslash, which readers of URLs understand differently.
    """
    if _UNSEEN.search(written):
        return False
    try:
        parts = urlsplit(written)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = "@" not in parts.netloc and "?" not in written and "#" not in written
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain and port_is_sound

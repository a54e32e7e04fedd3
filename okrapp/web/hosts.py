"""Which names the pages answer to, and which requests come from the pages themselves.

A page of another site can make a browser ask here: under a name of its own that it lets lead here
(DNS rebinding), or with a form of its own. Neither may work.
"""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_MOST_LONG = 255


@dataclass(frozen=True)
class Names:
    """The names that the pages answer to."""

    more: Collection[str] = ()
    """Besides this machine's own: `okr serve --name`."""
    loopback_only: bool = True
    """Whether of addresses only 127.0.0.1 and its like are theirs. No name leads astray to the page
    of an address: that takes a name."""

    def has(self, host: str) -> bool:
        """Whether the host of a request, with or without a port, is one of them."""
        name = _name(host)
        if name == "localhost" or name in self.more:
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not self.loopback_only


def comes_from_here(headers: Headers, names: Names) -> bool:
    """Whether a request that is to change something was made by a page of ours, or by no page.

    Browsers say it since 2023 in a header that no script can write; older ones name the page's
    origin. A program that says neither has no cookies to misuse.
    """
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True
    host = origin.partition("://")[2]
    return host == headers.get("host") or _name(host) in names.more


def _name(host: str) -> str:
    """Without the port, in lower case; empty when it is none."""
    if len(host) > _MOST_LONG or not host.isprintable() or set(host) & set("/?#@\\ "):
        return ""
    try:
        parts = urlsplit(f"//{host}")
        # Asked for its complaint.
        _ = parts.port
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".")

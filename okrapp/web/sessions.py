"""Who is signed in: kept on this side, known to the browser by a number that says nothing."""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response

IDLE = 12 * 3600.0
"""Seconds without a request after which a session is over."""
LONGEST = 7 * 24 * 3600.0
"""Seconds after which any session is over."""
_MOST_KEPT = 10_000

SESSION = "okr"
FORM = "okr-form"


@dataclass
class Session:
    """A viewer who has signed in."""

    viewer: str
    """By name."""
    digest: str
    """Of the password or token it began with: with another one it is over."""
    token: str
    """What forms of this session carry, and nobody else can know."""
    began: float
    seen: float


class Sessions:
    """Those that are open. When okr serve ends, all are."""

    def __init__(self, now: Callable[[], float] = time.time, most: int = _MOST_KEPT) -> None:
        """With a clock in seconds, and how many are kept; then the one longest unseen is over."""
        self._now = now
        self._most = most
        # By digest: whoever reads this memory cannot sign in with it.
        self._open: OrderedDict[bytes, Session] = OrderedDict()
        self._key = secrets.token_bytes(32)

    def begin(self, viewer: str, digest: str) -> str:
        """Begin one; returns its number."""
        number, now = secrets.token_urlsafe(32), self._now()
        self._open[_digest(number)] = Session(viewer, digest, secrets.token_urlsafe(32), now, now)
        while len(self._open) > self._most:
            self._open.popitem(last=False)
        return number

    def found(self, number: str) -> Session | None:
        """The open session of a number, which stays open for it."""
        key, now = _digest(number), self._now()
        session = self._open.get(key)
        if session is None:
            return None
        if now - session.seen > IDLE or now - session.began > LONGEST:
            del self._open[key]
            return None
        session.seen = now
        self._open.move_to_end(key)
        return session

    def end(self, number: str) -> None:
        """End one, if it is open."""
        self._open.pop(_digest(number), None)

    def form_token(self, seed: str) -> str:
        """What the form of the log-in carries, beside the cookie with the seed."""
        return hmac.new(self._key, seed.encode(), hashlib.sha256).hexdigest()


def cookie(connection: HTTPConnection, name: str) -> str:
    """A cookie of ours; empty without it."""
    return connection.cookies.get(_name(connection, name), "")


def set_cookie(connection: HTTPConnection, response: Response, name: str, value: str) -> None:
    """Set a cookie that no script sees and no other site sends along."""
    response.set_cookie(
        _name(connection, name),
        value,
        max_age=int(LONGEST) if name == SESSION else None,
        path="/",
        secure=_secure(connection),
        httponly=True,
        samesite="lax",
    )


def delete_cookie(connection: HTTPConnection, response: Response, name: str) -> None:
    """Take one away."""
    response.delete_cookie(
        _name(connection, name),
        path="/",
        secure=_secure(connection),
        httponly=True,
        samesite="lax",
    )


def _name(connection: HTTPConnection, name: str) -> str:
    # Browsers take such a name over https only, and from no other host of the domain.
    return f"__Host-{name}" if _secure(connection) else name


def _secure(connection: HTTPConnection) -> bool:
    return connection.url.scheme == "https"


def _digest(number: str) -> bytes:
    return hashlib.sha256(number.encode()).digest()

"""Before every page: is the request meant for us, is it a sane one, and who asks?

What is not let through is answered here, so a page that forgets to ask still shows nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from okrapp.web.attempts import Attempts
from okrapp.web.headers import STATIC
from okrapp.web.hosts import Names, comes_from_here
from okrapp.web.passwords import Checks
from okrapp.web.sessions import SESSION, Sessions, cookie
from okrapp.web.viewers import EVERYBODY, Viewer, Viewers, admitted

SIGN_IN = "/sign-in"
API = "/api/"
_MOST_PATH = 1024
_MOST_QUERY = 2048
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_NO_PATH = re.compile(r"[\x00-\x1f\x7f\\]|(^|/)\.{1,2}(/|$)")
"""Characters and steps that no address of ours has."""


@dataclass(frozen=True)
class Guard:
    """What is asked of everybody, and what is remembered of those who were let in."""

    viewers: Viewers = field(default_factory=Viewers)
    names: Names = field(default_factory=Names)
    needs_sign_in: Callable[[], bool] | None = None
    """Whether everybody has to sign in; by default where there is a viewers.yaml."""
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    checks: Checks = field(default_factory=Checks)

    @property
    def demands(self) -> bool:
        """Whether one has to sign in at the moment."""
        return self.needs_sign_in() if self.needs_sign_in else self.viewers.demanded

    def viewer(self, connection: HTTPConnection) -> Viewer | None:
        """Who asks: with a token, in a session, or anybody where nobody has to sign in."""
        if not self.demands:
            return EVERYBODY
        given = connection.headers.get("authorization")
        if given is not None:
            scheme, _, token = given.partition(" ")
            found = self.viewers.with_token(token.strip()) if scheme.lower() == "bearer" else None
            return admitted(*found) if found else None
        return self._signed_in(connection)

    def _signed_in(self, connection: HTTPConnection) -> Viewer | None:
        number = cookie(connection, SESSION)
        session = self.sessions.found(number) if number else None
        if session is None:
            return None
        admission = self.viewers.all().get(session.viewer)
        if admission is None or admission.digest != session.digest:
            self.sessions.end(number)
            return None
        return admitted(session.viewer, admission, session.token)


class Gate:
    """Lets requests through, with their viewer in `state.viewer`, or answers them."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self.app = app
        self.guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through or answer."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            connection = HTTPConnection(scope)
            refusal = self._refuse(connection) or self._admit(connection)
            await (refusal or self.app)(scope, receive, send)
        # Nothing else is spoken here: a web socket is closed by whoever waits for its answer.

    def _refuse(self, connection: HTTPConnection) -> Response | None:
        """The answer to what is not for us, or not sane."""
        scope, headers = connection.scope, connection.headers
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.guard.names.has(hosts[0]):
            return _said(
                421, "This host name is not one of these pages: okr serve --name allows more."
            )
        if scope["method"] not in _READS and not comes_from_here(headers, self.guard.names):
            return _said(403, "This form was sent by a page of another site.")
        if len(scope["query_string"]) > _MOST_QUERY or len(scope["path"]) > _MOST_PATH:
            return _said(414, "This address is too long.")
        if _NO_PATH.search(scope["path"]) or b"%00" in scope["query_string"]:
            return _said(404, "There is no such page.")
        return None

    def _admit(self, connection: HTTPConnection) -> Response | None:
        """Note who asks; the answer to those who have to sign in first."""
        viewer = self.guard.viewer(connection)
        connection.state.viewer = viewer
        path = connection.scope["path"]
        if viewer or path == SIGN_IN or path.startswith(STATIC):
            return None
        if path.startswith(API):
            told = {"detail": "Sign in, or send a token of okr viewer add --token."}
            return JSONResponse(told, 401, headers={"WWW-Authenticate": "Bearer"})
        return RedirectResponse(SIGN_IN + _next(connection), 303)


def _next(connection: HTTPConnection) -> str:
    scope = connection.scope
    if scope["method"] not in _READS or scope["path"] == "/":
        return ""
    query = scope["query_string"].decode("latin-1")
    there = quote(scope["path"]) + (f"?{query}" if query else "")
    return f"?next={quote(there, safe='/')}"


def _said(status: int, words: str) -> Response:
    return PlainTextResponse(f"{words}\n", status)

"""What every answer says to the browser of what it may do with it, an error's, too."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(  # noqa: FLY002 - a directive a line
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(),"
    " gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
}
"""On every answer, whoever made it."""

KEPT_BY_NOBODY = "private, no-store"
"""What is for one viewer only: no browser on a shared machine keeps it."""
ASKED_AGAIN = "private, no-cache"
"""What may be kept, and is asked after each time: an unchanged page costs no body."""

STATIC = "/static/"


class Headers:
    """Around everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers; what breaks is answered, too, and goes on to be logged."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers.update(ALWAYS)
                del headers["Server"]
                _for_whom(headers, scope["path"], state)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            if not begun:
                broken = PlainTextResponse("This page broke; the log says why.\n", 500)
                await broken(scope, receive, send_with_headers)
            raise


def _for_whom(headers: MutableHeaders, path: str, state: Mapping[str, Any]) -> None:
    if path.startswith(STATIC):
        headers.setdefault("Cache-Control", ASKED_AGAIN)
        return
    viewer = state.get("viewer")
    if viewer is None or viewer.name or "Set-Cookie" in headers:
        headers["Cache-Control"] = KEPT_BY_NOBODY
    else:
        headers.setdefault("Cache-Control", ASKED_AGAIN)

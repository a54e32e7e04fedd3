"""Pages as answers of the server, with links that work there."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from okrapp.web.page import Page, To, html
from okrapp.web.viewers import viewer_of

KEPT = ("as_of", "known_at")
"""What is asked of the pages that one leads to, too, where they are to tell of the same moment."""


def shown(request: Request, page: Page, code: int = 200) -> HTMLResponse:
    """A page as an answer."""
    viewer = viewer_of(request)
    # Whoever came with a program's token has no session to end.
    frame = {"viewer": viewer} if viewer and viewer.token else {}
    state = request.app.state
    return HTMLResponse(html(page, state.links(request), live=state.live, **frame), code)


def served_links(request: Request) -> To:
    """Links from the page that was asked for, to pages that are served like it."""
    root = request.scope.get("root_path", "")
    asked = request.query_params
    kept = {key: asked[key] for key in KEPT if key in asked}

    def to(path: str, *, keep: bool = False, **query: str) -> str:
        wanted = (kept if keep else {}) | query
        return f"{root}{path}{'?' if wanted else ''}{urlencode(wanted)}"

    return to

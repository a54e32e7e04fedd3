"""The pages put together: a FastAPI app in front of a store."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from okrapp.web.page import Page, To, html
from okrapp.web.pages.overview import Order, overview_page
from okrapp.web.shelf import Asked, NotThere, Shelf
from okrmodel.store.store import Store

STATIC = Path(__file__).parent / "static"


def asked(as_of: date | None = None, known_at: datetime | None = None) -> Asked:
    """Of which day, and as known when."""
    return Asked(as_of, known_at)


AskedFor = Annotated[Asked, Depends(asked)]


def web_app(store: Store, clock: Callable[[], datetime]) -> FastAPI:
    """The pages of all workspaces that a store remembers.

    Args:
        store: Read only; several threads may ask it at once.
        clock: The real time; a pretend company's own clock goes before it.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    shelf = Shelf(store, clock)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _add_pages(app, shelf)
    _add_refusals(app)
    return app


def _add_pages(app: FastAPI, shelf: Shelf) -> None:
    @app.get("/w/{workspace}")
    def current(workspace: str, request: Request, when: AskedFor) -> HTMLResponse:
        return shown(request, overview_page(shelf, shelf.words(workspace), None, when))

    @app.get("/w/{workspace}/c/{cycle}")
    def overview(
        workspace: str, cycle: str, request: Request, when: AskedFor, order: Order = "written"
    ) -> HTMLResponse:
        return shown(request, overview_page(shelf, shelf.words(workspace), cycle, when, order))


def _add_refusals(app: FastAPI) -> None:
    @app.exception_handler(NotThere)
    @app.exception_handler(404)
    def not_there(request: Request, _error: Exception) -> HTMLResponse:
        return shown(request, Page("not_there.html", None, {"kind": "not-there"}), 404)

    @app.exception_handler(RequestValidationError)
    def wrong_question(request: Request, _error: Exception) -> HTMLResponse:
        return shown(request, Page("not_there.html", None, {"kind": "wrong-question"}), 422)


def shown(request: Request, page: Page, code: int = 200) -> HTMLResponse:
    """A page as an answer."""
    return HTMLResponse(html(page, links(request)), code)


def links(request: Request) -> To:
    """Links from the page that was asked for; what was asked of it goes on where it is to be kept."""
    root = request.scope.get("root_path", "")
    kept = {
        key: request.query_params[key]
        for key in ("as_of", "known_at")
        if key in request.query_params
    }

    def to(path: str, *, keep: bool = False, **query: str) -> str:
        wanted = (kept if keep else {}) | query
        return f"{root}{path}{'?' if wanted else ''}{urlencode(wanted)}"

    return to

"""The pages put together: a FastAPI app in front of a store."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from okrapp.web import api, charts, downloads, routes
from okrapp.web.answers import served_links, shown
from okrapp.web.guard import Gate, Guard
from okrapp.web.headers import Headers
from okrapp.web.page import Page, To
from okrapp.web.shelf import NotThere, Shelf
from okrapp.web.sign_in import sign_in_pages
from okrapp.web.viewers import only_seen
from okrmodel.store.store import Store

STATIC = Path(__file__).parent / "static"


def web_app(store: Store, clock: Callable[[], datetime], guard: Guard) -> FastAPI:
    """The pages of all workspaces that a store remembers, behind the gate.

    Args:
        store: Read only; several threads may ask it at once.
        clock: The real time; a pretend company's own clock goes before it.
        guard: Who is let in, and under which names it answers.
    """
    app = pages_app(store, clock)
    app.include_router(sign_in_pages(guard, shown))
    # The one added last is outermost: the gate's answers have the headers, too.
    app.add_middleware(Gate, guard=guard)
    app.add_middleware(Headers)
    return app


def pages_app(
    store: Store,
    clock: Callable[[], datetime],
    links: Callable[[Request], To] = served_links,
    *,
    live: bool = True,
) -> FastAPI:
    """The same without a gate: whoever puts something before it notes the viewer of each request.

    Args:
        store: As above.
        clock: As above.
        links: Makes the links of the page that is asked for.
        live: Whether somebody is going to answer what readers ask of the pages.
    """
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(only_seen)]
    )
    app.state.shelf = Shelf(store, clock)
    app.state.links = links
    app.state.live = live
    app.include_router(charts.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount(api.ADDRESS, api.api(app.state.shelf))
    app.include_router(downloads.router)
    app.include_router(routes.router)
    _add_refusals(app)
    return app


def _add_refusals(app: FastAPI) -> None:
    @app.exception_handler(NotThere)
    @app.exception_handler(404)
    def not_there(request: Request, _error: Exception) -> HTMLResponse:
        return shown(request, Page("not_there.html", None, {"kind": "not-there"}), 404)

    @app.exception_handler(RequestValidationError)
    def wrong_question(request: Request, _error: Exception) -> HTMLResponse:
        return shown(request, Page("not_there.html", None, {"kind": "wrong-question"}), 422)

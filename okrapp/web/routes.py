"""Where each page is."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from okrapp.web.answers import shown
from okrapp.web.pages.key_result import Since, key_result_page
from okrapp.web.pages.overview import Order, overview_page
from okrapp.web.shelf import AskedFor, Reading

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/w/{workspace}")
def current(workspace: str, request: Request, shelf: Reading, asked: AskedFor) -> HTMLResponse:
    """How the cycle of today stands."""
    return shown(request, overview_page(shelf, shelf.words(workspace), None, asked))


@router.get("/w/{workspace}/c/{cycle}")
def overview(
    workspace: str,
    cycle: str,
    request: Request,
    shelf: Reading,
    asked: AskedFor,
    *,
    order: Order = "written",
) -> HTMLResponse:
    """How a cycle stands."""
    return shown(request, overview_page(shelf, shelf.words(workspace), cycle, asked, order))


@router.get("/w/{workspace}/c/{cycle}/{key_result}")
def key_result(
    workspace: str,
    cycle: str,
    key_result: str,
    request: Request,
    shelf: Reading,
    *,
    asked: AskedFor,
    since: Since = "week",
) -> HTMLResponse:
    """A key result with all that is known of it."""
    words = shelf.words(workspace)
    return shown(request, key_result_page(shelf, words, (cycle, key_result), asked, since=since))

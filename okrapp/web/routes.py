"""Where each page is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from okrapp.web.answers import shown
from okrapp.web.pages.key_result import Since, key_result_page
from okrapp.web.pages.overview import Order, overview_page
from okrapp.web.pages.run import run_page
from okrapp.web.pages.runs import KindAsked, ResultAsked, RunsAsked, runs_page
from okrapp.web.pages.workspaces import Filter, Listing, Sort, only_one, workspaces_page
from okrapp.web.shelf import MOST_ID, AskedFor, Reading, RunId

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/", response_model=None)
def workspaces(
    request: Request,
    shelf: Reading,
    *,
    sort: Sort = "worst",
    filter: Filter = "all",  # noqa: A002 - the address's word
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1)] = 1,
) -> Response:
    """How all workspaces stand; the only one's own page where there is just one."""
    state = request.app.state
    if state.live and (only := only_one(shelf)):
        return RedirectResponse(state.links(request)(f"/w/{only}"), 303)
    asked = Listing(sort, filter, q, page)
    return shown(request, workspaces_page(shelf, asked, whole=not state.live))


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


def _runs_asked(
    result: ResultAsked = "any",
    kind: KindAsked = "any",
    before: Annotated[int | None, Query(ge=1, le=MOST_ID)] = None,
) -> RunsAsked:
    return RunsAsked(result, kind, before)


RunsAskedFor = Annotated[RunsAsked, Depends(_runs_asked)]


@router.get("/runs")
def all_runs(request: Request, shelf: Reading, asked: RunsAskedFor) -> HTMLResponse:
    """What ran in all workspaces."""
    return shown(request, runs_page(shelf, None, asked))


@router.get("/w/{workspace}/runs")
def runs(workspace: str, request: Request, shelf: Reading, asked: RunsAskedFor) -> HTMLResponse:
    """What ran in a workspace."""
    return shown(request, runs_page(shelf, shelf.words(workspace), asked))


@router.get("/w/{workspace}/runs/{run_id}")
def one_run(workspace: str, run_id: RunId, request: Request, shelf: Reading) -> HTMLResponse:
    """How a run went."""
    return shown(request, run_page(shelf, shelf.words(workspace), run_id))

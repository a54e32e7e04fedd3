"""The JSON API: what the pages show, for programs. It reads; there is nothing to write."""

from typing import Annotated

from fastapi import Depends, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.security import HTTPBearer

from okrapp.changes import rows as change_rows
from okrapp.sheet import SheetRow, rows
from okrapp.web.rows import (
    DayRow,
    RunPage,
    RunRow,
    StandingRow,
    WorkspaceRow,
    day_rows,
    run_page,
    run_rows,
    standing_rows,
    workspace_row,
)
from okrapp.web.shelf import Asked, AskedFor, NotThere, Reading, RunId, Shelf, key_result_in
from okrmodel.store.publications import workspaces
from okrmodel.store.runs import run
from okrmodel.telling.causes import explained, pairs_of

ADDRESS = "/api/v1"
MOST_RUNS = 1000

_ABOUT = """Key results with what they were computed from. Read only.

Numbers are exact text (`"0.3586"`), days are local days of the workspace, instants are UTC.
`null` means that there is no data: it is never a zero. `as_of` asks for an earlier day, `known_at`
for what was known at an earlier instant. Fields are only ever added to version 1."""

_BEARER = "Of `okr viewer add NAME --token`; needed where people have to sign in."

WorkspaceId = Annotated[str, Path(description="The workspace's permanent id.")]
CycleId = Annotated[str, Path(description="Such as 2026-Q4.")]
KeyResultId = Annotated[str, Path(description="The key result's permanent id.")]
Newest = Annotated[int, Query(ge=1, le=MOST_RUNS, description="How many, newest first.")]


def api(shelf: Shelf) -> FastAPI:
    """The API as an app of its own, to be put at `ADDRESS`."""
    app = FastAPI(
        title="okrsync",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        # Where it is put is told by the request: behind a proxy it may be elsewhere.
        servers=[{"url": ADDRESS}],
        root_path_in_servers=False,
        # The gate before the app lets in; here it is only described.
        dependencies=[Depends(HTTPBearer(auto_error=False, description=_BEARER))],
        responses={
            401: {"description": "Nobody signed in, or the token is none."},
            404: {"description": "There is no such thing, or it is not for this viewer."},
        },
    )
    app.state.shelf = shelf
    _add_workspaces(app)
    _add_key_results(app)
    _add_runs(app)
    _add_refusals(app)
    return app


def _add_workspaces(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    def description() -> RedirectResponse:
        """What there is to ask."""
        return RedirectResponse(f"{ADDRESS}/openapi.json")

    @app.get("/workspaces", tags=["workspaces"])
    def list_workspaces(shelf: Reading) -> list[WorkspaceRow]:
        """All workspaces that the viewer may see."""
        seen = (one for one in workspaces(shelf.store) if shelf.sees(one))
        return [workspace_row(shelf.words(one)) for one in seen]

    @app.get("/standings", tags=["workspaces"])
    def list_standings(shelf: Reading) -> list[StandingRow]:
        """How all workspaces stand that the viewer may see."""
        return list(standing_rows(shelf))

    @app.get("/workspaces/{workspace}", tags=["workspaces"])
    def one_workspace(workspace: WorkspaceId, shelf: Reading) -> WorkspaceRow:
        """One workspace with its cycles."""
        return workspace_row(shelf.words(workspace))


def _add_key_results(app: FastAPI) -> None:
    cycle_path = "/workspaces/{workspace}/cycles/{cycle}/key-results"
    one_path = cycle_path + "/{key_result}"

    @app.get(cycle_path, tags=["key results"], response_model=list[SheetRow])
    def list_key_results(
        workspace: WorkspaceId, cycle: CycleId, shelf: Reading, asked: AskedFor
    ) -> list[dict[str, object]]:
        """How a cycle's key results stand; a frozen cycle's as they were frozen."""
        words = shelf.words(workspace)
        return list(rows(shelf.sheet(words, shelf.cycle(words, cycle, asked), asked)))

    @app.get(one_path, tags=["key results"], response_model=SheetRow)
    def one_key_result(
        workspace: WorkspaceId,
        cycle: CycleId,
        key_result: KeyResultId,
        shelf: Reading,
        asked: AskedFor,
    ) -> dict[str, object]:
        """How one key result stands."""
        found = list_key_results(workspace, cycle, shelf, asked)
        return _only([row for row in found if row["key_result"] == key_result], key_result)

    @app.get(one_path + "/days", tags=["key results"])
    def key_result_by_day(
        workspace: WorkspaceId,
        cycle: CycleId,
        key_result: KeyResultId,
        shelf: Reading,
        asked: AskedFor,
    ) -> list[DayRow]:
        """A key result day by day, oldest first."""
        words = shelf.words(workspace)
        there = shelf.cycle(words, cycle, asked)
        return list(day_rows(shelf, words, there, key_result_in(there, key_result), asked))

    @app.get(one_path + "/changes", tags=["key results"])
    def what_changed(
        workspace: WorkspaceId, cycle: CycleId, key_result: KeyResultId, shelf: Reading
    ) -> list[dict[str, object]]:
        """What was said of a day and is said otherwise since, with the answers that had moved."""
        words = shelf.words(workspace)
        key_result_in(shelf.cycle(words, cycle, Asked()), key_result)
        pairs = [pair for pair in pairs_of(shelf.store, workspace, cycle, key_result) if pair[0]]
        return change_rows(explained(shelf.store, workspace, pairs))


def _add_runs(app: FastAPI) -> None:
    @app.get("/workspaces/{workspace}/runs", tags=["runs"])
    def list_runs(workspace: WorkspaceId, shelf: Reading, newest: Newest = 50) -> list[RunRow]:
        """The last runs, newest first."""
        shelf.words(workspace)
        return list(run_rows(shelf, workspace, newest))

    @app.get("/workspaces/{workspace}/runs/{run_id}", tags=["runs"])
    def one_run(workspace: WorkspaceId, run_id: RunId, shelf: Reading) -> RunPage:
        """A run, and how each part of it went."""
        shelf.words(workspace)
        found = run(shelf.store, run_id)
        if found is None or found.workspace != workspace:
            raise NotThere(str(run_id))
        return run_page(shelf, found)


def _add_refusals(app: FastAPI) -> None:
    @app.exception_handler(NotThere)
    @app.exception_handler(404)
    def not_there(_request: Request, _error: Exception) -> JSONResponse:
        return JSONResponse({"detail": "there is no such thing, or it is not for you"}, 404)

    @app.exception_handler(RequestValidationError)
    def wrong_question(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - it is registered for these
        wrong = [{"where": each["loc"], "what": each["msg"]} for each in error.errors()]
        return JSONResponse({"detail": wrong}, 422)


def _only(found: list[dict[str, object]], name: str) -> dict[str, object]:
    if not found:
        raise NotThere(name)
    return found[0]

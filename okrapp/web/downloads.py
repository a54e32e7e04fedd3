"""Each table of the pages as a file: JSON with exact numbers, CSV that no spreadsheet calculates."""

import io
import json
from collections.abc import Iterable
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from okrapp import exported
from okrapp.output import Column, write_csv
from okrapp.web.rows import DayRow, RunRow, StandingRow, day_rows, run_rows, standing_rows
from okrapp.web.shelf import AskedFor, Reading, key_result_in

Form = Literal["csv", "json"]

RUNS = 1000
"""In a file: the newest."""

router = APIRouter()

_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@router.get("/workspaces.{form}")
def standings(form: Form, shelf: Reading) -> Response:
    """How all workspaces stand."""
    return _file(_text(StandingRow, standing_rows(shelf), form), "workspaces", form)


@router.get("/runs.{form}")
def all_runs(form: Form, shelf: Reading) -> Response:
    """The last runs of all workspaces, newest first."""
    return _file(_text(RunRow, run_rows(shelf, None, RUNS), form), "runs", form)


@router.get("/w/{workspace}/c/{cycle}.{form}")
def sheet(workspace: str, cycle: str, form: Form, shelf: Reading, asked: AskedFor) -> Response:
    """A cycle's key results, as `okr export` writes them."""
    words = shelf.words(workspace)
    found = exported.exported([shelf.sheet(words, shelf.cycle(words, cycle, asked), asked)])
    text = exported.json_text(found) if form == "json" else exported.csv_text(found)
    return _file(text, f"{workspace}-{cycle}", form)


@router.get("/w/{workspace}/c/{cycle}/{key_result}.{form}")
def days(
    workspace: str, cycle: str, key_result: str, *, form: Form, shelf: Reading, asked: AskedFor
) -> Response:
    """A key result day by day, oldest first."""
    words = shelf.words(workspace)
    there = shelf.cycle(words, cycle, asked)
    found = day_rows(shelf, words, there, key_result_in(there, key_result), asked)
    return _file(_text(DayRow, found, form), f"{workspace}-{cycle}-{key_result}", form)


@router.get("/w/{workspace}/runs.{form}")
def runs(workspace: str, form: Form, shelf: Reading) -> Response:
    """A workspace's last runs, newest first."""
    shelf.words(workspace)
    return _file(_text(RunRow, run_rows(shelf, workspace, RUNS), form), f"{workspace}-runs", form)


def _text(kind: type[BaseModel], found: Iterable[BaseModel], form: Form) -> str:
    plain = [each.model_dump(mode="json") for each in found]
    if form == "json":
        return exported.json_text(plain)
    columns = [Column(key, key) for key in kind.model_fields]
    flat = [
        {key: json.dumps(v) if isinstance(v, dict) else v for key, v in row.items()}
        for row in plain
    ]
    written = io.StringIO()
    write_csv(map(exported.guarded, flat), columns, written)
    return written.getvalue()


def _file(text: str, name: str, form: Form) -> Response:
    kept_as = f'attachment; filename="okr-{name}.{form}"'
    return Response(text, media_type=_TYPES[form], headers={"Content-Disposition": kept_as})

"""`okr export`: the figures of `okr status`, exact, and nothing in them a formula."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.flows.scene import rewrite
from tests.okrapp.conftest import Okr


def test_csv_and_json_have_the_rows_of_status_and_what_is_defined(okr: Okr, synced: Path) -> None:
    status = okr("status", "--config", synced, "--output", "json").rows
    told = okr("export", "--config", synced, "--output", "json")
    assert told.code == 0
    for row, known in zip(told.rows, status, strict=True):
        assert {key: row[key] for key in known} == known
    assert told.row("mqls")["objective_title"] == "Build a new demand generation channel"
    assert told.row("pipeline")["from"] == "2200000"
    listed = list(csv.DictReader(io.StringIO(okr("export", "--config", synced).out)))
    for line, row in zip(listed, told.rows, strict=True):
        assert line == {key: "" if value is None else str(value) for key, value in row.items()}


def test_print(okr: Okr, synced: Path, tmp_path: Path) -> None:
    Path("/tmp/sheets-try/x.md").write_text(okr("export", "--config", synced, "--output", "markdown").out)
    print(okr("export", "--config", synced).out)
    okr("export", "--config", synced, "--to", "/tmp/sheets-try/x.xlsx")
    okr("export", "--config", synced, "--to", "/tmp/sheets-try/x.csv")
    assert 0

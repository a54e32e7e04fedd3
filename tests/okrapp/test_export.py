"""`okr export`: the figures of `okr status`, exact, and nothing in them a formula."""

import csv
import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.flows.scene import rewrite
from tests.okrapp.conftest import Okr

NASTY = {"Win MQLs": "'=HYPERLINK(\"http://x.example\")|<b>*'", "Get plans approved": "'@me'"}


def test_csv_and_json_have_the_rows_of_status_and_what_is_defined(okr: Okr, synced: Path) -> None:
    status = okr("status", "--config", synced, "--output", "json").rows
    told = okr("export", "--config", synced, "--output", "json")
    assert told.code == 0
    for row, known in zip(told.rows, status, strict=True):
        assert {key: row[key] for key in known} == known
    assert told.row("mqls")["objective_title"] == "Grow"
    assert told.row("cost")["from"] == "900"
    listed = list(csv.DictReader(io.StringIO(okr("export", "--config", synced).out)))
    for line, row in zip(listed, told.rows, strict=True):
        assert line == {key: "" if value is None else str(value) for key, value in row.items()}


def test_no_text_becomes_a_formula_and_no_number_a_text(okr: Okr, synced: Path) -> None:
    rewrite(synced / "okrs/2026-Q4.yaml", NASTY)
    told = okr("export", "--config", synced, "--output", "json")
    assert told.row("mqls")["title"] == '=HYPERLINK("http://x.example")|<b>*'
    [line] = [
        row
        for row in csv.DictReader(io.StringIO(okr("export", "--config", synced).out))
        if row["key_result"] == "mqls"
    ]
    assert line["title"] == '\'=HYPERLINK("http://x.example")|<b>*'
    file = synced / "okrs.xlsx"
    assert okr("export", "--config", synced, "--to", file).code == 0
    sheet = openpyxl.load_workbook(file).worksheets[0]
    titles = [cell for cell in sheet["E"] if str(cell.value).startswith(("=", "@"))]
    assert len(titles) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in titles)
    shown = okr("export", "--config", synced, "--output", "markdown").out
    assert '=HYPERLINK("http://x.example")\\|\\<b>\\*' in shown


def test_a_workbook_has_numbers_where_a_cell_holds_them(okr: Okr, synced: Path) -> None:
    told = okr("export", "--config", synced, "--output", "json").rows
    file = synced / "okrs.xlsx"
    okr("export", "--config", synced, "--to", file)
    heading, *rows = openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True)
    kinds = set()
    for cells, row in zip(rows, told, strict=True):
        found = dict(zip(heading, cells, strict=True))
        assert found["as_of"] == datetime.fromisoformat(row["as_of"])
        for key in ("value", "target", "progress", "expected"):
            kinds.add(type(found[key]))
            assert Decimal(str(found[key])) == Decimal(row[key])
    assert str in kinds, "34 digits do not fit into a number of a cell"
    assert kinds & {int, float}


def test_markdown_is_a_table_for_people(okr: Okr, synced: Path) -> None:
    lines = okr("export", "--config", synced, "--output", "markdown").out.splitlines()
    assert lines[0] == "## A small pretend company: 2026-Q4, as of 2026-11-22"
    assert lines[2].startswith("| Objective | Key result | Owner | Status | Value |")
    assert {line.count("|") for line in lines[2:]} == {lines[2].count("|")}
    assert any("| Spend less an MQL | ola | on track | 68.64 |" in line for line in lines)


def test_a_folder_that_is_not_there_is_named_and_not_a_draft_in_it(okr: Okr, synced: Path) -> None:
    file = synced / "nowhere/okrs.csv"
    ended = okr("export", "--config", synced, "--to", file)
    assert (ended.code, ended.err) == (2, f"{file}: there is no folder {file.parent}\n")


def test_a_workbook_cannot_be_printed(okr: Okr, synced: Path) -> None:
    ended = okr("export", "--config", synced, "--output", "xlsx")
    assert (ended.code, ended.out) == (2, "")
    assert "name its file, such as --to okrs.xlsx" in ended.err


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.md", "a.xlsx", "a.txt"])
def test_the_ending_of_the_file_says_the_form(okr: Okr, synced: Path, name: str) -> None:
    file = synced / name
    file.write_text("old", "utf-8")
    ended = okr("export", "--config", synced, "--to", file)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    begins = {
        "a.csv": b"workspace,",
        "a.json": b"[\n",
        "a.md": b"## ",
        "a.xlsx": b"PK",
        "a.txt": b"workspace,",
    }
    assert file.read_bytes().startswith(begins[name])
    assert not list(synced.glob(".*.new"))


def test_an_earlier_day_and_a_cycle_that_is_not_there(okr: Okr, synced: Path) -> None:
    ended = okr("export", "--config", synced, "--cycle", "2026-Q5")
    assert (ended.code, "no cycle '2026-Q5'" in ended.err) == (2, True)
    rows = okr("export", "--config", synced, "--as-of", "2026-10-05", "--output", "json").rows
    assert {row["status"] for row in rows} == {"no_data"}
    assert okr("export", "--config", synced, "--as-of", "2026-10-05").code == 0

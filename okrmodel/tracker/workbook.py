"""An XLSX file's bytes to grids, one a sheet. openpyxl is loaded when there is one to read."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from okrmodel.tracker.csv_text import UnreadableFile
from okrmodel.tracker.grid import Cell, Grid, Percent, Uncalculated

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_BYTES = 200_000_000
"""Unpacked; a tracker has a thousandth of it."""
_DIGITS = 15
"""Digits of a number that spreadsheet programs keep and show."""


def read_workbook(content: bytes) -> tuple[Grid, ...]:
    """The sheets of a workbook, with every merged cell's value in each row that it covers.

    Raises:
        UnreadableFile: It is no workbook.
    """
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        raise UnreadableFile("the file is no XLSX workbook that can be read") from None
    if unpacked > _MOST_BYTES:
        raise UnreadableFile("the workbook is too large to be a tracker")
    try:
        values = load_workbook(io.BytesIO(content), data_only=True)
        formulas = load_workbook(io.BytesIO(content))
    except Exception as error:  # noqa: BLE001 - a broken file breaks in many ways, all alike
        raise UnreadableFile(f"the file is no XLSX workbook that can be read: {error}") from None
    return tuple(_grid(sheet, formulas[sheet.title]) for sheet in values.worksheets)


def _grid(sheet: "Worksheet", formulas: "Worksheet") -> Grid:
    rows = [
        [_cell(cell, formula) for cell, formula in zip(row, asked, strict=True)]
        for row, asked in zip(sheet.iter_rows(), formulas.iter_rows(), strict=True)
    ]
    for merged in sheet.merged_cells.ranges:
        top, column = merged.min_row - 1, merged.min_col - 1
        for below in range(merged.min_row, merged.max_row):
            if below < len(rows):
                rows[below][column] = rows[top][column]
    return Grid(sheet.title, tuple(map(tuple, rows)))


def _cell(cell: Any, formula: Any) -> Cell:
    value = cell.value
    match value:
        case None:
            return Uncalculated() if formula.data_type == "f" else None
        case int() | float() if not isinstance(value, bool):
            number = exact(value)
            return Percent(number * 100) if _shows_percent(cell.number_format) else number
        case datetime():
            return value.date()
        case bool() | date():
            return value
        case _:
            return str(value) or None


def _shows_percent(form: str) -> bool:
    """A % in quotes or behind a backslash is only written, not calculated."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", form)


def exact(number: float) -> Decimal:
    """A cell's number as it was typed: what a double adds beyond 15 digits nobody typed."""
    return Decimal(number if isinstance(number, int) else f"{number:.{_DIGITS}g}")


def held(number: Decimal) -> bool:
    """Whether a cell can hold a number so that reading it gives the same number again."""
    return exact(float(number)) == number

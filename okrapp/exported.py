"""A cycle's sheet to be taken elsewhere: the rows of `okr status`, and what the definitions say."""

import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from okrapp.output import Column, Row, exact, write_csv
from okrapp.rounded import number, percent
from okrapp.sheet import COLUMNS as SHOWN
from okrapp.sheet import rows
from okrmodel.snapshot import Status
from okrmodel.telling.markdown_text import table, within
from okrmodel.telling.sheet import Sheet
from okrmodel.tracker.workbook import held

_DEFINED = ("objective_title", "kind", "from", "weight", "starts", "due", "note")
COLUMNS: tuple[Column, ...] = (*SHOWN, *(Column(key, key.replace("_", " ")) for key in _DEFINED))
"""Those of `okr status`, then what an import needs, too."""

_NUMBERS = frozenset(
    [
        "value",
        "automatic",
        "target",
        "progress",
        "score",
        "expected",
        "days_ahead",
        "needed_pace",
        "forecast",
        "forecast_low",
        "forecast_high",
        "chance",
        "guardrail",
        "since_value",
        "since_progress",
        "from",
        "weight",
    ]
)
_DAYS = frozenset({"as_of", "through", "starts", "due"})
_TEXT_BEGINS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet program calculate a text."""
_WIDEST = 60
"""Letters of a column of a workbook."""


def exported(sheets: Sequence[Sheet]) -> list[Row]:
    """Every key result as plain values; numbers as exact text."""
    return [row for sheet in sheets for row in _rows(sheet)]


def _rows(sheet: Sheet) -> Iterator[Row]:
    defined = {
        key_result.id: {
            "objective_title": objective.title,
            "kind": key_result.kind,
            "weight": exact(key_result.weight),
            "starts": key_result.starts.isoformat() if key_result.starts else None,
            "due": key_result.due.isoformat() if key_result.due else None,
            "note": key_result.note or None,
        }
        for objective, key_result in sheet.cycle.key_results()
    }
    for row in rows(sheet):
        snapshot = sheet.snapshots.get(row["key_result"])
        begins = exact(snapshot.baseline) if snapshot else None
        yield row | {"from": begins} | defined[row["key_result"]]


def json_text(found: Sequence[Row]) -> str:
    """The rows as JSON."""
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def csv_text(found: Sequence[Row]) -> str:
    """The rows as CSV; no text of them is a formula to a spreadsheet program."""
    written = io.StringIO()
    write_csv(map(guarded, found), COLUMNS, written)
    return written.getvalue()


def guarded(row: Row) -> Row:
    """A text that would be calculated gets an apostrophe before it, which `okr import` drops."""
    return {
        key: f"'{value}" if key not in _NUMBERS and _calculated(value) else value
        for key, value in row.items()
    }


def _calculated(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_TEXT_BEGINS)


def markdown(sheets: Sequence[Sheet]) -> str:
    """A table for people for each sheet, with rounded figures."""
    return "\n\n".join("\n".join(_section(sheet)) for sheet in sheets) + "\n"


def _section(sheet: Sheet) -> Iterator[str]:
    when = f"as of {sheet.as_of}" if sheet.snapshots else sheet.absence
    yield f"## {within(sheet.title)}: {sheet.cycle.id}, {within(when)}"
    headings = ("Objective", "Key result", "Owner", "Status")
    figures = ("Value", "Target", "Unit", "Progress", "Expected", "Chance")
    yield ""
    yield from table((*headings, *figures), _table_rows(sheet), slice(len(headings), None))


def _table_rows(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    before = ""
    for objective, key_result in sheet.cycle.key_results():
        snapshot = sheet.snapshots.get(key_result.id)
        yield (
            "" if objective.id == before else within(objective.title),
            within(key_result.title),
            objective.owner_of(key_result) or "",
            (snapshot.status if snapshot else Status.NO_DATA).words,
            number(snapshot.value if snapshot else None, wide=True),
            number(snapshot.target if snapshot else None, wide=True),
            within(sheet.unit(key_result.id)),
            percent(snapshot.raw_progress if snapshot else None),
            percent(snapshot.expected if snapshot else None),
            percent(snapshot.forecast.hit if snapshot and snapshot.forecast else None),
        )
        before = objective.id


def workbook(found: Sequence[Row]) -> bytes:
    """The rows as an XLSX workbook: numbers as numbers where a cell holds all their digits."""
    # Only who wants a workbook waits for it.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=False)
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new book has one
    sheet.title = "OKRs"
    for n, column in enumerate(COLUMNS, 1):
        sheet.cell(1, n, column.key).font = Font(bold=True)
        texts = [column.key, *(str(row.get(column.key) or "") for row in found)]
        width = min(max(map(len, texts)) + 2, _WIDEST)
        sheet.column_dimensions[get_column_letter(n)].width = width
        for line, row in enumerate(found, 2):
            _put(sheet.cell(line, n), column.key, row.get(column.key))
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _put(cell: Any, key: str, value: Any) -> None:
    """Fill a cell; a text stays one, whatever it looks like."""
    if value is None:
        return
    if key in _NUMBERS and held(Decimal(value)):
        cell.value = float(value)
    elif key in _DAYS:
        cell.value = date.fromisoformat(value)
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, bool):
        cell.value = value
    else:
        cell.value = "".join(
            letter for letter in str(value) if letter.isprintable() or letter in "\n\t"
        )
        cell.data_type = "s"
        cell.quotePrefix = cell.value.startswith(_TEXT_BEGINS)

"""CSV and XLSX to cells: what was typed, whatever program saved it."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.tracker.csv_text import UnreadableFile, read_csv
from okrmodel.tracker.grid import Cell, Percent, Uncalculated, letters
from okrmodel.tracker.workbook import held, read_workbook

POLISH = [["Cel", "Kluczowy rezultat", "Właściciel"], ["Zwiększyć", "Zażółć, gęślą; jaźń", "Łucja"]]
GERMAN = [["Ziel", "Schlüsselergebnis", "Verantwortlich"], ["Größer", "Äpfel", "Jörg"]]


def table(rows: list[list[str]], delimiter: str) -> str:
    return "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_delimiter_and_encoding_are_found_out(delimiter: str, encoding: str) -> None:
    grid = read_csv(table(POLISH, delimiter).encode(encoding))
    assert [list(row) for row in grid.rows] == POLISH


def test_an_old_encoding_is_said_so() -> None:
    assert (
        "read as cp1252 (--encoding says otherwise)"
        in read_csv(table(GERMAN, ";").encode("cp1252")).told
    )
    assert "cp1250" in read_csv(table(POLISH, ";").encode("cp1250")).told
    assert read_csv(table(GERMAN, ";").encode()).told == "UTF-8, separated by semicolon"


def test_an_encoding_that_was_said_is_held_to() -> None:
    grid = read_csv(table(GERMAN, ",").encode("cp437"), "cp437")
    assert grid.rows[1] == tuple(GERMAN[1])
    for wrong in ("ascii", "no-such"):
        with pytest.raises(UnreadableFile, match=f"not {wrong}"):
            read_csv(table(GERMAN, ",").encode(), wrong)


def test_a_delimiter_inside_cells_does_not_win() -> None:
    rows = [["Objective", "Key result", "Note"], ["a", "b", ",".join("abcdefgh")]]
    text = "\n".join(";".join(row) for row in rows)
    assert len(read_csv(text.encode()).rows[1]) == 3


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="zero bytes"):
        read_csv(b"a\0b")


def test_an_apostrophe_against_formulas_is_dropped() -> None:
    assert read_csv(b"'=1+1,'tis\n").rows == (("=1+1", "'tis"),)


def saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cells(*values: object, form: str = "General") -> tuple[Cell, ...]:
    book = openpyxl.Workbook()
    for column, value in enumerate(values, 1):
        cell = book.worksheets[0].cell(1, column)
        cell.value = value  # type: ignore[assignment]
        cell.number_format = form if not isinstance(value, date) else cell.number_format
    return read_workbook(saved(book))[0].rows[0]


def test_cells_keep_their_kinds() -> None:
    typed = ("text", 5, 0.1, True, date(2026, 12, 31), None, "x")
    assert cells(*typed) == ("text", Decimal(5), Decimal("0.1"), *typed[3:])


def test_what_looks_like_a_percentage_is_one() -> None:
    assert cells(0.07, form="0.0%") == (Percent(Decimal(7)),)
    assert cells(7, form='0"%"') == (Decimal(7),), "the sign is only written"


def test_what_calculation_leaves_behind_fifteen_digits_nobody_typed() -> None:
    assert cells(0.1 + 0.2) == (Decimal("0.3"),)


def test_a_formula_without_a_value_is_not_an_empty_cell() -> None:
    assert cells("=1+1", 5) == (Uncalculated(), Decimal(5))


def test_a_merged_cell_stands_in_each_row_that_it_covers() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = "same"
    for row in (1, 2, 3):
        sheet.cell(row, 3, row)
    sheet.merge_cells("A1:B3")
    assert [row[:2] for row in read_workbook(saved(book))[0].rows] == [("same", None)] * 3


def test_every_sheet_is_there_by_its_name() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Q4")
    assert [grid.name for grid in read_workbook(saved(book))] == ["Sheet", "Q4"]


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b""])
def test_a_broken_workbook_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="no XLSX workbook"):
        read_workbook(content)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_a_number_that_a_cell_holds_is_read_as_it_was(number: Decimal) -> None:
    if held(number):
        assert cells(float(number)) == (number,)
    else:
        assert len(number.as_tuple().digits) > 15


def test_columns_are_called_as_spreadsheets_call_them() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]

"""An OKR tracker's file: which kind it is, which of its sheets is meant, and what that holds."""

from dataclasses import dataclass
from pathlib import Path

from okrapp.exits import FAILED, USAGE, Exit
from okrmodel.suggestion import did_you_mean
from okrmodel.tracker.columns import Columns, NoHeadings, find_columns
from okrmodel.tracker.csv_text import UnreadableFile, read_csv
from okrmodel.tracker.grid import Grid

_MOST_BYTES = 50_000_000
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Tracker:
    """The sheet of a file that is read, and what its columns are."""

    file: str
    """Its name."""
    grid: Grid
    columns: Columns


def open_tracker(file: Path, sheet: str | None, encoding: str | None) -> Tracker:
    """Read a tracker.

    Args:
        file: CSV or XLSX, whatever its name ends in.
        sheet: The name of the sheet to take; the one with headings when None.
        encoding: Of a CSV file; found out when None.

    Raises:
        Exit: It cannot be read, or it is not clear which sheet is meant.
        OSError: There is no such file.
    """
    try:
        grids = _grids(file, encoding)
    except UnreadableFile as problem:
        raise Exit(FAILED, f"{file}: {problem}") from None
    if sheet is not None:
        named = tuple(grid for grid in grids if grid.name == sheet)
        if not named:
            known = [grid.name for grid in grids if grid.name]
            raise Exit(USAGE, f"no sheet {sheet!r} in {file}{did_you_mean(sheet, known)}")
        grids = named
    found: list[Tracker] = []
    problems: list[str] = []
    for grid in grids:
        try:
            found.append(Tracker(file.name, grid, find_columns(grid)))
        except NoHeadings as problem:
            problems.append(str(problem))
    if not found:
        raise Exit(FAILED, f"{file}: {problems[0] if problems else 'it has no sheet with cells'}")
    if len(found) > 1:
        names = ", ".join(tracker.grid.name for tracker in found)
        raise Exit(USAGE, f"{file} has several sheets with OKRs: {names}; name one with --sheet")
    return found[0]


def _grids(file: Path, encoding: str | None) -> tuple[Grid, ...]:
    content = file.read_bytes()
    if len(content) > _MOST_BYTES:
        raise UnreadableFile("it is too large to be a tracker")
    if content.startswith(_ZIP):
        # openpyxl is a fifth of a second: CSV does without.
        from okrmodel.tracker.workbook import read_workbook  # noqa: PLC0415

        return read_workbook(content)
    if content.startswith(_OLE):
        raise UnreadableFile("an old Excel file (.xls); save it as .xlsx or .csv and import that")
    if content.lstrip()[:1] in {b"{", b"["}:
        raise UnreadableFile("JSON, expected a table as CSV or XLSX")
    return (read_csv(content, encoding),)

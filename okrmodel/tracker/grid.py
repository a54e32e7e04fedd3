"""A sheet's cells, wherever they came from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Percent:
    """A number that the sheet shows as a percentage: 25 for 25 %."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A formula whose value the file does not hold."""


Cell = str | Decimal | Percent | date | bool | Uncalculated | None
"""None is an empty cell. Text is as it stands there; numbers are exact."""


@dataclass(frozen=True)
class Grid:
    """A sheet of a file."""

    name: str
    """The sheet's; empty where a file has but one."""
    rows: tuple[tuple[Cell, ...], ...]
    """From the first on; they may differ in length."""
    told: str = ""
    """How it was read, where somebody may want to know: the delimiter, the encoding."""


def letters(column: int) -> str:
    """A column as spreadsheets call it: 0 is A, 26 is AA."""
    named = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        named = chr(ord("A") + digit) + named
    return named


def text_of(cell: Cell) -> str:
    """A cell as one line of text; empty for an empty one."""
    match cell:
        case None | Uncalculated():
            return ""
        case bool():
            return "yes" if cell else "no"
        case Percent(value=value):
            return f"{value:f} %"
        case Decimal():
            return f"{cell:f}"
        case date():
            return cell.isoformat()
        case _:
            return " ".join(cell.split())

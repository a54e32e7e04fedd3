"""Printing rows as a table for people, or as JSON or CSV for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TextIO

from okrmodel.exact import plain

Format = Literal["table", "json", "csv"]


@dataclass(frozen=True)
class Column:
    """One column: `key` in JSON and CSV, `title` in a table."""

    key: str
    title: str
    right: bool = False
    """Numbers stand on the right."""


Row = dict[str, Any]
"""Plain values by column key; None is "no data": empty in CSV, null in JSON, – in a table."""


def write(rows: Iterable[Row], columns: Sequence[Column], form: Format, title: str = "") -> None:
    """Print the rows on standard output in the form asked for."""
    if form == "json":
        write_json(list(rows))
    elif form == "csv":
        write_csv(rows, columns, sys.stdout)
    else:
        _write_table(rows, columns, title)


def write_csv(rows: Iterable[Row], columns: Sequence[Column], to: TextIO) -> None:
    """Write the rows as CSV, under the columns' keys."""
    out = csv.writer(to, lineterminator="\n")
    out.writerow(column.key for column in columns)
    out.writerows([row.get(column.key) for column in columns] for row in rows)


def write_json(value: object) -> None:
    """Print a value as JSON on standard output."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


def exact(number: Decimal | None) -> str | None:
    """A number as programs get it: all its digits, as text."""
    return None if number is None else plain(number)


def _write_table(rows: Iterable[Row], columns: Sequence[Column], title: str) -> None:
    # Rich costs a tenth of a second: CSV and JSON do without.
    from rich.table import Table  # noqa: PLC0415

    from okrapp.terminal import console  # noqa: PLC0415

    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=column.right,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*("–" if row.get(c.key) is None else str(row[c.key]) for c in columns))
    console().print(table)

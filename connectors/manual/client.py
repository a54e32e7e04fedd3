"""Reads check-in files and ledgers exactly, and names file and line of what is wrong.

Check-ins are read as lint reads them; a ledger's YAML is parsed by the same rules.
"""

import csv
import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from connectors.errors import QueryError
from connectors.numbers import number_in, shown
from okrmodel.definitions.base import Day
from okrmodel.problems import Problem
from okrmodel.reading import cycle_file
from okrmodel.reading.piece import Piece
from okrmodel.reading.yaml_text import Document, read_yaml

LARGEST_FILE = 20_000_000
"""Bytes: half a million rows."""

_DAY: TypeAdapter[date] = TypeAdapter(Day)


@dataclass(frozen=True)
class Entry:
    """What stands in a file about a day: a figure, or a milestone that was done."""

    date: date
    line: int
    value: Decimal | None = None
    key_result: str = ""
    milestone: str | None = None
    author: str = ""
    note: str = ""
    until: Day | None = None


@dataclass(frozen=True)
class Record:
    """A file as read."""

    name: str
    """Relative to the workspace's folder."""
    digest: str
    """SHA-256 of its bytes; empty where there is no file."""
    entries: tuple[Entry, ...]
    """By date; those of one day in the order written."""


def read_check_ins(root: Path, name: str) -> Record:
    """The check-ins of a file, none where there is no file: nobody has checked in yet.

    Raises:
        QueryError: The file cannot be read as check-ins; the message begins with file:line.
    """
    if not os.path.lexists(root / name):
        return Record(name, "", ())
    content = _content(root, name)
    document = _document(name, content)
    whole = Piece(document, (), document.content, "the check-ins' file")
    written, problems = cycle_file.read_check_ins(whole)
    _refuse(problems)
    entries = [
        Entry(
            date=each.check_in.date,
            line=document.place(each.path[1:]).line,
            value=each.check_in.value,
            key_result=each.check_in.key_result,
            milestone=each.check_in.milestone,
            author=each.check_in.author,
            note=each.check_in.note,
            until=each.check_in.until,
        )
        for each in written
    ]
    return _record(name, content, entries)


def read_ledger(root: Path, name: str, column: str) -> Record:
    """One column of a ledger.

    Raises:
        QueryError: There is no such file or column, or a cell is no number.
    """
    content = _content(root, name)
    rows = _csv_rows(name, content) if name.endswith(".csv") else _mappings(name, content)
    return _record(name, content, [_entry(name, line, row, column) for line, row in rows])


def _record(name: str, content: bytes, entries: Sequence[Entry]) -> Record:
    digest = hashlib.sha256(content).hexdigest()
    return Record(name, digest, tuple(sorted(entries, key=lambda entry: entry.date)))


def _content(root: Path, name: str) -> bytes:
    """The bytes of a file of the workspace's own.

    A link that leads elsewhere is not followed: messages quote what they cannot read.
    """
    remedy = "put the file itself into the workspace's folder, or correct the name in the metric"
    try:
        file = (root / name).resolve(strict=True)
        if not file.is_relative_to(root.resolve()):
            raise QueryError(f"{name}: leads out of the workspace's folder", remedy=remedy)
        if not file.is_file():
            raise QueryError(f"{name}: is no file", remedy=remedy)
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or "its links go in a circle"
        raise QueryError(f"{name}: cannot be read: {why}", remedy=remedy) from None
    if len(content) > LARGEST_FILE:
        raise QueryError(
            f"{name}: is larger than {LARGEST_FILE} bytes",
            remedy="keep a ledger for each cycle, or ask a database with the sql connector",
        )
    return content


def _text(name: str, content: bytes) -> str:
    try:
        # utf-8-sig: spreadsheets write a byte order mark.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong(name, line, "the file is not UTF-8 text") from None


def _document(name: str, content: bytes) -> Document:
    document, problems = read_yaml(_text(name, content), name)
    _refuse(problems)
    return document


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        first = min(problems)
        raise _wrong(first.place.file, first.place.line, first.message)


def _mappings(name: str, content: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The mappings of a YAML list with the line of each."""
    document = _document(name, content)
    found = document.content or []
    if not isinstance(found, list):
        raise _wrong(name, document.place(()).line, 'expected a list of entries ("- date: …")')
    for n, row in enumerate(found):
        line = document.place((n,)).line
        if not isinstance(row, dict):
            raise _wrong(name, line, "expected an entry with keys such as date and value")
        yield line, row


def _csv_rows(name: str, content: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    # Strict: a quotation mark that is not closed would swallow all rows after it.
    reader = csv.reader(
        io.StringIO(_text(name, content), newline=""), skipinitialspace=True, strict=True
    )
    try:
        header = [cell.strip() for cell in next(reader, [])]
        named = [cell for cell in header if cell]
        if twice := next((cell for cell in named if named.count(cell) > 1), None):
            raise _wrong(name, 1, f'two columns are named "{twice}"')
        for cells in reader:
            if cells and len(cells) != len(header):
                raise _wrong(name, reader.line_num, "more or fewer cells than the header has")
            if cells:
                row = zip(header, (cell.strip() for cell in cells), strict=True)
                yield reader.line_num, dict(row)
    except csv.Error as error:
        raise _wrong(name, reader.line_num, f"this is not CSV: {error}") from None


def _entry(name: str, line: int, row: Mapping[str, Any], column: str) -> Entry:
    for needed in ("date", column):
        if row.get(needed) is None or row[needed] == "":
            raise _wrong(name, line, f'no "{needed}" in this row')
    try:
        return Entry(_DAY.validate_python(row["date"]), line, number_in(row[column]))
    except ValidationError:
        what = f"date {shown(row['date'])}, expected a day such as 2026-10-31"
        raise _wrong(name, line, what) from None
    except ValueError as problem:
        raise _wrong(name, line, f"{column} {problem}") from None


def _wrong(name: str, line: int, what: str) -> QueryError:
    return QueryError(f"{name}:{line}: {what}", remedy=f"correct line {line} of {name}")

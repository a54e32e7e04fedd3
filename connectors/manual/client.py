"""Reads check-in files and ledgers exactly, and names file and line of what is wrong."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Generic, Self, TypeVar

import yaml
from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from connectors.errors import QueryError
from okrmodel.definitions.base import Definition, Id, Number, Share


def _iso_day(raw: object) -> object:
    # pydantic would read a bare number as seconds since 1970.
    return _day(raw) if isinstance(raw, str) else raw


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PydanticCustomError("day", "expected a day such as 2026-10-05") from error


class CheckIn(Definition):
    """One entry of `checkins/<cycle>.yaml`: a figure, or a milestone done."""

    key_result: Id
    date: Annotated[date, BeforeValidator(_iso_day)]
    value: Number | None = None
    milestone: Id | None = None
    """The step that was done that day."""
    note: str = ""
    author: str = ""
    confidence: Share | None = None
    line: int = Field(default=0, exclude=True)
    """Where it stands in its file."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.value is None) == (self.milestone is None):
            raise PydanticCustomError("one_thing", "expected either value or milestone")
        return self


@dataclass(frozen=True)
class Entry:
    """One row of a ledger."""

    date: date
    value: Decimal
    line: int


Row = TypeVar("Row", CheckIn, Entry)


@dataclass(frozen=True)
class Record(Generic[Row]):
    """A file as read."""

    name: str
    """Relative to the workspace's folder."""
    digest: str
    """SHA-256 of its bytes; empty where there is no file."""
    rows: tuple[Row, ...]
    """By date; rows of one day in the order written."""


def read_check_ins(root: Path, name: str) -> Record[CheckIn]:
    """The check-ins of a file, none where there is no file: nobody has checked in yet.

    Raises:
        QueryError: The file cannot be read as check-ins; the message begins with file:line.
    """
    if not (root / name).exists():
        return Record(name, "", ())
    content = _content(root, name)
    return _record(name, content, [_check_in(name, n, raw) for n, raw in _mappings(name, content)])


def read_ledger(root: Path, name: str, column: str) -> Record[Entry]:
    """One column of a ledger.

    Raises:
        QueryError: There is no such file or column, or a cell is no number.
    """
    content = _content(root, name)
    rows = _csv_rows(name, content) if name.endswith(".csv") else _mappings(name, content)
    return _record(name, content, [_entry(name, line, raw, column) for line, raw in rows])


def _record(name: str, content: bytes, rows: list[Row]) -> Record[Row]:
    digest = hashlib.sha256(content).hexdigest()
    return Record(name, digest, tuple(sorted(rows, key=lambda row: row.date)))


def _content(root: Path, name: str) -> bytes:
    try:
        return (root / name).read_bytes()
    except OSError as error:
        raise QueryError(
            f"{name}: cannot be read: {error.strerror}",
            remedy="create the file in the workspace's folder, or correct the name in the metric",
        ) from error


def _check_in(name: str, line: int, raw: dict[str, str]) -> CheckIn:
    try:
        return CheckIn.model_validate({**raw, "line": line})
    except ValidationError as error:
        first = error.errors()[0]
        where = "".join(f"{part}: " for part in first["loc"])
        raise _wrong(name, line, where + first["msg"]) from error


def _entry(name: str, line: int, raw: dict[str, str], column: str) -> Entry:
    for needed in ("date", column):
        if not raw.get(needed):
            raise _wrong(name, line, f'no "{needed}" in this row')
    try:
        value = Decimal(raw[column])
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise _wrong(name, line, f'{column} "{raw[column]}" is not a number such as 1234.50')
    try:
        return Entry(_day(raw["date"]), value, line)
    except PydanticCustomError as error:
        raise _wrong(name, line, f'date "{raw["date"]}": {error}') from error


def _csv_rows(name: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        # utf-8-sig: spreadsheets write a byte order mark.
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise _wrong(name, 1, "is not UTF-8 text") from error
    reader = csv.DictReader(lines, skipinitialspace=True)
    for row in reader:
        # Cells beyond the header come under the key None, missing ones as None.
        if None in row or None in row.values():
            raise _wrong(name, reader.line_num, "more or fewer cells than the header has")
        yield reader.line_num, {key.strip(): cell.strip() for key, cell in row.items()}


def _mappings(name: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The mappings of a YAML list with the line of each; scalars as written, empty ones left out.

    Composed, not loaded: loading would make floats of decimals and keep the last of two equal keys.
    """
    try:
        tree = yaml.compose(content, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise _wrong(name, mark.line + 1 if mark else 1, problem) from error
    if tree is None:
        return
    if not isinstance(tree, yaml.SequenceNode):
        raise _wrong(name, tree.start_mark.line + 1, 'expected a list of entries ("- date: …")')
    for node in tree.value:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise _wrong(name, line, "expected an entry with keys such as date and value")
        yield line, _mapping(name, node)


def _mapping(name: str, node: yaml.MappingNode) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
            raise _wrong(name, line, "expected a plain value beside the key")
        if key.value in found:
            raise _wrong(name, line, f'the key "{key.value}" stands twice in one entry')
        if value.tag != "tag:yaml.org,2002:null":
            found[key.value] = value.value
    return found


def _wrong(name: str, line: int, what: str) -> QueryError:
    return QueryError(f"{name}:{line}: {what}", remedy=f"correct line {line} of {name}")

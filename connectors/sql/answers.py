"""What a statement's rows say, exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from connectors.errors import QueryError

Values: TypeAlias = dict[date | None, Decimal | None]


@dataclass(frozen=True)
class Answer:
    """What one statement gave."""

    values: Mapping[date | None, Decimal | None]
    """By day; under None where the statement gives one number."""
    rows: int
    query: str
    digest: str


def by_day(rows: Sequence[tuple[Any, ...]]) -> Values:
    """Rows of a day and its value; raises QueryError for anything else."""
    found: Values = {}
    for row in rows:
        if len(row) != 2:
            raise _no_answer(f"{len(row)} columns", "two columns, the day and its value")
        day = _day(row[0])
        if day in found:
            raise _no_answer(f"{day} twice", "one row a day (GROUP BY the day)")
        found[day] = _decimal(row[1])
    return found


def single(rows: Sequence[tuple[Any, ...]]) -> Values:
    """One row of one number, or no row; raises QueryError for anything else."""
    if len(rows) > 1 or any(len(row) != 1 for row in rows):
        raise _no_answer(f"{len(rows)} rows", "one row of one column, or `answer: days`")
    return {None: _decimal(rows[0][0]) if rows else None}


def _day(value: object) -> date:
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date()
    elif isinstance(value, date):
        return value
    elif isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _no_answer(f"{value!r} for a day", "a DATE, or text such as 2026-10-05")


def _decimal(value: object) -> Decimal | None:
    """A number as the database prints it; a float is taken at its shortest form."""
    if value is None:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise _no_answer(f"{value!r} for a value", "a number")
    return found


def _no_answer(got: str, expected: str) -> QueryError:
    return QueryError(f"the statement gives {got}", remedy=f"select {expected}")

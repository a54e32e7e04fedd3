"""Column types that mean the same on SQLite and on PostgreSQL, and refuse what is ambiguous."""

# ruff: noqa: ARG002 - SQLAlchemy says which arguments its hooks take.

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Numeric, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from okrmodel.exact import canonical, plain

MOST_DIGITS = 1_000
"""Numbers with more digits than this, on either side of the point, are refused: they are mistakes,
and PostgreSQL's NUMERIC would round the smallest of them without a word."""


class UtcInstant(TypeDecorator[datetime]):
    """An instant, to the microsecond. Goes in with any time zone, comes out in UTC.

    A datetime without a zone is refused, in comparisons too: which instant it is, nobody knows.
    SQLite keeps `2026-11-22 03:00:00.000000` in UTC, so that text order is time order.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise ValueError(f"{value!r} is not an instant: give a datetime with a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A local calendar day. A datetime is refused: its day depends on a zone."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | None:
        if isinstance(value, datetime):
            raise TypeError(f"{value!r} is an instant, not a calendar day: cut it in a zone first")
        return value


class ExactNumber(TypeDecorator[Decimal]):
    """A Decimal, every digit of it. NUMERIC on PostgreSQL, text on SQLite, which has only floats.

    What comes out is normalised (1.50 is 1.5, 1E+3 is 1000), so equal numbers look equal. Floats,
    NaN and infinities are refused.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | Decimal | None:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"{value!r} is not a Decimal: only exact numbers are stored")
        text = _checked(value)
        return text if dialect.name == "sqlite" else Decimal(text)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        # SQLite's text is as it was written: plain.
        return Decimal(value if dialect.name == "sqlite" else plain(Decimal(value)))


def _checked(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError(f"{number} cannot be stored as a number; no data is None")
    if number.adjusted() > MOST_DIGITS or int(number.as_tuple().exponent) < -MOST_DIGITS:
        raise ValueError(f"a number of more than {MOST_DIGITS} digits cannot be stored")
    return plain(number)


class Span(TypeDecorator[timedelta]):
    """A length of time, in whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(microseconds=value)


class CanonicalJson(TypeDecorator[Any]):
    """A JSON value as canonical text: equal values are equal bytes. Numbers are integers or texts."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:
        return None if value is None else json.loads(value)

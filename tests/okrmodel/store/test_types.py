"""Column types: exact on both databases, and closed to what is ambiguous."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from okrmodel.store.engine import connect_to
from okrmodel.store.types import MOST_DIGITS, CanonicalJson, Day, ExactNumber, Span, UtcInstant
from tests import postgres
from tests.conftest import DATABASES

THINGS = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("instant", UtcInstant),
    Column("day", Day),
    Column("number", ExactNumber),
    Column("span", Span),
    Column("json", CanonicalJson),
)

_FIRST = datetime(1970, 1, 2)  # noqa: DTZ001 - the ends of a range, in any zone
_LAST = datetime(9998, 12, 30)  # noqa: DTZ001
NAIVE = datetime(2026, 11, 23, 3)  # noqa: DTZ001 - what must be refused
INSTANTS = st.datetimes(_FIRST, _LAST, timezones=st.timezones())

a_few = settings(max_examples=30)


@pytest.fixture(scope="module", params=DATABASES)
def connection(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('types') / 'okr.db'}"
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        url = server.url(server.create())
    engine = connect_to(url)
    with engine.connect() as opened:
        THINGS.metadata.create_all(opened)
        yield opened
    engine.dispose()


def kept(connection: Connection, name: str, value: Any) -> Any:
    """The value after a round through the database."""
    number = connection.execute(insert(THINGS).returning(THINGS.c.id), {name: value}).scalar_one()
    return connection.execute(select(THINGS.c[name]).where(THINGS.c.id == number)).scalar_one()


@a_few
@given(INSTANTS)
def test_an_instant_comes_back_in_utc_to_the_microsecond(
    connection: Connection, instant: datetime
) -> None:
    back = kept(connection, "instant", instant)

    assert back == instant.astimezone(UTC)
    assert back.utcoffset() == timedelta(0)


@a_few
@given(st.lists(INSTANTS, max_size=6))
def test_instants_are_ordered_by_time_whatever_their_zone(
    connection: Connection, instants: list[datetime]
) -> None:
    connection.execute(THINGS.delete())
    if instants:
        connection.execute(insert(THINGS), [{"instant": instant} for instant in instants])
    back = connection.scalars(select(THINGS.c.instant).order_by(THINGS.c.instant)).all()

    assert list(back) == sorted(each.astimezone(UTC) for each in instants)


def test_a_naive_datetime_is_refused_when_stored(connection: Connection) -> None:
    with pytest.raises(StatementError, match="give a datetime with a time zone"):
        kept(connection, "instant", NAIVE)


def test_a_naive_datetime_is_refused_when_compared(connection: Connection) -> None:
    late = select(THINGS).where(THINGS.c.instant > NAIVE)
    with pytest.raises(StatementError, match="give a datetime with a time zone"):
        connection.execute(late)


def test_a_day_is_refused_where_an_instant_is_meant(connection: Connection) -> None:
    with pytest.raises(StatementError, match="give a datetime with a time zone"):
        kept(connection, "instant", date(2026, 11, 23))


def test_an_instant_is_refused_where_a_day_is_meant(connection: Connection) -> None:
    with pytest.raises(StatementError, match="not a calendar day"):
        kept(connection, "day", datetime(2026, 11, 23, 3, tzinfo=UTC))


def test_days_come_back(connection: Connection) -> None:
    assert kept(connection, "day", date(2026, 11, 23)) == date(2026, 11, 23)


@a_few
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_with_every_digit_and_one_spelling(
    connection: Connection, number: Decimal
) -> None:
    if abs(number.adjusted()) > MOST_DIGITS or int(number.as_tuple().exponent) < -MOST_DIGITS:
        return
    back = kept(connection, "number", number)

    assert back == number
    assert str(back) == str(kept(connection, "number", Decimal(str(back))))


@pytest.mark.parametrize(
    ("given_as", "comes_back_as"),
    [
        ("1.50", "1.5"),
        ("1E+3", "1000"),
        ("-0.00", "0"),
        ("0.1000000000000000055511151231257827021181583404541015625", None),
        ("1234567890123456789012345678901234567890.5", None),
        ("1E-300", None),
    ],
)
def test_numbers_are_normalised_but_never_rounded(
    connection: Connection, given_as: str, comes_back_as: str | None
) -> None:
    back = kept(connection, "number", Decimal(given_as))

    assert f"{back:f}" == (comes_back_as or f"{Decimal(given_as):f}")


@pytest.mark.parametrize("number", [1.5, 7, "7"])
def test_what_is_not_a_decimal_is_refused(connection: Connection, number: Any) -> None:
    with pytest.raises((StatementError, TypeError), match="only exact numbers are stored"):
        kept(connection, "number", number)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1E+2000", "1E-2000"])
def test_numbers_that_mean_nothing_are_refused(connection: Connection, number: str) -> None:
    with pytest.raises(StatementError, match="cannot be stored"):
        kept(connection, "number", Decimal(number))


@pytest.mark.parametrize("name", ["instant", "day", "number", "span", "json"])
def test_nothing_comes_back_as_nothing(connection: Connection, name: str) -> None:
    assert kept(connection, name, None) is None


def test_spans_come_back(connection: Connection) -> None:
    span = timedelta(days=42, microseconds=1)
    assert kept(connection, "span", span) == span


def test_equal_json_is_kept_as_equal_text(connection: Connection) -> None:
    kept(connection, "json", {"b": [1, "ł"], "a": None})
    texts = connection.exec_driver_sql("SELECT json FROM things WHERE json IS NOT NULL")

    assert texts.scalars().all() == ['{"a":null,"b":[1,"ł"]}']

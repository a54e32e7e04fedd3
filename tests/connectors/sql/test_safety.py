"""Nothing is written, nothing runs for ever, nothing secret shows."""

import contextlib
import re
import sqlite3
import subprocess
import sys
from typing import Any

import psycopg
import pytest
from pydantic import ValidationError

from connectors.contract import Ask
from connectors.errors import (
    ConnectorError,
    CredentialsError,
    Permanent,
    QueryError,
    RetryLater,
    RetrySoon,
    ScopeError,
)
from connectors.sql import CONNECTOR, SqlOptions, SqlQuery
from okrmodel.observations import Aggregation
from tests import postgres
from tests.connectors.opening import ask, connection, day
from tests.connectors.sql.conftest import Database, query

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def refused(asked_of: Database, select: str | SqlQuery, **changes: Any) -> ConnectorError:
    asking = query(select, answer="number") if isinstance(select, str) else select
    asked = ask(asking, day("2026-11-22"), aggregation=Aggregation.LEVEL)
    with pytest.raises(ConnectorError) as caught:
        asked_of.answers(asked, **changes)
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.parametrize(
    "select",
    [
        "DELETE FROM signups",
        "SELECT 1; DELETE FROM signups",
        "SELECT 1; SELECT 2",
        "/* SELECT */ DROP TABLE signups",
        "-- SELECT\nDROP TABLE signups",
        "COMMIT; DELETE FROM signups",
        "EXPLAIN SELECT 1",
        "SELECTED",
        "",
        "WITH gone AS (DELETE FROM signups RETURNING 1) SELECT count(*) FROM gone",
        "WITH x AS (SELECT 1) UPDATE signups SET id = 0",
        "SELECT * INTO copy FROM signups",
        "SELECT * FROM signups FOR UPDATE",
        "SELECT 1 /*! INTO OUTFILE '/tmp/x' */",
        # Code, or not, by the rules of one database and not of another:
        "SELECT $$'$$; DELETE FROM signups; SELECT $$'$$",
        "SELECT 1 /* /* */ '*/; DELETE FROM signups --'",
        "SELECT '\\'; DELETE FROM signups --'",
        "SELECT ';'",
    ],
)
def test_only_a_single_select_is_accepted(select: str) -> None:
    with pytest.raises(ValidationError):
        query(select)


@pytest.mark.parametrize(
    "select",
    [
        "select 1",
        "SELECT 'delete' AS \"update\" -- into \n",
        "SELECT 1 /* to insert */;",
        "SELECT updated_at, last_update, inserted FROM t",
        "SELECT replace(plan, 'a', 'b') FROM t",
        "/* why */ WITH x AS (SELECT 1) SELECT * FROM x",
        "SELECT at::date, '12:30' FROM t WHERE at < :end_at",
    ],
)
def test_comments_literals_and_casts_are_read_as_what_they_are(select: str) -> None:
    assert query(select).select == select.strip().removesuffix(";").rstrip()


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(ValidationError, match="unknown parameter :begin, expected :start"):
        query("SELECT 1 WHERE 1 = :begin")


def unread(select: str) -> SqlQuery:
    """A question past our own reading of it: what does the database say?"""
    return SqlQuery.model_construct(select=select, answer="number")


WRITES = [
    "WITH gone AS (DELETE FROM signups RETURNING 1) SELECT count(*) FROM gone",
    "SELECT * INTO copy FROM signups",
    "SELECT 1 FROM signups FOR UPDATE",
    "SELECT nextval('numbers')",
    "SELECT setval('numbers', 7)",
    "SELECT set_config('transaction_read_only', 'off', false)",
]


@pytest.mark.parametrize("select", WRITES)
def test_postgresql_lets_nothing_be_written(postgres_database: Database, select: str) -> None:
    error = refused(postgres_database, unread(select))

    assert isinstance(error, QueryError)
    assert re.search("read-only|must not contain|not allowed|must be set before", str(error))
    assert postgres_database.values(how_many()) == [4]


def test_what_a_function_does_in_the_transaction_is_rolled_back(
    postgres_database: Database,
) -> None:
    def level(select: str) -> Any:
        asked = ask(unread(select), day("2026-11-22"), aggregation=Aggregation.LEVEL)
        return postgres_database.values(asked)[0]

    # Older servers take large objects for no data.
    with contextlib.suppress(QueryError):
        level("SELECT lo_create(4711)")

    assert level("SELECT count(*) FROM pg_largeobject_metadata") == 0


@pytest.mark.parametrize(
    "select",
    [
        "WITH x AS (SELECT 1) DELETE FROM signups",
        "INSERT INTO signups SELECT * FROM signups RETURNING 1",
        "CREATE TABLE t (a)",
        "PRAGMA user_version = 5",
    ],
)
def test_sqlite_lets_nothing_be_written(sqlite_database: Database, select: str) -> None:
    error = refused(sqlite_database, unread(select))

    assert isinstance(error, QueryError)
    assert "readonly database" in str(error)
    assert sqlite_database.values(how_many()) == [4]


def how_many() -> Ask:
    return ask(
        query("SELECT count(*) FROM signups", answer="number"),
        day("2026-11-22"),
        aggregation=Aggregation.LEVEL,
    )


@pytest.mark.parametrize(
    "select", ["SELECT 1; COMMIT; DELETE FROM signups", "SELECT 1); DELETE FROM signups; SELECT (1"]
)
def test_no_second_statement_reaches_the_database(database: Database, select: str) -> None:
    error = refused(database, unread(select))

    assert isinstance(error, ConnectorError)
    assert database.values(how_many()) == [4]


def test_a_statement_takes_no_longer_than_it_may(database: Database) -> None:
    error = refused(database, FOREVER, timeout=0.2)
    assert isinstance(error, RetryLater)
    assert "timeout" in error.remedy


def test_a_statement_cannot_give_itself_more_time(postgres_database: Database) -> None:
    select = "SELECT set_config('statement_timeout', '0', false), pg_sleep(20)"
    assert isinstance(refused(postgres_database, select, timeout=0.2), RetryLater)


def test_rows_without_end_are_not_fetched_before_they_are_counted(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.sql.client.MOST_ROWS", 3)
    select = FOREVER.replace("count(*)", "i")
    assert "more than 3 rows" in str(refused(postgres_database, select, timeout=10))


def test_a_server_that_went_away_is_noticed(postgres_database: Database) -> None:
    session = postgres_database.session()
    engine = session._client._engine  # type: ignore[attr-defined]
    with engine.connect() as connection:
        given = connection.connection.driver_connection.info.get_parameters()
    assert given["connect_timeout"] == "10"
    assert given["keepalives_idle"] == "20"


def test_an_sqlite_file_that_is_not_there_is_not_created(sqlite_database: Database) -> None:
    error = refused(sqlite_database, "SELECT 1", database="other.db")
    assert isinstance(error, Permanent)
    assert not (sqlite_database.root / "other.db").exists()


def test_an_sqlite_file_is_opened_for_reading_only(sqlite_database: Database) -> None:
    session = sqlite_database.session()
    opened = session._client._open_file()  # type: ignore[attr-defined]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened.execute("DELETE FROM signups")
    opened.close()


def test_a_wrong_statement_is_told_in_the_databases_words(database: Database) -> None:
    error = refused(database, "SELECT count(*) FROM nowhere")
    assert type(error) is QueryError
    assert "nowhere" in str(error)
    assert database.options.database in str(error)


def test_a_table_that_may_not_be_read_is_a_matter_of_rights(
    postgres_database: Database, postgres_server: postgres.Server
) -> None:
    name = postgres_database.options.database
    with psycopg.connect(
        user=postgres.USER, host=str(postgres_server.socket), dbname=name, autocommit=True
    ) as server:
        server.execute("DROP ROLE IF EXISTS reader")
        server.execute("CREATE ROLE reader LOGIN")
    url = postgres_database.secrets["url"].replace(f"{postgres.USER}@", "reader@")
    reader = Database(postgres_database.options, {"url": url}, postgres_database.root, "postgresql")
    assert isinstance(refused(reader, "SELECT count(*) FROM signups"), ScopeError)


def test_a_server_that_is_not_there_is_asked_again() -> None:
    slept: list[float] = []
    options = SqlOptions.model_validate(
        {
            "connector": "sql",
            "dialect": "postgresql+psycopg",
            "host": "127.0.0.1",
            "port": 9,
            "user": "okr",
            "password": "${P}",
            "database": "shop",
        }
    )
    session = CONNECTOR.connect(connection(options, secrets={"password": "hush"}, slept=slept))
    with pytest.raises(RetrySoon, match="database shop") as caught:
        session.identity()
    assert len(slept) == 2
    assert "hush" not in f"{caught.value!r}{session!r}"


def test_an_unreadable_url_is_never_shown() -> None:
    options = SqlOptions.model_validate({"connector": "sql", "url": "${U}", "database": "shop"})
    session = CONNECTOR.connect(connection(options, secrets={"url": "postgres//okr:hush@db"}))
    with pytest.raises(CredentialsError, match=r"\$\{U\} is no database URL") as caught:
        session.identity()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "hush" not in f"{caught.value!r}{caught.value.remedy}"


def test_a_dialect_without_a_driver_is_named() -> None:
    options = SqlOptions.model_validate(
        {"connector": "sql", "dialect": "snowflake", "database": "shop"}
    )
    session = CONNECTOR.connect(connection(options))
    with pytest.raises(Permanent, match="no driver for snowflake"):
        session.identity()


@pytest.mark.parametrize(
    "raw",
    [
        {"database": "a"},
        {"database": "a", "url": "${U}", "dialect": "sqlite"},
        {"database": "a", "url": "${U}", "host": "h"},
        {"database": "a", "url": "postgresql://plain"},
        {"database": "a", "dialect": "postgresql", "password": "plain"},
    ],
)
def test_options_give_one_way_in_and_no_plain_secret(raw: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SqlOptions.model_validate({"connector": "sql", **raw})


def test_importing_the_connector_loads_no_sqlalchemy() -> None:
    script = (
        "import sys, connectors.sql\n"
        "print([m for m in sys.modules if m.split('.')[0] in {'sqlalchemy', 'psycopg'}])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"

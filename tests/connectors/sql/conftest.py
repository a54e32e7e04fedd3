"""A table of signups in a database of each kind."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from connectors.contract import Ask, Session
from connectors.sql import CONNECTOR, SqlOptions, SqlQuery
from okrmodel.observations import Observation
from tests import postgres
from tests.connectors.opening import connection, run

SIGNUPS = (
    # Number, instant in UTC, amount and plan. SQLite is exact with quarters.
    (1, "2026-10-01 21:59:59", "10.50", "free"),
    (2, "2026-10-01 22:00:00", "0.25", "pro"),  # 2 October in Warsaw
    (3, "2026-10-02 10:00:00", "0.50", "pro"),
    (4, "2026-10-04 10:00:00", None, "pro"),
)


@dataclass(frozen=True)
class Database:
    """A database with the table `signups`."""

    options: SqlOptions
    secrets: dict[str, str]
    root: Path
    kind: str

    def session(self, **changes: Any) -> Session:
        options = self.options.model_copy(update=changes)
        return CONNECTOR.connect(connection(options, secrets=self.secrets, root=self.root))

    def answers(self, *asks: Ask, **changes: Any) -> list[Observation]:
        session = self.session(**changes)
        steps = CONNECTOR.plan(asks, self.options)
        found = {(o.fingerprint, o.window): o for o in run(session, *steps)}
        session.close()
        return [found[ask.fingerprint, window] for ask in asks for window in ask.windows]

    def values(self, *asks: Ask) -> list[Any]:
        return [o.value for o in self.answers(*asks)]


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Database:
    with sqlite3.connect(tmp_path / "shop.db") as file:
        file.execute("CREATE TABLE signups (id INTEGER, at TEXT, amount NUMERIC, plan TEXT)")
        file.executemany("INSERT INTO signups VALUES (?, ?, ?, ?)", SIGNUPS)
    file.close()
    options = SqlOptions.model_validate(
        {"connector": "sql", "dialect": "sqlite", "database": "shop.db"}
    )
    return Database(options, {}, tmp_path, "sqlite")


@pytest.fixture(scope="package")
def postgres_shop(postgres_server: postgres.Server) -> Iterator[str]:
    """A database's name; one for all tests, since nothing that they ask may write."""
    name = postgres_server.create()
    with psycopg.connect(
        user=postgres.USER, host=str(postgres_server.socket), dbname=name
    ) as server:
        server.execute("CREATE TABLE signups (id int, at timestamp, amount numeric, plan text)")
        for row in SIGNUPS:
            server.execute("INSERT INTO signups VALUES (%s, %s, %s, %s)", row)
        server.execute("CREATE SEQUENCE numbers")
    yield name
    postgres_server.drop(name)


@pytest.fixture
def postgres_database(postgres_server: postgres.Server, postgres_shop: str) -> Database:
    options = SqlOptions.model_validate(
        {"connector": "sql", "url": "${SHOP_URL}", "database": postgres_shop}
    )
    return Database(options, {"url": postgres_server.url(postgres_shop)}, Path(), "postgresql")


@pytest.fixture(params=["sqlite_database", "postgres_database"])
def database(request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(request.param)
    return found


def query(select: str, **raw: Any) -> SqlQuery:
    return SqlQuery.model_validate({"select": select, **raw})

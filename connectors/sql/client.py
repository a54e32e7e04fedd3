"""Runs single SELECTs, each in a read-only transaction that is rolled back."""

import sqlite3
import time
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    Row,
    create_engine,
    exc,
    make_url,
    text,
)

from connectors.contract import Connection as Account
from connectors.errors import CredentialsError, Permanent, QueryError
from connectors.sql.failures import explain
from connectors.sql.query import SqlOptions

MOST_ROWS = 100_000
"""More are a mistake in the statement, not a series of days."""
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""Seconds, of libpq: to connect, and until a server that went away is noticed."""
_SQLITE_STEPS = 10_000
"""Virtual machine instructions between two looks at the clock."""


class SqlClient:
    """One database. Connects for each statement, and not before the first."""

    def __init__(self, account: Account, options: SqlOptions) -> None:
        self._account = account
        self._options = options
        self.calls = 0

    @property
    def database(self) -> str:
        """The database that the URL leads to; for SQLite the declared file if it is that file."""
        found = self._url.database or ""
        declared = self._options.database
        is_file = self._url.get_backend_name() == "sqlite"
        return declared if is_file and Path(found).name == Path(declared).name else found

    def select(self, statement: str, binds: Mapping[str, Any]) -> list[Row[Any]]:
        """The rows of a statement.

        Raises:
            ConnectorError: By what the caller may do next.
        """

        def once() -> list[Row[Any]]:
            self.calls += 1
            try:
                with self._engine.connect() as connection:
                    return self._read(connection, statement, binds)
            except exc.DBAPIError as error:
                raise explain(error, self._options, self._secrets) from None

        return self._account.retry(once)

    def _read(
        self, connection: Connection, statement: str, binds: Mapping[str, Any]
    ) -> list[Row[Any]]:
        # Leaving the connection rolls back, whatever the statement did.
        backend = connection.dialect.name
        if backend == "postgresql":
            connection = connection.execution_options(postgresql_readonly=True)
            settings = {
                "statement_timeout": f"{self._options.timeout * 1000:.0f}ms",
                # A timestamp without zone is compared with :start_at in the session's zone.
                "timezone": "UTC",
            }
            for name, value in settings.items():
                connection.execute(
                    text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value}
                )
        elif backend == "sqlite":
            ends = time.monotonic() + self._options.timeout
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(lambda: time.monotonic() > ends, _SQLITE_STEPS)
            binds = {name: _as_text(value) for name, value in binds.items()}
        # Otherwise the driver would fetch all the rows there are, before we count them.
        at_most = text(statement).execution_options(yield_per=MOST_ROWS + 1)
        with connection.execute(at_most, binds) as result:
            rows = list(result.fetchmany(MOST_ROWS + 1))
        if len(rows) > MOST_ROWS:
            raise QueryError(
                f"database {self._options.database}: more than {MOST_ROWS} rows",
                remedy="group the rows by day, and keep to :start and :end",
            )
        return rows

    @cached_property
    def _engine(self) -> Engine:
        try:
            if self._url.get_backend_name() == "sqlite":
                return create_engine("sqlite://", creator=self._open_file, poolclass=NullPool)
            libpq = self._url.get_driver_name() in {"psycopg", "psycopg2"}
            patience = {k: v for k, v in _PATIENCE.items() if libpq and k not in self._url.query}
            return create_engine(self._url, poolclass=NullPool, connect_args=patience)
        except (exc.ArgumentError, ImportError) as error:
            driver = self._url.drivername
            raise Permanent(
                f"database {self._options.database}: no driver for {driver}",
                remedy=f"install the package that SQLAlchemy needs for {driver}",
            ) from (error if isinstance(error, ImportError) else None)

    def _open_file(self) -> sqlite3.Connection:
        # Read-only from the start: an ordinary connection would create a file that is not there.
        file = self._account.root / (self._url.database or "")
        return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)

    @cached_property
    def _url(self) -> URL:
        options, secrets = self._options, self._account.secrets
        if options.url is None:
            password = secrets["password"].get_secret_value() if options.password else None
            return URL.create(
                drivername=str(options.dialect),
                username=options.user,
                password=password,
                host=options.host,
                port=options.port,
                database=options.database,
            )
        try:
            return make_url(secrets["url"].get_secret_value())
        except (exc.ArgumentError, ValueError):
            # SQLAlchemy's own message may quote the URL, password and all.
            raise CredentialsError(
                f"connection {self._account.name}: {options.url} is no database URL",
                remedy="write dialect+driver://user:password@host:port/database into the secret",
            ) from None

    @property
    def _secrets(self) -> list[str]:
        """What must not show in a message."""
        plain = [secret.get_secret_value() for secret in self._account.secrets.values()]
        return [secret for secret in (*plain, str(self._url.password or "")) if secret]


def _as_text(value: Any) -> str:
    """A parameter in the form that SQLite's own date() and datetime() give: it has no dates."""
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else str(value)

"""Sessions with a database: is it there, and what do its SELECTs answer."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from connectors.contract import Ask, Connection, Finding, Identity, Session, Step, failed
from connectors.errors import ConnectorError, QueryError
from connectors.series import Answer, by_day, number, observe, plan, tried
from connectors.sql.query import QUERY, SqlOptions, SqlQuery
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.observations import Observation
from okrmodel.windows import Window

if TYPE_CHECKING:
    from connectors.sql.client import SqlClient


class SqlSession:
    """One database, asked by one thread."""

    def __init__(self, connection: Connection, client: "SqlClient") -> None:
        self._connection = connection
        self._client = client
        self._identity: Identity | None = None

    @property
    def calls(self) -> int:
        """Statements sent so far, retries included."""
        return self._client.calls

    def identity(self) -> Identity:
        """The database that answers; days are cut by the statements, with our parameters."""
        if self._identity is None:
            self._client.select("SELECT 1", {})
            self._identity = Identity(account=self._client.database, zone=None)
        return self._identity

    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        """Connect, then run each statement for its last window."""
        try:
            name = self.identity().account
        except ConnectorError as error:
            yield failed("database", error)
            return
        yield Finding(ok=True, subject="database", message=f"{name} answers")
        for ask in asks:
            yield tried(ask, self._answer)

    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        """Run a step's statements.

        Raises:
            ConnectorError: What the database refused, or rows that are no answer.
        """
        return observe(step, self._connection, self._answer)

    def close(self) -> None:
        """Nothing stays open between statements."""

    def _answer(self, query: SqlQuery, window: Window) -> Answer:
        zone = self._connection.zone
        start_at, end_at = window.instants(zone)
        every = {
            "start": window.start,
            "end": window.end,
            "start_at": start_at,
            "end_at": end_at,
            "zone": zone.key,
        }
        binds = {name: every[name] for name in sorted(query.binds)}
        rows = [tuple(row) for row in self._client.select(query.select, binds)]
        sent = {"select": query.select, "binds": binds}
        return Answer(
            values=by_day(rows, zone) if query.answer == "days" else {None: _single(rows)},
            records=len(rows),
            query=json.dumps(sent, sort_keys=True, default=str, ensure_ascii=False),
            digest=hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest(),
        )


def _single(rows: Sequence[tuple[Any, ...]]) -> Decimal | None:
    if len(rows) > 1 or any(len(row) != 1 for row in rows):
        raise QueryError(
            f"the answer has {len(rows)} rows",
            remedy="select one row of one column, or say `answer: days`",
        )
    return number(rows[0][0]) if rows else None


@dataclass(frozen=True)
class SqlConnector:
    """The registered connector."""

    name: str = "sql"
    options: type[ConnectionOptions] = SqlOptions
    query: TypeAdapter[Any] = QUERY

    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:  # noqa: ARG002 - the contract's
        """One statement for a series of days, one a window for numbers."""
        return plan(asks)

    def connect(self, connection: Connection) -> Session:
        """Open a session; loads SQLAlchemy, and connects to nothing yet."""
        from connectors.sql.client import SqlClient  # noqa: PLC0415

        options = connection.options
        if not isinstance(options, SqlOptions):
            raise TypeError(f"not a sql connection: {connection.name}")
        return SqlSession(connection, SqlClient(connection, options))


CONNECTOR = SqlConnector()
"""Registered under the entry-point group okr.connectors."""

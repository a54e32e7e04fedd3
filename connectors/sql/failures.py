"""What a database's errors mean for the caller.

By SQLSTATE where the driver tells one (PostgreSQL,
https://www.postgresql.org/docs/current/errcodes-appendix.html), else by the words of SQLite and
of connections that fail before a statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exc

from connectors.errors import (
    ConnectorError,
    CredentialsError,
    Permanent,
    QueryError,
    RetryLater,
    RetrySoon,
    ScopeError,
)
from connectors.sql.query import SqlOptions


@dataclass(frozen=True)
class _Rule:
    """A kind of failure, known by the beginning of its SQLSTATE or by words in lower case."""

    kind: type[ConnectorError]
    remedy: str
    states: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def fits(self, state: str, said: str) -> bool:
        by_state = bool(state) and state.startswith(self.states)
        return by_state or any(word in said.lower() for word in self.words)


_PASSING = "run it again later; if it stays, check that the database runs and can be reached"
_RULES = (
    _Rule(
        RetryLater,
        "the statement takes too long: add an index, or raise `timeout` of the connection",
        ("57014",),
        ("interrupted",),
    ),
    _Rule(
        CredentialsError,
        "correct the user or the password",
        ("28",),
        ("password authentication failed", "access denied for user", "no password supplied"),
    ),
    _Rule(ScopeError, "grant the user SELECT on what the statement reads", ("42501",)),
    _Rule(
        QueryError,
        "the statement may only read",
        ("25006",),
        ("attempt to write a readonly database",),
    ),
    _Rule(
        Permanent,
        "correct `database`; an SQLite file is relative to the workspace's folder",
        ("3D000",),
        ("unable to open database file",),
    ),
    # Lost connections, conflicts, no room, shutting down, locked.
    _Rule(RetrySoon, _PASSING, ("08", "40", "53", "57P", "55P03"), ("database is locked",)),
)


def explain(error: exc.DBAPIError, options: SqlOptions, secrets: Sequence[str]) -> ConnectorError:
    """The same failure as the caller's next move, in the database's words without secrets."""
    said = " ".join(str(error.orig).split())
    for secret in secrets:
        said = said.replace(secret, "***")
    told = f"database {options.database}: {said}"
    state = str(getattr(error.orig, "sqlstate", "") or "")
    for rule in _RULES:
        if rule.fits(state, said):
            return rule.kind(told, remedy=rule.remedy)
    if error.statement is None or error.connection_invalidated:
        # The connection failed, or broke, before a statement could be at fault.
        return RetrySoon(told, remedy=_PASSING)
    return QueryError(told, remedy="correct the metric's `select`")

"""What may be asked of a database: one SELECT with the window bound into it."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from connectors.series import SeriesQuery
from okrmodel.definitions.base import Text
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.secrets import SecretRef

BINDS = frozenset({"start", "end", "start_at", "end_at", "zone"})
"""`:start` and `:end` are days, `:end` not included; `:start_at` and `:end_at` the instants at
which they begin, in UTC; `:zone` the IANA name of the workspace's zone. SQLite, which has no dates,
gets the text that its date() and datetime() give."""

_BIND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
"""As SQLAlchemy's text() finds them: neither `::date` nor `12:30` is one."""
_NO_CODE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*(?!!).*?\*/", re.DOTALL)
"""Literals, quoted names and comments; not MySQL's comments that are executed."""
_WRITES = re.compile(r"\b(insert|update|delete|merge|into)\b", re.IGNORECASE)


class SqlOptions(ConnectionOptions):
    """A database: its whole URL as one secret, or its parts."""

    connector: Literal["sql"]
    database: Text
    """The database's name; for SQLite the file, relative to the workspace's folder."""
    url: SecretRef | None = None
    """`postgresql+psycopg://user:password@host/database`, as SQLAlchemy writes it."""
    dialect: Annotated[str, Field(pattern=r"^[a-z0-9]+(\+[a-z0-9_]+)?$")] | None = None
    """Instead of `url`: `postgresql+psycopg`, `sqlite`, or another with its driver installed."""
    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    user: str | None = None
    password: SecretRef | None = None
    timeout: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """Seconds that one statement may take, on PostgreSQL and SQLite."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        parts = (self.dialect, self.host, self.port, self.user, self.password)
        if (self.url is None) == (self.dialect is None) or (self.url and any(parts)):
            raise PydanticCustomError(
                "one_way_in", "expected either url, or dialect with host, port, user and password"
            )
        return self

    @property
    def account(self) -> str:
        """The database's declared name."""
        return self.database


def _single_select(statement: str) -> str:
    """The statement alone, if it is a single one that only reads.

    Databases differ in how they read quotes and comments ($$, nested comments, backslashes), so a
    semicolon is refused wherever it stands: what we take for a literal may be code elsewhere.
    """
    statement = statement.strip().removesuffix(";").rstrip()
    if ";" in statement:
        raise PydanticCustomError(
            "several_statements",
            "a semicolon stands inside, expected a single statement (also without semicolons in"
            " literals and comments)",
        )
    code = _NO_CODE.sub(" ", statement).strip()
    if not re.match(r"(select|with)\b", code, re.IGNORECASE):
        raise PydanticCustomError("not_a_select", "expected a SELECT (or WITH … SELECT) statement")
    if writing := _WRITES.search(code):
        raise PydanticCustomError(
            "not_a_select",
            "{word} stands in the statement, expected one that only reads (a column of this name"
            " in quotation marks)",
            {"word": writing[1].upper()},
        )
    if strangers := sorted(set(_BIND.findall(statement)) - BINDS):
        raise PydanticCustomError(
            "unknown_bind",
            "unknown parameter :{name}, expected :start, :end, :start_at, :end_at or :zone",
            {"name": strangers[0]},
        )
    return statement


class SqlQuery(SeriesQuery):
    """A SELECT; nothing is ever formatted into it, the window comes as bound parameters.

    On PostgreSQL and SQLite the transaction can write nothing. Functions may still act outside of
    it (terminate a backend, call another server), and other databases are asked for no such
    transaction: give okr a user that may do no more than SELECT.

    Values are as exact as the database's own: SQLite adds up decimals as binary fractions, so money
    there is best kept, and selected, as whole cents.
    """

    select: Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_single_select)]

    @property
    def title(self) -> str:
        """The beginning of the statement."""
        return " ".join(self.select.split())[:80]

    @property
    def looks_at_window(self) -> bool:
        """Whether the statement uses any parameter."""
        return bool(self.binds)

    @property
    def binds(self) -> frozenset[str]:
        """The parameters that the statement uses."""
        return frozenset(_BIND.findall(self.select))


QUERY: TypeAdapter[Any] = TypeAdapter(SqlQuery)

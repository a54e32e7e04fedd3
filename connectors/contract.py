"""What a connector is: the interface that flows speak, ours or a third party's alike.

A connector's package exports `CONNECTOR`, a `Connector`, under the entry-point group
`okr.connectors`. The conformance suite in `connectors.conformance` says what it must keep.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from pydantic import SecretStr, TypeAdapter

from connectors.budget import Budget
from connectors.retry import Retry
from okrmodel.definitions.query import ConnectionOptions, Query
from okrmodel.observations import Aggregation, Observation
from okrmodel.windows import Window

NAME = "okr.connectors"
"""The entry-point group."""
MOST_CALLS = 20
"""Requests that a kill may cost: what is recorded together took no more (design, section 5)."""


@dataclass(frozen=True)
class Ask:
    """What is wanted of one question: its value over each of the windows.

    For `sum` the windows are single days, for `level` the single days at whose end it is read,
    for `distinct` any windows. `query` has its stage names resolved.
    """

    fingerprint: str
    query: Query
    aggregation: Aggregation
    windows: tuple[Window, ...]
    """Sorted, without duplicates, never empty."""


@dataclass(frozen=True)
class Step:
    """A piece of work, whose answers come and are recorded in one part or in several.

    Connectors subclass it with what they need to execute it.
    """

    title: str
    """For people: "contacts entering mql, 1 Oct to 22 Nov, rows"."""
    serves: tuple[Ask, ...]
    """The part of the demand that it answers: every window gets exactly one observation."""
    calls: int
    """Requests it is expected to cost; the least, where only the first answer tells how many."""


@dataclass(frozen=True)
class Identity:
    """Who the outside account says it is."""

    account: str
    """Must equal the connection's declared account."""
    zone: str | None
    """IANA zone in which the source cuts days itself; None when we cut them."""
    sandbox: bool = False
    """A pretend account: refused where the workspace does not say `environment: sandbox`."""
    title: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that `okr doctor` found out."""

    ok: bool
    subject: str
    """token, scopes, property, time zone, stage names …"""
    message: str
    remedy: str = ""


@dataclass(frozen=True)
class Connection:
    """All that a connector needs to speak: its options, its secrets, and the world's edges."""

    name: str
    options: ConnectionOptions
    secrets: Mapping[str, SecretStr]
    """Resolved secrets by option name."""
    zone: ZoneInfo
    """The workspace's zone: days are cut in it unless the options say `days: source`."""
    root: Path
    """The workspace's folder: relative paths in options start here."""
    budget: Budget
    retry: Retry
    """Wrapped around each single request."""
    now: Callable[[], datetime]
    """The clock, aware. A pretend company's stands still."""


class Session(Protocol):
    """An open connection. Not shared between threads."""

    def identity(self) -> Identity:
        """Ask the account who it is: one cheap call, answered once and remembered."""
        ...

    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        """Check token, scopes, zone and the names used in the asks, with few cheap calls."""
        ...

    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        """Execute a step part by part: over all of them one observation for each window it serves.

        Each part is recorded before the next is asked for. It costs at most `MOST_CALLS` requests,
        unless a single window takes more: a window is answered whole or not at all.

        Raises:
            ConnectorError: The subclass says what to do next. The parts before it are good.
        """
        ...

    def close(self) -> None:
        """Let go of sockets and files."""
        ...

    @property
    def calls(self) -> int:
        """Requests sent so far, retries included."""
        ...


class Connector(Protocol):
    """A kind of source. Importing its package loads no SDK; `connect` may."""

    @property
    def name(self) -> str: ...
    @property
    def options(self) -> type[ConnectionOptions]: ...
    @property
    def query(self) -> TypeAdapter[Any]: ...

    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:
        """Turn asks into steps, purely: no clock, no network. Every window is served once."""
        ...

    def connect(self, connection: Connection) -> Session:
        """Open a session; sends nothing yet."""
        ...

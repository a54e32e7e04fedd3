"""What a connector is: the interface that flows speak, ours or a third party's alike.

A connector's package exports `CONNECTOR`, a `Connector`, under the entry-point group
`okr.connectors`. The conformance suite in `connectors.conformance` says what it must keep.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable
from zoneinfo import ZoneInfo

from pydantic import SecretStr, TypeAdapter

from connectors.budget import Budget
from connectors.errors import ConnectorError
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

    For `level` the windows are the single days at whose end it is read, for `distinct` any
    windows. For `sum` they are single days, and longer ones only where the query says
    `asks_whole`. `query` has its stage names resolved.
    """

    fingerprint: str
    query: Query
    aggregation: Aggregation
    windows: tuple[Window, ...]
    """Sorted, without duplicates, never empty."""
    per_day: Decimal | None = None
    """How much an average day holds, by what is stored: for estimates alone; None: unknown."""


@dataclass(frozen=True)
class Stored:
    """What the store holds of a window that has settled."""

    value: Decimal | None
    records: int | None
    """Rows that it was made of, where rows were read."""


@dataclass(frozen=True, kw_only=True)
class Audit(Ask):
    """Settled days of a query that `DRIFTS`, to be compared with the source cheaply.

    The days follow upon one another without a gap. Its step answers what the comparison itself
    found out (a window of the whole run, a total) and each day that is not what the store holds;
    it need not answer the days that it found to be the same. A connector that knows no cheaper
    way answers them all, as it does any ask.
    """

    stored: tuple[Stored, ...]
    """Of each window, in the order of `windows`."""
    since: datetime
    """When the comparison before this one, or the reading itself, took place."""


@dataclass(frozen=True)
class Candidate:
    """A way to the answers that was weighed."""

    how: str
    """For people: "rows of all four in one scan", "one count a day"."""
    calls: int | None
    """Its cost by what is known beforehand; None: the first answer tells."""
    verdict: str
    """"chosen", or why it lost: "92 calls more"."""


@dataclass(frozen=True)
class Spend:
    """What a step is expected to take of one of the account's quotas."""

    quota: str
    """The name of a `connectors.budget` Limit or Quota."""
    amount: int


@dataclass(frozen=True)
class Bookmark:
    """Yielded between the parts of a long step: where it is, so that a killed run goes on there.

    Everything before it need not be asked again; `place` is the step's own business, as text.
    """

    place: str


Part: TypeAlias = Sequence[Observation] | Bookmark
"""What a step yields: answers to be recorded together, or the place where it is."""


def written(asks: Sequence[Ask]) -> str:
    """The questions with their windows, in this order: the same text, the same work."""
    return "\n".join(f"{ask.fingerprint} {' '.join(map(str, ask.windows))}" for ask in asks)


def answers(part: Part) -> Sequence[Observation]:
    """The answers of a part; a bookmark has none."""
    return () if isinstance(part, Bookmark) else part


@dataclass(frozen=True)
class Step:
    """A piece of work, whose answers come and are recorded in one part or in several.

    Connectors subclass it with what they need to execute it.
    """

    title: str
    """For people: "contacts entering mql, 1 Oct to 22 Nov, rows"."""
    serves: tuple[Ask, ...]
    """The part of the demand that it answers: every window gets exactly one observation, unless
    the ask is an `Audit`."""
    calls: int
    """Requests it is expected to cost; the least, where only the first answer tells how many."""
    estimate: int | None = field(default=None, kw_only=True)
    """Requests by what is known beforehand, where that may be more than `calls`."""
    candidates: tuple[Candidate, ...] = field(default=(), kw_only=True)
    """The ways that were weighed, the chosen one first; none where there is only one."""
    spends: tuple[Spend, ...] = field(default=(), kw_only=True)
    """What it takes of the account's quotas, by the estimate."""
    bookmark: str | None = field(default=None, kw_only=True)
    """The place of the last `Bookmark` that a killed run left of this very step."""

    @property
    def expected(self) -> int:
        """The estimate; without one, the least."""
        return self.calls if self.estimate is None else self.estimate


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


Mistake: TypeAlias = Literal[
    "unknown-property",
    "unknown-stage",
    "unknown-value",
    "unknown-metric",
    "unknown-dimension",
    "incompatible",
    "blocked",
    "refused",
    "unseen-value",
]
"""What the source has against a question; `okrmodel.lint.live` explains each."""


@dataclass(frozen=True)
class Written:
    """Where a question holds what a finding is about."""

    fingerprint: str
    """The question's."""
    path: tuple[str, ...] = ()
    """The way to it in the query as written; the query itself when empty."""
    word: str = ""
    """The key or value at the path, or below it, that is meant; "" means all that stands there."""


@dataclass(frozen=True)
class Finding:
    """One thing that `okr doctor` found out."""

    ok: bool
    subject: str
    """token, scopes, property, time zone, stage names …"""
    message: str
    remedy: str = ""
    mistake: Mistake | None = None
    """Of a question that is wrong; None: it is about the connection."""
    written: tuple[Written, ...] = ()
    """Where the mistake stands, in each question that makes it."""


def failed(
    subject: str, error: ConnectorError, mistake: Mistake | None = None, *written: Written
) -> Finding:
    """A finding that is an error's message and remedy."""
    return Finding(
        ok=False,
        subject=subject,
        message=str(error),
        remedy=error.remedy,
        mistake=mistake,
        written=written,
    )


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
        """Ask the account who it is, once: nothing is recorded before.

        Where answers say who gives them (`ConnectionOptions.ANSWERS_IDENTIFY`) it is asked for
        when the first ones are there, and needs no call of its own then.
        """
        ...

    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        """Check token, scopes, zone and the names used in the asks, with few cheap calls."""
        ...

    def run(self, step: Step) -> Iterator[Part]:
        """Execute a step part by part: over all of them one observation for each window it serves.

        Each part is recorded before the next is asked for. Between two parts, or bookmarks, lie
        at most `MOST_CALLS` requests, unless a single window takes more.

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


@runtime_checkable
class Witness(Protocol):
    """What a session may be besides, where the source lists no values that a condition may name."""

    def unseen(self, asks: Sequence[Ask], window: Window) -> Iterator[Finding]:
        """Values in the asks' conditions that nothing had in the window, with few cheap calls.

        The names in the asks are good (`Session.doctor`).

        Raises:
            ConnectorError: The subclass says what to do next.
        """
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

"""A key result's computed state as of a day, and what it was computed from."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import TypeAdapter

from okrmodel.closure import Closure
from okrmodel.exact import canonical
from okrmodel.observations import Provisional
from okrmodel.windows import Window


class Status(StrEnum):
    """How a key result stands."""

    NO_DATA = "no_data"
    STALE = "stale"
    TOO_EARLY = "too_early"
    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    MISSED = "missed"

    @property
    def words(self) -> str:
        """For people: "no data"."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Known:
    """A stored observation with its latest check, as known at one moment."""

    id: int
    """The observation's."""
    check: int
    """Its latest check's."""
    fingerprint: str
    window: Window
    value: Decimal | None
    """None is "no data"."""
    observed_at: datetime
    """When the latest check was answered; aware."""
    provisional: Provisional | None = None
    """Why the value may still change, by its latest check."""
    restated: bool = False
    """A later revision changed a value that had been final."""
    records: int | None = None
    """Rows that it was made of, where rows were read."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The last pull of a connection failed."""

    connection: str
    reason: str
    """A sentence for people, without secrets."""


@dataclass(frozen=True)
class SnapshotInputs:
    """Everything that a snapshot is a function of."""

    closure: Closure
    as_of: date
    known: tuple[Known, ...] = ()
    """One per fingerprint and window at most, in any order; more than needed does no harm."""
    failures: tuple[Failure, ...] = ()
    pinned: tuple[Known, ...] = ()
    """The first final answers over the windows of measured values, in any order."""


@dataclass(frozen=True, slots=True)
class Term:
    """One line of the arithmetic, with the lines that it was made of."""

    label: str
    value: Decimal | None
    parts: tuple["Term", ...] = ()


@dataclass(frozen=True, slots=True)
class Automatic:
    """What a key result would show if nobody had set its value by hand."""

    value: Decimal | None
    status: Status
    reason: str
    through: date | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the value is going to end, by what is known at the end of the day."""

    final: Decimal
    """The expected value at the end of the cycle, in the metric's unit."""
    low: Decimal | None
    high: Decimal | None
    """Between them the final value lies with a chance of 80 %; None where no chance can be given."""
    hit: Decimal | None
    """The chance that the target is met."""
    chance: Decimal | None
    """The chance of as much of the way as the probability rule asks for."""
    method: str
    """How it was made, for a sentence."""


@dataclass(frozen=True, slots=True)
class GuardrailState:
    """The second metric that a key result is held to, at the end of the day."""

    metric: str
    value: Decimal | None
    bound: str
    """For people: "at most 150"."""
    kept: bool | None
    """None where the metric has no value."""
    reason: str
    """Why it has none; empty where it has."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a key result at the end of a day.

    Progress, score and expected are shares of the way (1 is all of it).
    """

    workspace: str
    cycle: str
    key_result: str
    as_of: date
    status: Status
    reason: str
    """One sentence with the numbers that led to the status."""
    value: Decimal | None
    baseline: Decimal | None
    """Where the way begins: `from` in the definition."""
    target: Decimal | None
    """In force on `as_of`."""
    previous: Decimal | None
    """The figure of the cycle before, where the definition speaks of it."""
    raw_progress: Decimal | None
    """Never clamped."""
    score: Decimal | None
    """0 to 1."""
    expected: Decimal | None
    """The planned share of the way at the end of what the value describes."""
    pace: Decimal | None
    """Progress divided by expected; None while nothing, or less, is expected."""
    through: date | None
    """The last day that the value really covers."""
    stale: str | None
    """Why newer days are missing; None when none are."""
    provisional: tuple[Provisional, ...]
    """Why the value may still change; empty when it is final."""
    restated: bool
    """A final value that went into it was changed later."""
    observations: tuple[int, ...]
    checks: tuple[int, ...]
    """In the order of `observations`."""
    arithmetic: Term
    definition_hash: str
    computation_hash: str
    frozen: bool = False
    """Belongs to a frozen cycle; overlaid when the store is read, never computed."""
    forecast: Forecast | None = None
    no_forecast: str | None = None
    """Why there is no forecast while the cycle runs; None where there is one."""
    needed_pace: Decimal | None = None
    """What each day from here to the due day must bring to meet the target, in the metric's unit."""
    days_ahead: int | None = None
    """How many days later the plan reaches what has been reached; negative: behind."""
    guardrail: GuardrailState | None = None
    automatic: Automatic | None = None
    """Beside a value that was set by hand; None where the value is the automatic one."""

    def text(self) -> str:
        """The whole snapshot as canonical JSON: equal snapshots have equal bytes."""
        return canonical(self)

    @classmethod
    def from_text(cls, text: str) -> "Snapshot":
        """The snapshot that a text holds."""
        return _SNAPSHOT.validate_json(text)


_SNAPSHOT = TypeAdapter(Snapshot)

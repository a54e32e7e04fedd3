"""A key result now and a week ago: by how much it will miss, how far it moved, what it asks of people."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from okrmodel.definitions.cycle import Objective
from okrmodel.definitions.key_results import KeyResult, Maintain, Reach
from okrmodel.flips import Flip
from okrmodel.snapshot import Snapshot, Status
from okrmodel.telling.looks import NOT_MET

_LITTLE_TIME = 3
"""What is at risk needs a decision once less than this part (a third) of its time is left."""
_PATIENCE = timedelta(days=2)
"""So many days behind, an old figure does not mend itself any more."""


class Because(StrEnum):
    """Why somebody has to decide something."""

    OFF_TRACK = "off-track"
    LITTLE_TIME = "little-time"
    NO_DATA = "no-data"
    STALE = "stale"
    GUARDRAIL = "guardrail"


@dataclass(frozen=True)
class Shortfall:
    """By how much a key result will miss its target, in its unit."""

    final: Decimal
    """Where it is going to end, or has ended."""
    by: Decimal
    """More than nothing, whichever way the target lies."""
    share: Decimal
    """The same as a share of the way."""


@dataclass(frozen=True)
class Move:
    """How far a value went in the week, in its unit."""

    by: Decimal
    planned: Decimal | None
    """How far it was to go; None where there is no such plan, or its ends changed."""
    progress: Decimal | None
    """The same as a share of the way; None where the way has no length."""


@dataclass(frozen=True)
class Restatement:
    """A final figure of a past day that a source took back."""

    day: date
    """The latest day that it happened to."""
    old: Decimal | None
    new: Decimal | None
    days: int
    """How many days it happened to."""


@dataclass(frozen=True)
class Followed:
    """A key result now and a week ago."""

    objective: Objective
    key_result: KeyResult
    unit: str
    owner: str
    """A name; empty where nobody owns it."""
    ends: date
    """Its last day."""
    now: Snapshot | None
    before: Snapshot | None
    flip: Flip | None
    """The week's flip; None where the colour is the one of a week ago, or wavers."""
    restated: Restatement | None

    @property
    def status(self) -> Status:
        """Without a snapshot there is no data."""
        return self.now.status if self.now else Status.NO_DATA

    @property
    def shortfall(self) -> Shortfall | None:
        """None where it is not going to miss, or nobody can say by how much."""
        said = self.now
        if said is None or said.target is None or said.baseline is None:
            return None
        # Of what is too early or stale a forecast says too little to be held against it.
        if said.status not in NOT_MET:
            return None
        final = said.value if self.status is Status.MISSED else _final(said)
        if final is None:
            return None
        way = said.target - said.baseline
        share = (said.target - final) / way if way else Decimal()
        by = share * abs(way)
        return Shortfall(final, by, share) if self.rough(by) > 0 else None

    @property
    def move(self) -> Move | None:
        """None where it did not move, or its figures of both days mean different windows."""
        now, before = self.now, self.before
        if now is None or before is None or now.value is None or before.value is None:
            return None
        if isinstance(self.key_result, Maintain) or self._began_anew(now, before):
            return None
        by = now.value - before.value
        return Move(by, _planned(now, before), _difference(now, before)) if by else None

    @property
    def behind(self) -> Decimal:
        """How much less of the way than planned it has gone; nothing where there is no plan."""
        said = self.now
        if said is None or said.expected is None or said.raw_progress is None:
            return Decimal()
        return said.expected - said.raw_progress

    def rough(self, value: Decimal) -> Decimal:
        """A planned or expected value, with as many digits as it has to tell: of what is counted, none."""
        said = self.now
        counted = said and said.value == _whole(said.value) and said.target == _whole(said.target)
        return Decimal(round(value)) if counted or abs(value) >= 10 else value

    def because(self, starts: date, as_of: date) -> Because | None:
        """Why it needs a decision; None where it needs none, or it is too late for one."""
        match self.status:
            case Status.OFF_TRACK if as_of < self.ends:
                return Because.OFF_TRACK
            case Status.AT_RISK if self._little_time(starts, as_of):
                return Because.LITTLE_TIME
            case Status.NO_DATA:
                return Because.NO_DATA
            case Status.STALE if self._unmended(as_of):
                return Because.STALE
        held = self.now.guardrail if self.now else None
        return Because.GUARDRAIL if held and held.kept is False else None

    def _little_time(self, starts: date, as_of: date) -> bool:
        begins = self.key_result.starts or starts
        return timedelta() < (self.ends - as_of) * _LITTLE_TIME < self.ends - begins

    def _unmended(self, as_of: date) -> bool:
        through = self.now.through if self.now else None
        return through is None or as_of - through >= _PATIENCE

    def _began_anew(self, now: Snapshot, before: Snapshot) -> bool:
        by_month = isinstance(self.key_result, Reach) and self.key_result.window == "month_to_date"
        return by_month and now.as_of.month != before.as_of.month


def _final(said: Snapshot) -> Decimal | None:
    return said.forecast.final if said.forecast else None


def _whole(value: Decimal | None) -> Decimal | None:
    return value.to_integral_value() if value is not None else None


def _planned(now: Snapshot, before: Snapshot) -> Decimal | None:
    if now.expected is None or before.expected is None:
        return None
    if now.baseline is None or now.target is None:
        return None
    if (now.baseline, now.target) != (before.baseline, before.target):
        return None
    return (now.expected - before.expected) * (now.target - now.baseline)


def _difference(now: Snapshot, before: Snapshot) -> Decimal | None:
    if now.raw_progress is None or before.raw_progress is None:
        return None
    return now.raw_progress - before.raw_progress

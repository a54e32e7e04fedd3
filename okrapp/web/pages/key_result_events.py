"""What can change about a key result: each kind of change with what is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from okrmodel.changes import Field
from okrmodel.definitions.key_results import TargetChange
from okrmodel.exact import exactly
from okrmodel.snapshot import Status
from okrmodel.store.kinds import Kind
from okrmodel.store.reported import Entry
from okrmodel.store.restatements import Moved
from okrmodel.store.said import Said


@dataclass(frozen=True)
class Movement:
    """How the value came from what was said then to what is said now."""

    then: Said
    """The last day's figure, as it was told."""
    corrected: Said
    """The same day's, as it is told now."""
    now: Said

    @property
    def total(self) -> Decimal:
        """Corrections and days together."""
        return _difference(self.then, self.now)

    @property
    def by_corrections(self) -> Decimal:
        """What was corrected of the days before."""
        return _difference(self.then, self.corrected)

    @property
    def by_days(self) -> Decimal:
        """What the days since have brought."""
        return _difference(self.corrected, self.now)


@dataclass(frozen=True)
class Flip:
    """A status that is another, and of which days."""

    old: Status
    new: Status
    days: Sequence[date]


@dataclass(frozen=True)
class Revised:
    """Days that were told anew together, for one reason."""

    kind: Kind
    known: datetime
    pairs: Sequence[tuple[Said, Said]]
    """What was said of each day, and what is said instead, by day."""
    moved: Sequence[tuple[str, Moved]]
    """The answers that had moved, each with its metric."""
    more: int
    """Moved answers that are not named."""
    frozen: bool
    """The cycle had been frozen by then: its figures stayed as they were."""
    name = "revised"

    @property
    def at(self) -> datetime:
        """When it happened: as soon as it was recorded."""
        return self.known

    @property
    def last(self) -> tuple[Said, Said]:
        """Of the last day."""
        return self.pairs[-1]

    @property
    def flips(self) -> Sequence[Flip]:
        """The days whose status is another by it; alike ones together."""
        found: dict[tuple[Status, Status], list[date]] = {}
        for old, new in self.pairs:
            if old.status != new.status:
                found.setdefault((old.status, new.status), []).append(new.as_of)
        return [Flip(old, new, days) for (old, new), days in found.items()]


@dataclass(frozen=True)
class Flipped:
    """From one day to the next the status is another."""

    at: datetime
    known: datetime
    day: date
    old: Status
    new: Status
    reason: str
    name = "flipped"


@dataclass(frozen=True)
class Retargeted:
    """Another target is in force from a day on."""

    at: datetime
    known: datetime
    day: date
    old: str | Decimal | None
    new: str | Decimal
    reason: str
    name = "retargeted"


@dataclass(frozen=True)
class Redefined:
    """The definition is another."""

    known: datetime
    fields: Sequence[Field]
    """What may move figures."""
    words: Sequence[Field]
    """What tells people something, and leaves the figures alone."""
    metrics: Sequence[str]
    """Those that mean something else than before."""
    reasons: Sequence[TargetChange]
    """The new ones for other targets."""
    name = "redefined"

    @property
    def said(self) -> Sequence[Field]:
        """All fields that are another, the weightiest first."""
        return (*self.fields, *self.words)

    @property
    def at(self) -> datetime:
        """When it happened: as soon as it was recorded."""
        return self.known


@dataclass(frozen=True)
class Reported:
    """Somebody checked in, or set the value by hand."""

    at: datetime
    entry: Entry
    by_hand: bool
    title: str = ""
    """Of the milestone that is done."""
    name = "reported"

    @property
    def known(self) -> datetime:
        """Since when."""
        return self.entry.recorded_at


Event = Revised | Flipped | Retargeted | Redefined | Reported


@exactly
def _difference(before: Said, after: Said) -> Decimal:
    if before.value is None or after.value is None:
        raise ValueError(f"{before.as_of} or {after.as_of} has no value to compare")
    return after.value - before.value

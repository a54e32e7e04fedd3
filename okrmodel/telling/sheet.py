"""A cycle's sheet: what the store says of its key results, beside what the files say of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.publication import Publication
from okrmodel.rollup import ObjectiveState, roll_up
from okrmodel.snapshot import Failure, Snapshot, Status
from okrmodel.store.frozen import FrozenCycle, Told, by_own_ids, told
from okrmodel.store.runs import failures
from okrmodel.store.snapshots import Revision
from okrmodel.store.store import Store
from okrmodel.windows import last_complete_day


@dataclass(frozen=True)
class Sheet:
    """A cycle of a workspace with its key results' snapshots."""

    words: Publication
    cycle: Cycle
    as_of: date | None
    """The last day that a snapshot is of; None when none was ever recorded."""
    revisions: Mapping[str, Revision]
    """By key result id; missing ones were not recorded as of that day."""
    failures: tuple[Failure, ...] = ()
    """The connections whose last pull failed."""
    since: Mapping[str, Revision] = field(default_factory=dict)
    """Of a frozen cycle what is said otherwise by now, by key result id; not applied."""
    frozen: FrozenCycle | None = None
    """What the figures were frozen with; None when they were not."""
    known_at: datetime | None = None
    """Nothing recorded later was looked at."""

    @property
    def workspace(self) -> str:
        """The workspace's id."""
        return self.words.workspace

    @property
    def title(self) -> str:
        """The workspace's name."""
        return self.words.name

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's time zone."""
        return self.words.zone

    @property
    def rests(self) -> str:
        """Why the workspace is not synced any more, or for now."""
        return self.words.rests

    @cached_property
    def snapshots(self) -> Mapping[str, Snapshot]:
        """By key result id."""
        return {key: revision.snapshot for key, revision in self.revisions.items()}

    @cached_property
    def through(self) -> date | None:
        """The day that most figures are complete up to; None where there are none.

        One that is not stale lacks nothing up to its own day, however short the window is that it
        describes. Of no data nobody knows. `okrmodel.store.every_workspace` says the same of many.
        """
        days = [day for said in self.snapshots.values() if (day := self._complete_up_to(said))]
        return max(days, key=lambda day: (days.count(day), day), default=None)

    def _complete_up_to(self, said: Snapshot) -> date | None:
        if said.stale:
            return said.through
        return None if said.status is Status.NO_DATA else min(said.as_of, self.cycle.ends)

    def unit(self, key_result: str) -> str:
        """What a key result counts; empty where nobody said."""
        return self.words.unit(self.cycle.id, key_result)

    def state(self, objective: Objective) -> ObjectiveState:
        """The objective's score and status."""
        found = [
            (key_result.weight, self.snapshots[key_result.id])
            for key_result in objective.key_results
            if key_result.id in self.snapshots
        ]
        return roll_up(found)

    @property
    def known(self) -> str:
        """When the figures were known, in the workspace's zone; empty when it is now."""
        if self.known_at is None:
            return ""
        return f"{self.known_at.astimezone(self.zone):%Y-%m-%d %H:%M:%S %Z}"

    @property
    def absence(self) -> str:
        """Why a key result without a snapshot has none, with the remedy."""
        if self.known:
            return f"not recorded by {self.known}"
        if self.frozen and self.as_of == self.frozen.ends:
            return f"not among the figures that {self.cycle.id} was frozen with"
        if self.as_of is None:
            # A workspace at rest is not synced: that it rests stands above.
            return "never recorded" if self.rests else "never recorded; run okr sync"
        if self.rests:
            return f"not recorded by {self.as_of}"
        return (
            f"not recorded by {self.as_of}; run okr backfill --from {self.as_of} --to {self.as_of}"
        )


def cycle_on(words: Publication, day: date) -> Cycle | None:
    """The cycle that the day is in, else the last one that began by then."""
    return words.cycle_on(day)


def today(words: Publication, clock: datetime) -> date:
    """The last complete day; a pretend company's own clock goes before the real time."""
    return last_complete_day(words.clock or clock, words.zone)


def read_sheet(
    store: Store | None,
    words: Publication,
    cycle: Cycle,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Sheet:
    """What the store says of a cycle; nothing at all without a store.

    A frozen cycle's figures are those that it was frozen with; later ones stand beside them.

    Args:
        store: Where it is remembered; None when nothing was yet.
        words: What the files say.
        cycle: One of theirs.
        as_of: The latest day to look at; without it, the last one recorded.
        known_at: Look at nothing recorded later.
    """
    found = told(store, words.workspace, cycle.id, as_of, known_at) if store else Told({})
    shown = by_own_ids(cycle, found.revisions)
    return Sheet(
        words=words,
        cycle=cycle,
        as_of=max((one.snapshot.as_of for one in shown.values()), default=as_of),
        revisions=shown,
        failures=failures(store, words.workspace, known_at) if store else (),
        since=by_own_ids(cycle, found.since),
        frozen=found.frozen if any(one.snapshot.frozen for one in shown.values()) else None,
        known_at=known_at,
    )

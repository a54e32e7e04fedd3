"""Looking for news: what a workspace's store says now, against what it said when it was last looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from connectors.registry import catalogue
from flows.view import View
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import KeyResult
from okrmodel.flips import Day, Turn, turn
from okrmodel.news import CameBack, Flipped, MovedAnswer, News, Restated, RunFailed, WentStale
from okrmodel.resolution import resolve
from okrmodel.snapshot import Status
from okrmodel.store.colours import colours
from okrmodel.store.frozen import frozen_cycles
from okrmodel.store.outages import answered, outages
from okrmodel.store.restatements import Moved, Pair, moved
from okrmodel.store.runs import broken_runs
from okrmodel.store.snapshots import Revision, revisions
from okrmodel.windows import last_complete_day

LAST_DAYS = timedelta(days=7)
"""What is older is no news: the digest has told it, or a backfill brought it up."""

MOST_MOVED = 5
"""Answers listed with a restatement."""

_INTERRUPTED = "KeyboardInterrupt"
"""Who stops a run by hand, or shuts the machine down, knows."""


@dataclass(frozen=True)
class Look:
    """A workspace at two moments."""

    view: View
    before: datetime
    """As known at this instant it was looked at last."""
    now: datetime
    """As known at this one it is looked at; later than `before`."""

    def news(self) -> Iterator[News]:
        """What is worth telling at once, in the order in which it is told."""
        yield from self._failed_runs()
        yield from self._connections()
        for cycle in self._cycles:
            yield from self._key_results(cycle)

    @cached_property
    def _today(self) -> date:
        """The last complete day."""
        return last_complete_day(self.view.now(), self.view.company.workspace.zone)

    @cached_property
    def _cycles(self) -> tuple[Cycle, ...]:
        """Those that go on, or ended lately; what is said of a frozen one stands beside it.

        The night that freezes one may still tell how it ended.
        """
        frozen = frozen_cycles(self.view.store, self.view.workspace, self.before)
        lately = self._today - self.view.company.workspace.grace - LAST_DAYS
        return tuple(
            cycle
            for cycle in self.view.company.cycles
            if cycle.id not in frozen and cycle.starts <= self._today and cycle.ends >= lately
        )

    def _failed_runs(self) -> Iterator[RunFailed]:
        store, workspace = self.view.store, self.view.workspace
        for run in broken_runs(store, workspace, self.before, self.now):
            reason = run.reason or ""
            if not reason.startswith(_INTERRUPTED):
                yield RunFailed(run=run.id, what=run.kind, began=run.began, reason=reason)

    def _connections(self) -> Iterator[WentStale | CameBack]:
        store, workspace = self.view.store, self.view.workspace
        old = outages(store, workspace, self.before)
        new = outages(store, workspace, self.now)
        for name in sorted(new.keys() - old.keys()):
            outage = new[name]
            yield WentStale(
                connection=name,
                run=outage.run,
                since=outage.since,
                reason=outage.reason,
                key_results=self._needing(name),
            )
        for name in sorted(old.keys() - new.keys()):
            outage = old[name]
            yield CameBack(
                connection=name,
                run=outage.run,
                since=outage.since,
                until=answered(store, workspace, name, outage.since) or self.now,
                key_results=self._needing(name),
            )

    def _needing(self, connection: str) -> tuple[str, ...]:
        """The key results that ask a connection something."""
        found = (
            key_result.id
            for cycle in self._cycles
            for _, key_result in cycle.key_results()
            if any(
                source.connection == connection
                for source in resolve(
                    self.view.company, cycle, key_result, catalogue()
                ).closure.sources
            )
        )
        return tuple(dict.fromkeys(found))

    def _key_results(self, cycle: Cycle) -> Iterator[Flipped | Restated]:
        store, workspace = self.view.store, self.view.workspace
        old = colours(store, workspace, cycle.id, self.before)
        new = colours(store, workspace, cycle.id, self.now)
        for _, key_result in cycle.key_results():
            now = _days(key_result, new)
            # What has no newest figure of the last days has no news: a backfill filled in its past.
            if not now or now[-1][0] < self._today - LAST_DAYS:
                continue
            if turned := turn(_days(key_result, old), now):
                yield from self._turned(cycle, key_result, turned, now[-1][0])

    def _turned(
        self, cycle: Cycle, key_result: KeyResult, turned: Turn, newest: date
    ) -> Iterator[Flipped | Restated]:
        flip = turned.flip
        said = self._said(cycle, key_result, newest)[-1].snapshot
        if turned.restated and (pair := self._restated(cycle, key_result, turned.restated)):
            old, new = (one.snapshot for one in pair)
            answers = moved(self.view.store, [pair])[pair[1].id]
            yield Restated(
                cycle=cycle.id,
                key_result=key_result.id,
                as_of=new.as_of,
                revision=pair[1].revision,
                old=flip.old,
                new=flip.new,
                old_value=old.value,
                new_value=new.value,
                target=new.target,
                moved=tuple(self._answer(one) for one in answers[:MOST_MOVED]),
                more=max(len(answers) - MOST_MOVED, 0),
                reason=said.reason,
            )
        elif flip.confirmed >= self._today - LAST_DAYS:
            yield Flipped(
                cycle=cycle.id,
                key_result=key_result.id,
                old=flip.old,
                new=flip.new,
                since=flip.since,
                confirmed=flip.confirmed,
                value=said.value,
                target=said.target,
                reason=said.reason,
            )

    def _said(self, cycle: Cycle, key_result: KeyResult, day: date) -> tuple[Revision, ...]:
        """All that had been said of a day by now, oldest first."""
        each = (
            revisions(self.view.store, self.view.workspace, cycle.id, name, day)
            for name in key_result.ids
        )
        found = next(filter(None, each), ())
        return tuple(one for one in found if one.recorded_at <= self.now)

    def _restated(self, cycle: Cycle, key_result: KeyResult, day: date) -> Pair | None:
        """What had been said of a day, and what is said now by the same definition."""
        said = self._said(cycle, key_result, day)
        before = [one for one in said if one.recorded_at <= self.before]
        if not before:
            return None
        old, new = before[-1], said[-1]
        same = old.snapshot.computation_hash == new.snapshot.computation_hash
        return (old, new) if same else None

    def _answer(self, answer: Moved) -> MovedAnswer:
        named = self.view.company.fingerprints.items()
        return MovedAnswer(
            metric=next((name for name, mark in named if mark == answer.fingerprint), ""),
            first=answer.window.start,
            last=answer.window.last_day,
            old=answer.old,
            new=answer.new,
        )


def _days(key_result: KeyResult, found: Mapping[str, tuple[Day, ...]]) -> tuple[Day, ...]:
    """What is said of its days; what was recorded under an earlier id is its own, too."""
    days: dict[date, Status] = {}
    for name in (*key_result.was, key_result.id):
        days |= dict(found.get(name, ()))
    return tuple(sorted(days.items()))

"""What the config would change against what was applied last, told before anything is done.

Figures are replayed on what the store holds. No source is asked, and nothing is recorded.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connectors.registry import catalogue
from flows.inputs import inputs
from flows.planning import Plan, plan
from flows.update import cycles_on
from flows.view import View
from okrmodel.changes import Change, MetricChange, Name, compared, metrics_compared
from okrmodel.closure import Closure
from okrmodel.compute import compute
from okrmodel.demand import Demand, marked, needed
from okrmodel.due import Care, due
from okrmodel.objections import Objection, objections
from okrmodel.problems import Problem, Severity
from okrmodel.reading.company import Places
from okrmodel.resolution import Resolved, Source, resolve
from okrmodel.snapshot import Snapshot, SnapshotInputs, Status
from okrmodel.store.definitions import applied
from okrmodel.store.frozen import frozen_cycles
from okrmodel.store.snapshots import latest_as_of, series
from okrmodel.windows import Window, last_complete_day

FIGURES = ("value", "baseline", "target", "raw_progress", "score", "expected", "status")
"""The fields of a snapshot that people compare: when one is another, the day moves."""


@dataclass(frozen=True)
class Day:
    """A key result at the end of a day: as recorded, and as it would be."""

    as_of: date
    old: Snapshot | None
    """None: not recorded."""
    new: Snapshot | None
    """None: not known without a pull, or no more to be told."""

    @property
    def moves(self) -> bool:
        """Whether a recorded figure would be another."""
        old, new = self.old, self.new
        return bool(old and new) and any(getattr(old, f) != getattr(new, f) for f in FIGURES)

    @property
    def flip(self) -> tuple[Status, Status] | None:
        """The status before and after, where it is another."""
        if self.old is None or self.new is None or self.old.status == self.new.status:
            return None
        return self.old.status, self.new.status


@dataclass(frozen=True)
class Foretold:
    """A key result that changes, and what becomes of its days."""

    change: Change
    days: tuple[Day, ...]
    """The recorded ones, oldest first; of one that is new to its cycle, the cycle's last day."""

    @property
    def moved(self) -> tuple[Day, ...]:
        """The days with other figures."""
        return tuple(day for day in self.days if day.moves)

    @property
    def unknown(self) -> tuple[Day, ...]:
        """The days that need observations which the store does not have."""
        return tuple(day for day in self.days if day.new is None) if self.change.after else ()

    @property
    def flips(self) -> Counter[tuple[Status, Status]]:
        """How many days go from which status to which."""
        return Counter(flip for day in self.days if (flip := day.flip))


@dataclass(frozen=True)
class WhatIf:
    """What a workspace's config would change."""

    workspace: str
    title: str
    key_results: tuple[Foretold, ...]
    """Those that change in more than words."""
    metrics: tuple[MetricChange, ...]
    words: tuple[Change, ...]
    """Key results that change in words only."""
    problems: tuple[Problem, ...]
    fetch: Plan
    """What the next sync has to ask because of the changes, beside what it asks anyway."""

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.key_results or self.metrics or self.words)

    @property
    def told(self) -> tuple[Change, ...]:
        """All key results that change."""
        return (*(foretold.change for foretold in self.key_results), *self.words)

    @property
    def failed(self) -> bool:
        """Whether there is a problem that keeps the config from being applied as it is."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True)
class _Part:
    """A key result that is still there, with what it is compared on."""

    change: Change
    resolved: Resolved
    recorded: Mapping[date, Snapshot]
    days: tuple[date, ...]
    """Those that are foretold, and last the one that the next sync records."""


def what_if(view: View) -> WhatIf:
    """What applying the config would change in a workspace."""
    as_of = last_complete_day(view.now(), view.company.workspace.zone)
    connectors = catalogue()
    resolved = {
        (cycle.id, key_result.id): resolve(view.company, cycle, key_result, connectors)
        for cycle in view.company.cycles
        for _, key_result in cycle.key_results()
    }
    changes = _changes(view, resolved, as_of)
    told = [change for change in changes if change.kinds]
    figures = [change for change in told if "words" not in change.kinds]
    parts = [
        _part(view, change, resolved[change.after.name], as_of)
        for change in figures
        if change.after
    ]
    fetch, kept = _foretold(view, parts)
    gone = tuple(_gone(view, change) for change in figures if change.after is None)
    metrics = metrics_compared(changes, {i: m.was for i, m in view.company.metrics.items()})
    return WhatIf(
        workspace=view.workspace,
        title=view.company.workspace.name,
        key_results=kept + gone,
        metrics=tuple(metric for metric in metrics if not metric.words_only),
        words=tuple(change for change in told if "words" in change.kinds),
        problems=_placed(objections(figures, metrics, as_of), view.places),
        fetch=fetch,
    )


def _changes(view: View, resolved: Mapping[Name, Resolved], as_of: date) -> tuple[Change, ...]:
    """Every key result of the cycles that are open before or after."""
    frozen = frozen_cycles(view.store, view.workspace)
    running = {cycle.id for cycle in cycles_on(view, as_of)} - frozen.keys()
    grace = view.company.workspace.grace

    def is_open(change: Change) -> bool:
        old, new = change.before, change.after
        was = old is not None and old.starts <= as_of <= old.ends + grace
        return was or (new is not None and new.cycle in running)

    after = {name: one.closure for name, one in resolved.items()}
    changes = compared(applied(view.store, view.workspace), after)
    return tuple(change for change in changes if is_open(change))


def _part(view: View, change: Change, resolved: Resolved, as_of: date) -> _Part:
    before, after = change.before, resolved.closure
    recorded = _recorded(view, before) if before and before.cycle == after.cycle else {}
    days = tuple(recorded) or (latest_as_of(view.store, view.workspace, after.cycle) or as_of,)
    return _Part(change, resolved, recorded, (*days, max(as_of, *days)))


def _recorded(view: View, closure: Closure) -> dict[date, Snapshot]:
    found = series(view.store, view.workspace, closure.cycle, closure.key_result.id)
    return {revision.snapshot.as_of: revision.snapshot for revision in found}


def _gone(view: View, change: Change) -> Foretold:
    recorded = _recorded(view, change.before) if change.before else {}
    return Foretold(change, tuple(Day(day, old, None) for day, old in recorded.items()))


def _foretold(view: View, parts: Sequence[_Part]) -> tuple[Plan, tuple[Foretold, ...]]:
    """What has to be asked because of the changes, and what becomes of each before it is."""
    wanted = [(part.resolved.closure, part.days) for part in parts]
    given = [several for _, several in inputs(view.store, view.workspace, wanted)]
    lacking = [_lacking(*each) for each in zip(parts, given, strict=True)]
    missing = Demand.of((source, [w]) for each in lacking for day in each for source, w in day)
    now, zone = view.now(), view.company.workspace.zone
    open_ones = due(missing, {}, {}, zone=zone, now=now, care=Care.NONE)
    asked = {(one.source, window) for one in open_ones for window in one.read}
    fetch = plan(view.company, missing, {}, {}, now=now, care=Care.NONE)
    return fetch, tuple(
        Foretold(part.change, tuple(_days(part, several, without, asked)))
        for part, several, without in zip(parts, given, lacking, strict=True)
    )


_Question = tuple[Source, Window]


def _lacking(part: _Part, given: Sequence[SnapshotInputs]) -> list[set[_Question]]:
    """Of each day the windows that it needs by the change alone, and that are not stored."""
    known = {(known.fingerprint, known.window) for known in given[0].known}
    before, questions = part.change.before, part.resolved.questions
    found = []
    for day in part.days:
        earlier = marked(before, [day]) if before else ()
        needed_before = {(mark, window) for mark, windows in earlier for window in windows}
        wanted = {(questions[key], window) for key, window in needed(part.resolved.closure, day)}
        found.append(
            {
                (source, window)
                for source, window in wanted
                if (source.fingerprint, window) not in known | needed_before
            }
        )
    return found


def _days(
    part: _Part,
    given: Sequence[SnapshotInputs],
    lacking: Sequence[set[_Question]],
    asked: set[_Question],
) -> Iterator[Day]:
    """Each day computed anew; not those that wait for an answer."""
    for single, without in list(zip(given, lacking, strict=True))[:-1]:
        new = None if without & asked else compute(single)
        yield Day(single.as_of, part.recorded.get(single.as_of), new)


def _placed(found: Iterable[Objection], places: Places) -> tuple[Problem, ...]:
    return tuple(sorted(objection.at(places) for objection in found))

"""What speaks against applying a changed config as it is: problems with their places in the files."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from okrmodel.changes import Change, MetricChange, metrics_of, shown, unreasoned
from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.key_results import Manual, Reach, Target
from okrmodel.problems import KeyPath, Problem, Severity
from okrmodel.reading.company import Places
from okrmodel.suggestion import nearest
from okrmodel.targets import target_on
from okrmodel.windows import ONE_DAY


class Objection(NamedTuple):
    """What is wrong with a key result, or with a metric, as the config has it."""

    subject: str
    """The id."""
    cycle: str | None
    """The id of the key result's cycle; None: it is a metric."""
    path: KeyPath
    """Where in a key result."""
    message: str
    code: str
    severity: Severity

    def at(self, places: Places) -> Problem:
        """The same with its place in the files."""
        if self.cycle is None:
            place = places.metric(self.subject)
        else:
            place = places.at((*places.key_results[self.cycle, self.subject], *self.path))
        return Problem(place, self.message, self.code, self.severity)


def objections(
    changes: Sequence[Change], metrics: Sequence[MetricChange], as_of: date
) -> Iterator[Objection]:
    """Everything that speaks against the changes.

    Args:
        changes: Those of key results in open cycles.
        metrics: Those of metrics.
        as_of: The last complete day.
    """
    for change in changes:
        yield from _without_reason(change, as_of)
    yield from _key_results_taken_for_new(changes)
    yield from _metrics_taken_for_new(metrics)


def _without_reason(change: Change, as_of: date) -> Iterator[Objection]:
    before, after = change.before, change.after
    if before is None or after is None or before.cycle != after.cycle:
        return
    path = unreasoned(before, after)
    old, new = before.key_result, after.key_result
    # Asked again for the type's sake: only scales have targets.
    if path is None or not isinstance(old, Reach | Manual) or not isinstance(new, Reach | Manual):
        return
    days = [as_of, *after.span.days()]
    day = next(day for day in days if target_on(old, day) != target_on(new, day))
    left, right = target_on(old, day), target_on(new, day)
    yield Objection(
        new.id,
        after.cycle,
        path,
        f'the target of key result "{new.id}" goes from {shown(left)} to {shown(right)} while its'
        " cycle runs, and nothing says why; expected the old one and the new one, each with its"
        f" day and reason: targets: [{', '.join(_entries(before, old, right, as_of + ONE_DAY))}]",
        "target-without-reason",
        Severity.ERROR,
    )


def _entries(
    before: Closure, old: Reach | Manual, target: Target | None, today: date
) -> Iterator[str]:
    """How `targets` is written when a target is in force from today on."""
    if not old.targets:
        yield f"{{from: {before.span.start}, target: {shown(old.target)}, reason: …}}"
    for entry in old.targets:
        if entry.from_ < today:
            yield f"{{from: {entry.from_}, target: {shown(entry.target)}, reason: {entry.reason}}}"
    yield f"{{from: {min(today, before.ends)}, target: {shown(target)}, reason: …}}"


def _key_results_taken_for_new(changes: Iterable[Change]) -> Iterator[Objection]:
    changes = tuple(changes)
    gone = [change.before for change in changes if change.before and change.after is None]
    for change in changes:
        after = change.after
        if after is None or change.before:
            continue
        twin = next((old for old in gone if old.cycle == after.cycle and _alike(old, after)), None)
        if twin:
            gone.remove(twin)
            yield _taken_for_new("key result", after.key_result.id, twin.key_result.id, after.cycle)


def _metrics_taken_for_new(metrics: Iterable[MetricChange]) -> Iterator[Objection]:
    metrics = tuple(metrics)
    gone = [metric for metric in metrics if metric.after is None]
    for new in metrics:
        twin = next((old for old in gone if new.before is None and _same_question(old, new)), None)
        if twin:
            gone.remove(twin)
            yield _taken_for_new("metric", new.id, twin.id, None)


def _taken_for_new(what: str, new: str, old: str, cycle: str | None) -> Objection:
    return Objection(
        new,
        cycle,
        (),
        f'{what} "{new}" is new, and "{old}", which is much like it, is gone; if they are one and'
        f" the same, say so in the new one, and its history goes on: was: [{old}]",
        "renamed-without-was",
        Severity.WARNING,
    )


def _alike(old: Closure, new: Closure) -> bool:
    """Whether one may be the other by another name."""
    if old.key_result.kind != new.key_result.kind:
        return False
    marks = [_marks(closure) for closure in (old, new)]
    named = bool(nearest(new.key_result.id, [old.key_result.id]))
    same_title = old.key_result.title == new.key_result.title
    return named or same_title or (marks[0] == marks[1] != set())


def _marks(closure: Closure) -> set[str]:
    metrics = metrics_of(closure).values()
    return {metric.fingerprint for metric in metrics if isinstance(metric, SourceMeasure)}


def _same_question(old: MetricChange, new: MetricChange) -> bool:
    """Whether nothing but the id, and maybe words, tells them apart."""
    return not MetricChange(new.id, old.id, old.before, new.after).fields

"""A cycle's file to that of the next one: the same key results with their days moved on.

Comments and everything that is not told here stay as they are written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import yaml

from okrmodel.changes import shown
from okrmodel.cycles import carried, quarter
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import (
    KeyResult,
    Maintain,
    Manual,
    Milestones,
    Reach,
    Trailing,
)
from okrmodel.definitions.metrics import SourceMetric
from okrmodel.exact import counted, plain
from okrmodel.lint.draft import parts_of
from okrmodel.observations import Aggregation
from okrmodel.reading.nodes import (
    Edit,
    added,
    composed,
    edited,
    end,
    entry,
    inside,
    instead,
    items,
    start,
    without,
)
from okrmodel.windows import ONE_DAY, Window


class Successor(NamedTuple):
    """The text of the next cycle's file, and what a person has to look at in it."""

    text: str
    decisions: Mapping[str, tuple[str, ...]]
    """By the key result's id, in the order of the file."""
    actions: int
    """How many unfinished ones went on."""


@dataclass(frozen=True)
class _Move:
    """From one cycle to the next."""

    company: Company
    old: Cycle
    name: str
    days: Window
    keep_actions: bool

    def day(self, day: date) -> date:
        return carried(day, self.old.window, self.days)


def next_cycle(
    text: str, company: Company, old: Cycle, name: str, days: Window, *, keep_actions: bool
) -> Successor:
    """The next cycle's file.

    Key results and objectives keep their ids. Days go to the same place of the new cycle. A count
    over the cycle has its figure measured as `previous`, and what has a value on its first day has
    it measured as `from`, wherever the past can be asked for. Of dated targets the last one stays.
    Actions that are done are left out.

    Args:
        text: Of the old cycle's file, which has no errors.
        company: What all of the workspace's files say.
        old: The old cycle.
        name: The new one's id.
        days: Its days.
        keep_actions: Whether unfinished actions go on.

    Raises:
        Tangled: What would have to change is repeated by an alias.
    """
    move = _Move(company, old, name, days, keep_actions)
    root = composed(text)
    edits = [*_head(text, root, move)]
    decisions: dict[str, tuple[str, ...]] = {}
    kept = 0
    nodes = items(inside(root, "objectives"))
    for node, objective in zip(nodes, old.objectives, strict=True):
        for inner, key_result in zip(
            items(inside(node, "key_results")), objective.key_results, strict=True
        ):
            changed = _KeyResult(text, inner, key_result, move)
            edits += changed.edits()
            decisions[key_result.id] = tuple(changed.decisions())
        gone = {n for n, a in enumerate(objective.actions) if a.done or not keep_actions}
        edits += without(text, node, "actions", gone)
        for n, action in enumerate(items(inside(node, "actions"))):
            if n not in gone:
                kept += 1
                edits += _action(text, action, move)
    return Successor(edited(text, edits), decisions, kept)


def _head(text: str, root: yaml.Node | None, move: _Move) -> Iterator[Edit]:
    """The cycle's name, with days where they do not follow from it; the comment was on the old ones."""
    written = inside(root, "cycle")
    if written is None:
        return
    month = move.company.workspace.fiscal_year_starts
    told = move.name
    if quarter(told, month) != move.days:
        first, last = move.days.start, move.days.last_day
        told = f"{{ id: {told}, starts: {first}, ends: {last} }}"
    ends = text.find("\n", end(written))
    yield Edit(start(written), len(text) if ends < 0 else ends, told)


def _action(text: str, node: yaml.Node, move: _Move) -> Iterator[Edit]:
    due = inside(node, "due")
    if due is not None:
        yield _moved(text, due, move.day)
    line = text.find("\n", end(node))
    ends = len(text) if line < 0 else line
    if not text[end(node) : ends].strip():
        yield Edit(ends, ends, f" # open since {move.old.id}")


def _moved(text: str, node: yaml.Node, to: Callable[[date], date]) -> Edit:
    return instead(text, node, to(date.fromisoformat(node.value)).isoformat())


@dataclass(frozen=True)
class _KeyResult:
    """One key result: what changes in its text, and what a person is told of it."""

    text: str
    node: yaml.Node
    key_result: KeyResult
    move: _Move

    def edits(self) -> Iterator[Edit]:
        for key in ("starts", "due"):
            if (node := inside(self.node, key)) is not None:
                yield _moved(self.text, node, self.move.day)
        for step in items(inside(self.node, "steps")):
            if (node := inside(step, "due")) is not None:
                yield _moved(self.text, node, self.move.day)
        yield from self._checkpoints()
        yield from self._target()
        yield from self._window()
        yield from self._measured()

    def decisions(self) -> Iterator[str]:
        match self.key_result:
            case Reach() | Manual():
                yield f"target {self._target_told()}"
                yield from self._scale_told()
            case Maintain() as kept:
                bounds = {"at least": kept.at_least, "at most": kept.at_most}
                told = [f"{name} {plain(v)}" for name, v in bounds.items() if v is not None]
                if kept.between:
                    told = [f"between {plain(kept.between.low)} and {plain(kept.between.high)}"]
                yield f"{', '.join(told)} in every {kept.every}"
            case Milestones(steps=steps):
                yield f"{counted(len(steps), 'step')} of {self.move.old.id}, with new days"
        if self.key_result.confidence is not None:
            yield f"confidence {plain(self.key_result.confidence)} was for {self.move.old.id}"

    def _scale_told(self) -> Iterator[str]:
        scale = self.key_result
        if not isinstance(scale, Reach | Manual):
            return
        yield from self._measured_told(scale)
        if self._too_long():
            yield f"looks back {self.move.days.length} days: the new cycle has no more"
        if scale.plan:
            yield f"{counted(len(scale.plan), 'checkpoint')} with the old values"
        tiers = [name for name in ("commit", "stretch") if getattr(scale, name) is not None]
        if tiers:
            yield f"{' and '.join(tiers)} as before"

    def _measured_told(self, scale: Reach | Manual) -> Iterator[str]:
        fields = {key for key, _ in self._to_measure()}
        if "previous" in fields or getattr(scale, "previous", None) == "measured":
            yield f"previous is what {self.move.old.id} comes to"
        if "from" in fields:
            yield f"from is measured at the end of {self.move.old.id}, was {plain(_number(scale))}"
        elif scale.from_ == "measured":
            yield f"from is measured at the end of {self.move.old.id}"
        elif scale.from_:
            yield f"from {plain(_number(scale))} cannot be measured: say where it stands now"

    def _target_told(self) -> str:
        scale = self.key_result
        if not isinstance(scale, Reach | Manual):
            return ""
        target = scale.targets[-1].target if scale.targets else scale.target
        more = f", the last of {len(scale.targets)}" if len(scale.targets) > 1 else ""
        return f"{shown(target)}{more}"

    def _checkpoints(self) -> Iterator[Edit]:
        """Days that fall together in a shorter cycle are kept apart: the earlier ones give way."""
        nodes = [node for p in items(inside(self.node, "plan")) if (node := inside(p, "on"))]
        days = [self.move.day(date.fromisoformat(node.value)) for node in nodes]
        for n in reversed(range(len(days) - 1)):
            days[n] = min(days[n], days[n + 1] - ONE_DAY)
        for node, day in zip(nodes, days, strict=True):
            yield instead(self.text, node, day.isoformat())

    def _target(self) -> Iterator[Edit]:
        found = entry(self.node, "targets")
        if found is None or not items(found[1]):
            return
        last = inside(items(found[1])[-1], "target")
        if last is not None:
            target = self.text[start(last) : end(last)]
            yield Edit(start(found[0]), end(found[1]), f"target: {target}")

    def _window(self) -> Iterator[Edit]:
        days = inside(inside(self.node, "window"), "trailing")
        if days is not None and self._too_long():
            yield instead(self.text, days, str(self.move.days.length))

    def _too_long(self) -> bool:
        match self.key_result:
            case Reach(window=Trailing(trailing=days)):
                return days > self.move.days.length
            case _:
                return False

    def _measured(self) -> Iterator[Edit]:
        new = []
        for key, value in self._to_measure():
            node = inside(self.node, key)
            if node is None:
                new.append((key, value))
            else:
                yield instead(self.text, node, value)
        before = entry(self.node, "target") or entry(self.node, "targets")
        if new and before and isinstance(self.node, yaml.MappingNode):
            yield added(self.node, before[0], new)

    def _to_measure(self) -> Iterator[tuple[str, str]]:
        """The keys that are to say `measured`, and the direction that this needs."""
        reach = self.key_result
        if not isinstance(reach, Reach):
            return
        company = self.move.company
        counts = aggregation(company, reach.metric) in {Aggregation.SUM, Aggregation.DISTINCT}
        from_nothing = counts and reach.window in {"cycle", "month_to_date"}
        key = None
        if counts and reach.window == "cycle":
            # A part of a cycle does not compare with a whole one.
            whole = reach.starts is None and has_past(company, reach.metric)
            key = "previous" if whole and reach.previous != "measured" else None
        elif not from_nothing and _can_begin(company, reach):
            key = "from" if reach.from_ != "measured" else None
        if key:
            yield key, "measured"
            if reach.direction is None:
                yield "direction", _direction(reach)


def aggregation(company: Company, metric_id: str) -> Aggregation | None:
    """How a metric of a source behaves over time; None of one that is computed."""
    metric = company.metric(metric_id)
    return metric.aggregation if isinstance(metric, SourceMetric) else None


def has_past(company: Company, metric_id: str) -> bool:
    """Whether every source behind a metric can be asked for windows that are over."""
    metric = company.metric(metric_id)
    if isinstance(metric, SourceMetric):
        return metric.query.has_history
    return all(has_past(company, part) for part in parts_of(metric))


def _can_begin(company: Company, reach: Reach) -> bool:
    """Whether `from` can be measured; a level without a past begins at its first observation."""
    level = aggregation(company, reach.metric) is Aggregation.LEVEL
    return level or has_past(company, reach.metric)


def _number(scale: Reach | Manual) -> Decimal:
    return scale.from_ if isinstance(scale.from_, Decimal) else Decimal(0)


def _direction(reach: Reach) -> str:
    """The side that the target lies on: both ends are numbers where it was not said."""
    target = reach.targets[-1].target if reach.targets else reach.target
    falls = isinstance(target, Decimal) and target < _number(reach)
    return "decrease" if falls else "increase"

"""Rules about names: what is named exists, and each name belongs to one thing."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from okrmodel.definitions.key_results import Maintain, Milestones, Reach
from okrmodel.definitions.metrics import FormulaMetric, RatioMetric
from okrmodel.formula import FormulaError, parse
from okrmodel.lint.draft import Draft, WrittenKeyResult, WrittenObjective, parts_of
from okrmodel.lint.rule import Remark, Remarks, error, warning
from okrmodel.problems import KeyPath
from okrmodel.suggestion import did_you_mean

_Written = TypeVar("_Written", WrittenObjective, WrittenKeyResult)


@error("unknown-metric")
def unknown_metric(draft: Draft) -> Remarks:
    """A key result, ratio or formula names a metric that metrics.yaml does not have."""
    for written in draft.key_results:
        if isinstance(written.key_result, Reach | Maintain):
            used = {"metric": written.key_result.metric}
            yield from _unknown(draft, written.path, used, written.named)
        if isinstance(written.key_result, Reach) and (held := written.key_result.guardrail):
            path = (*written.path, "guardrail")
            yield from _unknown(draft, path, {"metric": held.metric}, written.named)
    for name, metric in draft.metrics.items():
        path, title = draft.metric_path(name), f'metric "{name}"'
        if isinstance(metric, RatioMetric):
            used = {"numerator": metric.ratio.numerator, "denominator": metric.ratio.denominator}
            yield from _unknown(draft, (*path, "ratio"), used, title)
        else:
            for part in draft.parts[name]:
                yield from _unknown(draft, path, {"formula": part}, title)


def _unknown(draft: Draft, path: KeyPath, used: dict[str, str], title: str) -> Remarks:
    for key, name in used.items():
        if draft.metric_ids is not None and name not in draft.metric_ids:
            hint = did_you_mean(name, draft.metric_ids)
            yield Remark((*path, key), f'unknown metric "{name}" in "{key}" of {title}{hint}')


@error("unknown-owner")
def unknown_owner(draft: Draft) -> Remarks:
    """An owner is nobody of those under `people` in workspace.yaml."""
    if draft.people is None:
        return
    owned: list[tuple[KeyPath, str | None]] = []
    for found in draft.objectives:
        owned.append((found.path, found.objective.owner))
        actions = enumerate(found.objective.actions)
        owned += [((*found.path, "actions", n), action.owner) for n, action in actions]
    owned += [(found.path, found.key_result.owner) for found in draft.key_results]
    for path, owner in owned:
        if owner is not None and owner not in draft.people:
            hint = did_you_mean(owner, draft.people)
            yield Remark(
                (*path, "owner"), f'unknown owner "{owner}": nobody of that id under people{hint}'
            )


@error("bad-formula")
def bad_formula(draft: Draft) -> Remarks:
    """A formula is made of metric ids, numbers, + - * / and parentheses.

    An id with a `-` in it cannot stand in a formula, where `-` subtracts: write it with `_`.
    """
    for name, metric in draft.metrics.items():
        if isinstance(metric, FormulaMetric):
            path = (*draft.metric_path(name), "formula")
            try:
                formula = parse(metric.formula)
            except FormulaError as wrong:
                yield Remark(path, f'formula of metric "{name}", character {wrong.column}: {wrong}')
            else:
                if not formula.names:
                    yield Remark(
                        path, f'formula of metric "{name}" uses no metric, expected at least one'
                    )


@error("circular-metric")
def circular_metric(draft: Draft) -> Remarks:
    """A metric is computed, over one or several steps, from itself."""
    told: set[str] = set()
    for name in draft.metrics:
        circle = _circle(draft, name)
        if circle and not told.intersection(circle):
            told.update(circle)
            shown = " -> ".join((*circle, circle[0]))
            yield Remark(
                draft.metric_path(name), f'metric "{name}" is computed from itself: {shown}'
            )


def _circle(draft: Draft, start: str) -> tuple[str, ...]:
    """The way from a metric back to itself; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for part in draft.parts.get(way[-1], ()):
            if part == start:
                return way
            if part not in seen:
                seen.add(part)
                ways.append((*way, part))
    return ()


@error("duplicate-id")
def duplicate_id(draft: Draft) -> Remarks:
    """Ids are permanent and belong to one thing: the store remembers by them.

    A cycle's id is used once in a workspace, an objective's and a key result's once in their
    cycle, a step's once in its key result. An old id under `was` is nobody else's in the cycle,
    either. The same id in the next cycle is the same objective or key result, going on.
    """
    yield from _twice("cycle", ((c.path, c.cycle.id) for c in draft.cycles), "cycle")
    for objectives in _by_file(draft.objectives):
        yield from _twice("objective", ((o.path, o.objective.id) for o in objectives))
    for key_results in _by_file(draft.key_results):
        yield from _twice("key result", ((k.path, k.key_result.id) for k in key_results))
        yield from _old_ids(key_results)
    for written in draft.key_results:
        if isinstance(written.key_result, Milestones):
            steps = enumerate(written.key_result.steps)
            yield from _twice("step", (((*written.path, "steps", n), s.id) for n, s in steps))


def _by_file(found: Iterable[_Written]) -> Iterable[list[_Written]]:
    """What stands in each file: a cycle, as a cycle's id that is used twice is told by itself."""
    files: dict[str, list[_Written]] = {}
    for written in found:
        files.setdefault(str(written.path[0]), []).append(written)
    return files.values()


def _old_ids(key_results: list[WrittenKeyResult]) -> Remarks:
    """Of one cycle those that were somebody else's, or still are."""
    taken = Counter(written.key_result.id for written in key_results)
    taken.update(old for written in key_results for old in written.key_result.was)
    for written in key_results:
        for n, old in enumerate(written.key_result.was):
            if taken[old] > 1:
                message = f'old id "{old}" of {written.named} belongs to another key result, too'
                yield Remark((*written.path, "was", n), message)


def _twice(kind: str, found: Iterable[tuple[KeyPath, str]], key: str = "id") -> Remarks:
    first: dict[str, KeyPath] = {}
    for path, name in found:
        if name in first:
            yield Remark(
                (*path, key),
                f'{kind} id "{name}" is already used in {first[name][0]}, expected another',
            )
        first.setdefault(name, path)


@warning("no-owner")
def no_owner(draft: Draft) -> Remarks:
    """Nobody owns a key result: neither it nor its objective names an owner."""
    for written in draft.key_results:
        if written.key_result.owner is None and written.objective.owner is None:
            yield Remark(
                written.path,
                f"{written.named} has no owner, expected one here or on its objective",
            )


@warning("unused-metric")
def unused_metric(draft: Draft) -> Remarks:
    """No key result uses a metric, neither directly nor in a ratio or formula."""
    computed = (m for m in draft.metrics.values() if isinstance(m, RatioMetric | FormulaMetric))
    if not draft.whole or not all(parts_of(metric) for metric in computed):
        return
    used = {part for parts in draft.parts.values() for part in parts}
    for written in draft.key_results:
        if isinstance(written.key_result, Reach | Maintain):
            used.add(written.key_result.metric)
            if isinstance(written.key_result, Reach) and written.key_result.guardrail:
                used.add(written.key_result.guardrail.metric)
    for name in draft.metrics:
        if name not in used:
            yield Remark(draft.metric_path(name), f'metric "{name}" is used by no key result')

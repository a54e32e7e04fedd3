"""Rules about days: what lies in the cycle, and what follows what."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from okrmodel.definitions.key_results import (
    KeyResult,
    Maintain,
    Manual,
    Milestones,
    Reach,
    Trailing,
)
from okrmodel.lint.draft import Draft, WrittenKeyResult
from okrmodel.lint.rule import Remark, Remarks, error
from okrmodel.periods import Period, complete_periods
from okrmodel.problems import KeyPath
from okrmodel.windows import Window


@error("cycle-overlap")
def cycle_overlap(draft: Draft) -> Remarks:
    """Two cycles share days. One day belongs to one cycle."""
    ordered = sorted(draft.cycles, key=lambda written: written.cycle.starts)
    for before, after in pairwise(ordered):
        if after.cycle.starts <= before.cycle.ends:
            yield Remark(
                (*after.path, "cycle"),
                f"cycle {after.cycle.id} starts on {after.cycle.starts}, before cycle"
                f" {before.cycle.id} ends on {before.cycle.ends} ({before.path[0]})",
            )


@error("outside-cycle")
def outside_cycle(draft: Draft) -> Remarks:
    """Starts, due dates, steps, checkpoints and dated targets lie inside their cycle."""
    for written in draft.key_results:
        days = written.cycle.window
        for path, day in _days_of(written):
            if not days.start <= day < days.end:
                yield Remark(
                    path,
                    f"{day} of {written.named} is not in cycle {written.cycle.id},"
                    f" expected a day from {days.start} to {days.last_day}",
                )


def _days_of(written: WrittenKeyResult) -> Iterator[tuple[KeyPath, date]]:
    key_result, path = written.key_result, written.path
    for key, day in (("starts", key_result.starts), ("due", key_result.due)):
        if day is not None:
            yield (*path, key), day
    if isinstance(key_result, Milestones):
        for n, step in enumerate(key_result.steps):
            yield (*path, "steps", n, "due"), step.due
    elif not isinstance(key_result, Maintain):
        for n, change in enumerate(key_result.targets):
            yield (*path, "targets", n, "from"), change.from_
        for n, point in enumerate(key_result.plan):
            yield (*path, "plan", n, "on"), point.on


@error("due-before-start")
def due_before_start(draft: Draft) -> Remarks:
    """A key result is due on or after the day it starts."""
    for written in draft.key_results:
        starts, due = written.key_result.starts, written.key_result.due
        if starts and due and due < starts:
            yield Remark(
                (*written.path, "due"),
                f"{written.named} is due on {due}, before it starts on {starts}",
            )


@error("targets-order")
def targets_order(draft: Draft) -> Remarks:
    """Dated targets stand in the order of their days, one a day."""
    for written, scale in draft.scales():
        for n, (before, after) in enumerate(pairwise(scale.targets)):
            if after.from_ <= before.from_:
                yield Remark(
                    (*written.path, "targets", n + 1, "from"),
                    f"target of {after.from_} in {written.named} stands after that of"
                    f" {before.from_}, expected later days further down",
                )


@error("plan-order")
def plan_order(draft: Draft) -> Remarks:
    """A plan's checkpoints rise in date, and go steadily from `from` to the target.

    They may rest, and never go back: neither from one to the next, nor behind `from` at the start, nor
    beyond the target, to which the plan would then have to return.
    """
    for written, scale in draft.scales():
        ends = [scale.from_ or Decimal(0), scale.target]
        rising = isinstance(ends[0], Decimal) and isinstance(ends[1], Decimal) and ends[1] > ends[0]
        sign = 1 if scale.direction == "increase" or (not scale.direction and rising) else -1
        known = bool(scale.direction) or all(isinstance(end, Decimal) for end in ends)
        for n, (before, after) in enumerate(pairwise(scale.plan)):
            path = (*written.path, "plan", n + 1)
            if after.on <= before.on:
                yield Remark(
                    (*path, "on"),
                    f"checkpoint {after.on} of {written.named} stands after {before.on},"
                    " expected later days further down",
                )
            elif known and sign * after.value < sign * before.value:
                yield Remark(
                    (*path, "value"),
                    f"checkpoint {after.on} of {written.named} goes back from {before.value} to"
                    f" {after.value}, expected a plan that goes one way",
                )
        if isinstance(ends[0], Decimal) and isinstance(ends[1], Decimal):
            yield from _outside(written, scale, (ends[0], ends[1]))


def _outside(
    written: WrittenKeyResult, scale: Reach | Manual, ends: tuple[Decimal, Decimal]
) -> Remarks:
    """The first checkpoint that does not lie between `from` and the target."""
    low, high = sorted(ends)
    for n, point in enumerate(scale.plan):
        if not low <= point.value <= high:
            yield Remark(
                (*written.path, "plan", n, "value"),
                f"checkpoint {point.on} of {written.named} is at {point.value},"
                f" expected a value from {ends[0]} to {ends[1]}, between which the plan goes one way",
            )
            return


@error("window-too-long")
def window_too_long(draft: Draft) -> Remarks:
    """The window, or the month or week to be judged, does not fit into the key result's days."""
    for written in draft.key_results:
        key_result = written.key_result
        first = key_result.starts or written.cycle.starts
        if not written.cycle.starts <= first <= written.cycle.ends:
            continue
        days = Window(first, written.cycle.window.end)
        if isinstance(key_result, Reach) and isinstance(key_result.window, Trailing):
            length = key_result.window.trailing
            if length > days.length:
                yield Remark(
                    (*written.path, "window"),
                    f"{written.named} looks back {length} days, expected at most the"
                    f" {days.length} days from {days.start} to {days.last_day}",
                )
        elif period := _period(key_result):
            key, name = period
            if not _has_period(draft, name, days):
                yield Remark(
                    (*written.path, key),
                    f"{written.named} is judged by the {name}, but no whole {name} lies between"
                    f" {days.start} and {days.last_day}",
                )


def _period(key_result: KeyResult) -> tuple[str, Period] | None:
    """The key under which a key result names the period that it is judged by."""
    match key_result:
        case Maintain(every=every):
            return "every", every
        case Reach(window="month" | "week" as window):
            return "window", window
        case _:
            return None


def _has_period(draft: Draft, period: Period, days: Window) -> bool:
    week_starts = draft.workspace.week_starts if draft.workspace else "monday"
    return bool(complete_periods(period, days, week_starts))

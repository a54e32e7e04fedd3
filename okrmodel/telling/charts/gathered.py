"""What a key result's chart shows, gathered from the store alone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import Maintain, Manual, Milestones, Reach, TargetChange
from okrmodel.maintain import bounds, meets
from okrmodel.periods import complete_periods
from okrmodel.publication import Publication
from okrmodel.snapshot import Snapshot
from okrmodel.store.daily import DayFigure, KeyResultOf, day_by_day, restated_days
from okrmodel.store.definitions import definition
from okrmodel.store.observations import known_observations
from okrmodel.store.snapshots import revisions
from okrmodel.store.store import Store
from okrmodel.targets import target_on
from okrmodel.telling.charts.drawn import (
    Ahead,
    Day,
    KeyResultChart,
    LineChart,
    Period,
    PeriodsChart,
    Restated,
    Step,
    StepsChart,
    TargetFrom,
)
from okrmodel.telling.charts.last_cycle import last_cycle
from okrmodel.telling.charts.plan import planned, planned_on, spans
from okrmodel.telling.charts.remembered import Remembered
from okrmodel.telling.texts import Texts
from okrmodel.windows import ONE_DAY, Window, day_of


def key_result_chart(
    store: Store,
    words: Publication,
    cycle: Cycle,
    key_result: str,
    texts: Texts,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> KeyResultChart | None:
    """The chart of a key result; None where nothing was recorded of it by then.

    Args:
        store: Where it is remembered.
        words: What the files say of the workspace.
        cycle: One of its cycles.
        key_result: The id of one of the cycle's key results.
        texts: The reader's language and figures.
        as_of: Draw no later day; without it, all that there are.
        known_at: Look at nothing recorded later.
    """
    remembered = Remembered(store, words, known_at)
    which, days = _days(remembered, cycle, key_result)
    days = tuple(day for day in days if day.as_of <= min(as_of or cycle.ends, cycle.ends))
    if not days:
        return None
    closure = definition(store, words.workspace, days[-1].definition_hash)
    shared: dict[str, Any] = {
        "title": closure.key_result.title,
        "measure": _measure(closure),
        "unit": words.unit(cycle.id, key_result),
        "starts": closure.starts,
        "ends": closure.ends,
        "as_of": days[-1].as_of,
        "texts": texts,
    }
    match closure.key_result:
        case Maintain() as maintain:
            return _periods(closure, maintain, _snapshot(store, which, days[-1]), shared)
        case Milestones() as milestones:
            return _steps(remembered, closure, milestones, shared)
        case scale:
            said = _snapshot(store, which, days[-1])
            return LineChart(
                **shared,
                days=tuple(_drawn(day) for day in days),
                plan=planned(remembered, closure, scale, days, said),
                targets=_targets(closure, scale, days),
                ahead=_ahead(said),
                last_cycle=last_cycle(remembered, closure, scale, said),
                restated=tuple(_restated(remembered, which, days)),
                stepped=isinstance(scale, Manual) or scale.window in {"month", "week"},
                restarts=isinstance(scale, Reach) and scale.window == "month_to_date",
                spans=spans(closure, scale, days, said),
            )


def _days(
    remembered: Remembered, cycle: Cycle, key_result: str
) -> tuple[KeyResultOf, tuple[DayFigure, ...]]:
    """A renamed key result has an earlier id's days until its first sync."""
    names = next((k.ids for _, k in cycle.key_results() if k.id == key_result), (key_result,))
    for name in names:
        which = KeyResultOf(remembered.words.workspace, cycle.id, name)
        if days := day_by_day(remembered.store, which, remembered.known_at):
            return which, days
    return which, ()


def _snapshot(store: Store, which: KeyResultOf, day: DayFigure) -> Snapshot:
    """The whole of what is said of one day."""
    found = revisions(store, which.workspace, which.cycle, which.key_result, day.as_of)
    return next(each.snapshot for each in found if each.revision == day.revision)


def _measure(closure: Closure) -> str:
    match closure.key_result:
        case Manual(unit=unit, title=title):
            return unit or title
        case Milestones(title=title):
            return title
        case key_result:
            return closure.measures[key_result.metric].name


def _drawn(day: DayFigure) -> Day:
    provisional = day.provisional or day.stale
    return Day(day.as_of, day.value, planned_on(day), provisional=provisional)


def _ahead(said: Snapshot) -> Ahead | None:
    found = said.forecast
    return None if found is None else Ahead(found.final, found.low, found.high)


def _targets(
    closure: Closure, scale: Reach | Manual, days: Sequence[DayFigure]
) -> tuple[TargetFrom, ...]:
    """As each day was judged by; of days to come, as the definition says."""
    told = [(day.as_of, day.target) for day in days if day.target is not None]
    if not told:
        given = target_on(scale, days[-1].as_of)
        return (TargetFrom(closure.span.start, given),) if isinstance(given, Decimal) else ()
    changes = sorted(scale.targets, key=lambda change: change.from_)
    found = [TargetFrom(closure.span.start, told[0][1])]
    for (_, old), (day, new) in pairwise(told):
        if new != old:
            found.append(TargetFrom(day, new, _reason(changes, day)))
    found += [
        TargetFrom(change.from_, change.target, change.reason)
        for change in changes
        if days[-1].as_of < change.from_ <= closure.ends and isinstance(change.target, Decimal)
    ]
    return tuple(found)


def _reason(changes: Iterable[TargetChange], day: date) -> str:
    return next((c.reason for c in reversed([*changes]) if c.from_ <= day), "")


def _restated(
    remembered: Remembered, which: KeyResultOf, days: Sequence[DayFigure]
) -> Iterator[Restated]:
    """Of days that are drawn, those whose final values moved; neighbours of one instant together.

    What moves one day of a sum moves all later ones. That a provisional value moved is no news.
    """
    shown = {day.as_of for day in days}
    moved = restated_days(remembered.store, which, remembered.known_at)
    final = [m for m in moved if m.was_final and m.as_of in shown]
    runs: dict[datetime, list[list[int]]] = {}
    for number, each in enumerate(final):
        mine = runs.setdefault(each.recorded_at, [])
        if mine and final[mine[-1][-1]].as_of + ONE_DAY == each.as_of:
            mine[-1].append(number)
        else:
            mine.append([number])
    for at, found in runs.items():
        for run in found:
            last = final[run[-1]]
            known_on = day_of(at, remembered.words.zone)
            yield Restated(final[run[0]].as_of, last.as_of, known_on, last.old, last.new)


def _periods(
    closure: Closure, maintain: Maintain, said: Snapshot, shared: dict[str, Any]
) -> PeriodsChart:
    low, high = bounds(maintain)
    every = complete_periods(maintain.every, closure.span, closure.week_starts)
    values = [term.value for term in said.arithmetic.parts]
    provisional = bool(said.provisional)
    found = [
        Period(
            first=period.start,
            last=period.last_day,
            value=value,
            met=None if value is None else meets(maintain, value),
            provisional=provisional and period.last_day == said.through,
        )
        for period, value in zip(every, values, strict=False)
    ]
    found += [Period(p.start, p.last_day, None, None) for p in every[len(found) :]]
    return PeriodsChart(**shared, periods=tuple(found), low=low, high=high)


def _steps(
    remembered: Remembered, closure: Closure, milestones: Milestones, shared: dict[str, Any]
) -> StepsChart:
    days = Window(closure.span.start, max(shared["as_of"], closure.span.start) + ONE_DAY)
    names = {
        source.fingerprint: key
        for key, source in closure.measures.items()
        if isinstance(source, SourceMeasure)
    }
    wanted = {mark: [*days.day_windows()] for mark in names}
    known = known_observations(remembered.store, closure.workspace, wanted, remembered.known_at)
    done: dict[str, date] = {}
    for one in sorted(known.values(), key=lambda each: each.window.start):
        if one.value:
            done.setdefault(names[one.fingerprint], one.window.start)
    steps = sorted(milestones.steps, key=lambda step: step.due)
    return StepsChart(
        **shared, steps=tuple(Step(step.title, step.due, done.get(step.id)) for step in steps)
    )

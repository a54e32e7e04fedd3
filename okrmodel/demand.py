"""Which values the wanted snapshots need: for each question, the windows to be observed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter

from okrmodel.algebra import windows_of
from okrmodel.closure import OVERRIDE, Closure, FormulaMeasure, RatioMeasure, SourceMeasure
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import KeyResult, Maintain, Manual, Milestones, Reach
from okrmodel.definitions.query import Catalogue
from okrmodel.formula import parse
from okrmodel.observations import Aggregation
from okrmodel.periods import baseline_windows, complete_periods, previous_windows, value_windows_on
from okrmodel.resolution import Source, resolve
from okrmodel.targets import measures_previous
from okrmodel.windows import ONE_DAY, Window


@dataclass(frozen=True)
class Demand:
    """The wanted windows of each question, sorted, without duplicates, never empty."""

    windows: Mapping[Source, tuple[Window, ...]]


def demand(
    company: Company,
    cycle: Cycle,
    key_results: Iterable[KeyResult],
    as_ofs: Iterable[date],
    connectors: Catalogue,
) -> Demand:
    """What must be observed for these key results' snapshots as of these days."""
    days = tuple(set(as_ofs))
    wanted: dict[Source, set[Window]] = {}
    for key_result in key_results:
        resolved = resolve(company, cycle, key_result, connectors)
        for key, window in needed(resolved.closure, *days):
            wanted.setdefault(resolved.questions[key], set()).add(window)
    return Demand({source: in_order(windows) for source, windows in wanted.items()})


def in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The windows, sorted."""
    return tuple(sorted(windows, key=attrgetter("start", "end")))


def needed(closure: Closure, *as_ofs: date) -> Iterator[tuple[str, Window]]:
    """The stored windows, by the key of their source measure, that snapshots are made of.

    The snapshots as of several days mostly share theirs: each is told about once for a measure.
    """
    first = closure.span.start
    days = tuple(sorted({day for as_of in as_ofs if (day := closure.day(as_of)) >= first}))
    if not days:
        return
    for key, windows in _read(closure, days):
        yield from _stored(closure, key, windows)
    match closure.key_result:
        case Reach() | Manual() as scale:
            windows = frozenset(_measured(closure, scale))
            yield from _stored(closure, closure.measure, windows, once=True)


def _read(closure: Closure, days: tuple[date, ...]) -> Iterator[tuple[str, frozenset[Window]]]:
    """The windows that the measures are read over as of the days."""
    each = frozenset(map(Window.of_day, days))
    if OVERRIDE in closure.measures:
        yield OVERRIDE, each
    match closure.key_result:
        case Reach() | Manual() as scale:
            yield closure.measure, value_windows_on(closure, scale, days)
        case Milestones(steps=steps):
            yield from ((step.id, each) for step in steps)
        case Maintain(metric=metric, every=every):
            passed = Window(closure.span.start, days[-1] + ONE_DAY)
            yield metric, frozenset(complete_periods(every, passed, closure.week_starts))


def measured(closure: Closure, as_of: date) -> Iterator[tuple[str, Window]]:
    """The stored windows behind `from: measured` and `previous: measured`, each by its fingerprint.

    Their first final answers are what those figures are pinned to. A level without history begins
    at its first observation, whichever day's that is.
    """
    scale = closure.key_result
    if not isinstance(scale, Reach | Manual):
        return
    begins = closure.span.start - ONE_DAY
    windows = frozenset(_measured(closure, scale))
    ever = Window(begins, max(closure.day(as_of), begins) + ONE_DAY)
    for key, stored in _stored(closure, closure.measure, windows, once=True):
        match closure.measures[key]:
            case SourceMeasure(fingerprint=fingerprint, has_history=has_history):
                days = () if has_history else ever.day_windows()
                yield from ((fingerprint, one) for one in (stored, *days))


def _measured(closure: Closure, scale: Reach | Manual) -> Iterator[Window]:
    if scale.from_ == "measured":
        yield from baseline_windows(closure, scale)
    if measures_previous(scale):
        yield from previous_windows(closure, scale)


def _stored(
    closure: Closure, key: str, windows: frozenset[Window], *, once: bool = False
) -> Iterator[tuple[str, Window]]:
    match closure.measures[key]:
        case SourceMeasure(aggregation=Aggregation.SUM, whole=whole) if not (once and whole):
            yield from ((key, day) for day in _days_of(windows))
        case SourceMeasure() as source:
            for window in windows:
                yield from ((key, stored) for stored in windows_of(source, window, once=once))
        case RatioMeasure(numerator=numerator, denominator=denominator):
            yield from _stored(closure, numerator, windows, once=once)
            yield from _stored(closure, denominator, windows, once=once)
        case FormulaMeasure(formula=formula):
            for name in parse(formula).names:
                yield from _stored(closure, name, windows, once=once)


@lru_cache(maxsize=1_000)
def _days_of(windows: frozenset[Window]) -> tuple[Window, ...]:
    """Each day of the windows once; remembered, for many key results read the same days."""
    days = {day for window in windows for day in window.days()}
    return tuple(map(Window.of_day, sorted(days)))

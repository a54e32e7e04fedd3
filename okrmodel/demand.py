"""Which values the wanted snapshots need: for each question, the windows to be observed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Self

from okrmodel.algebra import stored_windows
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
from okrmodel.windows import ONE_DAY, Window, in_order


@dataclass(frozen=True)
class Demand:
    """The wanted windows of each question, sorted, without duplicates, never empty."""

    windows: Mapping[Source, tuple[Window, ...]]

    @classmethod
    def of(cls, questions: Iterable[tuple[Source, Iterable[Window]]]) -> Self:
        """The questions with all the windows that are wanted of each, in whatever order they come."""
        wanted: dict[Source, set[Window]] = {}
        for source, windows in questions:
            wanted.setdefault(source, set()).update(windows)
        return cls({source: in_order(windows) for source, windows in wanted.items()})


def demand(
    company: Company,
    cycle: Cycle,
    key_results: Iterable[KeyResult],
    as_ofs: Iterable[date],
    connectors: Catalogue,
) -> Demand:
    """What must be observed for these key results' snapshots as of these days."""
    days = tuple(set(as_ofs))
    wanted: dict[Source, list[frozenset[Window]]] = {}
    for key_result in key_results:
        resolved = resolve(company, cycle, key_result, connectors)
        for key, windows in needed_together(resolved.closure, days):
            wanted.setdefault(resolved.questions[key], []).append(windows)
    return Demand({source: _in_order(_joined(several)) for source, several in wanted.items()})


def needed(closure: Closure, *as_ofs: date) -> Iterator[tuple[str, Window]]:
    """The stored windows, by the key of their source measure, that snapshots are made of."""
    for key, windows in needed_together(closure, as_ofs):
        yield from ((key, window) for window in windows)


def needed_together(
    closure: Closure, as_ofs: Iterable[date]
) -> Iterator[tuple[str, frozenset[Window]]]:
    """The same, all of a measure at once; what is measured once comes apart.

    The snapshots as of several days mostly share their windows, and so do many key results:
    nothing is worked out twice, and nothing is told for each day anew.
    """
    days = _days_that_count(tuple(as_ofs), closure.span)
    if not days:
        return
    for key, windows in _read(closure, days):
        yield from _stored(closure, key, windows)
    match closure.key_result:
        case Reach() | Manual() as scale:
            windows = frozenset(_measured(closure, scale))
            yield from _stored(closure, closure.measure, windows, once=True)


def marked(closure: Closure, as_ofs: Iterable[date]) -> Iterator[tuple[str, frozenset[Window]]]:
    """The same by the fingerprints of the source measures."""
    for key, windows in needed_together(closure, as_ofs):
        match closure.measures[key]:
            case SourceMeasure(fingerprint=fingerprint):
                yield fingerprint, windows


@lru_cache(maxsize=1_000)
def _days_that_count(as_ofs: tuple[date, ...], span: Window) -> tuple[date, ...]:
    """The days whose ends the snapshots look at (`Closure.day`), sorted."""
    return tuple(sorted({min(day, span.last_day) for day in as_ofs if day >= span.start}))


@lru_cache(maxsize=1_000)
def _in_order(windows: frozenset[Window]) -> tuple[Window, ...]:
    return in_order(windows)


def _joined(several: Sequence[frozenset[Window]]) -> frozenset[Window]:
    return several[0] if len(several) == 1 else frozenset().union(*several)


def _read(closure: Closure, days: tuple[date, ...]) -> Iterator[tuple[str, frozenset[Window]]]:
    """The windows that the measures are read over as of the days."""
    each = _single(days)
    if OVERRIDE in closure.measures:
        yield OVERRIDE, each
    match closure.key_result:
        case Reach() | Manual() as scale:
            windows = value_windows_on(closure, scale, days)
            yield closure.measure, windows
            if isinstance(scale, Reach) and scale.guardrail:
                yield scale.guardrail.metric, windows
        case Milestones(steps=steps):
            yield from ((step.id, each) for step in steps)
        case Maintain(metric=metric, every=every):
            passed = Window(closure.span.start, days[-1] + ONE_DAY)
            yield metric, frozenset(complete_periods(every, passed, closure.week_starts))


@lru_cache(maxsize=1_000)
def _single(days: tuple[date, ...]) -> frozenset[Window]:
    return frozenset(map(Window.of_day, days))


def measured(closure: Closure, as_of: date) -> Iterator[tuple[str, Window]]:
    """The stored windows behind `from: measured` and `previous: measured`, each by its fingerprint.

    Their first final answers are what those figures are pinned to. A level without history begins
    at its first observation, whichever day's that is.
    """
    scale = closure.key_result
    if not isinstance(scale, Reach | Manual):
        return
    windows = frozenset(_measured(closure, scale))
    for key, stored in _stored(closure, closure.measure, windows, once=True):
        match closure.measures[key]:
            case SourceMeasure(fingerprint=fingerprint, has_history=has_history):
                days = () if has_history else closure.ever(as_of).day_windows()
                yield from ((fingerprint, one) for one in (*stored, *days))


def _measured(closure: Closure, scale: Reach | Manual) -> Iterator[Window]:
    if scale.from_ == "measured":
        yield from baseline_windows(closure, scale)
    if measures_previous(scale):
        yield from previous_windows(closure, scale)


def _stored(
    closure: Closure, key: str, windows: frozenset[Window], *, once: bool = False
) -> Iterator[tuple[str, frozenset[Window]]]:
    match closure.measures[key]:
        case SourceMeasure(aggregation=aggregation, whole=whole):
            yield key, windows if once and whole else _kept(aggregation, windows)
        case RatioMeasure(numerator=numerator, denominator=denominator):
            yield from _stored(closure, numerator, windows, once=once)
            yield from _stored(closure, denominator, windows, once=once)
        case FormulaMeasure(formula=formula):
            for name in parse(formula).names:
                yield from _stored(closure, name, windows, once=once)


@lru_cache(maxsize=1_000)
def _kept(aggregation: Aggregation, windows: frozenset[Window]) -> frozenset[Window]:
    """The windows that are stored for them (`algebra.stored_windows`), each once."""
    if aggregation is Aggregation.SUM:
        return _single(tuple({day for window in windows for day in window.days()}))
    return frozenset(one for window in windows for one in stored_windows(aggregation, window))

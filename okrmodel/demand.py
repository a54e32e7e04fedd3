"""Which values the wanted snapshots need: for each question, the windows to be observed."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from okrmodel.algebra import windows_of
from okrmodel.closure import OVERRIDE, Closure, FormulaMeasure, RatioMeasure, SourceMeasure
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import KeyResult, Maintain, Manual, Milestones, Reach
from okrmodel.definitions.query import Catalogue
from okrmodel.formula import parse
from okrmodel.observations import Aggregation
from okrmodel.periods import baseline_windows, complete_periods, previous_windows, value_windows
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
    return Demand({source: tuple(sorted(windows)) for source, windows in wanted.items()})


def needed(closure: Closure, *as_ofs: date) -> Iterator[tuple[str, Window]]:
    """The stored windows, by the key of their source measure, that snapshots are made of.

    The snapshots as of several days mostly share theirs: each is told about once for a measure.
    """
    days = {day for as_of in as_ofs if (day := closure.day(as_of)) >= closure.span.start}
    if not days:
        return
    read: dict[str, set[Window]] = {}
    for day in days:
        for key, window in _read(closure, day):
            read.setdefault(key, set()).add(window)
    for key, windows in read.items():
        yield from _stored(closure, key, windows)
    match closure.key_result:
        case Reach() | Manual() as scale:
            yield from _stored(closure, closure.measure, {*_measured(closure, scale)}, once=True)


def _read(closure: Closure, day: date) -> Iterator[tuple[str, Window]]:
    """The windows that the measures are read over."""
    if OVERRIDE in closure.measures:
        yield OVERRIDE, Window.of_day(day)
    match closure.key_result:
        case Reach() | Manual() as scale:
            yield from ((closure.measure, w) for w in value_windows(closure, scale, day))
        case Milestones(steps=steps):
            yield from ((step.id, Window.of_day(day)) for step in steps)
        case Maintain(metric=metric, every=every):
            passed = Window(closure.span.start, day + ONE_DAY)
            for window in complete_periods(every, passed, closure.week_starts):
                yield metric, window


def measured(closure: Closure, as_of: date) -> Iterator[tuple[str, Window]]:
    """The stored windows behind `from: measured` and `previous: measured`, each by its fingerprint.

    Their first final answers are what those figures are pinned to. A level without history begins
    at its first observation, whichever day's that is.
    """
    scale = closure.key_result
    if not isinstance(scale, Reach | Manual):
        return
    begins = closure.span.start - ONE_DAY
    ever = Window(begins, max(closure.day(as_of), begins) + ONE_DAY)
    for key, stored in _stored(closure, closure.measure, {*_measured(closure, scale)}, once=True):
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
    closure: Closure, key: str, windows: AbstractSet[Window], *, once: bool = False
) -> Iterator[tuple[str, Window]]:
    match closure.measures[key]:
        case SourceMeasure() as source:
            days = source.aggregation is Aggregation.SUM and not (once and source.whole)
            for window in _merged(windows) if days else windows:
                yield from ((key, stored) for stored in windows_of(source, window, once=once))
        case RatioMeasure(numerator=numerator, denominator=denominator):
            yield from _stored(closure, numerator, windows, once=once)
            yield from _stored(closure, denominator, windows, once=once)
        case FormulaMeasure(formula=formula):
            for name in parse(formula).names:
                yield from _stored(closure, name, windows, once=once)


def _merged(windows: AbstractSet[Window]) -> Iterator[Window]:
    """The same days, each in one window only."""
    end = date.min
    for window in sorted(windows):
        if window.end > end:
            yield Window(max(window.start, end), window.end)
            end = window.end

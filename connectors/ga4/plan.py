"""From asks to batches of reports, with the fewest calls that the API allows.

A request is a batch of up to 5 reports; a report holds up to 10 metrics and 4 date ranges that
share one filter. A daily series is one report by `date`; longer windows are date ranges, twenty
a call: no documented request gives a cumulative distinct series any cheaper.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TypeAlias, TypeVar

from connectors.contract import Ask, Step
from connectors.ga4.query import Ga4Query, Where
from okrmodel.observations import Aggregation
from okrmodel.windows import Window

METRICS_A_REPORT = 10
RANGES_A_REPORT = 4
REPORTS_A_BATCH = 5
LONGEST_GAP = timedelta(days=31)
"""Days nobody asked for that a daily series runs through rather than become two reports: a
report costs one token, and one more for each 60 days."""

Part = TypeVar("Part")
Cell: TypeAlias = tuple[Where, str, Window]
"""What one observation needs: a metric under conditions over a window."""
Wanted: TypeAlias = Mapping[Where, Mapping[Window, set[str]]]
"""Metrics by filter and window."""


@dataclass(frozen=True)
class Report:
    """One report of a batch."""

    where: Where
    metrics: tuple[str, ...]
    ranges: tuple[Window, ...]
    by_date: bool
    """One row a day of the one range; else one row a range."""

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The windows that it gives values for."""
        return tuple(self.ranges[0].day_windows()) if self.by_date else self.ranges

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What each of its rows begins with: GA4 adds the range where there are several."""
        if self.by_date:
            return ("date",)
        return ("dateRange",) if len(self.ranges) > 1 else ()

    def cells(self) -> Iterator[Cell]:
        """Everything that it can answer."""
        return ((self.where, name, window) for window in self.windows for name in self.metrics)

    def __str__(self) -> str:
        over = (
            f"by day over {self.ranges[0]}" if self.by_date else f"over {len(self.ranges)} windows"
        )
        only = f" where {', '.join(name for name, _ in self.where)}" if self.where else ""
        return f"{', '.join(self.metrics)}{only} {over}"


@dataclass(frozen=True)
class BatchStep(Step):
    """One batchRunReports request."""

    reports: tuple[Report, ...]


def plan(asks: Sequence[Ask]) -> list[BatchStep]:
    """One step per request.

    A metric declared a level gets a step without reports, which fails when it is run, so that
    its neighbours are answered: GA4 knows no state at an instant.
    """
    levels = [ask for ask in asks if ask.aggregation is Aggregation.LEVEL]
    others = [ask for ask in asks if ask.aggregation is not Aggregation.LEVEL]
    daily, longer = _by_shape(others)
    return [
        *_steps([*_series(daily), *_range_reports(longer)], others),
        *(BatchStep(query_of(ask).metric, (ask,), calls=0, reports=()) for ask in levels),
    ]


def query_of(ask: Ask) -> Ga4Query:
    """The ask's question, which must be one for GA4."""
    if not isinstance(ask.query, Ga4Query):
        raise TypeError(f"not a question for the ga4 connector: {ask.query!r}")
    return ask.query


def cell_of(ask: Ask, window: Window) -> Cell:
    """What the ask needs for one of its windows."""
    query = query_of(ask)
    return query.conditions, query.metric, window


def _by_shape(asks: Sequence[Ask]) -> tuple[Wanted, Wanted]:
    """What to read off daily series, and what to ask for by date range.

    Sums always come as days. A distinct count's own days do so when they would fill more than
    one report of ranges.
    """
    daily: dict[Where, dict[Window, set[str]]] = defaultdict(lambda: defaultdict(set))
    longer: dict[Where, dict[Window, set[str]]] = defaultdict(lambda: defaultdict(set))
    for ask in asks:
        query = query_of(ask)
        days = [window for window in ask.windows if window.length == 1]
        as_series = ask.aggregation is Aggregation.SUM or len(days) > RANGES_A_REPORT
        for window in ask.windows:
            shape = daily if as_series and window.length == 1 else longer
            shape[query.conditions][window].add(query.metric)
    return daily, longer


def _series(daily: Wanted) -> Iterator[Report]:
    """Reports by date: ten metrics of one filter over each unbroken run of days."""
    for where, windows in daily.items():
        for names in _chunks(sorted(set().union(*windows.values())), METRICS_A_REPORT):
            days = sorted(w.start for w, wanted in windows.items() if wanted & set(names))
            for run in _runs(days):
                yield Report(where, tuple(names), (run,), by_date=True)


def _runs(days: Sequence[date]) -> Iterator[Window]:
    """The sorted days as few windows, none with a gap longer than LONGEST_GAP inside."""
    first = days[0]
    for day, following in zip(days, [*days[1:], date.max], strict=True):
        if following - day > LONGEST_GAP:
            yield Window(first, Window.of_day(day).end)
            first = following


def _range_reports(longer: Wanted) -> Iterator[Report]:
    """Reports by date range: windows that want the same metrics stand together."""
    for where, windows in longer.items():
        for names in _chunks(sorted(set().union(*windows.values())), METRICS_A_REPORT):
            wanted = {w: sorted(m.intersection(names)) for w, m in windows.items()}
            alike = sorted((w for w in wanted if wanted[w]), key=lambda w: (wanted[w], w))
            for ranges in _chunks(alike, RANGES_A_REPORT):
                together = sorted({name for window in ranges for name in wanted[window]})
                yield Report(where, tuple(together), tuple(ranges), by_date=False)


def _steps(reports: Sequence[Report], asks: Sequence[Ask]) -> Iterator[BatchStep]:
    """Five reports a step; each window is served by the first step that can answer it."""
    batches = list(_chunks(reports, REPORTS_A_BATCH))
    served_by: dict[Cell, int] = {}
    for number, batch in enumerate(batches):
        for report in batch:
            for cell in report.cells():
                served_by.setdefault(cell, number)
    for number, batch in enumerate(batches):
        yield BatchStep(
            title="; ".join(str(report) for report in batch),
            serves=tuple(_parts(asks, served_by, number)),
            calls=1,
            reports=tuple(batch),
        )


def _parts(asks: Sequence[Ask], served_by: Mapping[Cell, int], number: int) -> Iterator[Ask]:
    for ask in asks:
        mine = tuple(w for w in ask.windows if served_by[cell_of(ask, w)] == number)
        if mine:
            yield replace(ask, windows=mine)


def _chunks(parts: Sequence[Part], size: int) -> Iterator[Sequence[Part]]:
    for start in range(0, len(parts), size):
        yield parts[start : start + size]

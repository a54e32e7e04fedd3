"""From asks to batches of reports, with the fewest calls that the API allows.

A request is a batch of up to 5 reports; a report holds up to 10 metrics and 4 date ranges that
share one filter. A daily series is one report by `date`, and its TOTAL is the de-duplicated value
of the whole run for nothing; other windows are date ranges, twenty a call: no documented request
gives a cumulative distinct series any cheaper.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TypeAlias

from connectors.contract import Ask, Candidate, Spend, Step
from connectors.ga4.query import Ga4Query, Where
from connectors.ga4.quotas import A_DAY, AN_HOUR
from connectors.ga4.ranges import METRICS_A_REPORT, RANGES_A_REPORT, pack
from okrmodel.chunks import chunks
from okrmodel.exact import counted
from okrmodel.observations import Aggregation
from okrmodel.windows import Window

REPORTS_A_BATCH = 5
LONGEST_GAP = timedelta(days=31)
"""Days nobody asked for that a daily series runs through rather than become two reports: a
report costs one token, and one more for each 60 days."""

Cell: TypeAlias = tuple[Where, str, Window]
"""What one observation needs: a metric under conditions over a window."""
Wanted: TypeAlias = dict[Where, dict[Window, set[str]]]
"""Metrics by filter and window."""


@dataclass(frozen=True)
class Report:
    """One report of a batch."""

    where: Where
    metrics: tuple[str, ...]
    ranges: tuple[Window, ...]
    by_date: bool
    """One row a day of the one range; else one row a range."""
    total: bool = False
    """Beside the days, the value of the one range as a whole."""

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The windows that it gives values for."""
        if not self.by_date:
            return self.ranges
        return (*self.ranges[0].day_windows(), *(self.ranges if self.total else ()))

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
        windows = counted(len(self.ranges), "window")
        over = f"by day over {self.ranges[0]}" if self.by_date else f"over {windows}"
        over += " and in all" if self.total else ""
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
    series = [_with_more(report, longer[report.where]) for report in _series(daily)]
    return [
        *_steps([*series, *_range_reports(longer)], others),
        *(BatchStep(query_of(ask).metric, (ask,), calls=0, reports=()) for ask in levels),
    ]


def tokens(report: Report) -> int:
    """What a report is expected to cost, roughly; its answer tells what it did.

    Google publishes no formula ("most requests charge 10 or fewer tokens"). On one small property
    were measured: 1 for few days and one metric, 2 for ten metrics, 2 for 60 days and 7 for a year
    (https://github.com/DiametralGroup/ga-mock). Whether four ranges cost more than one was not.
    """
    longest = max(window.length for window in report.ranges)
    return 1 + longest // 60 + (len(report.metrics) > 3)


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
    daily: Wanted = defaultdict(lambda: defaultdict(set))
    longer: Wanted = defaultdict(lambda: defaultdict(set))
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
        for names in chunks(sorted(set().union(*windows.values())), METRICS_A_REPORT):
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


def _with_more(series: Report, longer: dict[Window, set[str]]) -> Report:
    """The series with what it gives for nothing besides, which is taken out of `longer`.

    These are its own days, and all of them together as its TOTAL, of metrics that it has or has
    room for.
    """
    (run,) = series.ranges
    metrics, total = {*series.metrics}, False
    for window in sorted({run, *series.windows} & longer.keys()):
        room = METRICS_A_REPORT - len(metrics)
        free = longer[window] & metrics | {*sorted(longer[window] - metrics)[:room]}
        metrics |= free
        total |= bool(free) and window.length > 1
        longer[window] -= free
        if not longer[window]:
            del longer[window]
    return replace(series, metrics=tuple(sorted(metrics)), total=total)


def _range_reports(longer: Wanted) -> Iterator[Report]:
    for where, windows in longer.items():
        for metrics, ranges in pack(windows):
            yield Report(where, metrics, ranges, by_date=False)


def _steps(reports: Sequence[Report], asks: Sequence[Ask]) -> Iterator[BatchStep]:
    """Five reports a step; each window is served by the first step that can answer it."""
    batches = list(chunks(reports, REPORTS_A_BATCH))
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
            candidates=tuple(_candidates(batch)),
            spends=tuple(Spend(q.name, sum(map(tokens, batch))) for q in (AN_HOUR, A_DAY)),
        )


def _candidates(batch: Sequence[Report]) -> Iterator[Candidate]:
    """What else would answer the batch's windows."""
    windows = sum(1 if report.by_date else len(report.ranges) for report in batch)
    if windows == 1:
        return
    yield Candidate(f"{windows} windows in {len(batch)} reports of one request", 1, "chosen")
    for how, calls in (("a request a report", len(batch)), ("a request a window", windows)):
        if calls > 1:
            yield Candidate(how, calls, f"{counted(calls - 1, 'call')} more")


def _parts(asks: Sequence[Ask], served_by: Mapping[Cell, int], number: int) -> Iterator[Ask]:
    for ask in asks:
        mine = tuple(w for w in ask.windows if served_by[cell_of(ask, w)] == number)
        if mine:
            yield replace(ask, windows=mine)

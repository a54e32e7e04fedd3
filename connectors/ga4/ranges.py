"""Windows, and the metrics wanted of each, in as few reports by date range as the API allows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from okrmodel.chunks import chunks
from okrmodel.windows import Window

METRICS_A_REPORT = 10
RANGES_A_REPORT = 4

Metrics: TypeAlias = Mapping[Window, set[str]]
"""What is wanted of each window, under one filter."""
Packed: TypeAlias = tuple[tuple[str, ...], tuple[Window, ...]]
"""A report's metrics and ranges: it answers each of them for each."""


def pack(wanted: Metrics) -> Sequence[Packed]:
    """The best of three ways; with ten metrics or fewer the first one is the best there is.

    A report answers more than was wanted where its windows want different metrics: a column more
    costs nothing, a report does. The number of reports never exceeds ⌈windows ÷ 4⌉ for each ten
    metrics begun.
    """
    ways = (_four_by_four(wanted), _ten_by_ten(wanted), _where_it_fits(wanted))
    return min((list(way) for way in ways), key=len)


def _four_by_four(wanted: Metrics) -> Iterator[Packed]:
    """The windows in order, each four with all that they want."""
    for windows in chunks(sorted(wanted), RANGES_A_REPORT):
        metrics = sorted(set().union(*(wanted[window] for window in windows)))
        for names in chunks(metrics, METRICS_A_REPORT):
            yield tuple(names), tuple(windows)


def _ten_by_ten(wanted: Metrics) -> Iterator[Packed]:
    """The metrics in order, each ten with the windows that want any of them."""
    for names in chunks(sorted(set().union(*wanted.values())), METRICS_A_REPORT):
        for windows in chunks(sorted(w for w in wanted if wanted[w] & {*names}), RANGES_A_REPORT):
            yield tuple(names), tuple(windows)


def _where_it_fits(wanted: Metrics) -> Iterator[Packed]:
    """Windows that want the same after one another, each in the first report with room for it."""
    pieces = sorted(
        (tuple(names), window)
        for window, metrics in wanted.items()
        for names in chunks(sorted(metrics), METRICS_A_REPORT)
    )
    reports: list[tuple[set[str], set[Window]]] = []
    for names, window in pieces:
        for metrics, windows in reports:
            room = len(windows | {window}) <= RANGES_A_REPORT
            if room and len(metrics.union(names)) <= METRICS_A_REPORT:
                metrics.update(names)
                windows.add(window)
                break
        else:
            reports.append((set(names), {window}))
    for metrics, windows in reports:
        yield tuple(sorted(metrics)), tuple(sorted(windows))

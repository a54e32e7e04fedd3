"""Rules about what metrics are made of: what may be added, divided, and cut in which days."""

import re
from collections.abc import Iterator

from okrmodel.definitions.metrics import FormulaMetric, RatioMetric, SourceMetric
from okrmodel.formula import FormulaError, parse
from okrmodel.lint.draft import Draft
from okrmodel.lint.figures import is_percentage
from okrmodel.lint.rule import Remark, Remarks, warning
from okrmodel.observations import Aggregation

_COUNT_DISTINCT = re.compile(r"\bcount\s*\(\s*distinct\b", re.IGNORECASE)


@warning("distinct-summed")
def distinct_summed(draft: Draft) -> Remarks:
    """Distinct counts are added, so whoever is in two of them counts twice.

    Users of Monday and users of Tuesday are not the users of both days, and users from search and
    from email are not the users from either: a formula that adds them is too high by those in
    both. Ask the source for the whole with one query. The same happens where a query that counts
    distinct values (`count(distinct …)`) declares `aggregation: sum`: `distinct` asks for the exact
    window instead. Where nobody can be counted twice, such as orders with ids of their own, ignore
    this with that reason.
    """
    for name, metric in draft.metrics.items():
        path = draft.metric_path(name)
        if isinstance(metric, FormulaMetric) and (twice := _added_twice(draft, metric.formula)):
            shown = " and ".join(twice)
            yield Remark(
                (*path, "formula"),
                f'metric "{name}" adds the distinct counts {shown}: who is in both counts twice,'
                " expected one query for the whole",
            )
        elif isinstance(metric, SourceMetric) and _sums_distinct(metric):
            yield Remark(
                (*path, "aggregation"),
                f'metric "{name}" counts distinct values and declares sum: who comes on two days'
                " counts twice, expected `aggregation: distinct`",
            )


def _sums_distinct(metric: SourceMetric) -> bool:
    texts = _texts(metric.query.canonical())
    return metric.declared is Aggregation.SUM and any(map(_COUNT_DISTINCT.search, texts))


def _added_twice(draft: Draft, formula: str) -> tuple[str, ...]:
    try:
        additions = tuple(parse(formula).additions())
    except FormulaError:
        return ()
    for left, right in additions:
        distinct = [
            sorted(name for name in side if draft.aggregation(name) is Aggregation.DISTINCT)
            for side in (left, right)
        ]
        if all(distinct):
            return tuple(dict.fromkeys((*distinct[0], *distinct[1])))
    return ()


def _texts(value: object) -> Iterator[str]:
    """All texts in a plain value."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)


@warning("ratio-without-parts")
def ratio_without_parts(draft: Draft) -> Remarks:
    """A rate is taken from its source, or is a percentage by its unit, without its two parts.

    Of such a rate nobody sees how many it is a share of: 50 % of four leads looks like 50 % of four
    hundred, and its months cannot be joined to a quarter. Make both counts metrics, and the rate
    their `ratio: {numerator: …, denominator: …}`. Where the source gives no parts, ignore this
    with that reason.
    """
    for name, metric in draft.metrics.items():
        path = draft.metric_path(name)
        if isinstance(metric, SourceMetric) and metric.query.is_rate:
            yield Remark(
                (*path, "query"),
                f'metric "{name}" is a rate of its source\'s own, expected a ratio of two metrics',
            )
        elif isinstance(metric, SourceMetric) and is_percentage(metric.unit):
            yield Remark(
                (*path, "unit"),
                f'metric "{name}" is a percentage without its parts,'
                " expected a ratio of two metrics",
            )


@warning("zone-mismatch")
def zone_mismatch(draft: Draft) -> Remarks:
    """A ratio or formula joins parts whose days are cut in different time zones.

    A connection with `days: source` counts in the dates of the source's own zone, all others in
    the workspace's. A day of the one is then not the day of the other: over a quarter the edges
    hardly matter, over a day or a week they do. Set the source to the workspace's zone and leave
    `days` out; or ignore this where the window is long, with that reason.
    """
    for name, metric in draft.metrics.items():
        if not isinstance(metric, RatioMetric | FormulaMetric):
            continue
        cut = _cut(draft, name)
        if len(cut) > 1:
            shown = " and ".join(f"{part} in those of the {days}" for days, part in cut.items())
            yield Remark(
                draft.metric_path(name),
                f'metric "{name}" joins days of different zones: {shown},'
                " expected all parts in the days of one zone",
            )


def _cut(draft: Draft, metric_id: str) -> dict[str, str]:
    """In whose days the source metrics behind a metric are cut, with one of each."""
    connections = draft.workspace.connections if draft.workspace else {}
    found: dict[str, str] = {}
    for name in sorted(draft.behind(metric_id)):
        metric = draft.metrics.get(name)
        options = isinstance(metric, SourceMetric) and connections.get(metric.connection)
        if options:
            found.setdefault(options.days, name)
    return found

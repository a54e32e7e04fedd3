"""A report: the query and the visible sessions in, the response out."""

from dataclasses import dataclass, field

import numpy as np

from sandbox.company.tables import Flags, Ints
from sandbox.ga4.messages import Message, RunReportResponse
from sandbox.ga4.metrics import Metric, Values, text_of
from sandbox.ga4.ordering import order_rows
from sandbox.ga4.quality import Quality
from sandbox.ga4.query import MAXIMUM, MINIMUM, TOTAL, Query
from sandbox.ga4.sessions import Visible
from sandbox.ga4.table import Table, tabulate

KIND = "analyticsData#runReport"

_AGGREGATES = {
    TOTAL: ("totals", "RESERVED_TOTAL"),
    MINIMUM: ("minimums", "RESERVED_MIN"),
    MAXIMUM: ("maximums", "RESERVED_MAX"),
}
"""Where each aggregation stands in the response, and what its dimension values read."""


@dataclass(frozen=True)
class Cells:
    """The report before it is written: its table, and by cell what each metric says."""

    query: Query
    quality: Quality
    table: Table
    values: dict[str, Values] = field(repr=False)
    """Of the report's metrics and of those that only its filter names, by metric name."""
    counted: Flags
    """Cells with sessions that no filter and no threshold took away."""
    shown: Flags
    """Cells that become rows."""


def run_report(
    query: Query, visible: Visible, quality: Quality, *, currency: str, zone: str
) -> Message:
    """The RunReportResponse, without quota."""
    cells = _fill(query, visible, quality)
    tuple_number, range_number = np.nonzero(cells.shown)
    response = RunReportResponse(kind=KIND, row_count=len(np.unique(tuple_number)))
    for name in query.headers:
        response.dimension_headers.add(name=name)
    for name, metric in zip(query.metric_names, query.metrics, strict=True):
        response.metric_headers.add(name=name, type_=metric.type)
    _write_rows(response, cells, tuple_number, range_number)
    if query.metrics and len(tuple_number):
        for aggregation in query.asked.metric_aggregations:
            _write_aggregate(response, cells, aggregation)
    response.metadata.currency_code = currency
    response.metadata.time_zone = zone
    quality.describe(response.metadata, query.ranges, query.metrics)
    return response


def _fill(query: Query, visible: Visible, quality: Quality) -> Cells:
    wanted = (*query.metrics, *query.filter_metrics)
    measures = {name for metric in wanted for name in metric.needs}
    measures |= {"total_users"} if quality.withheld_below else set()
    table = tabulate(query, visible, quality.first_kept(), measures)
    counts = {name: table.measure(name) for name in measures}
    values = {each.name: _unblocked(quality, each, each.of(counts)) for each in wanted}
    present = table.present()
    stays = np.ones_like(present)
    if query.having is not None:
        stays &= query.having(values)
    if quality.withheld_below:
        stays &= counts["total_users"] >= quality.withheld_below
    shown = stays & _not_empty(query, present, values)
    return Cells(query, quality, table, values, present & stays, shown)


def _not_empty(query: Query, present: Flags, values: dict[str, Values]) -> Flags:
    """Which cells become rows: keepEmptyRows adds zeros of tuples that it has, not new tuples."""
    if query.asked.keep_empty_rows:
        return np.broadcast_to(present.any(axis=1, keepdims=True), present.shape)
    if not query.metrics:
        return present
    filled = np.zeros_like(present)
    for each in query.metrics:
        filled |= values[each.name] != 0
    return filled


def _unblocked(quality: Quality, metric: Metric, value: Values) -> Values:
    return np.zeros_like(value) if metric.name in quality.blocked else value


def _write_rows(response: Message, cells: Cells, tuple_number: Ints, range_number: Ints) -> None:
    query, tuples = cells.query, cells.table.tuples
    row_tuples = [tuples[number] for number in tuple_number.tolist()]
    if not row_tuples:
        return
    columns = list(zip(*row_tuples, strict=True)) if query.dimensions else []
    if len(query.ranges) > 1:
        columns.append(tuple(query.ranges[number].name for number in range_number.tolist()))
    numbers = [cells.values[each.name][tuple_number, range_number] for each in query.metrics]
    order = order_rows(
        dict(zip(query.headers, columns, strict=False)),
        dict(zip(query.metric_names, numbers, strict=True)),
        query.asked.order_bys,
    )
    page = order[query.offset : query.offset + query.limit]
    shown = [column[page].tolist() for column in numbers]
    for place, number in enumerate(page.tolist()):
        row = response.rows.add()
        for column in columns:
            row.dimension_values.add(value=column[number])
        for values in shown:
            row.metric_values.add(value=text_of(values[place]))


def _write_aggregate(response: Message, cells: Cells, aggregation: int) -> None:
    if aggregation not in _AGGREGATES:
        return  # METRIC_AGGREGATION_UNSPECIFIED asks for nothing.
    query = cells.query
    where, reserved = _AGGREGATES[aggregation]
    by_metric = [_aggregate(cells, metric, aggregation).tolist() for metric in query.metrics]
    for number, each in enumerate(query.ranges):
        row = getattr(response, where).add()
        for _ in query.dimensions:
            row.dimension_values.add(value=reserved)
        if len(query.ranges) > 1:
            row.dimension_values.add(value=each.name)
        for values in by_metric:
            row.metric_values.add(value=text_of(values[number]))


def _aggregate(cells: Cells, metric: Metric, aggregation: int) -> Values:
    """The metric by range: TOTAL counts anew, the others look at the rows that have sessions."""
    if aggregation == TOTAL:
        totals = {name: cells.table.total(name, cells.counted) for name in metric.needs}
        return _unblocked(cells.quality, metric, metric.of(totals))
    pick = np.min if aggregation == MINIMUM else np.max
    values, counted = cells.values[metric.name], cells.counted
    zero = values.dtype.type(0)
    return np.array(
        [
            pick(values[counted[:, number], number]) if counted[:, number].any() else zero
            for number in range(len(cells.query.ranges))
        ]
    )

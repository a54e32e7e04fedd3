"""What a report says about each metric and window: a value, or no data and why.

A row that is not there is zero only where the metadata rules out every other reason.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from connectors.errors import QueryError
from connectors.ga4.metrics import is_rate
from connectors.ga4.plan import Cell, Report
from connectors.numbers import number_in
from okrmodel.observations import Evidence, Flag
from okrmodel.windows import Window

TYPE_CURRENCY = 9
"""MetricType of amounts of money."""

TOTAL = "RESERVED_TOTAL"
"""What stands for the day in the row that is the total."""

_RESTRICTED = {1: "cost data", 2: "revenue data"}
"""RestrictedMetricType."""

_NEVER_A_VALUE = {Flag.BLOCKED, Flag.TRUNCATED}
"""What a row says in spite of these is not the window's figure."""

Remarks: TypeAlias = dict[Flag, str]
"""What the metadata says against a value, in words."""


@dataclass(frozen=True)
class Table:
    """The answer to one report, every row of it."""

    report: Report
    rows: Sequence[Any]
    """Protobuf Row messages."""
    types: Sequence[int]
    """The MetricType of each metric."""
    metadata: Any
    """Protobuf ResponseMetaData."""
    requests: tuple[str, ...]
    digests: tuple[str, ...]
    totals: Sequence[Any] = ()
    """Rows over all of its rows, where the report asks for them."""


@dataclass(frozen=True)
class Reading:
    """One value as the source gave it."""

    value: Decimal | None
    flags: frozenset[Flag]
    evidence: Evidence


def read(table: Table, today: date) -> Iterator[tuple[Cell, Reading]]:
    """Everything that a report answers. `today` is the source's date.

    Raises:
        QueryError: A value is no number.
    """
    report = table.report
    rows, strays = _rows_by_window(table)
    for number, window in enumerate(report.windows):
        shared = _remarks(table, 0 if report.by_date else number, window)
        if strays:
            shared[Flag.OTHER_ROW] = f"rows of no day: {', '.join(strays)}"
        for column, metric in enumerate(report.metrics):
            remarks = shared | _blocked(table.metadata, metric)
            row = rows.get(window)
            value = (
                _absent(table, metric, window, remarks, today)
                if row is None or remarks.keys() & _NEVER_A_VALUE
                else _number(metric, row.metric_values[column].value)
            )
            evidence = _evidence(table, column, remarks)
            yield (report.where, metric, window), Reading(value, frozenset(remarks), evidence)


def _rows_by_window(table: Table) -> tuple[Mapping[Window, Any], list[str]]:
    """The row of each window, and the dates of rows that are none ("(other)")."""
    report, rows, strays = table.report, {}, []
    for row in table.rows:
        name = row.dimension_values[0].value if row.dimension_values else ""
        window = _day_named(name) if report.by_date else _range_named(name, report)
        if window is None:
            strays.append(name)
            continue
        known = window in report.windows and len(row.metric_values) == len(report.metrics)
        if not known or window in rows:
            raise QueryError(
                f"GA4's answer to {report} has a row that does not belong there, or one twice:"
                f" {name or window}",
                remedy="run it again; if it stays, report it",
            )
        rows[window] = row
    if report.total and (total := _total_of(table)) is not None:
        rows[report.ranges[0]] = total
    return rows, strays


def _total_of(table: Table) -> Any:
    """The row that stands for all of them; None in an answer without rows.

    It is the source's own value of the whole range, users counted once: no sum of the rows.

    Raises:
        QueryError: It is missing, or is something else.
    """
    if not table.totals and not table.rows:
        return None
    if [_shape(row) for row in table.totals] != [(TOTAL, len(table.report.metrics))]:
        raise QueryError(
            f"GA4's answer to {table.report} has rows and not one total of them",
            remedy="run it again; if it stays, report it",
        )
    return table.totals[0]


def _shape(row: Any) -> tuple[str, int]:
    return "".join(dimension.value for dimension in row.dimension_values), len(row.metric_values)


def _day_named(name: str) -> Window | None:
    try:
        return Window.of_day(datetime.strptime(name, "%Y%m%d").date())  # noqa: DTZ007 - a date
    except ValueError:
        return None


def _range_named(name: str, report: Report) -> Window | None:
    """Ranges are named by their place; with a single one there is no dateRange dimension."""
    if len(report.ranges) == 1:
        return report.ranges[0]
    return {f"date_range_{n}": window for n, window in enumerate(report.ranges)}.get(name)


def _absent(
    table: Table, metric: str, window: Window, remarks: Remarks, today: date
) -> Decimal | None:
    """Zero when nothing but an empty window can be the reason, else no data."""
    unknown = remarks or table.metadata.empty_reason or window.start > today
    return None if unknown or is_rate(metric) else Decimal(0)


def _number(metric: str, text: str) -> Decimal:
    try:
        return number_in(text)
    except ValueError as problem:
        raise QueryError(
            f"GA4's answer for {metric}: {problem}", remedy="ask for a numeric metric"
        ) from None


def _remarks(table: Table, range_number: int, window: Window) -> Remarks:
    metadata = table.metadata
    found: Remarks = {}
    if metadata.subject_to_thresholding:
        found[Flag.THRESHOLDED] = "subject to thresholding: small rows are withheld"
    if metadata.data_loss_from_other_row:
        found[Flag.OTHER_ROW] = "some rows are rolled into (other)"
    samples = metadata.sampling_metadatas
    if len(samples) == len(table.report.ranges):
        samples = [samples[range_number]]
    # Otherwise nothing tells which range was sampled: any may have been.
    for sample in samples:
        read, space = sample.samples_read_count, sample.sampling_space_size
        if read < space:
            found[Flag.SAMPLED] = f"sampled: {read} of {space} events read"
    for reason in metadata.data_truncation_reasons:
        if _touches(reason, window):
            found[Flag.TRUNCATED] = (
                f"truncated: {reason.data_truncation_message or 'no reason given'}"
            )
    return found


def _touches(reason: Any, window: Window) -> bool:
    """Whether a truncation cuts into the window; one without dates cuts into all."""
    ranges = reason.data_truncation_date_ranges
    first, last = _plain(window.start.isoformat()), _plain(window.last_day.isoformat())
    if ranges:
        return any(_plain(r.start_date) <= last and first <= _plain(r.end_date) for r in ranges)
    before = _plain(reason.data_truncation_date)
    return not before or first < before


def _plain(day: str) -> str:
    """A date without hyphens: GA4 writes dates in both ways, and both sort by time."""
    return day.replace("-", "")


def _blocked(metadata: Any, metric: str) -> Remarks:
    """A metric that the credentials may not see answers zeros."""
    for each in metadata.schema_restriction_response.active_metric_restrictions:
        if each.metric_name == metric:
            kinds = [_RESTRICTED.get(kind, "data") for kind in each.restricted_metric_types]
            return {Flag.BLOCKED: f"blocked: the credentials may not see {' and '.join(kinds)}"}
    return {}


def _evidence(table: Table, column: int, remarks: Remarks) -> Evidence:
    metadata = table.metadata
    money = table.types[column] == TYPE_CURRENCY
    empty = (f"empty: {metadata.empty_reason}",) if metadata.empty_reason else ()
    return Evidence(
        queries=table.requests,
        digests=table.digests,
        currency=metadata.currency_code if money else None,
        source_zone=metadata.time_zone or None,
        notes=(*remarks.values(), *empty),
    )

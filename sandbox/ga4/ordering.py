"""In which order the rows stand."""

from collections.abc import Callable, Sequence

import numpy as np

from sandbox.company.tables import Ints
from sandbox.ga4.messages import Message
from sandbox.ga4.metrics import Values

ALPHANUMERIC, CASE_INSENSITIVE_ALPHANUMERIC, NUMERIC = 1, 2, 3
"""OrderBy.DimensionOrderBy.OrderType; unspecified (0) is alphanumeric."""


def order_rows(
    texts: dict[str, Sequence[str]], values: dict[str, Values], order_bys: Sequence[Message]
) -> Ints:
    """The rows' numbers in the report's order.

    Without orderBys the first metric leads, descending (attested). Ties stand in ascending
    order of the dimensions, `dateRange` last (all recordings agree; the service promises
    nothing).

    Args:
        texts: One column a dimension, by name, in the order of the headers.
        values: One column a metric, by name, in the order of the headers.
        order_bys: The request's.
    """
    keys: list[Values] = [_rank(column, str) for column in texts.values()]
    wishes = [_wish(each, texts, values) for each in order_bys]
    if not order_bys:
        wishes = [-column for column in list(values.values())[:1]]
    keys = [*wishes, *keys]
    if not keys:
        rows = len(next(iter(values.values()), []))
        return np.arange(rows, dtype=np.int64)
    return np.lexsort(keys[::-1]).astype(np.int64)  # lexsort's last key leads.


def _wish(asked: Message, texts: dict[str, Sequence[str]], values: dict[str, Values]) -> Values:
    if name := asked.metric.metric_name:
        rank = values[name]
    else:
        read = _READERS.get(asked.dimension.order_type, str)
        rank = _rank(texts[asked.dimension.dimension_name], read)
    return -rank if asked.desc else rank


def _rank(column: Sequence[str], read: Callable[[str], str | float]) -> Ints:
    """Numbers that sort as the texts do when read this way; equal readings are ties."""
    reading = {text: read(text) for text in set(column)}
    place = {each: number for number, each in enumerate(sorted(set(reading.values())))}
    return np.array([place[reading[text]] for text in column], dtype=np.int64)


def _number(text: str) -> float:
    """Non-numeric values stand below all numbers, equal to one another (documented)."""
    try:
        return float(text)
    except ValueError:
        return float("-inf")


_READERS: dict[int, Callable[[str], str | float]] = {
    CASE_INSENSITIVE_ALPHANUMERIC: str.casefold,
    NUMERIC: _number,
}

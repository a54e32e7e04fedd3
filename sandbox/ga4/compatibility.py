"""Which fields cannot stand in one report.

The real rules are many and unpublished. Two stand for them: item metrics beside the dimensions
of a session (itemListClickEvents is the metric of the refusal that was observed), and rolling
users beside dimensions finer than a day.
"""

from collections.abc import Iterable

from sandbox.ga4.dimensions import Dimension
from sandbox.ga4.errors import incompatible
from sandbox.ga4.metrics import Metric, rolls

ITEM_METRICS = frozenset({"itemListClickEvents"})


def fit(dimension: Dimension, metric: Metric) -> bool:
    """Whether the two can stand in one report."""
    if metric.name in ITEM_METRICS:
        return dimension.grain != "session"
    return dimension.grain != "time" or not rolls(metric)


def check(dimensions: Iterable[Dimension], metrics: Iterable[Metric]) -> None:
    """Refuse fields that do not fit together; fields that only a filter names count, too.

    Raises:
        ApiError: 400, naming the metric that is in the way.
    """
    asked = tuple(dimensions)
    for metric in metrics:
        if not all(fit(dimension, metric) for dimension in asked):
            raise incompatible(metric.name)

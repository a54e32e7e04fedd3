"""Finding a dimension or a metric by the name that a request uses."""

from difflib import get_close_matches
from typing import TypeVar

from sandbox.ga4.dimensions import DIMENSION_NAMES, Dimension
from sandbox.ga4.errors import unknown_field
from sandbox.ga4.metrics import METRIC_NAMES, Metric

Field = TypeVar("Field", Dimension, Metric)


def find_dimension(name: str) -> Dimension:
    """The dimension of this name; raises ApiError 400 for an unknown one."""
    return _find("dimension", name, DIMENSION_NAMES)


def find_metric(name: str) -> Metric:
    """The metric of this name; raises ApiError 400 for an unknown one."""
    return _find("metric", name, METRIC_NAMES)


def _find(kind: str, name: str, known: dict[str, Field]) -> Field:
    if name not in known:
        # The service guesses, too; its rule is not known.
        meant = get_close_matches(name, known, n=1, cutoff=0.85)
        raise unknown_field(kind, name, meant[0] if meant else None)
    return known[name]

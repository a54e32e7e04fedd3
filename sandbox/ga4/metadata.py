"""GetMetadata and CheckCompatibility: what may be asked, and beside what."""

from collections.abc import Iterable

from sandbox.ga4.compatibility import fit
from sandbox.ga4.dimensions import DIMENSIONS, Dimension
from sandbox.ga4.messages import (
    CheckCompatibilityResponse,
    DimensionMetadata,
    Message,
    Metadata,
    MetricMetadata,
)
from sandbox.ga4.metrics import METRICS, Metric
from sandbox.ga4.quality import Quality

COMPATIBLE, INCOMPATIBLE = 1, 2
"""Compatibility."""


def describe_fields(name: str, quality: Quality) -> Message:
    """The Metadata of every field, under this resource name."""
    return Metadata(
        name=name,
        dimensions=[_dimension(each) for each in DIMENSIONS.values()],
        metrics=[_metric(each, quality) for each in METRICS.values()],
    )


def compatibilities(
    dimensions: Iterable[Dimension], metrics: Iterable[Metric], wanted: int, quality: Quality
) -> Message:
    """Each field's compatibility with a report of these fields.

    `wanted` (COMPATIBLE or INCOMPATIBLE) leaves the others out; 0 shows all.
    """
    dimensions, metrics = tuple(dimensions), tuple(metrics)
    response = CheckCompatibilityResponse()
    for dimension in DIMENSIONS.values():
        verdict = _verdict(all(fit(dimension, metric) for metric in metrics))
        if wanted in {0, verdict}:
            response.dimension_compatibilities.add(
                dimension_metadata=_dimension(dimension), compatibility=verdict
            )
    for metric in METRICS.values():
        verdict = _verdict(all(fit(dimension, metric) for dimension in dimensions))
        if wanted in {0, verdict}:
            response.metric_compatibilities.add(
                metric_metadata=_metric(metric, quality), compatibility=verdict
            )
    return response


def _verdict(fits: bool) -> int:  # noqa: FBT001 - a verdict on one truth.
    return COMPATIBLE if fits else INCOMPATIBLE


def _dimension(each: Dimension) -> Message:
    return DimensionMetadata(
        api_name=each.name,
        ui_name=each.ui_name,
        description=f"{each.ui_name} of the sandbox's sessions.",
        deprecated_api_names=each.deprecated,
        category=each.category,
    )


def _metric(each: Metric, quality: Quality) -> Message:
    reason = quality.blocked.get(each.name)
    return MetricMetadata(
        api_name=each.name,
        ui_name=each.ui_name,
        description=f"{each.ui_name} of the sandbox's sessions.",
        deprecated_api_names=each.deprecated,
        type_=each.type,
        expression=each.expression,
        blocked_reasons=[reason] if reason else [],
        category=each.category,
    )

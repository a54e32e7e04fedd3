"""Metrics: what a number means, named once and used by any key result."""

from typing import Any, Literal

from pydantic import Field, SerializeAsAny

from okrmodel.definitions.base import Definition, Id, Text
from okrmodel.definitions.query import Query
from okrmodel.observations import Aggregation


class MetricBase(Definition):
    """What every metric says of itself."""

    name: Text
    unit: str = ""
    description: str = ""
    was: tuple[Id, ...] = ()
    """Earlier ids of the same metric."""


class SourceMetric(MetricBase):
    """A metric that one connection answers."""

    connection: Id
    query: SerializeAsAny[Query]
    """In the words of the connection's connector."""
    declared: Literal[Aggregation.SUM, Aggregation.DISTINCT, Aggregation.LEVEL] | None = Field(
        default=None, alias="aggregation"
    )
    """Needed where the query does not imply it; refused where it contradicts what is implied."""

    @property
    def aggregation(self) -> Aggregation:
        """How the metric behaves over time; lint has made sure that there is one."""
        found = self.query.aggregation or self.declared
        if found is None:
            raise ValueError(f"metric {self.name!r} has no aggregation")
        return found


class Ratio(Definition):
    numerator: Id
    denominator: Id


class RatioMetric(MetricBase):
    """Numerator's window value divided by denominator's; never a mean of daily ratios."""

    ratio: Ratio


class FormulaMetric(MetricBase):
    """Arithmetic (+ - * / and parentheses) over the window values of other metrics."""

    formula: Text
    """For instance `ad_spend / mqls`; names are metric ids."""


Metric = SourceMetric | RatioMetric | FormulaMetric
Metrics = dict[Id, Metric]


COMPUTED: dict[str, type[RatioMetric | FormulaMetric]] = {
    "ratio": RatioMetric,
    "formula": FormulaMetric,
}
"""Metrics made of other metrics, by the key that only they have."""


def metric_type(raw: dict[str, Any]) -> type[SourceMetric | RatioMetric | FormulaMetric]:
    """Which kind of metric a mapping means to be."""
    return next((kind for key, kind in COMPUTED.items() if key in raw), SourceMetric)

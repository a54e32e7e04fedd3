"""A workspace's definitions, whole and linted: what every later room works with."""

from dataclasses import dataclass
from functools import cached_property

from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.metrics import Metric, Metrics, SourceMetric
from okrmodel.definitions.query import Query, fingerprint
from okrmodel.definitions.workspace import Workspace
from okrmodel.observations import Aggregation


@dataclass(frozen=True)
class Company:
    """Everything that one workspace's files say."""

    workspace: Workspace
    metrics: Metrics
    cycles: tuple[Cycle, ...]
    """In order of their dates."""
    overridden: frozenset[tuple[str, str]] = frozenset()
    """Cycle and key result, by their ids, where a check-in sets an automatic value by hand."""

    def metric(self, metric_id: str) -> Metric:
        """The metric of an id; lint has made sure that it exists."""
        return self.metrics[metric_id]

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """What the store knows the answers of each metric of a source by."""
        stages = self.workspace.stages
        return {
            metric_id: self.fingerprint(m.connection, m.query.resolved(stages), m.aggregation)
            for metric_id, m in self.metrics.items()
            if isinstance(m, SourceMetric)
        }

    def fingerprint(self, connection: str, query: Query, aggregation: Aggregation) -> str:
        """What the store knows a connection's answers to a question by."""
        options = self.workspace.connections[connection]
        zone = self.workspace.timezone if options.days == "workspace" else "source"
        return fingerprint(options.connector, options.account, query, zone, aggregation)

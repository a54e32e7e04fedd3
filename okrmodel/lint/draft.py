"""What the rules look at: everything in the files that could be read, each with its place.

A draft may have gaps where something could not be read. The names of what is missing stay known,
so that no rule complains of a gap that is already reported.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.definitions.files import CheckIn
from okrmodel.definitions.key_results import KeyResult, Manual, Reach
from okrmodel.definitions.metrics import FormulaMetric, Metric, RatioMetric, SourceMetric
from okrmodel.definitions.workspace import Workspace
from okrmodel.formula import FormulaError, parse
from okrmodel.observations import Aggregation
from okrmodel.problems import KeyPath

WORKSPACE_FILE = "workspace.yaml"
METRICS_FILE = "metrics.yaml"


@dataclass(frozen=True)
class WrittenCycle:
    """A cycle, and the file it stands in."""

    path: KeyPath
    """The file's name; the parts that follow lead to a value in it."""
    cycle: Cycle


@dataclass(frozen=True)
class WrittenObjective:
    path: KeyPath
    cycle: Cycle
    objective: Objective


@dataclass(frozen=True)
class WrittenKeyResult:
    path: KeyPath
    cycle: Cycle
    objective: Objective
    key_result: KeyResult

    @property
    def named(self) -> str:
        """What to call it in a message."""
        return f'key result "{self.key_result.id}"'


@dataclass(frozen=True)
class WrittenCheckIn:
    path: KeyPath
    cycle: str
    """The name of its file, which is a cycle's id."""
    check_in: CheckIn


@dataclass(frozen=True)
class Draft:
    """The definitions that could be read."""

    workspace: Workspace | None
    people: frozenset[str] | None
    """The ids; None when nobody can tell."""
    metrics: Mapping[str, Metric]
    metric_ids: frozenset[str] | None
    """Those that could not be read, too; None when nobody can tell."""
    cycles: tuple[WrittenCycle, ...]
    objectives: tuple[WrittenObjective, ...]
    key_results: tuple[WrittenKeyResult, ...]
    check_ins: tuple[WrittenCheckIn, ...]
    whole: bool
    """Whether everything could be read: only then is anything unused or missing."""

    def scales(self) -> Iterator[tuple[WrittenKeyResult, Reach | Manual]]:
        """The key results that go from one value to another."""
        for written in self.key_results:
            if isinstance(written.key_result, Reach | Manual):
                yield written, written.key_result

    def reaches(self) -> Iterator[tuple[WrittenKeyResult, Reach]]:
        """Those of them that are read off a metric."""
        for written in self.key_results:
            if isinstance(written.key_result, Reach):
                yield written, written.key_result

    @cached_property
    def overridden(self) -> frozenset[tuple[str, str]]:
        """The key results, by cycle and id, whose automatic value a check-in sets by hand."""
        automatic = {(found.cycle.id, reach.id) for found, reach in self.reaches()}
        values = (found for found in self.check_ins if found.check_in.value is not None)
        return frozenset(automatic & {(one.cycle, one.check_in.key_result) for one in values})

    def metric_path(self, metric_id: str) -> KeyPath:
        """Where a metric stands."""
        return (METRICS_FILE, "metrics", metric_id)

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """The metrics that each metric is computed from."""
        return {name: parts_of(metric) for name, metric in self.metrics.items()}

    def aggregation(self, metric_id: str) -> Aggregation | None:
        """How a metric behaves over time; None when that cannot be told."""
        match self.metrics.get(metric_id):
            case SourceMetric(query=query, declared=declared):
                return query.aggregation or declared
            case RatioMetric():
                return Aggregation.RATIO
            case FormulaMetric():
                return Aggregation.FORMULA
            case _:
                return None

    def sources(self, metric_id: str) -> set[Aggregation | None]:
        """How the source metrics behind a metric behave; its own behaviour if it is one."""
        return {self.aggregation(name) for name in self.behind(metric_id)}

    def behind(self, metric_id: str) -> set[str]:
        """The source metrics that a metric is computed from in the end; itself if it is one."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [metric_id]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            metric = self.metrics.get(name)
            if isinstance(metric, RatioMetric | FormulaMetric):
                waiting += self.parts[name]
            else:
                found.add(name)
        return found


def parts_of(metric: Metric) -> tuple[str, ...]:
    """The ids of the metrics that a metric is computed from; none of a formula that is none."""
    match metric:
        case RatioMetric(ratio=ratio):
            return (ratio.numerator, ratio.denominator)
        case FormulaMetric(formula=formula):
            try:
                return parse(formula).names
            except FormulaError:
                return ()
        case _:
            return ()

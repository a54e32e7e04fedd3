"""From a key result as written to its closure, and to the questions that it asks of connections."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from okrmodel.closure import (
    CHECK_INS,
    OVERRIDE,
    Closure,
    FormulaMeasure,
    Measure,
    RatioMeasure,
    SourceMeasure,
)
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import KeyResult, Manual, Milestones, Reach
from okrmodel.definitions.metrics import FormulaMetric, RatioMetric, SourceMetric
from okrmodel.definitions.query import Catalogue, Query, fingerprint
from okrmodel.formula import parse
from okrmodel.observations import Aggregation
from okrmodel.periods import cycle_before
from okrmodel.windows import ONE_DAY

MANUAL = "manual"
"""The connection that every workspace has without writing it."""


@dataclass(frozen=True, slots=True)
class Source:
    """One question to one connection. Equal fingerprints are the same question."""

    fingerprint: str
    connection: str = field(compare=False)
    query: Query = field(compare=False)
    """With the workspace's stage names resolved."""
    aggregation: Aggregation = field(compare=False)


@dataclass(frozen=True)
class Resolved:
    """A key result's closure, and the question behind each of its source measures."""

    closure: Closure
    questions: dict[str, Source]
    """By the measure's key in the closure."""


def resolve(
    company: Company, cycle: Cycle, key_result: KeyResult, connectors: Catalogue
) -> Resolved:
    """Gather what a linted key result depends on.

    Args:
        company: Whose it is.
        cycle: The cycle that it stands in.
        key_result: One of the cycle's.
        connectors: Needed for check-ins, milestones and overrides, which are questions to the
            manual connector.
    """
    measures: dict[str, Measure] = {}
    questions: dict[str, Source] = {}
    for key, measure, question in _measures(company, cycle, key_result, connectors):
        measures[key] = measure
        if question:
            questions[key] = question
    workspace = company.workspace
    return Resolved(
        Closure(
            workspace=workspace.id,
            timezone=workspace.timezone,
            week_starts=workspace.week_starts,
            status_rule=key_result.status_rule or workspace.status_rule,
            cycle=cycle.id,
            starts=cycle.starts,
            ends=cycle.ends,
            before=_before(company, cycle),
            objective=next(
                o.id for o in cycle.objectives for k in o.key_results if k.id == key_result.id
            ),
            key_result=key_result,
            measures=measures,
        ),
        questions,
    )


_Found = tuple[str, Measure, Source | None]


def _measures(
    company: Company, cycle: Cycle, key_result: KeyResult, connectors: Catalogue
) -> Iterator[_Found]:
    match key_result:
        case Manual():
            raw = {
                "check_ins": key_result.id,
                "cycle": cycle.id,
                "values": key_result.values,
            }
            yield _manual(company, connectors, CHECK_INS, key_result.title, raw)
        case Milestones():
            for step in key_result.steps:
                raw = {"milestone": f"{key_result.id}/{step.id}", "cycle": cycle.id}
                yield _manual(company, connectors, step.id, step.title, raw)
        case _:
            seen: set[str] = set()
            yield from _metrics(company, key_result.metric, seen)
            if isinstance(key_result, Reach) and key_result.guardrail:
                yield from _metrics(company, key_result.guardrail.metric, seen)
    if isinstance(key_result, Reach) and (cycle.id, key_result.id) in company.overridden:
        raw = {"override": key_result.id, "cycle": cycle.id}
        yield _manual(company, connectors, OVERRIDE, key_result.title, raw)


def _manual(
    company: Company, connectors: Catalogue, key: str, name: str, raw: dict[str, Any]
) -> _Found:
    kind = connectors[MANUAL]
    query: Query = kind.query.validate_python(raw)
    account = kind.options(connector=MANUAL).account
    level = Aggregation.LEVEL
    mark = fingerprint(MANUAL, account, query, company.workspace.timezone, level)
    measure = SourceMeasure(
        name=name,
        connection=MANUAL,
        connector=MANUAL,
        account=account,
        query=query.canonical(),
        aggregation=level,
        fingerprint=mark,
    )
    return key, measure, Source(mark, MANUAL, query, level)


def _metrics(company: Company, metric_id: str, seen: set[str]) -> Iterator[_Found]:
    """A metric and, behind it, the metrics that it is made of, each once."""
    if metric_id in seen:
        return
    seen.add(metric_id)
    metric = company.metric(metric_id)
    match metric:
        case SourceMetric():
            yield metric_id, *_source(company, metric_id, metric)
        case RatioMetric(ratio=ratio):
            yield (
                metric_id,
                RatioMeasure(
                    name=metric.name,
                    unit=metric.unit,
                    numerator=ratio.numerator,
                    denominator=ratio.denominator,
                ),
                None,
            )
            yield from _metrics(company, ratio.numerator, seen)
            yield from _metrics(company, ratio.denominator, seen)
        case FormulaMetric(formula=formula):
            yield (
                metric_id,
                FormulaMeasure(name=metric.name, unit=metric.unit, formula=formula),
                None,
            )
            for name in sorted(parse(formula).names):
                yield from _metrics(company, name, seen)


def source_of(company: Company, metric_id: str, metric: SourceMetric) -> Source:
    """The question that a metric asks its connection."""
    query = metric.query.resolved(company.workspace.stages)
    return Source(company.fingerprints[metric_id], metric.connection, query, metric.aggregation)


def _source(company: Company, metric_id: str, metric: SourceMetric) -> tuple[SourceMeasure, Source]:
    options = company.workspace.connections[metric.connection]
    asked = source_of(company, metric_id, metric)
    query = asked.query
    measure = SourceMeasure(
        name=metric.name,
        unit=metric.unit,
        connection=metric.connection,
        connector=options.connector,
        account=options.account,
        query=query.canonical(),
        aggregation=asked.aggregation,
        has_history=query.has_history,
        whole=query.asks_whole,
        fingerprint=asked.fingerprint,
    )
    return measure, asked


def _before(company: Company, cycle: Cycle) -> date:
    """The first day of the cycle before: of the one written down, else of one as long."""
    for other in company.cycles:
        if other.ends + ONE_DAY == cycle.starts:
            return other.starts
    return cycle_before(cycle.starts, cycle.ends)

"""metrics.yaml to metrics, each query in the words of its connection's connector."""

from dataclasses import dataclass
from typing import Any

from okrmodel.definitions.files import MetricsFile
from okrmodel.definitions.metrics import Metric, SourceMetric, metric_type
from okrmodel.definitions.query import Catalogue, Query
from okrmodel.problems import Problem
from okrmodel.reading.piece import UNRESOLVED, Piece
from okrmodel.reading.workspace_file import ReadWorkspace
from okrmodel.suggestion import did_you_mean

_NO_QUERY = Query.model_construct()
"""Stands where a query could not be read, while the rest of its metric is."""


@dataclass(frozen=True)
class ReadMetrics:
    """What metrics.yaml says, as far as it can be read."""

    metrics: dict[str, Metric]
    ids: frozenset[str] | None
    """Those that could not be read, too; None when nobody can tell."""


def read_metrics(
    whole: Piece, workspace: ReadWorkspace, connectors: Catalogue
) -> tuple[ReadMetrics, list[Problem]]:
    """Read each metric by itself."""
    metrics: dict[str, Metric] = {}
    problems: list[Problem] = []
    written = whole.inside("metrics").content
    for name in written if isinstance(written, dict) else ():
        piece = whole.inside("metrics", name, title=f'metric "{name}"')
        metric, wrong = _metric(piece, workspace, connectors)
        problems += wrong
        if metric:
            metrics[name] = metric
    content: Any = {**whole.content, "metrics": metrics} if isinstance(written, dict) else None
    _, wrong = whole.read(MetricsFile, content)
    ids = frozenset(written) if isinstance(written, dict) else None
    return ReadMetrics(metrics, ids), problems + wrong


def _metric(
    piece: Piece, workspace: ReadWorkspace, connectors: Catalogue
) -> tuple[Metric | None, list[Problem]]:
    raw = piece.content
    if raw is UNRESOLVED:
        return None, []
    if not isinstance(raw, dict):
        return piece.read(SourceMetric)
    kind = metric_type(raw)
    if kind is not SourceMetric:
        return piece.read(kind)
    query, problems = _query(piece, workspace, connectors)
    content = {**raw, "query": query or _NO_QUERY} if "query" in raw else raw
    metric, wrong = piece.read(kind, content)
    problems += wrong
    return (metric if query else None), problems


def _query(
    piece: Piece, workspace: ReadWorkspace, connectors: Catalogue
) -> tuple[Query | None, list[Problem]]:
    name = piece.inside("connection").content
    if not isinstance(name, str):
        return None, []
    if workspace.connection_ids is not None and name not in workspace.connection_ids:
        hint = did_you_mean(name, workspace.connection_ids)
        message = f'unknown connection "{name}" in {piece.title}{hint}'
        return None, [piece.problem(message, "unknown-connection", "connection")]
    options = workspace.connections.get(name)
    if options is None or "query" not in piece.content:
        return None, []
    query = piece.inside("query", title=f"the query of {piece.title}")
    if not isinstance(query.content, dict):
        return query.read(dict[str, Any])
    return query.read_with(connectors[options.connector].query)

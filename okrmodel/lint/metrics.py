"""Rules about metrics: how they behave over time."""

from okrmodel.definitions.key_results import KeyResult, Maintain, Reach
from okrmodel.definitions.metrics import SourceMetric
from okrmodel.lint.draft import Draft
from okrmodel.lint.rule import Remark, Remarks, error, warning
from okrmodel.observations import Aggregation


@error("aggregation-missing")
def aggregation_missing(draft: Draft) -> Remarks:
    """The query does not imply how the metric behaves over time, and nothing declares it.

    `sum`: days add up. `distinct`: they do not, as with users. `level`: the value at the window's
    end.
    """
    for name, metric in draft.metrics.items():
        if isinstance(metric, SourceMetric) and draft.aggregation(name) is None:
            yield Remark(
                draft.metric_path(name),
                f'metric "{name}" has no aggregation and its query implies none,'
                " expected `aggregation: sum`, distinct or level",
            )


@error("aggregation-contradicts")
def aggregation_contradicts(draft: Draft) -> Remarks:
    """The declared aggregation is another than the one that the query implies.

    Users are never summed over days, and a count of new records is no level.
    """
    for name, metric in draft.metrics.items():
        if not isinstance(metric, SourceMetric):
            continue
        implied, declared = metric.query.aggregation, metric.declared
        if implied and declared and implied != declared:
            yield Remark(
                (*draft.metric_path(name), "aggregation"),
                f'metric "{name}" declares {declared.value}, but its query implies {implied.value}:'
                " leave `aggregation` out",
            )


@error("window-unfit")
def window_unfit(draft: Draft) -> Remarks:
    """The window does not fit how the metric behaves over time.

    A level is read at an instant: over `latest`, or at the end of each `month` or `week`. Sums,
    distinct counts and what is computed from them need days to count in, so `latest` is nothing
    for them.
    """
    for written, reach in draft.reaches():
        kinds = draft.sources(reach.metric)
        level = kinds == {Aggregation.LEVEL}
        if None in kinds or not kinds:
            continue
        path = (*written.path, "window")
        shown = reach.window if isinstance(reach.window, str) else "trailing"
        if level and shown not in {"latest", "month", "week"}:
            yield Remark(
                path,
                f'window {shown} of {written.named} does not fit: metric "{reach.metric}" is a level,'
                " expected latest, month or week",
            )
        elif shown == "latest" and not level:
            yield Remark(
                path,
                f'window latest of {written.named} does not fit: metric "{reach.metric}" is no level,'
                " expected cycle, month, week, month_to_date or trailing",
            )


@warning("same-question")
def same_question(draft: Draft) -> Remarks:
    """Two key results of a cycle judge the same query over the same window.

    They move together, so the second adds no evidence that the objective is reached.
    """
    first: dict[tuple[str, str, str], str] = {}
    for written in draft.key_results:
        key_result = written.key_result
        if not isinstance(key_result, Reach | Maintain):
            continue
        question = (written.cycle.id, _question(draft, key_result.metric), _window(key_result))
        if question in first:
            yield Remark(
                (*written.path, "metric"),
                f'{written.named} asks the same as key result "{first[question]}",'
                " expected another metric or window",
            )
        first.setdefault(question, key_result.id)


def _window(key_result: KeyResult) -> str:
    return str(key_result.window if isinstance(key_result, Reach) else "maintain")


def _question(draft: Draft, metric_id: str) -> str:
    """What a metric asks: equal for metrics of different names that ask the same."""
    match draft.metrics.get(metric_id):
        case SourceMetric(connection=connection, query=query, declared=declared):
            return f"{connection} {query.canonical()} {declared}"
        case _:
            return metric_id


@error("evaluate-needs-periods")
def evaluate_needs_periods(draft: Draft) -> Remarks:
    """`evaluate: mean` or `every` judges several periods, so the window is `month` or `week`."""
    for written, reach in draft.reaches():
        if reach.evaluate != "last" and reach.window not in {"month", "week"}:
            yield Remark(
                (*written.path, "evaluate"),
                f"{written.named} evaluates {reach.evaluate} of several periods,"
                " expected `window: month` or week beside it",
            )

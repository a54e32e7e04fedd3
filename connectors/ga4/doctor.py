"""What `okr doctor` and `okr lint --live` find out about the names that questions to GA4 use."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from connectors.contract import Ask, Finding, Mistake, Written
from connectors.ga4.plan import query_of
from connectors.ga4.query import Condition
from okrmodel.suggestion import nearest
from okrmodel.windows import Window, from_to


def quota_findings(quota: dict[str, int]) -> Iterator[Finding]:
    """What the property's quotas had left after the last answer."""
    left = quota.get("tokens_per_project_per_hour")
    if left is not None:
        told = f"{left} tokens left this hour, {quota.get('tokens_per_day', 0)} today"
        yield Finding(ok=left > 0, subject="quota", message=told, remedy="wait an hour")


def name_findings(asks: Sequence[Ask], fields: Any) -> Iterator[Finding]:
    """Whether the property knows each metric and dimension, and may show it."""
    metrics = {name: m for m in fields.metrics for name in (m.api_name, *m.deprecated_api_names)}
    dimensions = {n: d for d in fields.dimensions for n in (d.api_name, *d.deprecated_api_names)}
    queries = [query_of(ask) for ask in asks]
    for name in sorted({query.metric for query in queries}):
        written = [Written(a.fingerprint, ("metric",)) for a in asks if query_of(a).metric == name]
        yield _name_finding("metric", name, metrics, written)
    for name in sorted({name for query in queries for name in query.where}):
        using = [ask for ask in asks if name in query_of(ask).where]
        written = [Written(ask.fingerprint, ("where",), name) for ask in using]
        yield _name_finding("dimension", name, dimensions, written)


def _name_finding(
    kind: Literal["metric", "dimension"],
    name: str,
    known: dict[str, Any],
    written: Sequence[Written],
) -> Finding:
    subject, places = f"{kind} {name}", tuple(written)
    if name not in known:
        close = nearest(name, known)
        unknown: Mistake = "unknown-metric" if kind == "metric" else "unknown-dimension"
        return Finding(
            ok=False,
            subject=subject,
            message=f"the property has no {kind} {name}",
            remedy=f"did you mean {close}?" if close else "look it up in the API schema",
            mistake=unknown,
            written=places,
        )
    if getattr(known[name], "blocked_reasons", ()):
        return Finding(
            ok=False,
            subject=subject,
            message=f"{name} is blocked: it would answer zeros",
            remedy="let the credentials see cost or revenue data (Admin, Property access)",
            mistake="blocked",
            written=places,
        )
    return Finding(ok=True, subject=subject, message=f"known as {known[name].ui_name!r}")


def named(condition: Condition) -> tuple[str, ...]:
    """The values that a condition names in full."""
    return condition.is_ or condition.is_not or ()


def unseen_values(
    name: str, seen: set[str], asks: Sequence[Ask], window: Window
) -> Iterator[Finding]:
    """The values in conditions on a dimension that nothing had."""
    folded = {value.lower() for value in seen}
    for ask in asks:
        condition = query_of(ask).where.get(name)
        if condition is None:
            continue
        for value in named(condition):
            known = value in seen if condition.case_sensitive else value.lower() in folded
            if known:
                continue
            close = nearest(value, seen)
            yield Finding(
                ok=False,
                subject="value",
                message=f"{name} was never {value!r} in {from_to(window.start, window.last_day)}",
                remedy=f"did you mean {close!r}?" if close else "look it up in a report of GA4's",
                mistake="unseen-value",
                written=(Written(ask.fingerprint, ("where", name), value),),
            )

"""Closures and observations in a few words."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from okrmodel.closure import Closure, Measure, SourceMeasure
from okrmodel.compute import compute
from okrmodel.definitions.key_results import Maintain, Manual, Milestones, Reach
from okrmodel.observations import Aggregation
from okrmodel.snapshot import Failure, Known, Snapshot, SnapshotInputs
from okrmodel.windows import Window

STARTS, ENDS = date(2026, 10, 1), date(2026, 12, 31)
LATER = datetime(2027, 2, 1, tzinfo=UTC)


def day(text: str) -> date:
    """`10-05` is a day of 2026."""
    return date.fromisoformat(f"2026-{text}")


def source(name: str = "mqls", aggregation: str = "sum", **more: Any) -> SourceMeasure:
    given = {"connection": "crm", "connector": "hubspot", "account": "1", "query": {}, **more}
    return SourceMeasure(
        name=name, aggregation=Aggregation(aggregation), fingerprint=f"print of {name}", **given
    )


def closure(
    key_result: Reach | Maintain | Manual | Milestones,
    measures: Mapping[str, Measure] | None = None,
    **more: Any,
) -> Closure:
    given: dict[str, Any] = {
        "workspace": "acme",
        "timezone": "Europe/Warsaw",
        "week_starts": "monday",
        "status_rule": "mooncamp",
        "cycle": "2026-Q4",
        "starts": STARTS,
        "ends": ENDS,
        "before": date(2026, 7, 1),
        "objective": "grow",
    }
    measures = measures or {"mqls": source()}
    return Closure(**{**given, **more}, key_result=key_result, measures=dict(measures))


def reach(**more: Any) -> Reach:
    return Reach.model_validate(
        {"id": "kr", "title": "MQLs", "metric": "mqls", "target": 92, **more}
    )


def known(window: Window | date, value: object, name: str = "mqls", **more: Any) -> Known:
    """An observation; its id follows from what it is about, so that order plays no part."""
    window = Window.of_day(window) if isinstance(window, date) else window
    number = window.start.toordinal() * 1000 + window.length
    value = None if value is None else Decimal(str(value))
    fingerprint = f"print of {name}"
    given: dict[str, Any] = {"id": number, "check": number, "fingerprint": fingerprint, **more}
    return Known(window=window, value=value, observed_at=LATER, **given)


def daily(values: Iterable[object], starts: date = STARTS, name: str = "mqls") -> tuple[Known, ...]:
    """One observation a day, oldest first."""
    return tuple(known(starts + timedelta(days=n), value, name) for n, value in enumerate(values))


def snapshot(
    of: Closure,
    as_of: date,
    observations: Iterable[Known] = (),
    *failures: Failure,
    pinned: Iterable[Known] = (),
) -> Snapshot:
    return compute(SnapshotInputs(of, as_of, tuple(observations), failures, tuple(pinned)))


def shown(found: Snapshot, *fields: str) -> tuple[object, ...]:
    """Some of a snapshot's fields."""
    return tuple(getattr(found, field) for field in fields)

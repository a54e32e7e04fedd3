"""A cycle's sheet as plain rows, for JSON and CSV."""

from collections.abc import Iterator

from okrapp.output import Column, Row, exact
from okrmodel.snapshot import Snapshot, Status
from okrmodel.store.snapshots import Revision
from okrmodel.telling.sheet import Sheet

COLUMNS = tuple(
    Column(key, key.replace("_", " "))
    for key in (
        "workspace",
        "cycle",
        "objective",
        "key_result",
        "title",
        "owner",
        "as_of",
        "through",
        "value",
        "automatic",
        "automatic_status",
        "unit",
        "target",
        "progress",
        "score",
        "expected",
        "days_ahead",
        "needed_pace",
        "forecast",
        "forecast_low",
        "forecast_high",
        "chance",
        "forecast_method",
        "guardrail",
        "guardrail_kept",
        "status",
        "provisional",
        "restated",
        "frozen",
        "stale",
        "reason",
        "since_value",
        "since_progress",
        "since_status",
        "since_known",
    )
)


def rows(sheet: Sheet) -> Iterator[Row]:
    """Every key result as plain values; numbers as exact text."""
    nothing: Row = dict.fromkeys(column.key for column in COLUMNS)
    absent = {"status": Status.NO_DATA.value, "reason": sheet.absence}
    for objective, key_result in sheet.cycle.key_results():
        snapshot = sheet.snapshots.get(key_result.id)
        known = {
            "workspace": sheet.workspace,
            "cycle": sheet.cycle.id,
            "objective": objective.id,
            "key_result": key_result.id,
            "title": key_result.title,
            "owner": key_result.owner or objective.owner,
            "unit": sheet.unit(key_result.id) or None,
        }
        figures = _figures(snapshot) if snapshot else absent
        yield nothing | known | figures | _since(sheet.since.get(key_result.id))


def _figures(snapshot: Snapshot) -> Row:
    return {
        "as_of": snapshot.as_of.isoformat(),
        "through": snapshot.through.isoformat() if snapshot.through else None,
        "value": exact(snapshot.value),
        "automatic": exact(snapshot.automatic.value) if snapshot.automatic else None,
        "automatic_status": snapshot.automatic.status.value if snapshot.automatic else None,
        "target": exact(snapshot.target),
        "progress": exact(snapshot.raw_progress),
        "score": exact(snapshot.score),
        "expected": exact(snapshot.expected),
        "days_ahead": snapshot.days_ahead,
        "needed_pace": exact(snapshot.needed_pace),
        **_forecast(snapshot),
        **_guardrail(snapshot),
        "status": snapshot.status.value,
        "provisional": " ".join(snapshot.provisional) or None,
        "restated": snapshot.restated,
        "frozen": snapshot.frozen,
        "stale": snapshot.stale,
        "reason": snapshot.reason,
    }


def _forecast(snapshot: Snapshot) -> Row:
    """The final value to be expected; where there is none, its method says why."""
    expects = snapshot.forecast
    if expects is None:
        return {"forecast_method": snapshot.no_forecast and f"none: {snapshot.no_forecast}"}
    return {
        "forecast": exact(expects.final),
        "forecast_low": exact(expects.low),
        "forecast_high": exact(expects.high),
        "chance": exact(expects.hit),
        "forecast_method": expects.method,
    }


def _guardrail(snapshot: Snapshot) -> Row:
    held = snapshot.guardrail
    if held is None:
        return {}
    return {"guardrail": exact(held.value), "guardrail_kept": held.kept}


def _since(later: Revision | None) -> Row:
    """What a later revision says, which is not applied to a frozen cycle."""
    if later is None:
        return {}
    return {
        "since_value": exact(later.snapshot.value),
        "since_progress": exact(later.snapshot.raw_progress),
        "since_status": later.snapshot.status.value,
        "since_known": later.recorded_at.isoformat(),
    }

"""A cycle's sheet as plain rows, for JSON and CSV."""

from collections.abc import Iterator
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from okrapp.output import Column, Row, exact
from okrmodel.snapshot import Snapshot, Status
from okrmodel.store.snapshots import Revision
from okrmodel.telling.sheet import Sheet


class SheetRow(BaseModel):
    """A key result as of a day. Numbers are exact text; null is "no data", never zero."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    workspace: str
    cycle: str
    objective: str
    key_result: str
    """Permanent ids, as in the files."""
    title: str
    owner: str | None
    """The id of who owns it, or its objective."""
    as_of: date | None
    """The local day at whose end the figures stand."""
    through: date | None
    """The last day that the value really covers."""
    value: str | None
    automatic: str | None
    """What the source says where the value was set by hand."""
    automatic_status: str | None
    unit: str | None
    target: str | None
    progress: str | None
    """The share of the way, 1 is all of it; may be below 0 and above 1."""
    score: str | None
    """0 to 1."""
    expected: str | None
    """The planned share of the way."""
    days_ahead: int | None
    """Of the plan; negative: behind."""
    needed_pace: str | None
    """What each day from here must bring, in the unit."""
    forecast: str | None
    """The final value to be expected."""
    forecast_low: str | None
    forecast_high: str | None
    """Between them the final value lies with a chance of 80 %."""
    chance: str | None
    """To meet the target, 0 to 1."""
    forecast_method: str | None
    """How it was made; where there is none, why."""
    guardrail: str | None
    guardrail_kept: bool | None
    status: Status
    provisional: str | None
    """Why the value may still change."""
    restated: bool | None
    frozen: bool | None
    stale: str | None
    """Why newer days are missing."""
    reason: str | None
    """The sentence with the numbers that led to the status."""
    since_value: str | None
    since_progress: str | None
    since_status: str | None
    """Of a frozen cycle what is said otherwise since, and is not applied."""
    since_known: datetime | None


COLUMNS = tuple(Column(key, key.replace("_", " ")) for key in SheetRow.model_fields)


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
            "owner": objective.owner_of(key_result),
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

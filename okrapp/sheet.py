"""A cycle's sheet: what the store says of its key results, and the same as plain rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from okrapp.output import Column, Row, exact
from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.rollup import ObjectiveState, roll_up
from okrmodel.snapshot import Failure, Snapshot, Status
from okrmodel.store.frozen import FrozenCycle
from okrmodel.store.snapshots import Revision

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


@dataclass(frozen=True)
class Sheet:
    """A cycle of a workspace with its key results' snapshots."""

    workspace: str
    title: str
    zone: ZoneInfo
    cycle: Cycle
    as_of: date | None
    """The last day that a snapshot is of; None when none was ever recorded."""
    snapshots: Mapping[str, Snapshot]
    """By key result id; missing ones were not recorded as of that day."""
    units: Mapping[str, str]
    """By key result id."""
    failures: tuple[Failure, ...] = ()
    """The connections whose last pull failed."""
    since: Mapping[str, Revision] = field(default_factory=dict)
    """Of a frozen cycle what is said otherwise by now, by key result id; not applied."""
    frozen: FrozenCycle | None = None
    """What the figures were frozen with; None when they were not."""
    rests: str = ""
    """Why the workspace is not synced any more, or for now."""
    known_at: datetime | None = None
    """Nothing recorded later was looked at."""

    def state(self, objective: Objective) -> ObjectiveState:
        """The objective's score and status."""
        found = [
            (key_result.weight, self.snapshots[key_result.id])
            for key_result in objective.key_results
            if key_result.id in self.snapshots
        ]
        return roll_up(found)

    @property
    def known(self) -> str:
        """When the figures were known, in the workspace's zone; empty when it is now."""
        if self.known_at is None:
            return ""
        return f"{self.known_at.astimezone(self.zone):%Y-%m-%d %H:%M:%S %Z}"

    @property
    def absence(self) -> str:
        """Why a key result without a snapshot has none, with the remedy."""
        if self.known:
            return f"not recorded by {self.known}"
        if self.frozen and self.as_of == self.frozen.ends:
            return f"not among the figures that {self.cycle.id} was frozen with"
        if self.as_of is None:
            # A workspace at rest is not synced: that it rests stands above.
            return "never recorded" if self.rests else "never recorded; run okr sync"
        if self.rests:
            return f"not recorded by {self.as_of}"
        return (
            f"not recorded by {self.as_of}; run okr backfill --from {self.as_of} --to {self.as_of}"
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
            "unit": sheet.units.get(key_result.id) or None,
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

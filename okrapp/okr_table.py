"""The OKR table: one row a key result, as numbers for programs and as text for people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rich.table import Table
from rich.text import Text

from okrapp.output import Column, Row
from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.exact import plain
from okrmodel.rollup import ObjectiveState, roll_up
from okrmodel.snapshot import Snapshot, Status

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
        "target",
        "progress",
        "score",
        "expected",
        "status",
        "provisional",
        "stale",
        "reason",
    )
)

_LOOKS = {
    Status.ACHIEVED: ("★ achieved", "bold green"),
    Status.ON_TRACK: ("● on track", "green"),
    Status.AT_RISK: ("▲ at risk", "yellow"),
    Status.OFF_TRACK: ("■ off track", "red"),
    Status.MISSED: ("■ missed", "red"),
    Status.STALE: ("? stale", "magenta"),
    Status.TOO_EARLY: ("· too early", "dim"),
    Status.NO_DATA: ("– no data", "dim"),
}
"""A sign, a word and a colour: never the colour alone."""


@dataclass(frozen=True)
class Sheet:
    """A cycle of a workspace with its key results' snapshots."""

    workspace: str
    title: str
    cycle: Cycle
    snapshots: Mapping[str, Snapshot]
    """By key result id; missing ones were never recorded."""
    units: Mapping[str, str]
    """By key result id."""

    def state(self, objective: Objective) -> ObjectiveState:
        """The objective's score and status."""
        found = [
            (key_result.weight, self.snapshots[key_result.id])
            for key_result in objective.key_results
            if key_result.id in self.snapshots
        ]
        return roll_up(found)


def rows(sheet: Sheet) -> Iterator[Row]:
    """Every key result as plain values; numbers as exact text."""
    for objective, key_result in sheet.cycle.key_results():
        snapshot = sheet.snapshots.get(key_result.id)
        yield {
            "workspace": sheet.workspace,
            "cycle": sheet.cycle.id,
            "objective": objective.id,
            "key_result": key_result.id,
            "title": key_result.title,
            "owner": key_result.owner,
            **_figures(snapshot),
        }


def _figures(snapshot: Snapshot | None) -> Row:
    if snapshot is None:
        return {"status": Status.NO_DATA.value, "reason": "never recorded; run okr sync"}
    return {
        "as_of": snapshot.as_of.isoformat(),
        "through": snapshot.through.isoformat() if snapshot.through else None,
        "value": _exact(snapshot.value),
        "target": _exact(snapshot.target),
        "progress": _exact(snapshot.raw_progress),
        "score": _exact(snapshot.score),
        "expected": _exact(snapshot.expected),
        "status": snapshot.status.value,
        "provisional": " ".join(snapshot.provisional) or None,
        "stale": snapshot.stale,
        "reason": snapshot.reason,
    }


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def table(sheet: Sheet) -> Table:
    """For people: objectives with their key results below them."""
    shown = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    shown.add_column("key result", overflow="fold", ratio=1)
    for heading in ("value", "target", "progress", "expected"):
        shown.add_column(heading, justify="right", no_wrap=True)
    shown.add_column("status", no_wrap=True)
    for number, objective in enumerate(sheet.cycle.objectives):
        if number:
            shown.add_row()
        state = sheet.state(objective)
        shown.add_row(
            Text(objective.title, "bold"), "", "", _percent(state.score), "", _status(state.status)
        )
        for key_result in objective.key_results:
            shown.add_row(*_cells(sheet, key_result.id, key_result.title))
    return shown


def _cells(sheet: Sheet, key_result: str, title: str) -> Iterable[Text | str]:
    snapshot = sheet.snapshots.get(key_result)
    yield Text(f"  {title}")
    if snapshot is None:
        yield from ("–", "–", "–", "–", _status(Status.NO_DATA))
        return
    unit = sheet.units.get(key_result, "")
    yield _number(snapshot.value, unit) + ("*" if snapshot.provisional else "")
    yield _number(snapshot.target, unit)
    yield _percent(snapshot.raw_progress)
    yield _percent(snapshot.expected)
    yield _status(snapshot.status)


def _status(status: Status) -> Text:
    return Text(*_LOOKS[status])


def _number(value: Decimal | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 0 if value == value.to_integral_value() else 2 if abs(value) >= 1 else 4
    shown = f"{value:,.{digits}f}"
    return f"{shown} {unit}" if len(unit) <= 3 and unit else shown


def _percent(value: Decimal | None) -> str:
    return "–" if value is None else f"{value * 100:.0f} %"

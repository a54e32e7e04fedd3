"""`okr replay`: proof that the store's figures follow from what the store knows."""

from typing import Annotated

from cyclopts import Parameter

from flows.places import Place
from flows.replay import Replayed
from flows.replay import replay as replayed
from okrapp import output as out
from okrapp.exits import FAILED, Exit
from okrapp.refusals import expected_errors
from okrapp.where import Where
from okrmodel.store.store import Store

COLUMNS = (
    out.Column("workspace", "workspace"),
    out.Column("snapshots", "snapshots", right=True),
    out.Column("equal", "equal", right=True),
    out.Column("by_other_arithmetic", "by another version", right=True),
    out.Column("different", "different", right=True),
    out.Column("frozen_cycles", "frozen", right=True),
    out.Column("broken", "broken", right=True),
)
_SHOWN = 10
"""Differences of a workspace told before the rest are counted."""


def replay(
    where: Where | None = None,
    *,
    every: Annotated[bool, Parameter(name="--all", negative=(), show_default=False)] = False,
    output: out.Format = "table",
) -> None:
    """Compute all snapshots again from what was known when they were recorded, and compare.

    Args:
        where: Which workspaces.
        every: Every revision, not only the latest of each day.
        output: A table for people; JSON or CSV for programs.
    """
    with expected_errors():
        results = [_replayed(place, every=every) for place in (where or Where()).places()]
    out.write([_row(result) for result in results], COLUMNS, output)
    if told := [line for result in results for line in _told(result)]:
        raise Exit(FAILED, "\n".join(told))


def _replayed(place: Place, *, every: bool) -> Replayed:
    if place.is_new:
        return Replayed(place.workspace)
    with Store.open(place.store) as store:
        return replayed(store, place.workspace, every=every)


def _row(result: Replayed) -> out.Row:
    return {
        "workspace": result.workspace,
        "snapshots": result.snapshots,
        "equal": result.equal,
        "by_other_arithmetic": result.by_other_arithmetic,
        "different": len(result.differences),
        "frozen_cycles": result.frozen,
        "broken": len(result.broken),
    }


def _told(result: Replayed) -> list[str]:
    """What is not as it should be; what was frozen goes first, for it can be looked up."""
    lines = [f"{result.workspace}: {each}" for each in (*result.broken, *result.differences)]
    more = [f"{result.workspace}: and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return lines[:_SHOWN] + more

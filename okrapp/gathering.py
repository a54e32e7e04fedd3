"""The sheets of several workspaces: one that cannot be read hides no other."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from flows.places import Place, lint_place
from okrapp.exits import USAGE, Exit
from okrapp.reading import read_sheets
from okrapp.refusals import expected_errors
from okrapp.where import Where
from okrmodel.store.store import wall_clock
from okrmodel.suggestion import did_you_mean
from okrmodel.telling.sheet import Sheet


class Gathered(NamedTuple):
    """What could be read, and why the rest could not."""

    sheets: list[Sheet]
    refusals: list[str]


def gather(
    where: Where, *, as_of: date | None, cycle: str | None, known_at: datetime | None = None
) -> Gathered:
    """The cycle asked for of every workspace.

    Raises:
        Exit: No workspace has such a cycle.
    """
    found = Gathered([], [])
    asked = partial(read_sheets, as_of=as_of, known_at=known_at, cycle=cycle, clock=wall_clock())
    places = where.places()
    for place in places:
        try:
            with expected_errors():
                found.sheets.extend(asked(place))
        except Exit as refusal:
            found.refusals.append(refusal.message)
    if not found.sheets and not found.refusals:
        raise Exit(USAGE, _no_cycle(places, cycle, as_of))
    return found


def _no_cycle(places: Sequence[Place], cycle: str | None, as_of: date | None) -> str:
    """Why there is nothing to show."""
    companies = filter(None, (lint_place(place).company for place in places))
    begins = {c.id: c.starts for company in companies for c in company.cycles}
    if cycle:
        return f"no cycle {cycle!r} in okrs/{did_you_mean(cycle, begins)}"
    first = min(begins, key=lambda name: begins[name], default=None)
    known = f"; the first, {first}, begins on {begins[first]}" if first else ""
    return f"no cycle in okrs/ has begun{f' by {as_of}' if as_of else ''}{known}"

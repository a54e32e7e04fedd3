"""`okr status`: where each key result stands, from the store alone."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from flows.places import Place, lint_place
from okrapp import output as out
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.reading import read_sheets
from okrapp.refusals import expected_errors
from okrapp.sheet import COLUMNS, Sheet, rows
from okrapp.where import Where
from okrmodel.store.store import wall_clock
from okrmodel.suggestion import did_you_mean


def status(
    where: Where | None = None,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    cycle: str | None = None,
    output: out.Format = "table",
) -> None:
    """Show where each key result stands.

    Args:
        where: Which workspaces.
        as_of: The day to look at, such as 2026-11-22; the last recorded one when not given.
        known_at: As it was known at an instant, such as 2026-11-23T06:00:00+01:00; in the
            workspace's zone when it names none.
        cycle: A cycle's id; the one that the day is in when not given.
        output: A table for people; JSON or CSV, with exact numbers, for programs.
    """
    shown: list[Sheet] = []
    refusals: list[str] = []
    asked = partial(read_sheets, as_of=as_of, known_at=known_at, cycle=cycle, clock=wall_clock())
    places = (where or Where()).places()
    for place in places:
        try:
            with expected_errors():
                shown += asked(place)
        except Exit as refusal:
            # One workspace that cannot be read hides no other.
            refusals.append(refusal.message)
    if not shown and not refusals:
        raise Exit(USAGE, _no_cycle(places, cycle, as_of))
    write(shown, output, with_failures=True)
    if refusals:
        raise Exit(FAILED, "\n\n".join(refusals))


def _no_cycle(places: Sequence[Place], cycle: str | None, as_of: date | None) -> str:
    """Why there is nothing to show."""
    companies = filter(None, (lint_place(place).company for place in places))
    begins = {c.id: c.starts for company in companies for c in company.cycles}
    if cycle:
        return f"no cycle {cycle!r} in okrs/{did_you_mean(cycle, begins)}"
    first = min(begins, key=lambda name: begins[name], default=None)
    known = f"; the first, {first}, begins on {begins[first]}" if first else ""
    return f"no cycle in okrs/ has begun{f' by {as_of}' if as_of else ''}{known}"


def write(shown: list[Sheet], form: out.Format, *, with_failures: bool = False) -> None:
    """Print the sheets in the form asked for; a job has told its failures itself."""
    if form != "table":
        out.write([row for sheet in shown for row in rows(sheet)], COLUMNS, form)
        return
    # Rich is for people: JSON and CSV do without its tenth of a second.
    from okrapp.okr_table import print_failures, print_sheet  # noqa: PLC0415
    from okrapp.terminal import console  # noqa: PLC0415

    for number, sheet in enumerate(shown):
        if number:
            console().print("\n")
        print_sheet(console(), sheet)
        if with_failures:
            print_failures(console(), sheet)

"""`okr status`: where each key result stands, from the store alone."""

from datetime import date

from flows.edges import wall_clock
from okrapp import output as out
from okrapp.exits import USAGE, Exit
from okrapp.okr_table import COLUMNS, Sheet, rows, table
from okrapp.sheets import sheets
from okrapp.terminal import console
from okrapp.where import Where, expected_errors


def status(
    where: Where | None = None,
    *,
    as_of: date | None = None,
    cycle: str | None = None,
    output: out.Format = "table",
) -> None:
    """Show where each key result stands. Reads the store; asks no source.

    Args:
        where: Which workspace.
        as_of: The day to look at (2026-11-22); the last recorded one when not given.
        cycle: A cycle's id; the one that the day is in when not given.
        output: A table for people; JSON or CSV, with exact numbers, for programs.
    """
    with expected_errors():
        shown = [
            sheet
            for place in (where or Where()).places()
            for sheet in sheets(place, as_of=as_of, cycle=cycle, clock=wall_clock())
        ]
    if not shown:
        raise Exit(
            USAGE, f"no cycle {cycle!r} in okrs/" if cycle else "no cycle has begun in okrs/"
        )
    write(shown, output)


def write(shown: list[Sheet], form: out.Format) -> None:
    """Print the sheets in the form asked for."""
    if form != "table":
        out.write([row for sheet in shown for row in rows(sheet)], COLUMNS, form)
        return
    for sheet in shown:
        days = [snapshot.as_of for snapshot in sheet.snapshots.values()]
        when = f"as of {max(days).isoformat()}" if days else "never recorded; run okr sync"
        console().print(f"[bold]{sheet.title}[/]  {sheet.cycle.id}, {when}\n")
        console().print(table(sheet))
        if any(snapshot.provisional for snapshot in sheet.snapshots.values()):
            console().print("\n* provisional: the source may still change it", style="dim")
        for snapshot in sheet.snapshots.values():
            if snapshot.stale:
                console().print(f"? {snapshot.key_result}: {snapshot.reason}", style="magenta")

"""`okr status`: where each key result stands, from the store alone."""

from datetime import date, datetime

from okrapp import output as out
from okrapp.exits import FAILED, Exit
from okrapp.gathering import gather
from okrapp.sheet import COLUMNS, rows
from okrapp.where import Where
from okrmodel.telling.sheet import Sheet


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
    shown, refusals = gather(where or Where(), as_of=as_of, known_at=known_at, cycle=cycle)
    write(shown, output, with_failures=True)
    if refusals:
        raise Exit(FAILED, "\n\n".join(refusals))


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

"""`okr backfill`: snapshots for past days."""

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from flows import backfill as job
from okrapp import output as out
from okrapp.exits import USAGE, Exit
from okrapp.jobs import (
    api_is_configured,
    places_at_work,
    refuse_future,
    run_flow,
    run_here,
    show,
)
from okrapp.where import Where
from okrmodel.windows import Window


def backfill(
    where: Where | None = None,
    *,
    from_: Annotated[date, Parameter(name="--from")],
    to: date,
    key_result: list[str] | None = None,
    prefect: bool | None = None,
    dry_run: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    output: out.Format = "table",
) -> None:
    """Record each day of a range of past days.

    Args:
        where: Which workspaces.
        from_: The first day, such as 2026-10-01.
        to: The last day.
        key_result: Id of a key result; may be given several times. All when not given.
        prefect: Run as a Prefect flow run; by default, whenever PREFECT_API_URL is set.
        dry_run: Print what would be asked of each source, and at what cost; ask and record nothing.
        output: A table for people; JSON or CSV for programs.
    """
    if to < from_:
        raise Exit(USAGE, f"--to {to} lies before --from {from_}")
    meant = where or Where()
    places = places_at_work(meant)
    refuse_future(places, to)
    days = Window(from_, Window.of_day(to).end)
    if dry_run:
        from okrapp.dry_run import dry_run as printed  # noqa: PLC0415 - only then

        printed(places, lambda view: job.planned(view, days, key_result), output)
        return
    if places and (api_is_configured() if prefect is None else prefect):
        from flows.prefect_flows import backfill as flow  # noqa: PLC0415 - Prefect takes a second

        root = str(places[0].root)
        done = run_flow(lambda: flow(root, from_, to, meant.workspace, key_result), meant)
    else:
        done = run_here(places, lambda opened: job.backfill(opened, days, key_result))
    show(places, done, output)

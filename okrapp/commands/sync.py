"""`okr sync`: the nightly job, now."""

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from flows import sync as job
from flows.view import View
from okrapp import output as out
from okrapp.jobs import (
    api_is_configured,
    places_at_work,
    refuse_future,
    run_flow,
    run_here,
    show,
    tell_unsent,
)
from okrapp.where import Where
from okrmodel.windows import last_complete_day


def sync(
    where: Where | None = None,
    *,
    as_of: date | None = None,
    prefect: bool | None = None,
    dry_run: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    output: out.Format = "table",
) -> None:
    """Pull what is new and record every key result up to the last complete day.

    Args:
        where: Which workspaces.
        as_of: The day to record, such as 2026-11-22. Today is allowed, and provisional.
        prefect: Run as a Prefect flow run; by default, whenever PREFECT_API_URL is set.
        dry_run: Print what would be asked of each source, and at what cost; ask and record nothing.
        output: A table for people; JSON or CSV for programs.
    """
    meant = where or Where()
    places = places_at_work(meant)
    if as_of:
        refuse_future(places, as_of)

    def day_of(view: View) -> date:
        return as_of or last_complete_day(view.now(), view.company.workspace.zone)

    if dry_run:
        from okrapp.dry_run import dry_run as printed  # noqa: PLC0415 - only then

        printed(places, lambda view: job.planned(view, day_of(view)), output)
        return
    if places and (api_is_configured() if prefect is None else prefect):
        from flows.prefect_flows import sync as flow  # noqa: PLC0415 - Prefect takes a second

        root = str(places[0].root)
        done = run_flow(lambda: flow(root, meant.workspace, as_of=as_of), meant)
    else:
        done = run_here(places, lambda opened: job.sync(opened, day_of(opened)))
        tell_unsent(places)
    show(places, done, output)

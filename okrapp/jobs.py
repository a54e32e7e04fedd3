"""Running a job from the command line: at once, or as a Prefect flow run where there is an API."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

from flows.edges import Edges
from flows.job import Job, open_job
from flows.places import Place
from flows.report import Report
from okrapp import output as out
from okrapp.commands.status import write
from okrapp.exits import FAILED, Exit
from okrapp.sheets import sheets
from okrapp.terminal import bars, complaints
from okrapp.where import expected_errors


def api_is_configured() -> bool:
    """Whether a Prefect API is named in the environment: jobs are flow runs then."""
    return bool(os.environ.get("PREFECT_API_URL"))


def run_here(places: list[Place], work: Callable[[Job], Report]) -> list[Report]:
    """Do the work on each workspace in turn; one that cannot be opened does not stop the others.

    Raises:
        Exit: No workspace could be worked on.
    """
    reports: list[Report] = []
    refusals: list[str] = []
    with bars() as listen:
        edges = Edges(listen=listen)
        for place in places:
            try:
                with expected_errors(), open_job(place, edges) as job:
                    reports.append(work(job))
            except Exit as refusal:
                refusals.append(refusal.message)
    if refusals:
        raise Exit(FAILED, "\n\n".join(refusals))
    return reports


def run_flow(flow: Callable[[], list[Report]], store: str | None) -> list[Report]:
    """Run a flow in this process; what did not answer is in the reports.

    A flow's parameters are shown to everybody, and a store's URL may hold a password: the
    environment tells the flow where the store is.
    """
    from flows.prefect_flows import KeyResultsFailed  # noqa: PLC0415 - Prefect takes a second

    if store:
        os.environ["OKR_STORE"] = store if "://" in store else str(Path(store).absolute())
    try:
        with expected_errors():
            return flow()
    except KeyResultsFailed as failed:
        return failed.reports


def show(places: list[Place], reports: list[Report], form: out.Format) -> None:
    """Print the OKR tables after a job, and what did not answer.

    Raises:
        Exit: Something did not answer.
    """
    edges = Edges()
    with expected_errors():
        shown = [
            sheet
            for place, report in zip(places, reports, strict=False)
            for sheet in sheets(place, as_of=report.as_of, cycle=None, clock=edges.clock())
        ]
    write(shown, form)
    screen = complaints()
    for report in reports:
        screen.print(_summary(report), style="dim")
        for fault in report.faults:
            screen.print(f"{fault.connection}: {fault}", style="red", soft_wrap=True)
    if any(report.failed for report in reports):
        raise Exit(FAILED)


def _summary(report: Report) -> str:
    calls = ", ".join(f"{name} {count}" for name, count in sorted(report.calls.items()) if count)
    return (
        f"\n{report.workspace}: run {report.run}, {_days(report.days)} to"
        f" {_day(report.as_of)}, {report.written} snapshots written; requests: {calls or 'none'}"
    )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _day(day: date) -> str:
    return day.isoformat()

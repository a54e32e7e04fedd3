"""Running a job from the command line: at once, or as a Prefect flow run where there is an API."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from flows.backfill import NothingToDo, UnknownKeyResult
from flows.delivery import send_after
from flows.edges import Edges, wall_clock
from flows.freeze import CannotFreeze
from flows.job import Job, open_job
from flows.places import AtRest, Place, at_work, read_place
from flows.report import Report
from okrapp import output as out
from okrapp.commands.status import write
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.reading import read_sheets
from okrapp.refusals import expected_errors, refuse_ahead
from okrapp.where import Where
from okrmodel.exact import counted
from okrmodel.store.frozen import FrozenCycle
from okrmodel.telling.sheet import Sheet

Came = TypeVar("Came")
"""What a job on one workspace comes to."""


@dataclass(frozen=True)
class Done(Generic[Came]):
    """What became of a job on several workspaces."""

    reports: Sequence[Came]
    refusals: Sequence[Exit] = ()
    """Of workspaces that could not be worked on at all."""


def api_is_configured() -> bool:
    """Whether a Prefect API is named in the environment: jobs are flow runs then."""
    return bool(os.environ.get("PREFECT_API_URL"))


def places_at_work(where: Where) -> list[Place]:
    """The workspaces that a job is for; those that rest are told and left alone.

    Raises:
        Exit: There is none, or the one that is named rests.
    """
    from okrapp.terminal import complaints  # noqa: PLC0415 - Rich is for people

    try:
        found, resting = at_work(where.places(), where.workspace)
    except AtRest as refusal:
        raise Exit(USAGE, str(refusal)) from None
    for name, why in resting.items():
        complaints().print(f"{name}: {why}; left alone", style="dim", soft_wrap=True, markup=False)
    return found


def refuse_future(places: Sequence[Place], day: date) -> None:
    """Nothing can be recorded as of a day that has not begun.

    Raises:
        Exit: The day lies ahead in the zone of one of the workspaces.
    """
    for place in places:
        with expected_errors():
            workspace = read_place(place)[0].workspace
        refuse_ahead(day, workspace)


def run_here(places: Sequence[Place], work: Callable[[Job], Came]) -> Done[Came]:
    """Do the work on each workspace in turn; one that cannot be worked on does not stop the others."""
    # Rich is for people: a dry run's JSON does without its tenth of a second, here and below.
    from okrapp.terminal import bars  # noqa: PLC0415

    reports: list[Came] = []
    refusals: list[Exit] = []
    with bars() as listen:
        edges = Edges(listen=listen)
        for place in places:
            try:
                with refused_jobs(), open_job(place, edges) as job:
                    reports.append(work(job))
            except Exit as refusal:
                refusals.append(refusal)
    return Done(reports, refusals)


def run_flow(flow: Callable[[], list[Report]], where: Where) -> Done[Report]:
    """Run a flow in this process; what did not answer is in the reports.

    A flow's parameters are shown to everybody, and a store's URL may hold a password: the
    environment tells the flow where the store is.

    Raises:
        Exit: A workspace could not be worked on, or the Prefect API does not answer.
    """
    from flows.prefect_flows import KeyResultsFailed  # noqa: PLC0415 - Prefect takes a second

    if store := where.store:
        os.environ["OKR_STORE"] = store if "://" in store else str(Path(store).absolute())
    try:
        with refused_jobs(), reachable_api():
            return Done(flow())
    except KeyResultsFailed as failed:
        return Done(failed.reports)


@contextmanager
def reachable_api() -> Iterator[None]:
    """Around what asks Prefect; loads its HTTP client.

    Raises:
        Exit: Its API does not answer.
    """
    from httpx import TransportError  # noqa: PLC0415 - comes with Prefect

    try:
        yield
    except (TransportError, RuntimeError) as error:
        # Prefect says it in two ways, one of them without a class of its own.
        if isinstance(error, RuntimeError) and "Failed to reach API" not in str(error):
            raise
        raise Exit(
            FAILED,
            "the Prefect API that PREFECT_API_URL names does not answer: start its server, or do"
            " without (okr sync and okr backfill take --no-prefect)",
        ) from None


@contextmanager
def refused_jobs() -> Iterator[None]:
    """Around what opens a job, or looks at one.

    Raises:
        Exit: It cannot be worked on.
    """
    try:
        with expected_errors():
            yield
    except (NothingToDo, UnknownKeyResult, CannotFreeze) as error:
        raise Exit(USAGE, str(error)) from None


def show(places: Sequence[Place], done: Done[Report], form: out.Format) -> None:
    """Print the OKR tables after a job, and what did not answer.

    Raises:
        Exit: Something did not answer, or a workspace could not be worked on.
    """
    reports = {report.workspace: report for report in done.reports}
    shown: list[Sheet] = []
    for place in places:
        if report := reports.get(place.workspace):
            with expected_errors():
                shown += read_sheets(place, as_of=report.as_of, cycle=None, clock=wall_clock())
    if shown or not done.refusals:
        write(shown, form)
    for report in done.reports:
        _tell(report)
    refuse(done)
    if any(report.failed for report in done.reports):
        raise Exit(FAILED)


def tell_unsent(places: Sequence[Place]) -> None:
    """Send what is due after a job; what did not go out is told, and fails nothing."""
    from okrapp.terminal import complaints  # noqa: PLC0415

    for line in send_after(places, Edges()):
        complaints().print(f"! {line}", style="yellow", soft_wrap=True, markup=False)


def refuse(done: Done[Came]) -> None:
    """End with the reasons why workspaces could not be worked on, if there are any.

    Raises:
        Exit: There are.
    """
    if done.refusals:
        codes = {refusal.code for refusal in done.refusals}
        code = USAGE if codes == {USAGE} and not done.reports else FAILED
        raise Exit(code, "\n\n".join(refusal.message for refusal in done.refusals))


def _tell(report: Report) -> None:
    """What a workspace's share of the run came to, and what did not answer."""
    from okrapp.terminal import complaints  # noqa: PLC0415

    screen = complaints()
    calls = ", ".join(f"{name} {count}" for name, count in sorted(report.calls.items()) if count)
    days, written = counted(report.days, "day"), counted(report.written, "snapshot")
    line = (
        f"{report.workspace}: run {report.run}, {days} up to {report.as_of},"
        f" {written} written; requests: {calls or 'none'}"
        if report.days
        else f"{report.workspace}: no cycle in okrs/ is open on {report.as_of}; nothing was recorded"
    )
    screen.print(f"\n{line}", style="dim", soft_wrap=True, markup=False)
    for fault in report.faults:
        screen.print(
            f"✗ {fault.connection}: {fault.what}", style="red", soft_wrap=True, markup=False
        )
        if fault.remedy:
            screen.print(f"  → {fault.remedy}", style="bold", soft_wrap=True, markup=False)
    for frozen in report.frozen:
        tell_frozen(frozen)
    if report.untold:
        told = f"! nobody is told of news, for it could not be queued: {report.untold}"
        screen.print(told, style="yellow", soft_wrap=True, markup=False)


def tell_frozen(frozen: FrozenCycle) -> None:
    """What a cycle was frozen with, and which of its figures are not final."""
    from okrapp.terminal import complaints  # noqa: PLC0415

    screen = complaints()
    figures = counted(len(frozen.key_results), "key result")
    screen.print(
        f"\n{frozen.workspace}: {frozen.cycle} is frozen by run {frozen.run} with the figures of"
        f" {figures} as of {frozen.ends}; digest {frozen.digest}",
        soft_wrap=True,
        markup=False,
    )
    if frozen.not_final:
        reasons = (f"{name} ({', '.join(why)})" for name, why in frozen.not_final.items())
        screen.print(f"not final, and kept so: {', '.join(reasons)}", soft_wrap=True, markup=False)

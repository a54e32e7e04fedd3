"""The thin Prefect flows: one task per workspace, key results as plain function calls.

Parameters carry names and dates only: a run's parameters are shown to whoever may see the run.
Secrets are resolved inside, from the references in the config; the store's URL comes from the
worker's environment. What ran is remembered in our own run table, never in Prefect's.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from prefect import Task, flow, get_run_logger, runtime, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows import backfill as backfill_job
from flows import sync as sync_job
from flows.artifacts import markdown
from flows.delivery import send_after, send_due
from flows.edges import Edges
from flows.job import Job, open_job
from flows.places import Place, at_work, find_places, in_zone
from flows.report import Report
from okrmodel.windows import Window, last_complete_day

WORKSPACES_AT_ONCE = 8


class KeyResultsFailed(RuntimeError):  # noqa: N818 - says what happened
    """Some connections did not answer. What did is recorded; the reports say what is missing."""

    def __init__(self, reports: list[Report]) -> None:
        self.reports = reports
        lines = [
            f"{report.workspace}: {fault.connection}: {fault}"
            for report in reports
            for fault in report.faults
        ]
        super().__init__("\n".join(lines) or "some key results show an old value")


def _again_soon(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Retry the task only where every fault may be gone in a minute."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, KeyResultsFailed) and all(r.again_soon for r in error.reports)


def _on_workspace(work: Callable[[Job], Report], place: Place) -> Report:
    with open_job(place, Edges()) as job:
        report = work(job)
    if report.failed:
        raise KeyResultsFailed([report])
    return report


_PER_WORKSPACE: dict[str, Any] = {
    "task_run_name": "{place.workspace}",
    "cache_policy": NO_CACHE,
    "persist_result": False,
    "retries": 2,
    "retry_delay_seconds": [10, 60],
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": _again_soon,
}


@task(name="sync workspace", **_PER_WORKSPACE)
def sync_workspace(place: Place, as_of: date | None, at: datetime | None) -> Report:
    """Bring one workspace up to its data day: the day given, else the last one complete at `at`."""
    return _on_workspace(lambda job: sync_job.sync(job, as_of or _data_day(job, at)), place)


@task(name="backfill workspace", **_PER_WORKSPACE)
def backfill_workspace(place: Place, days: Window, key_results: tuple[str, ...] | None) -> Report:
    """Record one workspace's snapshots for a range of days."""
    return _on_workspace(lambda job: backfill_job.backfill(job, days, key_results), place)


@flow(
    name="sync",
    task_runner=ThreadPoolTaskRunner(max_workers=WORKSPACES_AT_ONCE),  # type: ignore[arg-type]
    persist_result=False,
)
def sync(
    config: str,
    workspace: str | None = None,
    *,
    zone: str | None = None,
    as_of: date | None = None,
    shard: int = 0,
    shards: int = 1,
) -> list[Report]:
    """Pull what is new and record snapshots.

    Args:
        config: The folder with the config, as an absolute path.
        workspace: The id of one workspace; all of the folder without it.
        zone: Only the workspaces in this IANA time zone.
        as_of: The day to record; without it the last one that was complete, in each workspace's
            zone, when the run was scheduled to start.
        shard: Which part of the workspaces, counted from 0.
        shards: Into how many parts they are divided.

    Raises:
        KeyResultsFailed: Something did not answer; everything else is recorded.
        AtRest: The one workspace is paused, or was left.
    """
    places = find_places(Path(config), workspace)
    if zone:
        places = list(in_zone(places, zone))
    places, _ = at_work(places[shard::shards], workspace)
    scheduled: datetime | None = runtime.flow_run.scheduled_start_time
    try:
        return _collect(places, (sync_workspace.submit(p, as_of, scheduled) for p in places))
    finally:
        for line in send_after(places, Edges()):
            get_run_logger().warning(line)


@flow(
    name="backfill",
    task_runner=ThreadPoolTaskRunner(max_workers=WORKSPACES_AT_ONCE),  # type: ignore[arg-type]
    persist_result=False,
)
def backfill(
    config: str,
    from_day: date,
    to_day: date,
    workspace: str | None = None,
    key_results: list[str] | None = None,
) -> list[Report]:
    """Record snapshots for a range of past days; a killed run goes on where it stopped.

    Args:
        config: The folder with the config, as an absolute path.
        from_day: The first as_of day.
        to_day: The last one.
        workspace: The id of one workspace; all of the folder without it.
        key_results: Ids of key results; all without it.

    Raises:
        KeyResultsFailed: Something did not answer; everything else is recorded.
        AtRest: The one workspace is paused, or was left.
    """
    days = Window(from_day, Window.of_day(to_day).end)
    chosen = tuple(key_results) if key_results else None
    places, _ = at_work(find_places(Path(config), workspace), workspace)
    return _collect(places, (backfill_workspace.submit(p, days, chosen) for p in places))


class NotesFailed(RuntimeError):  # noqa: N818 - says what happened
    """Something could not be sent, or may not have arrived. All else was sent."""


@flow(name="notes", persist_result=False)
def notes(config: str, workspace: str | None = None) -> list[str]:
    """Send the digests and notes that are due.

    Args:
        config: The folder with the config, as an absolute path.
        workspace: The id of one workspace; all of the folder without it.

    Returns:
        What was sent, a line each.

    Raises:
        NotesFailed: Something did not go out.
    """
    done = list(send_due(find_places(Path(config), workspace), Edges()))
    if failed := [delivery for delivery in done if delivery.failed]:
        raise NotesFailed("\n".join(f"{each}; {each.remedy}".rstrip("; ") for each in failed))
    return list(map(str, done))


def _collect(places: list[Place], work: Iterable[PrefectFuture[Report]]) -> list[Report]:
    """Wait for every workspace, show each as an artifact, and fail only at the end."""
    reports: list[Report] = []
    broken: list[BaseException] = []
    bar = create_progress_artifact(0.0, key="okr-progress", description="Workspaces done")
    for done, future in enumerate(as_completed(list(work)), start=1):
        match future.result(raise_on_failure=False):
            case Report() as report:
                reports.append(report)
            case KeyResultsFailed() as failed:
                reports += failed.reports
            case error:
                get_run_logger().error("a workspace could not be worked on: %s", error)
                broken.append(error)
        update_progress_artifact(bar, 100.0 * done / len(places))  # type: ignore[arg-type]
    for report in reports:
        create_markdown_artifact(markdown(report), key=f"okr-{report.workspace}".replace("_", "-"))
    if broken:
        raise broken[0]
    if any(report.failed for report in reports):
        raise KeyResultsFailed(reports)
    return reports


def _data_day(job: Job, at: datetime | None) -> date:
    """From the scheduled start, never from now: a run that starts late means the same day."""
    workspace = job.company.workspace
    instant = workspace.clock or at or job.edges.clock()
    return last_complete_day(instant, workspace.zone)

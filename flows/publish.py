"""Telling readers: what the files say goes into the store, where the pages find it."""

from dataclasses import replace

from flows.job import Job
from okrmodel.definitions.workspace import Workspace
from okrmodel.publication import Publication, publication
from okrmodel.store.publications import record_publication
from okrmodel.store.runs import Result, Run, end_run


def publish(job: Job, run: Run) -> Publication:
    """Remember what the files say for readers if it is news, and write the board anew.

    Returns:
        What they say.

    Raises:
        LeaseLost: Another run has taken over the workspace.
    """
    words = publication(job.company, job.places)
    record_publication(job.store, run, job.lease, words)
    return words


def publish_by_itself(job: Job, workspace: Workspace | None = None) -> None:
    """The same in a run of its own: no night does it for a workspace that rests.

    Args:
        job: The workspace's.
        workspace: What its file is going to say, where that is not what it says yet.
    """
    with job.running("publish", {}) as run:
        if workspace:
            job.company = replace(job.company, workspace=workspace)
        publish(job, run)
        end_run(job.store, run, Result.OK)

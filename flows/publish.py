"""Telling readers: what the files say goes into the store, where the pages find it."""

from flows.job import Job
from okrmodel.publication import publication
from okrmodel.store.publications import record_publication
from okrmodel.store.runs import Run


def publish(job: Job, run: Run) -> None:
    """Remember what the files say for readers if it is news, and write the board anew.

    Raises:
        LeaseLost: Another run has taken over the workspace.
    """
    record_publication(job.store, run, job.lease, publication(job.company, job.places))

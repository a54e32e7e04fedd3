"""Telling readers: what the files say goes into the store, where the pages find it."""

from flows.job import Job
from okrmodel.publication import Publication, publication
from okrmodel.store.publications import record_publication
from okrmodel.store.runs import Run


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

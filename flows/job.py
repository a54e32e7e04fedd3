"""A job's grip on one workspace: its definitions, its store, its lease, its run."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Lock
from typing import Any

from flows.edges import Edges
from flows.limits import shared
from flows.places import Place, read_place
from flows.view import View
from okrmodel.store.leases import acquire, release, renew
from okrmodel.store.runs import Result, Run, begin_run, end_run
from okrmodel.store.store import Lease, Store

LEASE_LASTS = timedelta(minutes=10)
"""Renewed after every step; a step takes seconds, so a lease this old belongs to a killed run."""


@dataclass
class Job(View):
    """Work on one workspace, by nobody else at the same time."""

    lease: Lease
    _renewing: Lock = field(default_factory=Lock)

    def keep_lease(self) -> None:
        """Say that the work goes on; several threads may.

        Raises:
            LeaseLost: Somebody else has taken over; stop.
        """
        with self._renewing:
            self.lease = renew(self.store, self.lease, LEASE_LASTS)

    @contextmanager
    def running(self, kind: str, parameters: Mapping[str, Any]) -> Iterator[Run]:
        """A row in the run table that begins now and is ended however the block ends."""
        run = begin_run(self.store, self.workspace, kind, parameters)
        try:
            yield run
        except BaseException as error:
            # Ctrl-C included: the row says what happened, what was recorded stays.
            end_run(self.store, run, Result.FAILED, f"{type(error).__name__}: {error}".rstrip(": "))
            raise


@contextmanager
def open_job(place: Place, edges: Edges) -> Iterator[Job]:
    """Read the definitions, open the store, and take the workspace.

    Raises:
        BadConfig: The definitions have errors.
        StoreError: The store cannot be opened, or another run has the workspace.
    """
    company, places = read_place(place)
    now = partial(edges.now, company.workspace)
    with (
        Store.open(place.store, now=now, wall=edges.clock) as store,
        shared(edges, store) as sharing,
    ):
        lease = acquire(store, company.workspace.id, holder(), LEASE_LASTS)
        job = Job(company, places, place.folder, store, sharing, lease)
        try:
            yield job
        finally:
            release(store, job.lease)


def holder() -> str:
    """Who works on a workspace, for people."""
    return f"okr, process {os.getpid()} on {socket.gethostname()}"

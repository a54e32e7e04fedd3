"""An agency's store, made of rows: workspaces whose key results stand as a test says."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from okrapp.web.app import web_app
from okrapp.web.guard import Guard
from okrapp.web.viewers import Viewer
from okrmodel.snapshot import Status
from okrmodel.store import Store
from okrmodel.store.leases import release
from okrmodel.store.runs import Outcome, Result, end_run, record_outcomes
from tests.conftest import Clock
from tests.okrapp.web.asking import ask
from tests.okrmodel.store.samples import Work, closure, cycle, snapshot, words

NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)
SUNDAY = date(2026, 11, 22)
OK = (Outcome("connection", "crm", Result.OK, calls=8),)
FAILED = (Outcome("connection", "crm", Result.FAILED, "it answered 503 – try later", calls=3),)


@dataclass
class Many:
    """The store, and the clock that it records by."""

    store: Store
    clock: Clock

    @classmethod
    def open(cls, file: Path) -> "Many":
        clock = Clock()
        clock.now = NIGHT
        return cls(Store.open(f"sqlite:///{file}", now=clock, wall=clock), clock)

    def sync(
        self,
        workspace: str,
        *statuses: Status,
        outcomes: tuple[Outcome, ...] = OK,
        ends: bool = True,
        stale: str | None = None,
        scores: tuple[str, ...] = (),
        **said: Any,
    ) -> Work:
        """A sync that finds key results a, b … to stand so; what its connections say decides how it ends."""
        names = [chr(ord("a") + n) for n in range(len(statuses))]
        quarter = cycle(*(names or ["a"]), ends=date(2026, 12, 31))
        work = Work.begin(self.store, workspace)
        own = closure(workspace=workspace)
        work.definitions(own)
        hashes = {"definition_hash": own.definition_hash, "computation_hash": own.computation_hash}
        work.publish(words(quarter, **{"workspace": workspace, "name": workspace.title(), **said}))
        work.snapshots(
            *(
                snapshot(
                    workspace=workspace,
                    key_result=name,
                    as_of=SUNDAY,
                    through=SUNDAY - timedelta(days=3 if stale else 0),
                    stale=stale,
                    status=status,
                    score=Decimal(scores[n]) if scores else Decimal("0.5"),
                    **hashes,
                )
                for n, (name, status) in enumerate(zip(names, statuses, strict=True))
            )
        )
        record_outcomes(self.store, work.run, outcomes)
        if ends:
            failed = any(each.result is Result.FAILED for each in outcomes)
            result = Result.FAILED if failed else Result.STALE if stale else Result.OK
            reason = "; ".join(each.reason for each in outcomes if each.reason)
            end_run(self.store, work.run, result, reason)
            release(self.store, work.lease)
        return work

    def get(self, path: str, *allowed: str) -> httpx.Response:
        """What is answered to somebody who may see these workspaces; all where none is named."""
        return ask(self.app(*allowed), path)

    def app(self, *allowed: str) -> FastAPI:
        guard = Guard()
        if allowed:
            object.__setattr__(guard, "viewer", lambda _: Viewer(workspaces=frozenset(allowed)))
        return web_app(self.store, self.clock, guard)

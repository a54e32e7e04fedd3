"""A workspace of the pretend company's, its servers and its store; nothing is waited for."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from connectors.budget import Unlimited
from flows.backfill import backfill
from flows.edges import Edges, Listener, wall_clock
from flows.job import Job, open_job
from flows.places import Place, find_places
from flows.report import Report
from flows.sync import sync
from okrmodel.snapshot import Snapshot
from okrmodel.store import Store
from okrmodel.store.snapshots import Revision, latest, series
from okrmodel.windows import ONE_DAY, Window, last_complete_day
from sandbox.clock import DEFAULT_NOW
from sandbox.faults import Fault
from sandbox.world import Sandbox

SHIPPED = Path(__file__).parents[2] / "config"
TOKEN = "HUBSPOT_TOKEN"  # The name of the environment variable, no token.


@dataclass
class Scene:
    """One workspace folder with a store, in front of a pretend world."""

    sandbox: Sandbox
    root: Path
    store: str
    clock: Callable[[], datetime] = wall_clock
    """What leases run by."""
    listen: Listener = lambda _: None
    slept: list[float] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return find_places(self.root, store=self.store)[0]

    @contextmanager
    def job(self) -> Iterator[Job]:
        edges = Edges(
            clock=self.clock,
            sleep=self.slept.append,
            chance=lambda: 1.0,
            budget=Unlimited(),
            listen=self.listen,
        )
        with open_job(self.place, edges) as job:
            yield job

    def sync(self, as_of: date | None = None) -> Report:
        with self.job() as job:
            zone = job.company.workspace.zone
            return sync(job, as_of or last_complete_day(job.now(), zone))

    def backfill(self, first: date, last: date, key_results: Sequence[str] | None = None) -> Report:
        with self.job() as job:
            return backfill(job, Window(first, last + ONE_DAY), key_results)

    def asking(self) -> Store:
        return Store.open(self.place.store)

    def told(self, cycle: str = "2026-Q4") -> dict[str, dict[date, Revision]]:
        """The latest revision of each day, by key result."""
        with self.asking() as store:
            ids = latest(store, self.place.workspace, cycle)
            every = {i: series(store, self.place.workspace, cycle, i) for i in ids}
        return {i: {r.snapshot.as_of: r for r in found} for i, found in every.items()}

    def snapshot(self, key_result: str, day: date) -> Snapshot:
        return self.told()[key_result][day].snapshot

    def payloads(self) -> dict[tuple[str, date], str]:
        """All that is said, to the byte."""
        return {
            (key_result, day): revision.payload
            for key_result, days in self.told().items()
            for day, revision in days.items()
        }

    def move_to(self, now: datetime) -> None:
        """The whole pretend world later: the servers, and the workspace that stands in it."""
        self.sandbox.clock.move_to(now)
        file = self.root / "workspace.yaml"
        clock = f"clock: {now.isoformat()}"
        file.write_text(re.sub(r"clock: \S+", clock, file.read_text("utf-8")), "utf-8")

    def fault(self, matching: str, **details: object) -> None:
        """Order a fault that lasts."""
        wanted = {"kind": "status", "times": 10_000} | details
        self.sandbox.faults.order(Fault(matching=matching, **wanted))  # type: ignore[arg-type]

    @property
    def requests(self) -> list[str]:
        """Verb and path of each request so far."""
        return [f"{r.method} {r.path.partition('?')[0]}" for r in self.sandbox.log.all()]


def rewrite(file: Path, changes: Mapping[str, str]) -> None:
    """Replace texts that must be there."""
    text = file.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"{old!r} is not in {file}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def end_early(root: Path, ends: date, grace: int) -> None:
    """Let the small config's cycle end on a day that the pretend world knows."""
    dates = f"{{ id: 2026-Q4, starts: 2026-10-01, ends: {ends} }}"
    rewrite(root / "okrs/2026-Q4.yaml", {"cycle: 2026-Q4": f"cycle: {dates}"})
    rewrite(root / "workspace.yaml", {"id: pretend": f"id: pretend\ngrace_days: {grace}"})


def reset(sandbox: Sandbox) -> Sandbox:
    """The same world for every test, as if nobody had ever asked it anything."""
    sandbox.clock.move_to(DEFAULT_NOW)
    sandbox.faults.clear()
    sandbox.log.clear()
    return sandbox


def settle_in(config: Path, root: Path, sandbox: Sandbox) -> Path:
    """A copy of a config whose connections lead to this world."""
    shutil.copytree(config, root)
    rewrite(
        root / "workspace.yaml",
        {
            "http://127.0.0.1:8731": sandbox.hubspot_url,
            "127.0.0.1:8732": sandbox.ga4_grpc_address,
        },
    )
    return root

"""An agency's night: a thousand workspaces with twenty key results each, and nothing sent.

    python -m benchmarks.fleet [WORKSPACES …]

Without numbers, 100 and 1,000. A night in the middle of a quarter of which every day before is
stored and settled, and the day before recorded. Measured, for all workspaces together: the planner (demand and plan, purely), what
it asks of the store, and computing and recording the day (reading what is known, computing, one
revision for each key result), on SQLite and on PostgreSQL (a private server that does not wait for
the disk). The answers of the sources are made up and recorded outside of what is measured. Each
size runs in a process of its own: its peak memory shows whether that grows with the workspaces.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from connectors.registry import catalogue
from flows.edges import Edges
from flows.inputs import inputs
from flows.job import Job
from flows.places import find_places, read_place
from flows.planning import plan
from flows.record import record
from okrmodel.closure import Closure
from okrmodel.definitions.company import Company
from okrmodel.definitions.key_results import KeyResult
from okrmodel.demand import Demand, demand
from okrmodel.due import Care, settled
from okrmodel.observations import Observation
from okrmodel.reading.company import Places
from okrmodel.resolution import resolve
from okrmodel.store import Store
from okrmodel.store.leases import acquire
from okrmodel.store.observations import known_observations, wide_reads
from okrmodel.store.runs import Run, begin_run
from okrmodel.store.steps import record_step
from okrmodel.windows import ONE_DAY, Window
from tests import postgres

KEY_RESULTS = 20
AS_OF = date(2026, 11, 22)
ZONES = ("Europe/Warsaw", "America/New_York", "Asia/Kolkata")
SIZES = (100, 1_000)


def templates() -> list[Company]:
    """The shipped config in three zones; reading is timed, for every workspace has files to read."""
    place = find_places(Path("config"))[0]
    began = time.process_time()
    company, _ = read_place(place)
    took = time.process_time() - began
    print(f"  reading the files of one workspace takes {took * 1000:.0f} ms", file=sys.stderr)
    return [_with(company, timezone=zone) for zone in ZONES]


def _with(company: Company, **changes: Any) -> Company:
    return replace(company, workspace=company.workspace.model_copy(update=changes))


def workspaces(count: int, kinds: list[Company]) -> Iterator[Company]:
    """One after the other, each with accounts of its own."""
    for number in range(count):
        company = kinds[number % len(kinds)]
        connections = dict(company.workspace.connections)
        for name, field in (("hubspot", "portal"), ("web", "property")):
            account = {field: 1_000 + number if field == "portal" else str(1_000 + number)}
            connections[name] = connections[name].model_copy(update=account)
        yield _with(company, id=f"client-{number}", connections=connections)


@dataclass
class Watch:
    """Seconds by what they went to, of the process and of the clock."""

    cpu: dict[str, float]
    wall: dict[str, float]

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        cpu, wall = time.process_time(), time.monotonic()
        yield
        self.cpu[what] = self.cpu.get(what, 0) + time.process_time() - cpu
        self.wall[what] = self.wall.get(what, 0) + time.monotonic() - wall


class Night:
    """The night of one workspace after the other."""

    def __init__(self, store: Store, clock: list[datetime], watch: Watch) -> None:
        self._store = store
        self._clock = clock
        self._watch = watch
        self.snapshots = self.windows = self.requests = 0

    def of(self, company: Company) -> None:
        now = self._clock[0]
        (cycle,) = company.cycles
        chosen = [key_result for _, key_result in cycle.key_results()][:KEY_RESULTS]
        days = [*Window(cycle.starts, AS_OF + ONE_DAY).days()]
        lease = acquire(self._store, company.workspace.id, "benchmark", timedelta(hours=9))
        run = begin_run(self._store, company.workspace.id, "sync", {})
        job = Job(company, Places({}, {}, ""), Path(), self._store, Edges(), lease)

        earlier = demand(company, cycle, chosen, days[:-1], catalogue())
        self._answer(job, run, earlier, set(), now - ONE_DAY)
        closures = [*_closures(company, chosen)]
        record(job, run, [(closure, [AS_OF - ONE_DAY]) for closure in closures])
        with self._watch.on("planner"):
            wanted = demand(company, cycle, chosen, days, catalogue())
        stored = {key for source, found in earlier.windows.items() for key in ((source, w) for w in found)}  # fmt: skip
        self._plan(company, wanted)
        self._answer(job, run, wanted, stored, now)
        self._record(job, run, closures)

    def _plan(self, company: Company, wanted: Demand) -> None:
        zone, now = company.workspace.zone, self._clock[0]
        with self._watch.on("what the planner asks of the store"):
            marks = {source.fingerprint: found for source, found in wanted.windows.items()}
            known = known_observations(self._store, company.workspace.id, marks)
            runs = settled(wanted, known, zone, now)
            wide = wide_reads(self._store, company.workspace.id, runs)
        with self._watch.on("planner"):
            made = plan(company, wanted, known, wide, now=now, care=Care.NIGHTLY)
        self.windows += len(known)
        self.requests += made.estimate

    def _answer(self, job: Job, run: Run, wanted: Demand, stored: set[Any], now: datetime) -> None:
        """Make up the sources' answers for what is not stored."""
        made_up = [
            Observation(source.fingerprint, window, Decimal(5 + n % 7), now, timedelta())
            for source, windows in wanted.windows.items()
            for n, window in enumerate(windows)
            if (source, window) not in stored
        ]
        record_step(self._store, run, job.lease, made_up, job.company.workspace.zone)

    def _record(self, job: Job, run: Run, closures: Iterable[Closure]) -> None:
        wanted = [(closure, [AS_OF]) for closure in closures]
        with self._watch.on("(of that, reading what is known)"):
            for _ in inputs(self._store, job.workspace, wanted):
                pass
        with self._watch.on("computing and recording"):
            self.snapshots += record(job, run, wanted).written


def _closures(company: Company, chosen: Iterable[KeyResult]) -> Iterator[Closure]:
    for key_result in chosen:
        yield resolve(company, company.cycles[0], key_result, catalogue()).closure


def measure(count: int, address: str) -> dict[str, Any]:
    """One size on one store, in this process."""
    kinds = templates()
    clock = [datetime.combine(AS_OF + ONE_DAY, datetime.min.time(), tzinfo=kinds[0].workspace.zone)]
    clock[0] += timedelta(hours=16)
    watch = Watch({}, {})
    with Store.open(address, now=lambda: clock[0]) as store:
        night = Night(store, clock, watch)
        for company in workspaces(count, kinds):
            night.of(company)
    return {
        "cpu": watch.cpu,
        "wall": watch.wall,
        "snapshots": night.snapshots,
        "windows": night.windows,
        "requests": night.requests,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def report(count: int, kind: str, address: str) -> None:
    command = [sys.executable, "-m", "benchmarks.fleet", "--one", str(count), address]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    print(
        f"{count:,} workspaces on {kind}: {found['snapshots']:,} snapshots of {found['windows']:,}"
        f" stored windows; {found['requests']:,} requests planned; peak {found['peak']:.0f} MB"
    )
    for what, cpu in found["cpu"].items():
        wall = found["wall"][what]
        each = wall / count * 1000
        print(
            f"  {wall:6.2f} s ({cpu:.2f} s of CPU, {each:.2f} ms a workspace)  {what}", flush=True
        )


def main(sizes: Iterable[int]) -> None:
    print(machine())
    with postgres.running() as server:
        for count in sizes:
            with tempfile.TemporaryDirectory() as folder:
                report(count, "SQLite", f"sqlite:///{Path(folder) / 'okr.db'}")
            report(count, "PostgreSQL", server.url(server.create()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]), sys.argv[3])))
    else:
        main([int(word) for word in sys.argv[1:]] or SIZES)

"""Things to record: a run with its lease, answers, definitions and snapshots."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.definitions.key_results import Reach
from okrmodel.observations import Aggregation, Evidence, Observation
from okrmodel.publication import Publication
from okrmodel.snapshot import Known, Snapshot, Status, Term
from okrmodel.store import Lease, Store
from okrmodel.store.definitions import record_definitions
from okrmodel.store.frozen import FrozenCycle, record_freeze
from okrmodel.store.leases import acquire
from okrmodel.store.notes import NewNote, queue
from okrmodel.store.observations import known_observations
from okrmodel.store.publications import record_publication
from okrmodel.store.revisions import Written, record_snapshots
from okrmodel.store.runs import Run, begin_run
from okrmodel.store.steps import Change, record_step
from okrmodel.windows import Window

ZONE = ZoneInfo("Europe/Warsaw")
MONDAY = Window.of_day(date(2026, 11, 16))
TUESDAY = Window.of_day(date(2026, 11, 17))
OBSERVED = datetime(2026, 11, 18, 3, tzinfo=UTC)


def answer(**changes: Any) -> Observation:
    """Seven, on a Monday, final."""
    return replace(
        Observation(
            fingerprint="f1",
            window=MONDAY,
            value=Decimal(7),
            observed_at=OBSERVED,
            settles=timedelta(0),
            evidence=Evidence(queries=('{"limit":1}',), digests=("d1",), records=7),
        ),
        **changes,
    )


def closure(**changes: Any) -> Closure:
    """Reach a hundred leads."""
    return Closure(
        **{
            "workspace": "acme",
            "timezone": "Europe/Warsaw",
            "week_starts": "monday",
            "status_rule": "mooncamp",
            "cycle": "2026-Q4",
            "starts": date(2026, 10, 1),
            "ends": date(2026, 12, 31),
            "before": date(2026, 7, 1),
            "objective": "grow",
            "key_result": Reach(id="leads", title="Leads", metric="leads", target=Decimal(100)),
            "measures": {
                "leads": SourceMeasure(
                    name="Leads",
                    connection="crm",
                    connector="hubspot",
                    account="1",
                    query={"object": "contacts"},
                    aggregation=Aggregation.SUM,
                    fingerprint="f1",
                )
            },
            **changes,
        }
    )


def cycle(*key_results: str, ends: date = TUESDAY.start) -> Cycle:
    """A cycle of leads, or of other key results, that has just ended."""
    scales = tuple(
        Reach(id=name, title=name.title(), metric=name, target=Decimal(100))
        for name in key_results or ("leads",)
    )
    objective = Objective(id="grow", title="Grow", key_results=scales)
    return Cycle(id="2026-Q4", starts=date(2026, 10, 1), ends=ends, objectives=(objective,))


def words(*cycles: Cycle, **changes: Any) -> Publication:
    """What acme's files say for readers: of leads, or of other cycles."""
    return Publication(
        **{
            "workspace": "acme",
            "name": "Acme",
            "timezone": "Europe/Warsaw",
            "locale": "en",
            "people": {"ola": "Ola Nowak"},
            "cycles": cycles or (cycle(),),
            "units": {"2026-Q4/leads": "leads"},
            "places": {"2026-Q4/leads": "okrs/2026-Q4.yaml:7"},
            **changes,
        }
    )


def snapshot(**changes: Any) -> Snapshot:
    """Seven of a hundred leads, as of Monday."""
    plain = Snapshot(
        workspace="acme",
        cycle="2026-Q4",
        key_result="leads",
        as_of=MONDAY.start,
        status=Status.OFF_TRACK,
        reason="7 of 100",
        value=Decimal(7),
        baseline=Decimal(0),
        target=Decimal(100),
        previous=None,
        raw_progress=Decimal("0.07"),
        score=Decimal("0.07"),
        expected=Decimal("0.5"),
        pace=Decimal("0.14"),
        through=MONDAY.start,
        stale=None,
        provisional=(),
        restated=False,
        observations=(),
        checks=(),
        arithmetic=Term("sum", Decimal(7), (Term("16 Nov", Decimal(7)),)),
        definition_hash=closure().definition_hash,
        computation_hash=closure().computation_hash,
    )
    return replace(plain, **changes)


@dataclass(frozen=True)
class Work:
    """A run on a workspace, under its lease."""

    store: Store
    run: Run
    lease: Lease

    @classmethod
    def begin(cls, store: Store, workspace: str = "acme") -> "Work":
        lease = acquire(store, workspace, "a test", timedelta(minutes=5))
        return cls(store, begin_run(store, workspace, "sync", {}), lease)

    def answers(self, *answers: Observation) -> tuple[Change, ...]:
        return record_step(self.store, self.run, self.lease, answers, ZONE)

    def snapshots(self, *snapshots: Snapshot) -> tuple[Written, ...]:
        return record_snapshots(self.store, self.run, self.lease, snapshots)

    def definitions(self, *closures: Closure) -> None:
        record_definitions(self.store, self.run, self.lease, closures)

    def publish(self, words: Publication) -> bool:
        return record_publication(self.store, self.run, self.lease, words)

    def freeze(self, closing: Cycle) -> FrozenCycle:
        return record_freeze(self.store, self.run, self.lease, closing)

    def tell(self) -> None:
        """Queue a note, and say up to where was looked for news."""
        note = NewNote("team", "run/1", "failures", OBSERVED, {"kind": "run_failed"})
        queue(self.store, self.run.workspace, [note], OBSERVED, OBSERVED)

    def known(self, known_at: datetime | None = None, **changes: Any) -> Known | None:
        wanted = answer(**changes)
        found = known_observations(
            self.store, self.run.workspace, {wanted.fingerprint: [wanted.window]}, known_at
        )
        return found.get((wanted.fingerprint, wanted.window))

"""From demand to a plan: what each connection is to be asked, costed, and nothing sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from connectors.contract import Ask, Audit, Step, Stored, written
from connectors.errors import ConnectorError
from connectors.registry import installed
from flows.view import View
from okrmodel.definitions.company import Company
from okrmodel.demand import Demand
from okrmodel.due import Care, Due, Run, Wide, due, settled
from okrmodel.exact import exactly, sha256
from okrmodel.observations import Key
from okrmodel.snapshot import Known
from okrmodel.store.observations import known_observations, wide_reads
from okrmodel.windows import ONE_DAY


@dataclass(frozen=True)
class Errand:
    """What one connection is to be asked, in order."""

    connection: str
    connector: str
    account: str
    steps: tuple[Step, ...]
    trouble: str = ""
    """Why nothing can be planned; empty when it can."""

    @property
    def least(self) -> int:
        """Requests that it takes at least."""
        return sum(step.calls for step in self.steps)

    @property
    def estimate(self) -> int:
        """Requests by what is known beforehand."""
        return sum(step.expected for step in self.steps)

    @property
    def spends(self) -> dict[str, int]:
        """What it is expected to take of the account's quotas, by their names."""
        found: dict[str, int] = {}
        for step in self.steps:
            for spend in step.spends:
                found[spend.quota] = found.get(spend.quota, 0) + spend.amount
        return found


@dataclass(frozen=True)
class Plan:
    """What a run is going to ask; a value that can be printed, costed and compared."""

    errands: tuple[Errand, ...]
    """By the connections' names; those that need not be asked are left out."""
    known: Mapping[Key, Known]
    """What the store knew of the demand."""
    names: Mapping[str, tuple[str, ...]]
    """The metrics behind each fingerprint."""

    @property
    def least(self) -> int:
        """Requests that it takes at least."""
        return sum(errand.least for errand in self.errands)

    @property
    def estimate(self) -> int:
        """Requests by what is known beforehand."""
        return sum(errand.estimate for errand in self.errands)


def plan_of(view: View, wanted: Demand, care: Care) -> Plan:
    """The plan for a demand, from what the store knows."""
    windows = {source.fingerprint: found for source, found in wanted.windows.items()}
    zone, now = view.company.workspace.zone, view.now()
    known = known_observations(view.store, view.workspace, windows)
    runs = settled(wanted, known, zone, now) if care is Care.NIGHTLY else {}
    wide = wide_reads(view.store, view.workspace, runs)
    return plan(view.company, wanted, known, wide, now=now, care=care)


def plan(
    company: Company,
    wanted: Demand,
    known: Mapping[Key, Known],
    wide: Wide,
    *,
    now: datetime,
    care: Care,
) -> Plan:
    """The same, purely.

    Args:
        company: Whose connections are asked.
        wanted: The demand.
        known: What is stored of it.
        wide: When runs of days were compared last.
        now: The time in the workspace's world.
        care: How far the settled past is looked after.
    """
    questions: dict[str, list[Ask]] = {}
    for left in due(wanted, known, wide, zone=company.workspace.zone, now=now, care=care):
        found = questions.setdefault(left.source.connection, [])
        found += _asks(left, _per_day(left, wanted, known))
    return Plan(
        errands=tuple(_errand(company, name, asks) for name, asks in sorted(questions.items())),
        known=known,
        names=_names(company),
    )


def step_key(errand: Errand, step: Step) -> str:
    """What a step is known by from run to run: a digest of what it serves, in this order.

    A connector's bookmark may know the questions by their places.
    """
    who = [errand.connector, errand.account, type(step).__name__]
    return sha256("\n".join([*who, written(step.serves)]))


def _errand(company: Company, name: str, asks: Sequence[Ask]) -> Errand:
    options = company.workspace.connections[name]
    try:
        steps = tuple(installed()[options.connector].plan(asks, options))
    except ConnectorError as error:
        return Errand(name, options.connector, options.account, (), trouble=str(error))
    return Errand(name, options.connector, options.account, steps)


def _asks(left: Due, per_day: Decimal | None) -> Iterator[Ask]:
    source = left.source
    if left.read:
        yield Ask(source.fingerprint, source.query, source.aggregation, left.read, per_day)
    for run in left.compared:
        yield Audit(
            fingerprint=source.fingerprint,
            query=source.query,
            aggregation=source.aggregation,
            windows=run.windows,
            per_day=per_day,
            stored=_stored(run),
            since=run.since,
        )


def _stored(run: Run) -> tuple[Stored, ...]:
    return tuple(Stored(known.value, known.records) for known in run.stored)


@exactly
def _per_day(left: Due, wanted: Demand, known: Mapping[Key, Known]) -> Decimal | None:
    """How many records an average stored day holds; None where none was counted."""
    source = left.source
    days = (
        known.get((source.fingerprint, w))
        for w in wanted.windows[source]
        if w.end - w.start == ONE_DAY
    )
    counted = [count for day in days if day and (count := _count(day, left)) is not None]
    return sum(counted, Decimal(0)) / len(counted) if counted else None


def _count(day: Known, left: Due) -> Decimal | None:
    if day.records is not None:
        return Decimal(day.records)
    return day.value if left.source.query.asks_whole else None


def _names(company: Company) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, mark in company.fingerprints.items():
        found.setdefault(mark, []).append(name)
    return {mark: tuple(names) for mark, names in found.items()}

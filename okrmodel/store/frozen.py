"""Closed cycles: the figures that a cycle was frozen with, and what is said otherwise since.

Freezing copies nothing. It notes, of every key result, which snapshot stood for the cycle's last
day at that instant, with a digest over them all; what is known at that instant never changes. So
a frozen cycle is read as it was known when it was frozen, and later revisions beside it.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, true

from okrmodel.definitions.cycle import Cycle
from okrmodel.exact import canonical, sha256
from okrmodel.snapshot import Snapshot, Status
from okrmodel.store.runs import Run
from okrmodel.store.snapshots import Revision, first, latest_in, latest_rows, to_revision
from okrmodel.store.store import Lease, Store
from okrmodel.store.tables import FrozenCycleRow, SnapshotRow

NOTHING = "nothing"
"""Stands where one side has no such snapshot or field."""

_ENTRY = ("as_of", "revision", "payload", "definition", "not_final")
"""What is noted of a key result; the rest follows from what comes first."""


@dataclass(frozen=True, slots=True)
class FrozenCycle:
    """A cycle's figures, noted for good."""

    workspace: str
    cycle: str
    recorded_at: datetime
    """The instant as known at which the cycle is read from now on."""
    run: int
    digest: str
    """SHA-256 of the body."""
    body: Mapping[str, Any]

    @property
    def ends(self) -> date:
        """The cycle's last day, at whose end the figures stand."""
        return date.fromisoformat(self.body["ends"])

    @property
    def key_results(self) -> Mapping[str, Mapping[str, Any] | None]:
        """By id, which snapshot it was and whether it was final; None where there was none."""
        found: Mapping[str, Mapping[str, Any] | None] = self.body["key_results"]
        return found

    @property
    def not_final(self) -> dict[str, tuple[str, ...]]:
        """Why figures may be, or are, short of the truth, by the key result; final ones are left out."""
        reasons = {
            name: tuple(entry["not_final"]) if entry else (Status.NO_DATA.value,)
            for name, entry in self.key_results.items()
        }
        return {name: why for name, why in reasons.items() if why}


@dataclass(frozen=True)
class Told:
    """What is said of a cycle's key results as of a day."""

    revisions: Mapping[str, Revision]
    """By key result; of a frozen cycle as they were known when it was frozen, and marked so."""
    since: Mapping[str, Revision] = field(default_factory=dict)
    """What a later revision says otherwise, by key result; not applied."""
    frozen: FrozenCycle | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """Something of a frozen cycle that is not as it was frozen."""

    cycle: str
    key_result: str
    """Empty where the record of the freezing itself was changed."""
    field: str
    frozen: str
    now: str
    """Both as JSON."""

    def __str__(self) -> str:
        place = "/".join(filter(None, (self.cycle, self.key_result)))
        return f"{place}: {self.field} was frozen as {self.frozen}, and is {self.now}"


def record_freeze(store: Store, run: Run, lease: Lease, cycle: Cycle) -> FrozenCycle:
    """Note the latest snapshot of every key result as of the cycle's last day, once and for all.

    Raises:
        LeaseLost: Another run has the workspace by now; nothing was recorded.
        ValueError: The cycle is frozen already.
    """
    names = [key_result.id for _, key_result in cycle.key_results()]
    with store.recording(run.workspace, lease) as recording:
        if cycle.id in _rows(recording.connection, run.workspace, None):
            raise ValueError(f"cycle {cycle.id} of workspace {run.workspace} is frozen already")
        body = _body(recording.connection, run.workspace, cycle.id, cycle.ends, names)
        frozen = FrozenCycle(
            workspace=run.workspace,
            cycle=cycle.id,
            recorded_at=recording.at,
            run=run.id,
            digest=sha256(canonical(body)),
            body=body,
        )
        recording.connection.execute(insert(FrozenCycleRow).values(asdict(frozen)))
    return frozen


def frozen_cycles(
    store: Store, workspace: str, known_at: datetime | None = None
) -> dict[str, FrozenCycle]:
    """The cycles that are frozen, by id."""
    with store.asking() as connection:
        return _rows(connection, workspace, known_at)


def told(
    store: Store,
    workspace: str,
    cycle: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
    *,
    only: Collection[str] | None = None,
) -> Told:
    """How a cycle's key results stand, by id: `latest`, or what the cycle was frozen with.

    Of a frozen cycle, no day after its end is shown. An earlier day that was recorded only after
    the freezing has nothing to keep, and is shown as it is known now.

    Args:
        store: Where they are kept.
        workspace: Whose id.
        cycle: Which cycle's id.
        as_of: Look at no later day.
        known_at: Look at nothing recorded later, a freezing included.
        only: The ids of the key results that are asked about; all of the cycle when None.
    """
    with store.asking() as connection:
        return told_in(connection, workspace, cycle, as_of, known_at, only=only)


def told_in(
    connection: Connection,
    workspace: str,
    cycle: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
    *,
    only: Collection[str] | None = None,
) -> Told:
    """The same, inside a transaction."""
    frozen = _rows(connection, workspace, known_at).get(cycle)
    if frozen is None:
        return Told(latest_in(connection, workspace, cycle, as_of, known_at, only=only))
    day = min(as_of or frozen.ends, frozen.ends)
    rows = [
        latest_rows(connection, workspace, cycle, day, at, only=only)
        for at in (known_at, frozen.recorded_at)
    ]
    # Most are the same at both instants: each is read once.
    apart = {row.id: row for found in rows for row in found.values()}
    read = {number: to_revision(row) for number, row in apart.items()}
    now, then = ({name: read[row.id] for name, row in found.items()} for found in rows)
    if day == frozen.ends:
        kept = {name: then[name] for name in frozen.key_results if name in then}
        shown = dict(kept)
    else:
        kept = {name: old for name, old in then.items() if _day(old) == _day(now[name])}
        shown = now | kept
    return Told(
        revisions={name: _marked(one) if name in kept else one for name, one in shown.items()},
        since={name: new for name, new in now.items() if _differs(shown.get(name), new)},
        frozen=frozen,
    )


def by_own_ids(cycle: Cycle, found: Mapping[str, Revision]) -> dict[str, Revision]:
    """What was found of each key result: a renamed one has an earlier id's until its first sync."""
    named = {
        key_result.id: next((n for n in key_result.ids if n in found), None)
        for _, key_result in cycle.key_results()
    }
    return {own: found[name] for own, name in named.items() if name}


def broken(store: Store, frozen: FrozenCycle) -> Iterator[Broken]:
    """Where the store does not tell any more what a cycle was frozen with."""
    place = (frozen.workspace, frozen.cycle, frozen.ends, frozen.key_results)
    with store.asking() as connection:
        again = _body(connection, *place, known_at=frozen.recorded_at)
    for name, entry in frozen.key_results.items():
        if (now := again["key_results"][name]) != entry:
            yield Broken(frozen.cycle, name, *_first(entry or {}, now or {}))
    if (digest := sha256(canonical(frozen.body))) != frozen.digest:
        yield Broken(frozen.cycle, "", "digest", canonical(frozen.digest), canonical(digest))


def _rows(
    connection: Connection, workspace: str, known_at: datetime | None
) -> dict[str, FrozenCycle]:
    by_then = FrozenCycleRow.recorded_at <= known_at if known_at else true()
    query = select(*FrozenCycleRow.__table__.columns).where(
        FrozenCycleRow.workspace == workspace, by_then
    )
    rows = connection.execute(query.order_by(FrozenCycleRow.recorded_at)).mappings()
    return {row["cycle"]: FrozenCycle(**row) for row in rows}


def _body(
    connection: Connection,
    workspace: str,
    cycle: str,
    ends: date,
    key_results: Iterable[str],
    *,
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """What is noted of a cycle: equal as long as the store tells the same of that instant."""
    query = first(
        (SnapshotRow.key_result,),
        (SnapshotRow.as_of.desc(), SnapshotRow.revision.desc()),
        SnapshotRow.workspace == workspace,
        SnapshotRow.cycle == cycle,
        SnapshotRow.as_of <= ends,
        SnapshotRow.recorded_at <= known_at if known_at else true(),
    ).add_columns(SnapshotRow.key_result, SnapshotRow.as_of)
    found = {row["key_result"]: _entry(row) for row in connection.execute(query).mappings()}
    return {
        "workspace": workspace,
        "cycle": cycle,
        "ends": ends.isoformat(),
        "key_results": {name: found.get(name) for name in sorted(key_results)},
    }


def _entry(row: Mapping[Any, Any]) -> dict[str, Any]:
    payload: str = row["payload"]
    day = row["as_of"].isoformat()
    noted = (day, row["revision"], sha256(payload), row["definition_hash"], _not_final(payload))
    return dict(zip(_ENTRY, noted, strict=True))


def _not_final(payload: str) -> list[str]:
    """Why a figure is provisional, that it is stale, or that there is none."""
    try:
        said = json.loads(payload)
        stale, no_data = said["stale"], said["status"] == Status.NO_DATA
        return [*said["provisional"], *["stale"] * bool(stale), *["no_data"] * no_data]
    except (ValueError, LookupError, TypeError):
        return ["unreadable"]


def _first(entry: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, str, str]:
    """The first field that differs, and both sides of it."""
    name = next(key for key in _ENTRY if entry.get(key) != now.get(key))
    old, new = (canonical(side[name]) if name in side else NOTHING for side in (entry, now))
    return name, old, new


def _marked(revision: Revision) -> Revision:
    return replace(revision, snapshot=replace(revision.snapshot, frozen=True))


def _day(revision: Revision) -> date:
    return revision.snapshot.as_of


def _differs(shown: Revision | None, new: Revision) -> bool:
    """Whether a person who reads both learns something: another reason in other words is no news."""
    return shown is None or _figures(shown.snapshot) != _figures(new.snapshot)


def _figures(said: Snapshot) -> tuple[Any, ...]:
    beside = (said.automatic.value, said.automatic.status) if said.automatic else None
    ends = (said.as_of, said.baseline, said.target)
    return (
        beside,
        *ends,
        said.value,
        said.raw_progress,
        said.score,
        said.status,
        bool(said.provisional),
    )

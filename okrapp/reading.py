"""Reading what the store knows of a workspace's cycle, for any page or table."""

from collections.abc import Mapping
from datetime import date, datetime

from flows.places import Place, read_place
from okrapp.sheet import Sheet
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import KeyResult, Manual, Milestones
from okrmodel.snapshot import Failure
from okrmodel.store.frozen import Told, told
from okrmodel.store.runs import failures
from okrmodel.store.snapshots import Revision
from okrmodel.store.store import Store
from okrmodel.windows import instant_of, last_complete_day


def read_sheets(
    place: Place,
    *,
    as_of: date | None,
    cycle: str | None,
    clock: datetime,
    known_at: datetime | None = None,
) -> tuple[Sheet, ...]:
    """The cycle asked for, else the one that the day is in, else the last one that began.

    A frozen cycle's figures are those that it was frozen with; later ones stand beside them.

    Args:
        place: Whose.
        as_of: The latest day to look at; without it, the last one recorded.
        cycle: A cycle's id.
        clock: The real time; a pretend company's own clock goes before it.
        known_at: Look at nothing recorded later; in the workspace's zone when it names none.

    Raises:
        BadConfig: The definitions have errors.
        StoreError: The store cannot be opened.
    """
    company, _ = read_place(place)
    workspace = company.workspace
    known = instant_of(known_at, workspace.zone) if known_at else None
    day = as_of or last_complete_day(known or workspace.clock or clock, workspace.zone)
    chosen = _chosen(company, cycle, day)
    if chosen is None:
        return ()
    found, failed = _told(place, chosen.id, as_of, known)
    written = {k.id: _unit(company, k) for _, k in chosen.key_results()}
    snapshots = {key: one.snapshot for key, one in _by_own_ids(chosen, found.revisions).items()}
    sheet = Sheet(
        workspace=workspace.id,
        title=workspace.name,
        zone=workspace.zone,
        cycle=chosen,
        as_of=max((snapshot.as_of for snapshot in snapshots.values()), default=as_of),
        snapshots=snapshots,
        units=written,
        failures=failed,
        since=_by_own_ids(chosen, found.since),
        frozen=found.frozen if any(one.frozen for one in snapshots.values()) else None,
        rests=workspace.rests,
        known_at=known,
    )
    return (sheet,)


def _told(
    place: Place, cycle: str, as_of: date | None, known_at: datetime | None
) -> tuple[Told, tuple[Failure, ...]]:
    if place.is_new:
        return Told({}), ()
    with Store.open(place.store) as store:
        found = told(store, place.workspace, cycle, as_of, known_at)
        return found, failures(store, place.workspace, known_at)


def _by_own_ids(cycle: Cycle, found: Mapping[str, Revision]) -> dict[str, Revision]:
    """What was found of each key result: a renamed one has an earlier id's until its first sync."""
    named = {
        key_result.id: next((n for n in (key_result.id, *key_result.was) if n in found), None)
        for _, key_result in cycle.key_results()
    }
    return {own: found[name] for own, name in named.items() if name}


def _chosen(company: Company, cycle: str | None, day: date) -> Cycle | None:
    if cycle:
        return next((c for c in company.cycles if c.id == cycle), None)
    begun = [c for c in company.cycles if c.starts <= day]
    return begun[-1] if begun else None


def _unit(company: Company, key_result: KeyResult) -> str:
    match key_result:
        case Manual(unit=unit):
            return unit
        case Milestones():
            return ""
        case _:
            return company.metric(key_result.metric).unit

"""Finding one key result in what the store remembers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flows.places import Place, lint_place
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.refusals import expected_errors
from okrapp.where import Where
from okrmodel.store.definitions import definition
from okrmodel.store.frozen import Told, told
from okrmodel.store.recorded import begins, spans
from okrmodel.store.snapshots import KeyResult
from okrmodel.store.store import Store
from okrmodel.suggestion import did_you_mean
from okrmodel.windows import Window


@dataclass(frozen=True)
class Remembered:
    """A key result that has snapshots, and the open store that has them."""

    store: Store
    place: Place
    cycle: str
    key_result: str

    def told(self, as_of: date | None = None, known_at: datetime | None = None) -> Told:
        """What is said of its cycle: of each key result the latest, or what was frozen."""
        return told(self.store, self.place.workspace, self.cycle, as_of, known_at)

    def zone(self) -> ZoneInfo:
        """The workspace's, by what the key result was computed from last."""
        newest = self.told().revisions.get(self.key_result)
        if newest is None:
            raise LookupError(f"{self.key_result} has no snapshot")
        digest = newest.snapshot.definition_hash
        return ZoneInfo(definition(self.store, self.place.workspace, digest).timezone)


@contextmanager
def remembered(
    where: Where | None, key_result: str, *, cycle: str | None, as_of: date | None
) -> Iterator[Remembered]:
    """The key result of this id, in the newest cycle that fits.

    Args:
        where: In which workspaces to look.
        key_result: Its id.
        cycle: Its cycle's id; the newest that it was recorded in when None.
        as_of: A day by which it was recorded.

    Raises:
        Exit: There is no such key result, or more than one, or the store cannot be read.
    """
    places = (where or Where()).places()
    with expected_errors():
        if places[0].is_new:
            raise _never(places, key_result, {})
        # All workspaces of a config are remembered in one store.
        with Store.open(places[0].store) as store:
            known = {place.workspace: spans(store, place.workspace) for place in places}
            having = [place for place in places if _names(known[place.workspace], key_result)]
            if not having:
                raise _never(places, key_result, known)
            if len(having) > 1:
                names = ", ".join(place.workspace for place in having)
                raise Exit(
                    USAGE, f'key result "{key_result}" is in {names}; choose one with --workspace'
                )
            [place] = having
            by_then = _fitting(known[place.workspace], key_result, cycle, as_of)
            yield Remembered(store, place, _newest(store, place, by_then), key_result)


def _names(known: Mapping[KeyResult, Window], key_result: str) -> bool:
    return any(name == key_result for _, name in known)


def _never(
    places: list[Place], key_result: str, known: Mapping[str, Mapping[KeyResult, Window]]
) -> Exit:
    """Why there is nothing to show: never recorded, or no such key result at all."""
    companies = filter(None, (lint_place(place).company for place in places))
    written = {k.id for company in companies for c in company.cycles for _, k in c.key_results()}
    if key_result in written:
        return Exit(FAILED, f'key result "{key_result}" was never recorded; run okr sync')
    names = written | {name for found in known.values() for _, name in found}
    return Exit(USAGE, f'no key result "{key_result}"{did_you_mean(key_result, names)}')


def _fitting(
    known: Mapping[KeyResult, Window], key_result: str, cycle: str | None, as_of: date | None
) -> Mapping[str, Window]:
    """The cycles that may be meant, with the days that the key result was recorded on in them."""
    found = {name: days for (name, one), days in known.items() if one == key_result}
    if cycle is not None and cycle not in found:
        raise Exit(
            USAGE,
            f'key result "{key_result}" has no snapshot in a cycle "{cycle}"'
            f"{did_you_mean(cycle, found)}",
        )
    wanted = {name: days for name, days in found.items() if cycle in {None, name}}
    by_then = {name: days for name, days in wanted.items() if as_of is None or days.start <= as_of}
    if not by_then:
        first = min(days.start for days in wanted.values())
        raise Exit(
            FAILED,
            f'key result "{key_result}" was not recorded as of {as_of} or before; its first day'
            f" is {first}. okr backfill --from {as_of} --to {as_of} --key-result {key_result}"
            " records it.",
        )
    return by_then


def _newest(store: Store, place: Place, cycles: Mapping[str, Window]) -> str:
    """The cycle that began last: one in its grace period is recorded as late as the next."""
    if len(cycles) == 1:
        return next(iter(cycles))
    first_days = begins(store, place.workspace, cycles)
    return max(cycles, key=lambda name: first_days[name])

"""What was said otherwise later, and which answers had moved: read off the revisions, not kept twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from okrmodel.chunks import chunks
from okrmodel.store.snapshots import AT_ONCE, REVISION, Revision, to_revision
from okrmodel.store.store import Store
from okrmodel.store.tables import CheckRow, ObservationRow, SnapshotRow, UseRow
from okrmodel.windows import Window

Pair = tuple[Revision, Revision]
"""What was said of a key result as of a day, and what is said instead since the second's time."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An answer that is another than before, or that came late."""

    fingerprint: str
    window: Window
    old: Decimal | None
    new: Decimal | None
    came: bool
    """Nothing had been known of the window: `old` is no answer, not even "no data"."""
    pinned: bool
    """The measured figure made of it stays what it was."""
    observed_at: datetime
    """When the source said so."""
    known_since: datetime
    run: int
    """The one that read it."""


def one_before(old: type[SnapshotRow], new: type[SnapshotRow]) -> ColumnElement[bool]:
    """That a revision is the one that another took the place of: of the same day, and next to it."""
    return and_(
        old.workspace == new.workspace,
        old.cycle == new.cycle,
        old.key_result == new.key_result,
        old.as_of == new.as_of,
        old.revision == new.revision - 1,
    )


def pairs_since(store: Store, workspace: str, since: datetime | None = None) -> tuple[Pair, ...]:
    """Every later revision recorded since an instant (ever), with the one before; newest first."""
    new, old = aliased(SnapshotRow), aliased(SnapshotRow)
    conditions: list[ColumnElement[bool]] = [new.workspace == workspace, new.revision > 1]
    if since:
        conditions.append(new.recorded_at >= since)
    query = (
        select(old.id.label("old"), new.id.label("new"))
        .join(old, one_before(old, new))
        .where(*conditions)
        .order_by(new.recorded_at.desc(), new.cycle, new.key_result, new.as_of)
    )
    with store.asking() as connection:
        ids = [(row.old, row.new) for row in connection.execute(query)]
    found = _by_id(store, {each for pair in ids for each in pair})
    return tuple((found[before], found[after]) for before, after in ids)


def moved(store: Store, pairs: Iterable[Pair]) -> dict[int, tuple[Moved, ...]]:
    """The answers that moved or came between the revisions of each pair, by the later one's id."""
    given = list(pairs)
    used = _used(store, sorted({one.id for pair in given for one in pair}))
    # Most answers are used by both: only the windows of the others are looked at.
    apart = {one for before, after in given for one in used[before.id] ^ used[after.id]}
    found = _around(store, sorted(apart))
    uses = {number: _by_window(found, ids) for number, ids in used.items()}
    return {
        after.id: tuple(_between((before, after), uses[before.id], uses[after.id]))
        for before, after in given
    }


def first_told(store: Store, workspace: str, cycle: str, as_of: date) -> datetime | None:
    """When something was first said of the cycle as of a day; None when nothing ever was."""
    query = select(func.min(SnapshotRow.recorded_at)).where(
        SnapshotRow.workspace == workspace, SnapshotRow.cycle == cycle, SnapshotRow.as_of == as_of
    )
    with store.asking() as connection:
        return connection.scalars(query).one()


@dataclass(frozen=True, slots=True)
class _Use:
    """An observation that a snapshot was computed from."""

    id: int
    value: Decimal | None
    observed_at: datetime
    recorded_at: datetime
    run: int


_Uses = Mapping[tuple[str, Window], Sequence[_Use]]
"""By fingerprint and window, oldest first: a pinned answer is used beside its latest revision."""


def _between(pair: Pair, before: _Uses, after: _Uses) -> Iterator[Moved]:
    old_hash, new_hash = (each.snapshot.computation_hash for each in pair)
    # By another definition other windows are read, and nothing came late.
    keys = after.keys() if old_hash == new_hash else before.keys() & after.keys()
    for key in sorted(keys):
        old, (*pinned, new) = before.get(key), after[key]
        if old is None or old[-1].value != new.value:
            yield Moved(
                fingerprint=key[0],
                window=key[1],
                old=old[-1].value if old else None,
                new=new.value,
                came=old is None,
                pinned=bool(pinned),
                observed_at=new.observed_at,
                known_since=new.recorded_at,
                run=new.run,
            )


def _used(store: Store, ids: Sequence[int]) -> dict[int, set[int]]:
    """The observations that each snapshot was computed from."""
    found: dict[int, set[int]] = {number: set() for number in ids}
    query = select(UseRow.snapshot, CheckRow.observation).join(
        CheckRow, CheckRow.id == UseRow.check
    )
    with store.asking() as connection:
        for some in chunks(ids, AT_ONCE):
            for snapshot, one in connection.execute(query.where(UseRow.snapshot.in_(some))):
                found[snapshot].add(one)
    return found


def _around(store: Store, ids: Sequence[int]) -> dict[int, tuple[tuple[str, Window], _Use]]:
    """All that was ever answered over the windows of some observations, by id."""
    one = aliased(ObservationRow)
    same = and_(
        ObservationRow.workspace == one.workspace,
        ObservationRow.fingerprint == one.fingerprint,
        ObservationRow.starts == one.starts,
        ObservationRow.ends == one.ends,
    )
    columns = (
        ObservationRow.id,
        ObservationRow.fingerprint,
        ObservationRow.starts,
        ObservationRow.ends,
        ObservationRow.value,
        ObservationRow.observed_at,
        ObservationRow.recorded_at,
        ObservationRow.run,
    )
    query = select(*columns).join(one, same)
    with store.asking() as connection:
        return {
            row.id: (
                (row.fingerprint, Window(row.starts, row.ends)),
                _Use(row.id, row.value, row.observed_at, row.recorded_at, row.run),
            )
            for some in chunks(ids, AT_ONCE)
            for row in connection.execute(query.where(one.id.in_(some)))
        }


def _by_window(found: Mapping[int, tuple[tuple[str, Window], _Use]], ids: Iterable[int]) -> _Uses:
    uses: dict[tuple[str, Window], list[_Use]] = {}
    for number in sorted(ids):
        if number in found:
            key, use = found[number]
            uses.setdefault(key, []).append(use)
    return uses


def _by_id(store: Store, ids: set[int]) -> dict[int, Revision]:
    found: dict[int, Revision] = {}
    with store.asking() as connection:
        for some in chunks(sorted(ids), AT_ONCE):
            for row in connection.execute(select(*REVISION).where(SnapshotRow.id.in_(some))):
                found[row.id] = to_revision(row)
    return found

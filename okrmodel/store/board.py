"""The board: each key result that the files have now, with the snapshot that stands for it.

A projection of publications and snapshots, written anew whenever either changes
(`okrmodel.store.publications.rebuild` makes it from nothing). It decides nothing, and is there so that
the list of all workspaces and the database's views read one narrow row for each key result.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Connection,
    Float,
    Row,
    Select,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    true,
    update,
)

from okrmodel.chunks import chunks
from okrmodel.definitions.cycle import Cycle
from okrmodel.publication import Publication
from okrmodel.rollup import EVERY_STATUS
from okrmodel.snapshot import Status
from okrmodel.store.frozen import Told, by_own_ids, told_in
from okrmodel.store.runs import Result
from okrmodel.store.snapshots import Revision
from okrmodel.store.store import Store
from okrmodel.store.tables import BoardRow, RunRow

AT_ONCE = 10_000
"""Runs in one question to the database, which has them in its text: it takes fewer values than that."""
_STATUSES = len(Status)


@dataclass(frozen=True, slots=True)
class LastSync:
    """The sync of a workspace that began last."""

    run: int
    began: datetime
    ended: datetime | None
    """None: it goes on, or was killed."""
    result: Result | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a workspace stands: its key results in the cycle that its newest figures are of."""

    workspace: str
    name: str
    cycle: str
    cycle_ends: date
    """The last day of the cycle."""
    counts: Mapping[Status, int]
    """How many key results have each status; those that none has are left out."""
    unrecorded: int
    """How many were never recorded."""
    stale: int
    score: Decimal | None
    """Weighted mean of the scores, to four places: to compare workspaces by, not to quote."""
    newest: date | None
    """The latest as_of among the key results' figures; None where none is known."""
    last_sync: LastSync | None

    @property
    def key_results(self) -> int:
        """How many there are."""
        return sum(self.counts.values()) + self.unrecorded

    @property
    def weakest(self) -> Status | None:
        """The status that needs attention first; None where nothing was recorded."""
        return next((status for status in EVERY_STATUS if status in self.counts), None)


def standings(store: Store) -> tuple[Standing, ...]:
    """How workspaces stand, by id. Those that nothing was published of are left out."""
    with store.asking() as connection:
        rows = connection.execute(_standings()).all()
        syncs = _syncs(connection, [row.run for row in rows if row.run])
    return tuple(_standing(row, syncs.get(row.run)) for row in rows)


def _standings() -> Select[Any]:
    b = BoardRow
    its = (b.workspace, b.workspace_name, b.cycle, b.cycle_ends)
    score, weight = cast(b.score, Float), cast(b.weight, Float)
    scored = and_(b.status != Status.NO_DATA, b.score.is_not(None))
    each = (
        select(*(func.count().filter(b.status == one).label(one) for one in Status))
        .add_columns(
            *its,
            func.count().filter(b.status.is_(None)).label("unrecorded"),
            func.count().filter(b.stale).label("stale_ones"),
            (func.sum(score * weight).filter(scored) / func.sum(weight).filter(scored)).label(
                "score"
            ),
            func.max(b.as_of).filter(b.status != Status.NO_DATA).label("newest"),
        )
        .where(b.current)
        .group_by(*its)
        .subquery()
    )
    last = (
        select(RunRow.id)
        .where(RunRow.workspace == each.c.workspace, RunRow.kind == "sync")
        .order_by(RunRow.began.desc())
        .limit(1)
    )
    return select(each, last.scalar_subquery().label("run")).order_by(each.c.workspace)


def _syncs(connection: Connection, runs: Sequence[int]) -> dict[int | None, LastSync]:
    """These runs, by id. Asked apart: PostgreSQL would read all runs there ever were to join them."""
    found: dict[int | None, LastSync] = {}
    for some in chunks(runs, AT_ONCE):
        query = select(RunRow.id, RunRow.began, RunRow.ended, RunRow.result)
        these = RunRow.id.in_(bindparam("runs", some, expanding=True, literal_execute=True))
        for number, began, ended, result in connection.execute(query.where(these)):
            ended_so = Result(result) if result else None
            found[number] = LastSync(number, began, ended, ended_so)
    return found


def _standing(row: Row[Any], last_sync: LastSync | None) -> Standing:
    counts = zip(Status, row[:_STATUSES], strict=True)
    return Standing(
        workspace=row.workspace,
        name=row.workspace_name,
        cycle=row.cycle,
        cycle_ends=row.cycle_ends,
        counts={status: count for status, count in counts if count},
        unrecorded=row.unrecorded,
        stale=row.stale_ones,
        score=None if row.score is None else Decimal(f"{row.score:.4f}"),
        newest=row.newest,
        last_sync=last_sync,
    )


def rewrite(
    connection: Connection,
    words: Publication,
    since: datetime,
    cycles: Collection[str] | None = None,
) -> None:
    """Put a workspace's rows in place of those that are there, in a transaction on the workspace.

    Args:
        connection: The transaction.
        words: The latest publication.
        since: When it was recorded.
        cycles: Ids of those in which anything has changed; all when None, and what is no
            cycle any more goes, too.
    """
    own = BoardRow.workspace == words.workspace
    meant = true() if cycles is None else BoardRow.cycle.in_(cycles)
    rows = [
        {"current": False, "published_at": since, **row}
        for cycle in words.cycles
        if cycles is None or cycle.id in cycles
        for row in _rows(words, cycle, told_in(connection, words.workspace, cycle.id))
    ]
    connection.execute(delete(BoardRow).where(own, meant))
    if rows:
        connection.execute(insert(BoardRow), rows)
    newest = connection.scalar(select(func.max(BoardRow.as_of)).where(own))
    # Before anything is recorded, the cycle of the day on which they were published.
    day = newest or since.astimezone(words.zone).date()
    if cycle := words.cycle_on(day) or next(iter(words.cycles), None):
        is_it = BoardRow.cycle == cycle.id
        connection.execute(
            update(BoardRow).where(own, BoardRow.current != is_it).values(current=is_it)
        )


def unsettled(connection: Connection, words: Publication) -> set[str]:
    """The ids of the cycles whose rows may have to change though no word has: those not frozen."""
    frozen = (
        select(BoardRow.cycle)
        .where(BoardRow.workspace == words.workspace)
        .group_by(BoardRow.cycle)
        .having(func.count().filter(~BoardRow.frozen) == 0)
    )
    return {cycle.id for cycle in words.cycles} - {*connection.scalars(frozen)}


def _rows(words: Publication, cycle: Cycle, told: Told) -> Iterator[dict[str, Any]]:
    found = by_own_ids(cycle, told.revisions)
    for position, (objective, key_result) in enumerate(cycle.key_results(), start=1):
        yield {
            "workspace": words.workspace,
            "workspace_name": words.name,
            "cycle": cycle.id,
            "cycle_starts": cycle.starts,
            "cycle_ends": cycle.ends,
            "key_result": key_result.id,
            "position": position,
            "objective": objective.id,
            "objective_title": objective.title,
            "title": key_result.title,
            "owner": words.owner(objective.owner_of(key_result)),
            "unit": words.unit(cycle.id, key_result.id),
            "weight": key_result.weight,
            "frozen": told.frozen is not None,
            **_figures(found.get(key_result.id)),
        }


def _figures(revision: Revision | None) -> dict[str, Any]:
    said = revision.snapshot if revision else None
    return {
        "snapshot": revision.id if revision else None,
        "as_of": said.as_of if said else None,
        "status": said.status if said else None,
        "score": said.score if said else None,
        "stale": bool(said and said.stale),
        "provisional": bool(said and said.provisional),
    }

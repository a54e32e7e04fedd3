"""Outages: since when a connection has failed, run after run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select, true

from okrmodel.store.runs import Result
from okrmodel.store.store import Store
from okrmodel.store.tables import OutcomeRow


@dataclass(frozen=True, slots=True)
class Outage:
    """A connection that fails."""

    connection: str
    run: int
    """The first of its runs that failed."""
    since: datetime
    """When that was noted."""
    reason: str
    """What the last one said."""


def outages(store: Store, workspace: str, known_at: datetime | None = None) -> dict[str, Outage]:
    """The connections whose last pull failed, by name.

    Args:
        store: Where it is kept.
        workspace: Whose.
        known_at: Look at nothing recorded later.
    """
    row = OutcomeRow
    of_connections = and_(
        row.workspace == workspace,
        row.subject == "connection",
        row.recorded_at <= known_at if known_at else true(),
    )
    worked = (
        select(row.name, func.max(row.recorded_at).label("last"))
        .where(of_connections, row.result != Result.FAILED)
        .group_by(row.name)
        .subquery()
    )
    query = (
        select(row.name, row.run, row.recorded_at, row.reason)
        .outerjoin(worked, worked.c.name == row.name)
        .where(of_connections, row.result == Result.FAILED)
        .where(or_(worked.c.last.is_(None), row.recorded_at > worked.c.last))
        .order_by(row.recorded_at)
    )
    found: dict[str, Outage] = {}
    with store.asking() as connection:
        for each in connection.execute(query):
            first = found.get(each.name)
            run, since = (first.run, first.since) if first else (each.run, each.recorded_at)
            found[each.name] = Outage(each.name, run, since, each.reason)
    return found


def answered(store: Store, workspace: str, connection: str, since: datetime) -> datetime | None:
    """When a connection first answered after an instant; None when it has not."""
    row = OutcomeRow
    query = select(func.min(row.recorded_at)).where(
        row.workspace == workspace,
        row.subject == "connection",
        row.name == connection,
        row.result != Result.FAILED,
        row.recorded_at > since,
    )
    with store.asking() as asking:
        return asking.scalar(query)

"""How a workspace's connections answer: when last, and for how many requests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, func, select

from okrmodel.store.runs import Result
from okrmodel.store.skipping import each
from okrmodel.store.store import Store
from okrmodel.store.tables import AccountRow, OutcomeRow


@dataclass(frozen=True, slots=True)
class Answering:
    """A connection of a workspace, by what runs noted of it."""

    name: str
    account: str | None
    """Whom it answers for; None before its first sync."""
    answered: datetime | None
    """When it last answered everything."""
    failed: datetime | None
    """When it last did not."""
    reason: str
    """Why not, that time."""
    calls: tuple[int, ...]
    """Requests since each of the instants asked about."""

    @property
    def fails(self) -> bool:
        """Whether it did not answer the last time."""
        return self.failed is not None and (self.answered is None or self.failed > self.answered)


def answering(store: Store, workspace: str, since: Collection[datetime]) -> tuple[Answering, ...]:
    """The connections that were ever asked, by name.

    Args:
        store: Where it is kept.
        workspace: Whose id.
        since: From when on their requests are to be counted, once for each instant.
    """
    of_it = (OutcomeRow.workspace == workspace, OutcomeRow.subject == "connection")
    names = each(OutcomeRow.name, *of_it)
    this = (*of_it, OutcomeRow.name == names.c.value)

    def newest(column: SQLColumnExpression[Any], *chosen: ColumnElement[bool]) -> ScalarSelect[Any]:
        last = OutcomeRow.recorded_at.desc()
        return select(column).where(*this, *chosen).order_by(last).limit(1).scalar_subquery()

    def calls(instant: datetime) -> ScalarSelect[Any]:
        total = func.coalesce(func.sum(OutcomeRow.calls), 0)
        return select(total).where(*this, OutcomeRow.recorded_at >= instant).scalar_subquery()

    failed = OutcomeRow.result == Result.FAILED
    account = (
        select(AccountRow.account)
        .where(AccountRow.workspace == workspace, AccountRow.connection == names.c.value)
        .order_by(AccountRow.recorded_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(
        names.c.value.label("name"),
        account.label("account"),
        newest(OutcomeRow.recorded_at, ~failed).label("answered"),
        newest(OutcomeRow.recorded_at, failed).label("failed"),
        newest(OutcomeRow.reason, failed).label("reason"),
        *(calls(instant).label(f"calls_{n}") for n, instant in enumerate(since)),
    ).where(names.c.value.is_not(None))
    with store.asking() as connection:
        rows = connection.execute(query.order_by(names.c.value)).all()
    return tuple(
        Answering(row.name, row.account, row.answered, row.failed, row.reason or "", tuple(row[5:]))
        for row in rows
    )

"""The rows that processes share to keep to outside limits, and the statements that change them.

They are no part of what is remembered: they have no migration and no history, and may be deleted
while nobody is at work. Every statement touches rows of one account and name, so that nobody waits
for two.
"""

from dataclasses import astuple
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Integer,
    MetaData,
    Table,
    Text,
    Update,
    case,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from okrmodel.allowance import SECOND, Allowance

MOST_AHEAD = 300
"""More turns than ever wait at once. A row further ahead is from before the clock was set back:
it is forgotten, so that nobody waits until that time comes again."""
LONGEST_REQUEST = 3600 * SECOND
"""Longer than a request lasts. A place that is held longer is from before the clock was set back."""

METADATA = MetaData()


def _rows(table: str, *columns: Column[Any]) -> Table:
    """A table whose rows belong to a limit of an account."""
    key = (Column(name, Text, primary_key=True) for name in ("account", "name"))
    return Table(table, METADATA, *key, *columns)


TURN = _rows("okr_limit", Column("free_at", BigInteger, nullable=False))
"""When the next request may begin."""
QUOTA = _rows(
    "okr_quota",
    *(
        Column(name, BigInteger, nullable=False)
        for name in ("until", "left", "most", "recent", "before", "turned")
    ),
)
"""An `Allowance` each."""
PLACE = _rows(
    "okr_place",
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("free_at", BigInteger, nullable=False),
)
"""When a place among the requests under way is free again, at the latest."""


def next_turn(
    connection: Connection, account: str, name: str, now: ColumnElement[int], apart: int
) -> Insert:
    """One statement that takes a turn: whoever comes meanwhile waits for the row."""
    free_at = TURN.c.free_at
    turn = case(
        (free_at > now + MOST_AHEAD * apart, now),
        (free_at > now, free_at),
        else_=now,
    )
    taken: Insert = (
        _insert(connection, TURN)
        .values(account=account, name=name, free_at=now + apart)
        .on_conflict_do_update(index_elements=["account", "name"], set_={"free_at": turn + apart})
        .returning((free_at - apart).label("at"), (free_at - apart - now).label("away"))
    )
    return taken


def locked(
    connection: Connection, account: str, name: str, now: ColumnElement[int], new: Allowance
) -> tuple[Allowance, int]:
    """The allowance, nobody else's until the transaction ends, and the instant; `new` at first."""
    of_it = (QUOTA.c.account == account, QUOTA.c.name == name)
    columns = [QUOTA.c[each] for each in Allowance.__slots__]
    ask = select(*columns, now).where(*of_it).with_for_update()
    found = connection.execute(ask).one_or_none()
    if found is None:
        row = {"account": account, "name": name, **_columns(new)}
        connection.execute(_insert(connection, QUOTA).values(row).on_conflict_do_nothing())
        found = connection.execute(ask).one()
    *kept, instant = found
    return Allowance(*kept), instant


def write(connection: Connection, account: str, name: str, allowance: Allowance) -> None:
    """Keep the allowance."""
    connection.execute(
        update(QUOTA)
        .where(QUOTA.c.account == account, QUOTA.c.name == name)
        .values(_columns(allowance))
    )


def set_up(connection: Connection, account: str, name: str, most: int) -> None:
    """See that so many places are there."""
    rows = [
        {"account": account, "name": name, "number": number, "free_at": 0} for number in range(most)
    ]
    connection.execute(_insert(connection, PLACE).on_conflict_do_nothing(), rows)


def take_place(account: str, name: str, most: int, now: ColumnElement[int], lasts: int) -> Update:
    """One statement that takes a free place, if there is one; nobody waits for anybody."""
    of_it = (PLACE.c.account == account, PLACE.c.name == name)
    free_at = PLACE.c.free_at
    free = (
        select(PLACE.c.number)
        .where(
            *of_it,
            PLACE.c.number < most,
            or_(free_at <= now, free_at > now + LONGEST_REQUEST),
        )
        .order_by(PLACE.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (
        update(PLACE)
        .where(*of_it, PLACE.c.number == free.scalar_subquery())
        .values(free_at=now + lasts)
        .returning(PLACE.c.number, free_at)
    )


def leave_place(account: str, name: str, number: int, free_at: int) -> Update:
    """Free a place, unless somebody else has it: who took it later holds it for longer."""
    return (
        update(PLACE)
        .where(
            PLACE.c.account == account,
            PLACE.c.name == name,
            PLACE.c.number == number,
            PLACE.c.free_at == free_at,
        )
        .values(free_at=0)
    )


def _insert(connection: Connection, table: Table) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _columns(allowance: Allowance) -> dict[str, int]:
    return dict(zip(Allowance.__slots__, astuple(allowance), strict=True))

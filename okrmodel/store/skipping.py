"""Asking a long table for a few things: an index is entered once for each, not walked through."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, SQLColumnExpression, func, select


def each(column: SQLColumnExpression[Any], *chosen: ColumnElement[bool]) -> CTE:
    """The values of a column among the chosen rows, as `value`; at the end one that is empty.

    Wants an index that begins with the columns that the choice is by, and goes on with this one:
    each value is then found by one step into it, however many rows have it.
    """
    found = select(func.min(column).label("value")).where(*chosen).cte(recursive=True)
    following = select(func.min(column)).where(*chosen, column > found.c.value)
    return found.union_all(select(following.scalar_subquery()).where(found.c.value.is_not(None)))

"""Rows to a number: how many, or the exact sum of a property."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal

from connectors.errors import QueryError
from connectors.hubspot.query import CrmQuery
from connectors.hubspot.scan import Properties
from connectors.hubspot.search import amount_in
from okrmodel.exact import exactly

CURRENCY = "deal_currency_code"
"""The currency of a deal's own amounts; without one it is the account's."""

_IN_DEAL_CURRENCY = {
    "amount",
    "hs_acv",
    "hs_arr",
    "hs_mrr",
    "hs_tcv",
    "hs_closed_amount",
    "hs_forecast_amount",
    "hs_projected_amount",
}
_IN_HOME_CURRENCY = "_in_home_currency"

HomeCurrency = Callable[[], str | None]
"""The account's own currency, asked for only when it matters."""


@dataclass(frozen=True)
class Tally:
    """A value, and what it was made of."""

    value: Decimal | None
    records: int | None = None
    null_amounts: int | None = None
    currency: str | None = None


def read_for(query: CrmQuery) -> tuple[str, ...]:
    """The properties to read of each row."""
    if query.sum is None:
        return ()
    return (query.sum, CURRENCY) if _in_deal_currency(query) else (query.sum,)


@exactly
def tallied(query: CrmQuery, rows: Collection[Properties], home: HomeCurrency) -> Tally:
    """The number of rows, or the sum of the property that the query names.

    A row without an amount adds nothing and is counted in `null_amounts`.

    Raises:
        QueryError: The property does not exist, is no number, or is in several currencies.
    """
    if query.sum is None:
        return Tally(Decimal(len(rows)), records=len(rows))
    amounts = [_amount(query, row) for row in rows]
    return Tally(
        value=sum((a for a in amounts if a is not None), Decimal(0)),
        records=len(rows),
        null_amounts=amounts.count(None),
        currency=_currency(query, rows, home),
    )


def _amount(query: CrmQuery, row: Properties) -> Decimal | None:
    name = str(query.sum)
    if name not in row:
        # HubSpot leaves out what it does not know; what is only empty comes as null.
        raise QueryError(
            f"{query.object} have no property {name}: there is nothing to add up",
            remedy="take the internal name from HubSpot's property settings",
        )
    try:
        return amount_in(row[name])
    except ValueError:
        raise QueryError(
            f"{name} of one of the {query.object} is no number, so it cannot be added up",
            remedy="name a number property under `sum`",
        ) from None


def _currency(query: CrmQuery, rows: Collection[Properties], home: HomeCurrency) -> str | None:
    """The one currency of a sum of money; None for sums of other things."""
    if query.object == "deals" and str(query.sum).endswith(_IN_HOME_CURRENCY):
        return home()
    if not _in_deal_currency(query):
        return None
    found = {str(row.get(CURRENCY) or home() or "?") for row in rows if row[str(query.sum)]}
    if len(found) > 1:
        raise QueryError(
            f"{query.sum} of these deals is in several currencies ({', '.join(sorted(found))}):"
            " their sum would mean nothing",
            remedy="sum amount_in_home_currency, or pick one currency under `where`"
            f" ({CURRENCY}: EUR)",
        )
    return found.pop() if found else home()


def _in_deal_currency(query: CrmQuery) -> bool:
    return query.object == "deals" and query.sum in _IN_DEAL_CURRENCY

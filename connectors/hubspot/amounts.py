"""Rows to a number: how many, or the exact sum of a property."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.errors import QueryError
from connectors.hubspot.query import CrmQuery
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

Properties = dict[str, Any]
"""A row's, by name."""

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


@dataclass
class Adding:
    """What the rows so far come to: as much room for a million rows as for one."""

    query: CrmQuery
    rows: int = 0
    total: Decimal = Decimal(0)
    nulls: int = 0
    currencies: set[str] = field(default_factory=set)
    """Of the rows with an amount; "" is the account's own."""

    def take(self, rows: Iterable[Properties]) -> None:
        """Take in some rows.

        Raises:
            QueryError: The property does not exist, or is no number.
        """
        for row in rows:
            self.add(row)

    @exactly
    def add(self, row: Properties) -> None:
        """Take in a row; one without an amount adds nothing and is counted in `nulls`.

        Raises:
            QueryError: The property does not exist, or is no number.
        """
        self.rows += 1
        if self.query.sum is None:
            return
        amount = _amount(self.query, row)
        if amount is None:
            self.nulls += 1
            return
        self.total += amount
        if _in_deal_currency(self.query):
            self.currencies.add(str(row.get(CURRENCY) or ""))

    def tally(self, home: HomeCurrency) -> Tally:
        """The number of rows, or the sum of the property that the query names.

        Raises:
            QueryError: The amounts are in several currencies.
        """
        if self.query.sum is None:
            return Tally(Decimal(self.rows), records=self.rows)
        return Tally(self.total, self.rows, self.nulls, self._currency(home))

    def state(self) -> list[Any]:
        """All of it as plain JSON values."""
        return [self.rows, str(self.total), self.nulls, sorted(self.currencies)]

    @classmethod
    def from_state(cls, query: CrmQuery, state: list[Any]) -> "Adding":
        """What `state` gave."""
        rows, total, nulls, currencies = state
        return cls(query, int(rows), Decimal(total), int(nulls), set(currencies))

    def _currency(self, home: HomeCurrency) -> str | None:
        """The one currency of a sum of money; None for sums of other things."""
        query = self.query
        if query.object == "deals" and str(query.sum).endswith(_IN_HOME_CURRENCY):
            return home()
        if not _in_deal_currency(query):
            return None
        found = {code or home() or "?" for code in self.currencies}
        if len(found) > 1:
            raise QueryError(
                f"{query.sum} of these deals is in several currencies ({', '.join(sorted(found))}):"
                " their sum would mean nothing",
                remedy="sum amount_in_home_currency, or pick one currency under `where`"
                f" ({CURRENCY}: EUR)",
            )
        return found.pop() if found else home()


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


def _in_deal_currency(query: CrmQuery) -> bool:
    return query.object == "deals" and query.sum in _IN_DEAL_CURRENCY

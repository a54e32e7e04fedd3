"""Deals and their money. Sums are Decimals; a deal without an amount adds nothing to them."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from sandbox.company.tables import CURRENCIES, EUR_PER_USD, NEVER, Company, Flags, Ints
from sandbox.truth.windows import Window, milliseconds, within

_CENT = Decimal("0.01")
_NO_AMOUNT = -1


def deals_created(company: Company, window: Window, zone: str, known_at: datetime) -> int:
    """Deals created in the window that still exist."""
    return int(_created(company, window, zone, known_at).sum())


def deals_created_amount(
    company: Company, window: Window, zone: str, known_at: datetime, *, home: bool = True
) -> Decimal:
    """Sum of the amounts, as known then, of the deals created in the window."""
    return _sum(company, _created(company, window, zone, known_at), known_at, home=home)


def deals_closed(company: Company, window: Window, zone: str, known_at: datetime) -> int:
    """Deals won or lost whose close date lies in the window, where that was entered by then."""
    return int(_closed(company, window, zone, known_at).sum())


def deals_won(company: Company, window: Window, zone: str, known_at: datetime) -> int:
    """The won ones among the closed."""
    return int(_won(company, window, zone, known_at).sum())


def deals_won_amount(
    company: Company, window: Window, zone: str, known_at: datetime, *, home: bool = True
) -> Decimal:
    """Sum of the amounts, as known then, of the deals won in the window.

    `home` sums amount_in_home_currency; otherwise `amount`, whatever its currency.
    """
    return _sum(company, _won(company, window, zone, known_at), known_at, home=home)


def deals_won_without_amount(
    company: Company, window: Window, zone: str, known_at: datetime
) -> int:
    """Deals won in the window that add nothing to their sum, because nobody gave an amount."""
    missing = _amounts_cents(company, known_at) == _NO_AMOUNT
    return int((_won(company, window, zone, known_at) & missing).sum())


def open_pipeline_amount(company: Company, known_at: datetime, *, home: bool = True) -> Decimal:
    """Sum of the amounts of the deals that exist and are open at `known_at`."""
    is_open = company.deals.closed_known_ms > milliseconds(known_at)
    return _sum(company, is_open & _existing(company, known_at), known_at, home=home)


def _existing(company: Company, known_at: datetime) -> Flags:
    deals, known_ms = company.deals, milliseconds(known_at)
    existing: Flags = (deals.created_ms <= known_ms) & (deals.gone_ms > known_ms)
    return existing


def _created(company: Company, window: Window, zone: str, known_at: datetime) -> Flags:
    return within(company.deals.created_ms, window, zone) & _existing(company, known_at)


def _closed(company: Company, window: Window, zone: str, known_at: datetime) -> Flags:
    deals = company.deals
    entered = deals.closed_known_ms <= milliseconds(known_at)
    return within(deals.closed_ms, window, zone) & entered & _existing(company, known_at)


def _won(company: Company, window: Window, zone: str, known_at: datetime) -> Flags:
    return _closed(company, window, zone, known_at) & company.deals.won


def _amounts_cents(company: Company, known_at: datetime) -> Ints:
    deals = company.deals
    edited = (deals.edited_ms < NEVER) & (deals.edited_ms <= milliseconds(known_at))
    return np.where(edited, deals.edited_amount_cents, deals.amount_cents)


def _sum(company: Company, counted: Flags, known_at: datetime, *, home: bool) -> Decimal:
    """Each deal's amount is rounded for itself, half to even, before it is added."""
    cents, total = _amounts_cents(company, known_at), Decimal(0)
    rate = Decimal(str(EUR_PER_USD))
    for row in np.flatnonzero(counted & (cents != _NO_AMOUNT)):
        amount = Decimal(int(cents[row])) * _CENT
        if home and CURRENCIES[company.deals.currency[row]] == "USD":
            amount = (amount * rate).quantize(_CENT, ROUND_HALF_EVEN)
        total += amount
    return total

"""Figures for people: rounded to what a person compares by; exact ones are for programs."""

from decimal import Decimal

from okrmodel.exact import places

_MILLION = Decimal(1_000_000)


def number(value: Decimal | None, *, wide: bool) -> str:
    """A value or a target; millions are shortened where there is little room."""
    if value is None:
        return "–"
    if not wide and abs(value) >= _MILLION:
        return f"{value / _MILLION:,.2f} M"
    return f"{value:,.{places(value)}f}"


def percent(value: Decimal | None) -> str:
    """A share of the way."""
    return "–" if value is None else f"{value * 100:.0f} %"

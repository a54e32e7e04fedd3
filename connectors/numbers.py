"""Numbers as sources print them: exact, or refused."""

import re
from decimal import Decimal, InvalidOperation

from okrmodel.exact import EXACT

_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_SHOWN = 60
"""Characters of a value that a message repeats."""


def number_in(value: object) -> Decimal:
    """The number that a value is; a binary fraction is taken at its shortest form.

    Text is a number with a decimal point and without separators: what "1,234" or "1_000" means
    depends on who reads it.

    Raises:
        ValueError: It is no number, not a finite one, or one that exact arithmetic would round
            (more than 34 digits) or write out in more zeros than that.
    """
    text = value.strip() if isinstance(value, str) else str(value)
    written = isinstance(value, str | int | float | Decimal) and not isinstance(value, bool)
    if not written or not _NUMBER.fullmatch(text):
        raise ValueError(f"{shown(value)} is no number such as 1234.50")
    try:
        found = Decimal(text)
    except InvalidOperation:
        # The exponent itself is too long.
        found = Decimal("NaN")
    if found.is_zero():
        return Decimal(0)
    fits = found.is_finite() and abs(found.adjusted()) <= EXACT.prec
    if not fits or EXACT.plus(found) != found:
        raise ValueError(f"{shown(value)} has more than {EXACT.prec} digits")
    return found


def shown(value: object) -> str:
    """A value for a message, however long it is."""
    try:
        text = repr(value)
    except ValueError:
        # Python prints no whole number of more than 4,300 digits.
        return "a very long number"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

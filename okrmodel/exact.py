"""Exact arithmetic: one decimal context for every calculation, one spelling for every number."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import wraps
from typing import Any, ParamSpec, TypeVar

EXACT = Context(
    prec=34, rounding=ROUND_HALF_EVEN, traps=[DivisionByZero, InvalidOperation, Overflow]
)
"""34 digits, as IEEE 754 decimal128: only a division can be rounded, never a count or a sum."""

Given = ParamSpec("Given")
Found = TypeVar("Found")


def exactly(work: Callable[Given, Found]) -> Callable[Given, Found]:
    """Let a function calculate in `EXACT`, whatever context its caller happens to have."""

    @wraps(work)
    def calculated(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        with localcontext(EXACT):
            return work(*args, **kwargs)

    return calculated


_EDGE = Decimal("1e-20")
_WIDE = Context(prec=200, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])


def edge(number: Decimal) -> Decimal:
    """The number to 20 places, for comparing: a third times three must reach one.

    The last of the 34 digits that a division leaves behind must not decide a colour.
    """
    return number.quantize(_EDGE, context=_WIDE)


def plain(number: Decimal) -> str:
    """The number without exponent, trailing zeros or a sign before zero: equal means same text."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def canonical(value: object) -> str:
    """JSON with sorted keys, no blanks, and numbers as `plain` text: equal means same bytes."""
    return json.dumps(
        value, default=_as_json, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def sha256(text: str) -> str:
    """The text's digest, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _as_json(value: object) -> Any:
    """What JSON has no form for."""
    match value:
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case Mapping():
            return dict(value)
        case _ if is_dataclass(value):
            return {each.name: getattr(value, each.name) for each in fields(value)}
        case _:
            raise TypeError(f"{value!r} has no canonical JSON")


def short(number: Decimal) -> str:
    """The number for a sentence: whole numbers in full, others to two places or four digits."""
    if number == number.to_integral_value():
        return plain(number)
    if abs(number) >= 1:
        return plain(number.quantize(Decimal("0.01"), context=EXACT))
    return plain(Context(prec=4, rounding=ROUND_HALF_EVEN).plus(number))


def places(value: Decimal) -> int:
    """How many decimals people compare a value by: none from a thousand on, else two or four."""
    if value == value.to_integral_value() or abs(value) >= 1000:
        return 0
    return 2 if abs(value) >= 1 else 4


def counted(number: int, thing: str) -> str:
    """So many of a thing, for a sentence: "1 day", "2 days"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def percent(share: Decimal) -> str:
    """A share for a sentence, to a tenth of a percent."""
    return plain((share * 100).quantize(Decimal("0.1"), context=EXACT)) + " %"

"""What an unquoted YAML scalar is, by the core rules of YAML 1.2.

Other readers of YAML (those of version 1.1, PyYAML among them) read `no` as false, `12:30` as 750
and `010` as 8. Here they stay what they look like, and are reported so that nobody is surprised.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

Scalar = str | int | bool | Decimal | None

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS = re.compile(r"y|n|yes|no|on|off", re.IGNORECASE)
_MEANT_TRUE = ("y", "yes", "on")
_CLOCK = re.compile(r"[-+]?[0-9]+(?::[0-5]?[0-9])+")

MOST_DIGITS = 34
"""Digits that a number may have, and zeros that its exponent may add: IEEE 754 decimal128's."""


class Read(NamedTuple):
    """A scalar's value, and what is wrong with how it is written."""

    value: Scalar
    complaint: str = ""
    code: str = ""


def unquoted(text: str) -> Read:
    """The value of an unquoted scalar: nothing, true, false, a number (exact), else text."""
    if text in _CONSTANTS:
        return Read(_CONSTANTS[text])
    if _NUMBER.fullmatch(text):
        return _number(text)
    if _NO_NUMBER.fullmatch(text):
        return Read(text, f"{text} is no number that can be computed with", "bad-number")
    return _text(text)


def _text(text: str) -> Read:
    if _WORDS.fullmatch(text):
        meant = "true" if text.lower() in _MEANT_TRUE else "false"
        return _ambiguous(text, meant, meant)
    if _CLOCK.fullmatch(text):
        return _ambiguous(text, "a number in base 60")
    if _OTHER_BASE.fullmatch(text):
        return _ambiguous(text, "a number in another base", "a decimal number")
    return Read(text)


def _number(text: str) -> Read:
    if _INTEGER.fullmatch(text) and len(text) <= MOST_DIGITS:
        return Read(int(text))
    if text.lstrip("+-").isdigit() and len(text) <= MOST_DIGITS:
        return _ambiguous(text, "a number in base 8", "no leading zero")
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if (
        not value.is_finite()
        or len(value.as_tuple().digits) > MOST_DIGITS
        or abs(value.adjusted()) > MOST_DIGITS
    ):
        message = f"the number is too long, expected at most {MOST_DIGITS} digits"
        return Read(text, message, "bad-number")
    return Read(value)


def _ambiguous(text: str, elsewhere: str, instead: str = "") -> Read:
    expected = f'{instead}, or "{text}" in quotes' if instead else f'"{text}" in quotes'
    return Read(
        text,
        f"{text} is text here but {elsewhere} to other readers of YAML, expected {expected}",
        "ambiguous-value",
    )

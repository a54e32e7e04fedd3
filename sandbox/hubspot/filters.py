"""The thirteen operators of a search filter, over columns.

Where HubSpot says nothing about objects that lack the property, they match neither an operator
nor its negation: a connector must not lean on either.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import Any

import numpy as np

from sandbox.company.tables import Flags
from sandbox.hubspot.columns import Column, Whole, Words
from sandbox.hubspot.errors import invalid, unreadable

_NEGATIONS = {"NEQ": "EQ", "NOT_IN": "IN", "NOT_CONTAINS_TOKEN": "CONTAINS_TOKEN"}
_ONE_VALUE = {"EQ", "NEQ", "LT", "LTE", "GT", "GTE", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}
_MANY_VALUES = {"IN", "NOT_IN"}
OPERATORS = _ONE_VALUE | _MANY_VALUES | {"BETWEEN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"}

_FILTER = "com.hubspot.inbounddb.publicobject.core.v3.search.Filter"
_INT64_MAX = 2**63 - 1


@dataclass(frozen=True)
class Filter:
    """One condition on one property."""

    property: str
    operator: str
    value: str = ""
    high: str = ""
    values: tuple[str, ...] = ()

    @classmethod
    def parse(cls, written: Any) -> "Filter":
        """From the request's JSON; refuses in HubSpot's words what it would refuse."""
        if not isinstance(written, dict):
            raise unreadable("Cannot deserialize instance of Filter")
        missing = [name for name in ("propertyName", "operator") if not written.get(name)]
        if missing:
            problem = f"some of required attributes are not set [{', '.join(missing)}]"
            raise unreadable(f"Cannot build Filter, {problem}")
        operator = str(written["operator"])
        if operator not in OPERATORS:
            raise unreadable(
                f"No enum constant for operator {operator}, expected one of {sorted(OPERATORS)}"
            )
        for name in _needed(operator):
            if written.get(name) in (None, "", []):
                problem = f"problem: operator {operator} requires a {name}"
                raise unreadable(f"Cannot construct instance of `{_FILTER}`, {problem}")
        return cls(
            property=str(written["propertyName"]),
            operator=operator,
            value=_text(written.get("value")),
            high=_text(written.get("highValue")),
            values=tuple(_text(v) for v in written.get("values") or ()),
        )


def match(column: Column, test: Filter) -> Flags:
    """The rows for which the filter holds."""
    if test.operator == "HAS_PROPERTY":
        return column.present
    if test.operator == "NOT_HAS_PROPERTY":
        return ~column.present
    operator = _NEGATIONS.get(test.operator, test.operator)
    try:
        held = (
            _whole(column, operator, test)
            if isinstance(column, Whole)
            else _words(column, operator, test)
        )
    except (ValueError, ZeroDivisionError, OverflowError):
        raise invalid(
            f"{test.property}: {test.value or list(test.values)!r} was not a valid {column.kind}."
        ) from None
    return column.present & (~held if test.operator in _NEGATIONS else held)


def _whole(column: Whole, operator: str, test: Filter) -> Flags:
    values = column.values
    if operator == "IN":
        wanted = [column.unit(v) for v in test.values]
        return np.isin(values, np.array([int(w) for w in wanted if _storable(w)], dtype=np.int64))
    if operator == "CONTAINS_TOKEN":
        raise invalid(
            f"Operator {test.operator} is not supported for the {column.kind} property {test.property}."
        )
    if operator == "BETWEEN":
        low, high = column.unit(test.value), column.unit(test.high)
        return (values >= math.ceil(low)) & (values <= math.floor(high))
    # Values are whole, the bound need not be: rounding it the right way keeps this exact.
    bound = column.unit(test.value)
    comparisons: dict[str, Callable[[], Flags]] = {
        "EQ": lambda: (
            values == math.floor(bound)
            if bound.denominator == 1
            else np.zeros(len(values), np.bool_)
        ),
        "GT": lambda: values > math.floor(bound),
        "GTE": lambda: values >= math.ceil(bound),
        "LT": lambda: values < math.ceil(bound),
        "LTE": lambda: values <= math.floor(bound),
    }
    return comparisons[operator]()


def _words(column: Words, operator: str, test: Filter) -> Flags:
    if operator == "IN":
        # Of text, IN compares with the lower-cased index: values in capitals find nothing.
        wanted = set(test.values)
        return column.where(lambda word: word in wanted)
    folds = column.kind == "string"
    value = test.value.lower() if folds else test.value
    high = test.high.lower() if folds else test.high
    comparisons: dict[str, Callable[[str], bool]] = {
        "EQ": lambda word: word == value,
        "GT": lambda word: word > value,
        "GTE": lambda word: word >= value,
        "LT": lambda word: word < value,
        "LTE": lambda word: word <= value,
        "BETWEEN": lambda word: value <= word <= high,
        "CONTAINS_TOKEN": lambda word: _has_token(word, value),
    }
    return column.where(comparisons[operator])


def _has_token(word: str, wanted: str) -> bool:
    """Whether a token is among the word's; "*" stands for anything, also across tokens."""
    if "*" in wanted:
        return fnmatchcase(word, wanted) or any(fnmatchcase(t, wanted) for t in _tokens(word))
    return set(_tokens(wanted)) <= set(_tokens(word))


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _storable(unit: Fraction) -> bool:
    return unit.denominator == 1 and abs(unit) <= _INT64_MAX


def _needed(operator: str) -> tuple[str, ...]:
    if operator == "BETWEEN":
        return ("value", "highValue")
    if operator in _MANY_VALUES:
        return ("values",)
    return ("value",) if operator in _ONE_VALUE else ()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)

"""Filter expressions: of dimensions, and of metrics (HAVING)."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import numpy as np

from sandbox.company.tables import Flags
from sandbox.ga4.dimensions import NOT_SET, Dimension
from sandbox.ga4.errors import invalid
from sandbox.ga4.factors import Factor
from sandbox.ga4.fields import find_dimension, find_metric
from sandbox.ga4.messages import Message
from sandbox.ga4.metrics import Values

Of = TypeVar("Of")
Condition = Callable[[Of], Flags]


class Factored(Protocol):
    """Sessions whose dimension values can be asked for."""

    def factor(self, dimension: Dimension, /) -> Factor: ...


Keep = Condition[Factored]
Having = Condition[Mapping[str, Values]]
"""Gets the values by metric name."""

EXACT, BEGINS_WITH, ENDS_WITH, CONTAINS, FULL_REGEXP, PARTIAL_REGEXP = range(1, 7)
"""Filter.StringFilter.MatchType; unspecified (0) is exact."""

_OPERATIONS: dict[int, Callable[[float, float], bool]] = {
    1: operator.eq,
    2: operator.lt,
    3: operator.le,
    4: operator.gt,
    5: operator.ge,
}
"""Filter.NumericFilter.Operation."""


def leaves(expression: Message) -> list[Message]:
    """The expression's single filters, in reading order."""
    kind = expression.WhichOneof("expr")
    if kind == "filter":
        return [expression.filter]
    if kind == "not_expression":
        return leaves(expression.not_expression)
    parts = getattr(expression, kind).expressions if kind else ()
    return [leaf for part in parts for leaf in leaves(part)]


def dimension_condition(expression: Message) -> Keep:
    """Which sessions an expression over dimensions keeps.

    Raises:
        ApiError: 400 for unknown dimensions, and for filters that make no sense.
    """

    def leaf(asked: Message) -> Keep:
        dimension, test = find_dimension(asked.field_name), _text_test(asked)

        def keeps(sessions: Factored) -> Flags:
            factor = sessions.factor(dimension)
            kept = np.array([test(text) for text in factor.texts], dtype=np.bool_)
            return kept[factor.codes]

        return keeps

    return _combine(expression, leaf)


def metric_condition(expression: Message) -> Having:
    """Which rows an expression over metrics leaves: numeric and between filters only.

    Raises:
        ApiError: 400 for unknown metrics, and for filters that make no sense.
    """

    def leaf(asked: Message) -> Having:
        metric = find_metric(asked.field_name)
        test = np.vectorize(_number_test(asked), otypes=[np.bool_])
        return lambda values: np.asarray(test(values[metric.name]), dtype=np.bool_)

    return _combine(expression, leaf)


def _combine(expression: Message, leaf: Callable[[Message], Condition[Of]]) -> Condition[Of]:
    kind = expression.WhichOneof("expr")
    if kind == "filter":
        return leaf(expression.filter)
    if kind == "not_expression":
        inner = _combine(expression.not_expression, leaf)
        return lambda of: ~inner(of)
    parts = [_combine(part, leaf) for part in getattr(expression, kind).expressions] if kind else []
    if not parts:
        raise invalid("A filter expression is empty.")  # Not attested.
    join = np.logical_and if kind == "and_group" else np.logical_or
    return lambda of: join.reduce([part(of) for part in parts])


def _text_test(asked: Message) -> Callable[[str], bool]:
    kind = asked.WhichOneof("one_filter")
    if kind == "string_filter":
        return _string_test(asked.string_filter)
    if kind == "in_list_filter":
        return _list_test(asked.in_list_filter)
    if kind == "empty_filter":
        return lambda text: text in {"", NOT_SET}
    test = _number_test(asked)
    return lambda text: _is_number(text) and test(float(text))


def _string_test(asked: Message) -> Callable[[str], bool]:
    fold = _same if asked.case_sensitive else str.casefold
    wanted = fold(asked.value)
    kind = asked.match_type or EXACT
    if kind in (FULL_REGEXP, PARTIAL_REGEXP):
        try:
            pattern = re.compile(asked.value, 0 if asked.case_sensitive else re.IGNORECASE)
        except re.error as error:
            raise invalid(f"Invalid regular expression: {asked.value} ({error})") from error
        found = pattern.fullmatch if kind == FULL_REGEXP else pattern.search
        return lambda text: found(text) is not None
    tests: dict[int, Callable[[str, str], bool]] = {
        EXACT: str.__eq__,
        BEGINS_WITH: str.startswith,
        ENDS_WITH: str.endswith,
        CONTAINS: str.__contains__,
    }
    test = tests[kind]
    return lambda text: test(fold(text), wanted)


def _list_test(asked: Message) -> Callable[[str], bool]:
    if not asked.values:
        raise invalid("in_list_filter.values must be non-empty.")
    fold = _same if asked.case_sensitive else str.casefold
    wanted = {fold(value) for value in asked.values}
    return lambda text: fold(text) in wanted


def _number_test(asked: Message) -> Callable[[float], bool]:
    kind = asked.WhichOneof("one_filter")
    if kind == "numeric_filter" and asked.numeric_filter.operation in _OPERATIONS:
        compare = _OPERATIONS[asked.numeric_filter.operation]
        bound = _number(asked.numeric_filter.value)
        return lambda value: compare(value, bound)
    if kind == "between_filter":
        low = _number(asked.between_filter.from_value)
        high = _number(asked.between_filter.to_value)
        return lambda value: low <= value <= high
    raise invalid(f"The filter on {asked.field_name} is not of a kind that fits the field.")


def _number(value: Message) -> float:
    kind = value.WhichOneof("one_value")
    return float(getattr(value, kind)) if kind else 0.0


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _same(text: str) -> str:
    return text

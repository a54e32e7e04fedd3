"""JMESPath over JSON whose numbers stay exact."""

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature
from jmespath.parser import ParsedResult
from pydantic_core import PydanticCustomError

from connectors.errors import QueryError
from connectors.numbers import number_in
from okrmodel.exact import exactly


class _Exact(Functions):
    """The built-in functions, for which a Decimal is a number. JMESPath compares types by name."""

    def _get_allowed_pytypes(self, types: Sequence[str]) -> Any:
        plain, nested = super()._get_allowed_pytypes(types)  # type: ignore[misc]
        plain += ["Decimal"] * ("float" in plain)
        return plain, [(*each, "Decimal") if "float" in each else each for each in nested]

    def _convert_to_jmespath_type(self, pyobject: str) -> str:
        if pyobject == "Decimal":
            return "number"
        name: str = super()._convert_to_jmespath_type(pyobject)  # type: ignore[misc]
        return name

    @signature({"types": []})
    def _func_to_number(self, value: Any) -> Any:
        try:
            return number_in(value)
        except ValueError:
            return None

    @signature({"types": ["array-number"]})
    def _func_avg(self, values: Sequence[Any]) -> Any:
        return sum(values, Decimal()) / len(values) if values else None


@cache
def compiled(expression: str) -> ParsedResult:
    """The expression, ready to use; a PydanticCustomError where it is none."""
    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        first = str(error).splitlines()[0]
        raise PydanticCustomError("jmespath", "no JMESPath: {why}", {"why": first}) from error


@exactly
def pick(content: bytes, expression: str) -> Any:
    """What stands at the expression in a JSON text; numbers are int or Decimal.

    Raises:
        QueryError: The text is no JSON, or the expression does not fit it.
    """
    try:
        answer = json.loads(content, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise QueryError(
            f"the answer is no JSON: it begins {content[:60]!r}",
            remedy="check the connection's URL and the query's path",
        ) from None
    try:
        return compiled(expression).search(answer, jmespath.Options(custom_functions=_Exact()))
    except JMESPathError as error:
        raise QueryError(f"{expression}: {error}", remedy="correct the query's `pick`") from None


def _no_constant(text: str) -> Any:
    raise ValueError(text)

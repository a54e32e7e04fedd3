"""Conditions on properties: what stands under `where`, and the search filters it becomes.

    where:
      hs_analytics_source: [ORGANIC_SEARCH, PAID_SEARCH]   # one of
      country: Poland                                      # equal
      score: {gte: 40, lt: 80}                             # both
      hubspot_owner_id: {known: true}

Whether HubSpot matches records *without* a value when asked for NEQ or NOT_IN is not documented,
so `ne` and `not_in` also ask that there is one: who has no value is never counted by them.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Self, TypedDict

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from okrmodel.definitions.base import Definition


class Filter(TypedDict, total=False):
    """One filter of a search, in the API's own spelling."""

    propertyName: str
    operator: str
    value: str
    values: list[str]


def _text(value: Any) -> Any:
    """Numbers and truth values as the API writes them: in text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float | Decimal) else value


def _without_doubles(values: Any) -> Any:
    """Order and repetition mean nothing, so they must not make another question."""
    if not isinstance(values, list | tuple):
        return values
    # Compared, not hashed: what is wrong here may be a list, and is told by the field itself.
    texts = sorted((_text(v) for v in values), key=str)
    return [text for n, text in enumerate(texts) if text not in texts[:n]]


Property = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=250)]
"""A property's internal name, as HubSpot's settings show it."""

Value = Annotated[
    str,
    Field(min_length=1, max_length=1000),
    BeforeValidator(_text, json_schema_input_type=str | int | float | bool),
]
Values = Annotated[
    tuple[Value, ...], Field(min_length=1, max_length=100), BeforeValidator(_without_doubles)
]


class Comparison(Definition):
    """What a property's value must be; several comparisons must all hold."""

    eq: Value | None = None
    ne: Value | None = None
    """Has a value, and not this one."""
    in_: Values | None = Field(default=None, alias="in")
    not_in: Values | None = None
    """Has a value, and none of these."""
    gt: Value | None = None
    gte: Value | None = None
    lt: Value | None = None
    lte: Value | None = None
    contains: Value | None = None
    """Contains this word."""
    known: bool | None = None
    """Whether there must be a value, or must be none."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError(
                "empty_comparison",
                "an empty comparison, expected at least one of eq, ne, in, not_in, gt, gte, lt,"
                " lte, contains, known",
            )
        return self

    @property
    def exact(self) -> set[str]:
        """The values that a record must have, or must not have, in full."""
        single = {value for value in (self.eq, self.ne) if value is not None}
        return single | set(self.in_ or ()) | set(self.not_in or ())

    @property
    def lists_capitals(self) -> bool:
        """Whether a list holds capital letters, which HubSpot takes in choices only."""
        return any(value != value.lower() for value in (*(self.in_ or ()), *(self.not_in or ())))

    def filters(self, name: str, *, folded: bool = False) -> Iterator[Filter]:
        """The search filters that say the same of the property `name`.

        `folded` writes lists in lower case.
        """
        for operator, value in (
            ("EQ", self.eq),
            ("NEQ", self.ne),
            ("GT", self.gt),
            ("GTE", self.gte),
            ("LT", self.lt),
            ("LTE", self.lte),
            ("CONTAINS_TOKEN", self.contains),
        ):
            if value is not None:
                yield {"propertyName": name, "operator": operator, "value": value}
        for operator, values in (("IN", self.in_), ("NOT_IN", self.not_in)):
            if values is not None:
                spelled = [value.lower() if folded else value for value in values]
                yield {"propertyName": name, "operator": operator, "values": spelled}
        if self.known or self.ne is not None or self.not_in is not None:
            yield {"propertyName": name, "operator": "HAS_PROPERTY"}
        if self.known is False:
            yield {"propertyName": name, "operator": "NOT_HAS_PROPERTY"}


def _spelled_out(written: Any) -> Any:
    """A bare value means equal, a list means one of; a list of one is the bare value."""
    if isinstance(written, list | tuple):
        return {"eq": written[0]} if len(written) == 1 else {"in": written}
    return {"eq": written} if isinstance(written, str | int | float | Decimal) else written


Condition = Annotated[
    Comparison,
    BeforeValidator(
        _spelled_out, json_schema_input_type=Comparison | list[Value] | str | int | float | bool
    ),
]
Where = dict[Property, Condition]

"""What may be asked of a GA4 property, and how it is reached."""

from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from connectors.ga4.metrics import aggregation_of, is_rate
from okrmodel.definitions.base import Definition, Text
from okrmodel.definitions.query import ConnectionOptions, Query
from okrmodel.observations import Aggregation
from okrmodel.secrets import SecretRef

SETTLES = timedelta(days=3)
"""Processing takes up to 48 hours, and events that come more than 72 hours late are ignored
(https://support.google.com/analytics/answer/11198161)."""

FieldName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*(:[^\s:]+)?$")]
"""API name of a dimension or metric: `sessions`, `keyEvents:sign_up`, `customEvent:plan`."""


class Ga4Options(ConnectionOptions):
    """One GA4 property."""

    ANSWERS_IDENTIFY: ClassVar[bool] = True
    connector: Literal["ga4"]
    property_id: Annotated[str, Field(alias="property", pattern=r"^[0-9]{1,20}$")]
    """The property's number (Admin, Property details), not the measurement id `G-…`."""
    credentials: SecretRef | None = None
    """The JSON key of a service account that may view the property; without it, Google's
    application default credentials."""
    endpoint: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+(:[0-9]{1,5})?$")] | None = None
    """`host` or `host:port` instead of Google's. A loopback host is spoken to in plain text and
    without credentials, and counts as a sandbox."""
    transport: Literal["grpc", "rest"] = "grpc"
    timeout: Annotated[float, Field(gt=0, le=600)] = 60.0
    """Seconds to wait for one answer."""

    @property
    def account(self) -> str:
        """The property's number."""
        return self.property_id


def _sorted(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


Values = Annotated[tuple[Text, ...], Field(min_length=1), AfterValidator(_sorted)]
"""Order and repetition mean nothing."""


class Condition(Definition):
    """What one dimension must be like: exactly one of the tests below."""

    is_: Values | None = Field(default=None, alias="is")
    """One of these."""
    is_not: Values | None = None
    """None of these."""
    contains: Text | None = None
    begins: Text | None = None
    ends: Text | None = None
    matches: Text | None = None
    """A regular expression (RE2) for the whole value."""
    case_sensitive: bool = False
    """GA4 ignores case unless told otherwise."""

    @model_validator(mode="after")
    def _tests_one_thing(self) -> Self:
        if len(self.tests) != 1:
            raise PydanticCustomError(
                "one_test",
                "expected exactly one of is, is_not, contains, begins, ends, matches",
            )
        return self

    @property
    def tests(self) -> dict[str, Any]:
        """The test that is set, by its name."""
        names = ("is_", "is_not", "contains", "begins", "ends", "matches")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def _spelled_out(raw: Any) -> Any:
    """`dimension: value` and `dimension: [values]` are short for `dimension: {is: …}`."""
    if isinstance(raw, str):
        return {"is": (raw,)}
    return {"is": tuple(raw)} if isinstance(raw, list | tuple) else raw


Where: TypeAlias = tuple[tuple[str, Condition], ...]
"""Conditions by dimension, sorted, all of which hold."""


class Ga4Query(Query):
    """One metric, of all traffic or of the part that some dimensions describe."""

    metric: FieldName
    where: dict[
        FieldName,
        Annotated[
            Condition,
            BeforeValidator(_spelled_out, json_schema_input_type=Condition | str | list[str]),
        ],
    ] = Field(default_factory=dict)
    """`{sessionDefaultChannelGroup: Organic Search}`; every condition must hold."""

    @property
    def aggregation(self) -> Aggregation | None:
        """Implied by the metric; a custom metric's must be declared."""
        return aggregation_of(self.metric)

    @property
    def settles(self) -> timedelta:
        """Three days, by Google's own word."""
        return SETTLES

    @property
    def is_rate(self) -> bool:
        """Google's own rates and means."""
        return is_rate(self.metric)

    @property
    def conditions(self) -> Where:
        """The conditions in an order that does not depend on how they were written."""
        return tuple(sorted(self.where.items(), key=lambda item: item[0]))


QUERY: TypeAdapter[Any] = TypeAdapter(Ga4Query)

"""The forms of the files in library/: templates of metrics and key results, with parameters."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from okrmodel.definitions.base import Day, Definition, Id, Number, Text
from okrmodel.definitions.key_results import Target

ParameterType = Literal["text", "number", "day", "id", "metric", "connection", "target", "choice"]

TYPES: dict[str, Any] = {
    "text": Text,
    "number": Number,
    "day": Day,
    "id": Id,
    # That there is such a one, the rules for references tell where it is written.
    "metric": Id,
    "connection": Id,
    "target": Target,
}
"""What a parameter's value is read as; `choice` has its values beside it."""

USE = "use"
"""The key that names a template."""


class Parameter(Definition):
    """What a client says of its own where it uses a template."""

    type: ParameterType
    default: str | int | Number | None = None
    """What holds for clients that say nothing; without one, they have to. Nothing (`~`) leaves out
    what it would fill in."""
    choices: tuple[Text, ...] = ()
    """The values that a `choice` may have."""
    description: str = ""

    @model_validator(mode="after")
    def _has_choices(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise PydanticCustomError(
                "choices", "expected choices with the type choice, and with no other"
            )
        return self

    @property
    def optional(self) -> bool:
        """Whether a client may say nothing."""
        return "default" in self.model_fields_set

    @property
    def read_as(self) -> Any:
        """The type that a value must have."""
        # Literal takes the values one by one.
        return TYPES[self.type] if self.type != "choice" else Literal[self.choices]


class TemplateBase(Definition):
    """What every template says beside what it makes."""

    description: str = ""
    parameters: dict[Id, Parameter] = Field(default_factory=dict)


class MetricTemplate(TemplateBase):
    """A metric for many clients."""

    metric: dict[str, Any]
    """The metric as in metrics.yaml. `=name` stands for a parameter's value, and in text that begins
    with `=`, so does `{name}`; text that is to begin with = begins with `==`."""


class KeyResultTemplate(TemplateBase):
    """A key result for many clients."""

    key_result: dict[str, Any]
    """The key result as in okrs/<cycle>.yaml. `=name` stands for a parameter's value, and in text
    that begins with `=`, so does `{name}`; text that is to begin with = begins with `==`."""


class LibraryFile(Definition):
    """library/<any name>.yaml: templates that clients use by name."""

    metrics: dict[Id, MetricTemplate] = Field(default_factory=dict)
    key_results: dict[Id, KeyResultTemplate] = Field(default_factory=dict)

"""What every definition is: frozen, and closed to keys that mean nothing."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""A permanent name: lower-case letters, digits, - and _."""

Number = Annotated[Decimal, Field(allow_inf_nan=False)]
Share = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Definition(BaseModel):
    """A value read from a config file."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True
    )


class Change(Definition):
    """A value in force from a day on, with the reason for it."""

    from_: date = Field(alias="from")
    reason: Text

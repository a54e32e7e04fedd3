"""What every definition is: frozen, and closed to keys that mean nothing."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

ID_FORM = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
Id = Annotated[str, Field(pattern=ID_FORM.pattern)]
"""A permanent name: lower-case letters, digits, - and _."""

Number = Annotated[Decimal, Field(allow_inf_nan=False)]
Share = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=500)]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(raw: object) -> object:
    # pydantic would read a number as seconds since 1970, and a midnight as its day.
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        # fromisoformat alone would take 20261031 and 2026-W44-6, too.
        return date.fromisoformat(raw if isinstance(raw, str) and _DAY.fullmatch(raw) else "")
    except ValueError as error:
        raise PydanticCustomError("day", "expected a day such as 2026-10-31") from error


def _instant(raw: object) -> object:
    if isinstance(raw, str | datetime):
        return raw
    raise PydanticCustomError("instant", "expected an instant such as 2026-10-31T09:00:00+01:00")


Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day, written 2026-10-31."""

Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
"""A point in time with its offset from UTC, written 2026-10-31T09:00:00+01:00."""


class Definition(BaseModel):
    """A value read from a config file."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True
    )


class Change(Definition):
    """A value in force from a day on, with the reason for it."""

    from_: Day = Field(alias="from")
    reason: Text

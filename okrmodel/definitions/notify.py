"""Who is told what, and when: the digest once a week, notes as soon as something happens."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from okrmodel.definitions.base import Definition, Id
from okrmodel.secrets import SecretRef
from okrmodel.windows import ONE_DAY

Subject = Literal["digest", "flips", "stale", "restatements", "failures"]
"""What a target may ask for: the weekly digest, or notes of one kind."""

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_WEEK: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


def _clock(raw: object) -> object:
    if isinstance(raw, time):
        return raw
    if isinstance(raw, str) and _CLOCK.fullmatch(raw):
        return time.fromisoformat(raw)
    raise PydanticCustomError("clock", 'expected a time of day in quotes, such as "08:00"')


Clock = Annotated[
    time,
    BeforeValidator(_clock),
    PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK.pattern}$"}),
]
"""A time of day in the workspace's zone, written "08:00"."""


def _default(clock: str, alias: str | None = None) -> Any:
    """A field's default; the schema has it as it is written."""
    extra: JsonDict = {"default": clock}
    return Field(default=time.fromisoformat(clock), alias=alias, json_schema_extra=extra)


class Weekly(Definition):
    """When the digest goes out."""

    day: Weekday = "monday"
    at: Clock = _default("08:00")

    def instant(self, week: date, zone: ZoneInfo) -> datetime:
        """When it goes out in the week that a day is in, weeks being those of ISO 8601.

        Where clocks jump over that time it is as much later, where it comes twice the first of both.
        """
        monday = week - timedelta(days=week.weekday())
        day = monday + timedelta(days=_WEEK.index(self.day))
        return _instants(day, self.at, zone)[0]


class Quiet(Definition):
    """The hours in which nothing is sent: from one time of day until the next time that it is another."""

    from_: Clock = _default("20:00", alias="from")
    to: Clock = _default("07:00")

    @model_validator(mode="after")
    def _leaves_hours(self) -> Self:
        if self.from_ == self.to:
            raise PydanticCustomError(
                "all_quiet",
                "quiet hours that begin when they end leave no time to send anything, expected two"
                " times, or `quiet: false` where there are none",
            )
        return self

    def until(self, instant: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours end that the instant is in; None where it is in none.

        Where clocks change inside them, or at their edge, they are rather longer than shorter.
        """
        local = instant.astimezone(zone).date()
        for day in (local - ONE_DAY, local):
            last = day if self.from_ < self.to else day + ONE_DAY
            ends = max(_instants(last, self.to, zone))
            if min(_instants(day, self.from_, zone)) <= instant < ends:
                return ends
        return None


class Target(Definition):
    """Where something is sent to."""

    url: SecretRef
    """Where its Apprise URL is to be found (https://appriseit.com/services): it holds a token."""
    send: Annotated[tuple[Subject, ...], Field(min_length=1)]
    """The weekly digest, and notes: flips of a status, sources gone stale, restatements, failures."""
    only: tuple[Id, ...] = ()
    """Key results, or owners, whose notes are wanted; all without it."""


class Notify(Definition):
    """Who is told what, and when."""

    weekly: Weekly = Weekly()
    quiet: Quiet | Literal[False] = Quiet()
    """Nothing is sent in these hours; it waits. `false` where there are none."""
    targets: dict[Id, Target] = Field(default_factory=dict)

    def quiet_until(self, instant: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours end that the instant is in; None where it is in none."""
        return self.quiet.until(instant, zone) if self.quiet else None


def _instants(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The time of a day, twice: they differ where clocks go back over it, or jump over it."""
    first, second = (
        datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC) for fold in (0, 1)
    )
    return first, second

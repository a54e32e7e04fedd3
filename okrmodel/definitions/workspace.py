"""The workspace: one company or client, its zone, its connections and its people."""

from datetime import timedelta
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, SerializeAsAny
from pydantic_core import PydanticCustomError

from okrmodel.definitions.base import Day, Definition, Id, Instant, Text
from okrmodel.definitions.notify import Notify
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.suggestion import nearest

StatusRule = Literal[
    "probability",
    "viva_goals",
    "engagedly",
    "planview",
    "upraise",
    "mooncamp",
    "servicenow",
    "innovation_minds",
    "atlassian",
]
"""A named rule for on_track, at_risk and off_track; each is explained in `okrmodel.status`."""


@cache
def _zones() -> frozenset[str]:
    # Finding them out walks a folder of 600 files: too much for each of a thousand clients.
    return frozenset(available_timezones())


def _hint(name: str) -> str:
    near = nearest(name, _zones())
    return f'; did you mean "{near}"?' if near else ", expected an IANA name such as Europe/Warsaw"


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise PydanticCustomError(
            "unknown_zone",
            'unknown time zone "{name}"{hint}',
            {"name": name, "hint": _hint(name)},
        )
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
"""An IANA time zone."""


class Person(Definition):
    """Somebody who owns key results."""

    name: Text
    email: str | None = None


class Paused(Definition):
    """Since when a workspace rests, and why."""

    since: Day
    reason: str = ""


class Workspace(Definition):
    """One company or client."""

    version: Literal[1] = 1
    id: Id
    """Permanent; the store remembers by it."""
    name: Text
    timezone: Zone
    """Days, windows and cycles are cut in it."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    locale: str = "en"
    files_url: str = ""
    """Where these files can be read, for links from the pages to a definition:
    https://github.com/acme/okrs/blob/main/{file}#L{line}."""
    pages_url: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """Where readers open the pages, for links from digests and notes: https://okr.acme.example.
    Nowhere where it is empty."""
    environment: Literal["production", "sandbox"] = "production"
    clock: Instant | None = None
    """Only with `environment: sandbox`: the instant at which the pretend world stands still."""
    week_starts: Literal["monday", "sunday"] = "monday"
    fiscal_year_starts: Annotated[int, Field(ge=1, le=12)] = 1
    """Month in which the fiscal year begins; a year is named after the year it ends in."""
    status_rule: StatusRule = "probability"
    grace_days: Annotated[int, Field(ge=0, le=60)] = 7
    """Days after a cycle's end before it is frozen."""
    paused: Paused | bool = False
    """No night syncs it until `okr workspace resume`; or `{ since: 2026-11-25, reason: … }`."""
    left: Day | None = None
    """The day on which it was left for good (`okr workspace leave`): no night syncs it any more."""
    stages: dict[Id, str] = Field(default_factory=dict)
    """This workspace's names for stages, to the source's ids: {mql: marketingqualifiedlead}."""
    people: dict[Id, Person] = Field(default_factory=dict)
    connections: dict[Id, SerializeAsAny[ConnectionOptions]] = Field(default_factory=dict)
    notify: Notify = Notify()
    """Who is told what, and when; nobody without targets."""

    @property
    def rests(self) -> str:
        """Why it is not synced, for a sentence; empty when it is."""
        if self.left:
            return f"left on {self.left}"
        if isinstance(self.paused, Paused):
            why = f" ({self.paused.reason})" if self.paused.reason else ""
            return f"paused since {self.paused.since}{why}"
        return "paused" if self.paused else ""

    @property
    def grace(self) -> timedelta:
        """`grace_days` as a length of time."""
        return timedelta(days=self.grace_days)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)

"""News: what is worth telling people at once, each with a key that is the same however often it is found.

Nothing here is composed: these are facts, told in a reader's words by `okrmodel.telling`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from okrmodel.definitions.base import Definition
from okrmodel.definitions.notify import Subject, Target
from okrmodel.snapshot import Status


class MovedAnswer(Definition):
    """An answer of a source that is another than before, or that came late."""

    metric: str
    """Its id in the files; empty where no metric of theirs asks that any more."""
    first: date
    last: date
    """The days that it is of."""
    old: Decimal | None
    new: Decimal | None


class Flipped(Definition):
    """A key result's status is another, and has been for two days."""

    kind: Literal["flipped"] = "flipped"
    cycle: str
    key_result: str
    old: Status
    new: Status
    since: date
    """The first day of the new status."""
    confirmed: date
    """The day on which it counted: since then it is a flip."""
    value: Decimal | None
    """As of the last day recorded."""
    target: Decimal | None
    reason: str
    """One English sentence with the numbers that led to the status."""

    @property
    def key(self) -> str:
        return f"flip/{self.cycle}/{self.key_result}/{self.confirmed}/{self.new}"

    @property
    def subject(self) -> Subject:
        return "flips"

    @property
    def key_results(self) -> tuple[str, ...]:
        return (self.key_result,)


class Restated(Definition):
    """A source changed its past, and by that a key result's status as of now is another."""

    kind: Literal["restated"] = "restated"
    cycle: str
    key_result: str
    as_of: date
    """The latest day whose figure was changed so that its status is another."""
    revision: int
    """Of that day's snapshot, that says it now."""
    old: Status
    new: Status
    old_value: Decimal | None
    new_value: Decimal | None
    target: Decimal | None
    moved: tuple[MovedAnswer, ...]
    """Those that changed first; `more` are not listed."""
    more: int
    reason: str

    @property
    def key(self) -> str:
        return f"restated/{self.cycle}/{self.key_result}/{self.as_of}/{self.revision}/{self.new}"

    @property
    def subject(self) -> Subject:
        return "restatements"

    @property
    def key_results(self) -> tuple[str, ...]:
        return (self.key_result,)


def _outage(connection: str, run: int) -> str:
    return f"stale/{connection}/{run}"


class WentStale(Definition):
    """A connection failed: the key results that need it show their last values."""

    kind: Literal["went_stale"] = "went_stale"
    connection: str
    run: int
    """The first run of this outage."""
    since: datetime
    reason: str
    """One English sentence for people, without secrets."""
    key_results: tuple[str, ...]
    """Ids of those that need the connection in the cycles that go on."""

    @property
    def key(self) -> str:
        return _outage(self.connection, self.run)

    @property
    def subject(self) -> Subject:
        return "stale"


class CameBack(Definition):
    """A connection that had failed answers again."""

    kind: Literal["came_back"] = "came_back"
    connection: str
    run: int
    """The first run of the outage that is over."""
    since: datetime
    """When the outage began."""
    until: datetime
    """When it was over."""
    key_results: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"back/{self.connection}/{self.run}"

    @property
    def takes_back(self) -> str:
        """The key of the news that it had failed: who was not told need not be told of the end."""
        return _outage(self.connection, self.run)

    @property
    def subject(self) -> Subject:
        return "stale"


class RunFailed(Definition):
    """A run ended with an error of its own, or was cut off: what it was to record may be missing."""

    kind: Literal["run_failed"] = "run_failed"
    run: int
    what: str
    """The run's kind: sync, backfill, freeze."""
    began: datetime
    reason: str
    """The error in English; empty for a run that never said how it ended."""

    @property
    def key(self) -> str:
        return f"run/{self.run}"

    @property
    def subject(self) -> Subject:
        return "failures"

    @property
    def key_results(self) -> tuple[str, ...]:
        """None in particular: it concerns everybody."""
        return ()


News = Annotated[Flipped | Restated | WentStale | CameBack | RunFailed, Field(discriminator="kind")]
"""A piece of news."""

_NEWS: TypeAdapter[News] = TypeAdapter(News)


def news_of(body: object) -> News:
    """The piece of news that plain JSON values hold; `model_dump(mode="json")` writes them."""
    return _NEWS.validate_python(body)


def wanted(target: Target, news: News, owners: Mapping[str, frozenset[str]]) -> bool:
    """Whether a target asks for a piece of news.

    One that concerns no key result in particular concerns everybody.

    Args:
        target: Which.
        news: What there is to tell.
        owners: The ids of who owns each key result, by its id.
    """
    if news.subject not in target.send:
        return False
    named = {*news.key_results}.union(*(owners.get(one, ()) for one in news.key_results))
    return not (target.only and named) or not named.isdisjoint(target.only)

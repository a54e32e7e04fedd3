"""What may be asked of people's own records."""

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, TypeAdapter
from pydantic_core import PydanticCustomError

from okrmodel.definitions.base import Id, Text
from okrmodel.definitions.cycle import CycleId
from okrmodel.definitions.query import ConnectionOptions, Query
from okrmodel.observations import Aggregation

ACCOUNT = "workspace"
"""The records belong to the workspace that the store keeps them under, wherever its folder is."""


class ManualOptions(ConnectionOptions):
    """Nothing to configure: every workspace has this connection without writing it."""

    connector: Literal["manual"] = "manual"

    @property
    def account(self) -> str:
        """Always the workspace itself."""
        return ACCOUNT


class ManualQuery(Query):
    """What a person wrote is final as soon as it is written; written later, it is read later."""

    FREE: ClassVar[bool] = True

    @property
    def settles(self) -> timedelta:
        """Nothing moves by itself."""
        return timedelta()


class CheckIns(ManualQuery):
    """Where a key result stands, by its check-ins dated on or before the day."""

    check_ins: Id
    """The key result."""
    cycle: CycleId
    """The check-ins stand in `checkins/<cycle>.yaml`."""
    values: Literal["total", "increment"] = "total"
    """`total`: the last value holds; `increment`: all values so far add up."""

    @property
    def aggregation(self) -> Aggregation:
        """Read at the end of a day."""
        return Aggregation.LEVEL


class Override(ManualQuery):
    """What a person set in place of an automatic value, on the days that it holds.

    The last entry dated on or before a day decides: it holds on its own day, or until the day
    that it names. Nothing holds otherwise, and the automatic value shows.
    """

    override: Id
    """The key result."""
    cycle: CycleId

    @property
    def aggregation(self) -> Aggregation:
        """Read at the end of a day."""
        return Aggregation.LEVEL


class Milestone(ManualQuery):
    """Whether a milestone is done: 1 from the day of its check-in on, 0 before."""

    milestone: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*$")]
    """Key result and step: `launch/website-live`."""
    cycle: CycleId

    @property
    def aggregation(self) -> Aggregation:
        """Read at the end of a day."""
        return Aggregation.LEVEL


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.suffix not in {".csv", ".yaml", ".yml"}:
        raise PydanticCustomError(
            "ledger_path",
            'ledger "{name}" must be a .csv or .yaml file inside the workspace\'s folder',
            {"name": name},
        )
    return path.as_posix()


class Ledger(ManualQuery):
    """A column of a table that people keep: ad spend, event visitors, head count."""

    ledger: Annotated[str, AfterValidator(_inside)]
    """File, relative to the workspace's folder, with a column `date`."""
    values: Literal["daily", "total"]
    """`daily`: a day's rows add up, and a day without a row is 0 between the first row's day and
    the last row's; `total`: the last row dated on or before the day holds."""
    column: Text = "value"

    @property
    def aggregation(self) -> Aggregation:
        """Daily rows add up over days, totals are read at the end of one."""
        return Aggregation.SUM if self.values == "daily" else Aggregation.LEVEL


_KINDS: dict[str, type[ManualQuery]] = {
    "check_ins": CheckIns,
    "override": Override,
    "milestone": Milestone,
    "ledger": Ledger,
}


def _kind(raw: Any) -> str | None:
    """Which question it is, by the key that only this question has."""
    if isinstance(raw, dict):
        return next((key for key in _KINDS if key in raw), None)
    return next((key for key, kind in _KINDS.items() if isinstance(raw, kind)), None)


AnyManualQuery = Annotated[
    Annotated[CheckIns, Tag("check_ins")]
    | Annotated[Override, Tag("override")]
    | Annotated[Milestone, Tag("milestone")]
    | Annotated[Ledger, Tag("ledger")],
    Discriminator(
        _kind,
        custom_error_type="unknown_question",
        custom_error_message="expected one of the keys check_ins, override, milestone, ledger",
    ),
]
QUERY: TypeAdapter[Any] = TypeAdapter(AnyManualQuery)

"""The forms of the files besides workspace.yaml: metrics, a cycle, check-ins."""

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from okrmodel.definitions.base import Day, Definition, Id, Number, Share
from okrmodel.definitions.cycle import CycleId, Objective
from okrmodel.definitions.metrics import Metric


class MetricsFile(Definition):
    """metrics.yaml: what the numbers mean."""

    metrics: dict[Id, Metric]


class CycleDates(Definition):
    """A cycle with dates of its own."""

    id: CycleId
    starts: Day
    ends: Day
    """The last day of the cycle."""


class CycleFile(Definition):
    """okrs/<cycle>.yaml: the objectives of one cycle."""

    cycle: CycleId | CycleDates
    """A quarter of the fiscal year such as `2026-Q4`, or a name with dates."""
    objectives: tuple[Objective, ...] = ()


class CheckIn(Definition):
    """One entry of checkins/<cycle>.yaml: a figure, or a milestone done, on a day.

    A figure for a key result that updates itself is an override: it takes the place of the
    automatic value on its day only, or until another.
    """

    key_result: Id
    date: Day
    value: Number | None = None
    until: Day | None = None
    """Of an override: the last day that it holds on."""
    milestone: Id | None = None
    """The step that was done that day."""
    note: str = ""
    author: str = ""
    confidence: Share | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.value is None) == (self.milestone is None):
            raise PydanticCustomError(
                "one_thing", "expected either a value or the id of a milestone that was done"
            )
        return self

"""A cycle with its objectives, key results and actions."""

from typing import Annotated

from pydantic import Field

from okrmodel.definitions.base import Day, Definition, Id, Text
from okrmodel.definitions.key_results import KeyResult
from okrmodel.windows import ONE_DAY, Window

CycleId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")]


class Action(Definition):
    """How we will get there: owner, due date, done or not; no figure needed."""

    title: Text
    owner: Id | None = None
    due: Day | None = None
    done: Day | None = None


class Objective(Definition):
    """Where we want to go."""

    id: Id
    title: Text
    owner: Id | None = None
    key_results: tuple[KeyResult, ...] = ()
    actions: tuple[Action, ...] = ()

    def owner_of(self, key_result: KeyResult) -> Id | None:
        """Who owns one of its key results: whoever owns the objective where nobody is named."""
        return key_result.owner or self.owner


class Cycle(Definition):
    """A planning period: normally a quarter of the fiscal year, named like `2026-Q4`.

    With a name of that form, the dates follow from the fiscal year; else both are given.
    """

    id: CycleId
    starts: Day
    ends: Day
    """The last day of the cycle."""
    objectives: tuple[Objective, ...] = ()

    @property
    def window(self) -> Window:
        """The cycle's days."""
        return Window(self.starts, self.ends + ONE_DAY)

    def key_results(self) -> tuple[tuple[Objective, KeyResult], ...]:
        """Every key result with its objective, as written."""
        return tuple((o, k) for o in self.objectives for k in o.key_results)

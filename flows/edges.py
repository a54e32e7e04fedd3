"""The edges of the world that jobs are given: time, chance, the rate budget, an ear."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from connectors.budget import Budget, Spaced
from connectors.retry import Retry
from okrmodel.definitions.workspace import Workspace


@dataclass(frozen=True)
class Progress:
    """How far long work has come: `done` of `total` pieces of a stage."""

    stage: Literal["pull", "compute"]
    done: int
    total: int
    title: str = ""


Listener = Callable[[Progress], None]


def _silence(_: Progress) -> None:
    """Nobody listens."""


def wall_clock() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


THIS_PROCESS = Spaced(time.monotonic, time.sleep)
"""The budget of a process that knows of no others; one, whatever it works on."""


@dataclass(frozen=True)
class Edges:
    """Everything impure that a job touches besides the store and the sources."""

    clock: Callable[[], datetime] = wall_clock
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    budget: Budget = THIS_PROCESS
    """Left as it is, a job shares one with every process that uses its store (`flows.limits`)."""
    listen: Listener = _silence

    @property
    def retry(self) -> Retry:
        """The policy around each request."""
        return Retry(sleep=self.sleep, random=self.chance)

    def now(self, workspace: Workspace) -> datetime:
        """The time in the workspace's world: a pretend company's stands still."""
        return workspace.clock or self.clock()

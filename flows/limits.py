"""The rate budget of a job: shared with every process that uses the same store."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import TypeVar

from connectors.budget import AtOnce, Budget, Limit, Quota, Spaced, instant, spent_up
from flows.edges import THIS_PROCESS, Edges
from okrmodel.allowance import Spent
from okrmodel.store.errors import StoreUnreachable
from okrmodel.store.limits import Limits, Place, limits_of
from okrmodel.store.store import Store

FIRST_LOOK, LAST_LOOK = 0.005, 0.05
"""Seconds between two looks for a free place: at first, and in the end."""

Found = TypeVar("Found")

_log = logging.getLogger(__name__)


class Shared:
    """Keeps all processes together within a source's limits, turns, quotas and places alike.

    Nothing is held while sleeping: who is stopped then has lost one turn. Where the limits cannot
    be kept together, the process's own budget is used from then on, and a warning says so once.
    """

    def __init__(
        self,
        limits: Limits,
        otherwise: Spaced,
        sleep: Callable[[float], None],
        *,
        reserve: bool = False,
    ) -> None:
        self._limits = limits
        self._otherwise = otherwise
        self._sleep = sleep
        self._reserve = reserve
        self._works = True

    def waiting(self) -> "Shared":
        """The same budget for a job that can wait: it leaves the nightly run its reserve."""
        return Shared(self._limits, self._otherwise, self._sleep, reserve=True)

    def wait(self, account: str, limit: Limit) -> None:
        """Sleep until the request's turn has come."""
        every = limit.seconds / limit.calls
        match self._ask(partial(self._limits.reserve, account, limit.name, every=every)):
            case None:
                self._otherwise.wait(account, limit)
            case (turn,) if turn.away:
                self._sleep(turn.away)

    def spend(self, account: str, quota: Quota, units: int, until: datetime) -> None:
        """Take units of a quota.

        Raises:
            RetryLater: They are not there, or not without the reserve; nothing was taken.
        """
        of, ends, reserve = quota.most, instant(until), self._reserve
        take = partial(self._limits.spend, account, quota.name, units)
        try:
            taken = self._ask(partial(take, most=of, until=ends, reserve=reserve))
        except Spent as spent:
            raise spent_up(account, quota, units, spent) from None
        if taken is None:
            self._otherwise.spend(account, quota, units, until, reserve=reserve)

    def learn(
        self, account: str, quota: Quota, left: int, most: int | None, until: datetime
    ) -> None:
        """Correct the count."""
        of, ends = quota.most, instant(until)
        learn = partial(self._limits.learn, account, quota.name, left, most)
        if self._ask(partial(learn, most=of, until=ends)) is None:
            self._otherwise.learn(account, quota, left, most, until)

    @contextmanager
    def under_way(self, account: str, at_once: AtOnce) -> Iterator[None]:
        """Hold a place; while none is free, look again and again, ever more patiently."""
        enter = partial(self._limits.enter, account, at_once.name, at_once.most)
        pause = FIRST_LOOK
        while (found := self._ask(partial(enter, lasts=at_once.lasts))) == (None,):
            self._sleep(pause)
            pause = min(2 * pause, LAST_LOOK)
        match found:
            case (Place() as place,):
                try:
                    yield
                finally:
                    # Where this fails, the place is free again after a while.
                    self._ask(partial(self._limits.leave, place))
            case _:
                with self._otherwise.under_way(account, at_once):
                    yield

    def _ask(self, limits: Callable[[], Found]) -> tuple[Found] | None:
        """What the shared limits answer; None where they cannot be asked, now or any more."""
        if not self._works:
            return None
        try:
            return (limits(),)
        except StoreUnreachable as error:
            self._works = False
            _warn(f"{error}; this process keeps to the limits by itself, unaware of others")
            return None


@dataclass(frozen=True)
class OfConnector:
    """A budget as one connector sees it: another system may give its account the same number."""

    connector: str
    budget: Budget

    def wait(self, account: str, limit: Limit) -> None:
        """Sleep until the request's turn has come."""
        self.budget.wait(self._named(account), limit)

    def spend(self, account: str, quota: Quota, units: int, until: datetime) -> None:
        """Take units of a quota."""
        self.budget.spend(self._named(account), quota, units, until)

    def learn(
        self, account: str, quota: Quota, left: int, most: int | None, until: datetime
    ) -> None:
        """Correct the count."""
        self.budget.learn(self._named(account), quota, left, most, until)

    def under_way(self, account: str, at_once: AtOnce) -> AbstractContextManager[None]:
        """Hold a place."""
        return self.budget.under_way(self._named(account), at_once)

    def _named(self, account: str) -> str:
        return f"{self.connector} {account}"


@contextmanager
def shared(edges: Edges, store: Store) -> Iterator[Edges]:
    """The edges with the budget that all users of the store share, unless another was chosen."""
    if edges.budget is not THIS_PROCESS:
        yield edges
        return
    with limits_of(store) as limits:
        yield replace(edges, budget=Shared(limits, THIS_PROCESS, edges.sleep))


def waiting(edges: Edges) -> Edges:
    """The edges of a job that can wait: it leaves the nightly run its reserve of each quota."""
    budget = edges.budget
    return replace(edges, budget=budget.waiting()) if isinstance(budget, Shared) else edges


@cache
def _warn(line: str) -> None:
    """Once for the process: a night may work on a thousand workspaces."""
    _log.warning(line)

"""The rate budget of a job: shared with every process that uses the same store."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from connectors.budget import AtOnce, Budget, Limit, Quota
from flows.edges import THIS_PROCESS, Edges
from okrmodel.store.errors import StoreUnreachable
from okrmodel.store.limits import Limits, limits_of
from okrmodel.store.store import Store

_log = logging.getLogger(__name__)


class Shared:
    """Keeps all processes together within a limit: each takes a turn, then sleeps until it comes.

    Nothing is held while sleeping: who is stopped then has lost one turn. Where no turns can be
    taken, the other budget is used from then on, and a warning says so once.
    """

    def __init__(self, limits: Limits, otherwise: Budget, sleep: Callable[[float], None]) -> None:
        self._limits = limits
        self._otherwise = otherwise
        self._sleep = sleep
        self._works = True

    def wait(self, account: str, limit: Limit) -> None:
        """Sleep until the request's turn has come."""
        if not self._works:
            self._otherwise.wait(account, limit)
            return
        try:
            turn = self._limits.reserve(account, limit.name, every=limit.seconds / limit.calls)
        except StoreUnreachable as error:
            self._works = False
            _warn(f"{error}; this process keeps to the limits by itself, unaware of others")
            self._otherwise.wait(account, limit)
            return
        if turn.away:
            self._sleep(turn.away)

    def spend(self, account: str, quota: Quota, units: int, until: datetime) -> None:
        """Not counted yet."""

    def learn(
        self, account: str, quota: Quota, left: int, most: int | None, until: datetime
    ) -> None:
        """Not remembered yet."""

    def under_way(self, account: str, at_once: AtOnce) -> AbstractContextManager[None]:
        """Not held yet."""
        return self._otherwise.under_way(account, at_once)


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
        yield replace(edges, budget=Shared(limits, edges.budget, edges.sleep))


@cache
def _warn(line: str) -> None:
    """Once for the process: a night may work on a thousand workspaces."""
    _log.warning(line)

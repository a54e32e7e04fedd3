"""Opening the connections of a workspace, and making sure they are who they should be."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Event

from connectors.budget import AtOnce, Budget, Limit, Quota
from connectors.contract import Connection, Connector, Identity, Session, Step
from connectors.errors import CredentialsError, Permanent
from connectors.registry import installed
from flows.edges import Edges
from flows.limits import OfConnector
from flows.secrets import resolve_all
from okrmodel.definitions.company import Company
from okrmodel.definitions.query import ConnectionOptions


@dataclass(frozen=True)
class Opened:
    """A connection that may be asked."""

    name: str
    connector: Connector
    options: ConnectionOptions
    session: Session

    def apart(self, step: Step) -> list[Step]:
        """A step's questions again, none sharing a request with another."""
        return [one for ask in step.serves for one in self.connector.plan((ask,), self.options)]


class Stopped(BaseException):
    """Nothing more is to be sent. No error of the source's: connectors must not take it for one."""


@dataclass(frozen=True)
class _Stoppable:
    """The edges through which everything passes before it is sent, until a flag goes up."""

    budget: Budget
    pause: Callable[[float], object]
    flag: Event

    def wait(self, account: str, limit: Limit) -> None:
        """Wait for a turn.

        Raises:
            Stopped: The flag is up.
        """
        self.check()
        self.budget.wait(account, limit)
        self.check()

    def spend(self, account: str, quota: Quota, units: int, until: datetime) -> None:
        """Take units of a quota."""
        self.budget.spend(account, quota, units, until)

    def learn(
        self, account: str, quota: Quota, left: int, most: int | None, until: datetime
    ) -> None:
        """Correct the count."""
        self.budget.learn(account, quota, left, most, until)

    @contextmanager
    def under_way(self, account: str, at_once: AtOnce) -> Iterator[None]:
        """Hold a place.

        Raises:
            Stopped: The flag is up.
        """
        self.check()
        with self.budget.under_way(account, at_once):
            self.check()
            yield

    def sleep(self, seconds: float) -> None:
        """Sleep before asking again.

        Raises:
            Stopped: The flag is up.
        """
        self.pause(seconds)
        self.check()

    def check(self) -> None:
        """Go on.

        Raises:
            Stopped: The flag is up.
        """
        if self.flag.is_set():
            raise Stopped


@contextmanager
def opened(
    company: Company, name: str, root: Path, edges: Edges, stop: Event | None = None
) -> Iterator[Opened]:
    """Resolve the connection's secrets and open a session; close it whatever happens.

    `stop` is a flag that, once up, lets no further request out (`Stopped`).

    Raises:
        CredentialsError: A secret is missing.
    """
    flag = stop or Event()
    # The flag ends a real pause at once; a pretend one is not waited for anyhow.
    pause = flag.wait if edges.sleep is time.sleep else edges.sleep
    gate = _Stoppable(edges.budget, pause, flag)
    workspace = company.workspace
    options = workspace.connections[name]
    connector = installed()[options.connector]
    session = connector.connect(
        Connection(
            name=name,
            options=options,
            secrets=resolve_all(options, root),
            zone=workspace.zone,
            root=root,
            budget=OfConnector(options.connector, gate),
            retry=replace(edges.retry, sleep=gate.sleep),
            now=lambda: edges.now(workspace),
        )
    )
    try:
        yield Opened(name, connector, options, session)
    finally:
        session.close()


def refuse_strangers(company: Company, connection: Opened, identity: Identity) -> None:
    """Stop before anything is pulled from the wrong account, or in days cut elsewhere.

    Raises:
        CredentialsError: The token belongs to another account than the config names.
        Permanent: A sandbox in a real workspace, or a zone that nobody agreed to.
    """
    workspace, name = company.workspace, connection.name
    declared = connection.options.account
    if identity.account != declared:
        raise CredentialsError(
            f"connection {name!r} names the account {declared}, the credentials belong to"
            f" {identity.account}",
            remedy="correct the account in workspace.yaml, or the credentials",
        )
    if identity.sandbox and workspace.environment != "sandbox":
        raise Permanent(
            f"connection {name!r} leads to a sandbox account",
            remedy="say `environment: sandbox` in workspace.yaml, or connect the real account",
        )
    cuts_days = identity.zone is not None and connection.options.days == "workspace"
    if cuts_days and identity.zone != workspace.timezone:
        raise Permanent(
            f"connection {name!r} cuts its days in {identity.zone}, the workspace in"
            f" {workspace.timezone}",
            remedy=f"say `days: source` in connection {name!r} to take its dates as they are",
        )

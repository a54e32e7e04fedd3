"""Opening the connections of a workspace, and making sure they are who they should be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.contract import Connection, Connector, Identity, Session
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


@contextmanager
def opened(company: Company, name: str, root: Path, edges: Edges) -> Iterator[Opened]:
    """Resolve the connection's secrets and open a session; close it whatever happens.

    Raises:
        CredentialsError: A secret is missing.
    """
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
            budget=OfConnector(options.connector, edges.budget),
            retry=edges.retry,
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

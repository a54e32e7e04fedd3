"""Whom a connection answers for: pinned at the first sync, and not changed without a reason."""

from sqlalchemy import Connection, insert, select

from okrmodel.store.errors import AccountChanged
from okrmodel.store.store import Recording, Store
from okrmodel.store.tables import AccountRow

FIRST = "first sync"


def confirm_account(store: Store, workspace: str, connection: str, account: str) -> None:
    """Pin the account if it is the first that the connection answers for; else compare.

    Raises:
        AccountChanged: Another one is pinned. Old and new figures would be mixed.
    """
    with store.asking() as asked:
        pinned = _pinned(asked, workspace, connection)
    if pinned is None:
        pinned = _pin_first(store, workspace, connection, account)
    if pinned != account:
        raise AccountChanged(
            f"connection {connection} of workspace {workspace} answers for account {account}, and"
            f" {pinned} is pinned: its figures would be mixed with another account's. Put the"
            " right token or account in place, or pin the new account with a reason."
        )


def repin_account(store: Store, workspace: str, connection: str, account: str, reason: str) -> None:
    """Let the connection answer for another account from now on.

    Raises:
        ValueError: No reason was given.
    """
    if not reason.strip():
        raise ValueError(f"give a reason why {connection} is to answer for account {account}")
    with store.recording(workspace) as recording:
        _pin(recording, connection, account, reason)


def pinned_account(store: Store, workspace: str, connection: str) -> str | None:
    """The account that the connection is pinned to; None before its first sync."""
    with store.asking() as asked:
        return _pinned(asked, workspace, connection)


def _pinned(asked: Connection, workspace: str, connection: str) -> str | None:
    return asked.scalars(
        select(AccountRow.account)
        .where(AccountRow.workspace == workspace, AccountRow.connection == connection)
        .order_by(AccountRow.recorded_at.desc())
        .limit(1)
    ).one_or_none()


def _pin_first(store: Store, workspace: str, connection: str, account: str) -> str:
    """Pin the account unless somebody was quicker; what is pinned then."""
    with store.recording(workspace) as recording:
        if pinned := _pinned(recording.connection, workspace, connection):
            return pinned
        _pin(recording, connection, account, FIRST)
        return account


def _pin(recording: Recording, connection: str, account: str, reason: str) -> None:
    recording.connection.execute(
        insert(AccountRow).values(
            workspace=recording.workspace,
            connection=connection,
            account=account,
            reason=reason,
            recorded_at=recording.at,
        )
    )

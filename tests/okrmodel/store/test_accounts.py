"""A connection answers for the account that it was first pinned to, until somebody says why not."""

import pytest
from sqlalchemy import select

from okrmodel.store import Store
from okrmodel.store.accounts import confirm_account, pinned_account, repin_account
from okrmodel.store.errors import AccountChanged
from okrmodel.store.tables import AccountRow


def test_the_first_account_is_pinned(store: Store) -> None:
    assert pinned_account(store, "acme", "crm") is None
    confirm_account(store, "acme", "crm", "123")
    confirm_account(store, "acme", "crm", "123")

    assert pinned_account(store, "acme", "crm") == "123"
    with store.asking() as connection:
        assert len(connection.execute(select(AccountRow.account)).all()) == 1


def test_another_account_is_refused(store: Store) -> None:
    confirm_account(store, "acme", "crm", "123")
    with pytest.raises(AccountChanged, match="answers for account 456, and 123 is pinned"):
        confirm_account(store, "acme", "crm", "456")
    assert pinned_account(store, "acme", "crm") == "123"


def test_another_account_is_pinned_with_a_reason(store: Store) -> None:
    confirm_account(store, "acme", "crm", "123")
    repin_account(store, "acme", "crm", "456", "moved to the new portal")

    confirm_account(store, "acme", "crm", "456")
    with pytest.raises(AccountChanged, match="456 is pinned"):
        confirm_account(store, "acme", "crm", "123")


def test_no_reason_is_none(store: Store) -> None:
    with pytest.raises(ValueError, match="give a reason"):
        repin_account(store, "acme", "crm", "456", " ")


def test_connections_and_workspaces_are_apart(store: Store) -> None:
    confirm_account(store, "acme", "crm", "1")
    confirm_account(store, "acme", "web", "2")
    confirm_account(store, "globex", "crm", "3")

    assert pinned_account(store, "acme", "web") == "2"
    assert pinned_account(store, "globex", "crm") == "3"

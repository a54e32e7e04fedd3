"""A run that records, on each kind of database."""

import pytest

from okrmodel.store import Store
from tests.okrmodel.store.samples import Work


@pytest.fixture
def work(store: Store) -> Work:
    return Work.begin(store)

"""The company as it grows by default, once for all the facts about it."""

import pytest

from sandbox.company.grow import grow
from sandbox.company.tables import Company


@pytest.fixture(scope="session")
def acorn() -> Company:
    return grow()

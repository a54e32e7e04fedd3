"""The small company's pages: recorded from 20 to 22 November."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from okrapp.web.app import web_app
from okrapp.web.guard import Guard
from okrmodel.store.store import Store, wall_clock
from tests.flows.scene import Scene


@pytest.fixture
def store(told: Scene) -> Iterator[Store]:
    with Store.open(told.place.store) as opened:
        yield opened


@pytest.fixture
def pages(store: Store) -> FastAPI:
    """Nobody has to sign in."""
    return web_app(store, wall_clock, Guard())

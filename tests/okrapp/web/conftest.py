"""The small company's pages: recorded from 20 to 22 November."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from okrapp.web.app import web_app
from okrapp.web.guard import Guard
from okrmodel.store.store import Store, wall_clock
from tests.flows.scene import Scene
from tests.okrapp.web.many import Many


@pytest.fixture
def store(told: Scene) -> Iterator[Store]:
    with Store.open(told.place.store) as opened:
        yield opened


@pytest.fixture
def many(migrated_file: Path, tmp_path: Path) -> Iterator[Many]:
    """An empty store for an agency of rows."""
    file = tmp_path / "okr.db"
    shutil.copyfile(migrated_file, file)
    found = Many.open(file)
    with found.store:
        yield found


@pytest.fixture
def pages(store: Store) -> FastAPI:
    """Nobody has to sign in."""
    return web_app(store, wall_clock, Guard())

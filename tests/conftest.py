"""What tests in every room may ask for: stores on both databases, and hypothesis's manners."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from okrmodel.store import Store
from okrmodel.store.tables import Row
from tests import postgres

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    with postgres.running() as server:
        yield server


@pytest.fixture(params=DATABASES)
def empty_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is yet, on each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'okr.db'}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    database = server.create()
    yield server.url(database)
    server.drop(database)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store with its tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "okr.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres_server: postgres.Server) -> str:
    """A PostgreSQL store with its tables, emptied after each test that used it."""
    database = postgres_server.create()
    Store.open(postgres_server.url(database)).close()
    return database


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store with its tables and nothing in them, on each kind in turn."""
    if request.param == "sqlite":
        file = tmp_path / "okr.db"
        shutil.copyfile(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    database: str = request.getfixturevalue("migrated_database")
    yield server.url(database)
    server.empty(database, [table.name for table in Row.metadata.sorted_tables])


@pytest.fixture
def clock() -> Clock:
    """What `recorded_at` is read from."""
    return Clock()


@pytest.fixture
def wall() -> Clock:
    """What leases run by."""
    return Clock()


@pytest.fixture
def store(store_url: str, clock: Clock, wall: Clock) -> Iterator[Store]:
    """An empty store, on each kind of database in turn."""
    with Store.open(store_url, now=clock, wall=wall) as opened:
        yield opened

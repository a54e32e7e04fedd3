"""One pretend world, and one backfill of the shipped config that many tests look at."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from flows.report import Report
from okrmodel.snapshot import Snapshot
from sandbox.clock import DEFAULT_NOW
from sandbox.company.grow import grow
from sandbox.world import Sandbox
from tests import postgres
from tests.end_to_end.oracle import DAYS, LAST, STARTS, Oracle
from tests.flows.scene import SHIPPED, TOKEN, Scene, settle_in


@dataclass(frozen=True)
class Shipped:
    """The shipped config after a backfill of the cycle's days."""

    scene: Scene
    oracle: Oracle
    backfilled: Report
    requests: tuple[str, ...]
    """What the backfill asked of HubSpot and GA4."""
    told: dict[str, dict[date, Snapshot]]
    """What it recorded, by key result and day."""


@pytest.fixture(scope="package")
def world() -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch, Sandbox(grow(), limits=False) as sandbox:
        patch.setitem(os.environ, TOKEN, sandbox.hubspot_token)
        yield sandbox


@pytest.fixture(scope="package")
def shipped(
    world: Sandbox, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Shipped:
    folder = tmp_path_factory.mktemp("shipped")
    root = settle_in(SHIPPED, folder / "config", world)
    store = folder / "okr.db"
    store.write_bytes(migrated_file.read_bytes())
    scene = Scene(world, root, str(store))
    world.log.clear()
    report = scene.backfill(STARTS, LAST)
    assert report.days == len(DAYS)
    oracle = Oracle(world.company, "Europe/Warsaw", DEFAULT_NOW, root)
    asked = tuple(scene.requests)
    told = {i: {d: r.snapshot for d, r in days.items()} for i, days in scene.told().items()}
    return Shipped(scene, oracle, report, asked, told)


@pytest.fixture
def postgresql_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of a database in which nothing is yet."""
    database = postgres_server.create()
    yield postgres_server.url(database)
    postgres_server.drop(database)

"""A small pretend world for many scenes: every test finds it fresh."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.company.grow import grow
from sandbox.world import Sandbox
from tests.flows.scene import TOKEN, Scene, reset, settle_in

CONFIG = Path(__file__).parent / "config"


@pytest.fixture(scope="package")
def world() -> Iterator[Sandbox]:
    company = grow(contacts=700, sessions_per_weekday=40, newsletter_recipients=20)
    with Sandbox(company, limits=False) as sandbox:
        yield sandbox


@pytest.fixture
def scene(
    world: Sandbox, migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Scene:
    """The small config at 04:00 on 23 November, with an empty store."""
    monkeypatch.setitem(os.environ, TOKEN, world.hubspot_token)
    store = tmp_path / "okr.db"
    store.write_bytes(migrated_file.read_bytes())
    return Scene(reset(world), settle_in(CONFIG, tmp_path / "config", world), str(store))

"""The command line as people call it, on a small config before a small pretend world."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from okrapp import cli
from okrapp.terminal import complaints, console
from sandbox.company.grow import grow
from sandbox.world import Sandbox
from tests.flows.conftest import CONFIG
from tests.flows.scene import TOKEN, Scene, reset, settle_in


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of its JSON."""
        found: list[dict[str, Any]] = json.loads(self.out)
        return found

    def row(self, key_result: str) -> dict[str, Any]:
        """The one row of a key result."""
        [found] = [row for row in self.rows if row["key_result"] == key_result]
        return found


Okr = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OKR_CONFIG", "OKR_STORE", "PREFECT_API_URL", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def okr(capsys: pytest.CaptureFixture[str]) -> Iterator[Okr]:
    """Runs one command in this process."""

    def call(*words: str | Path) -> Ended:
        _forget_terminals()
        capsys.readouterr()
        code = cli.run([str(word) for word in words])
        return Ended(code, *capsys.readouterr())

    yield call
    _forget_terminals()


def _forget_terminals() -> None:
    """They are made once, for the streams and settings that there are then."""
    console.cache_clear()
    complaints.cache_clear()
    cli.app.console = Console()


@pytest.fixture(scope="package")
def small_world() -> Iterator[Sandbox]:
    company = grow(contacts=700, sessions_per_weekday=40, newsletter_recipients=20)
    with Sandbox(company, limits=False) as sandbox:
        yield sandbox


@pytest.fixture
def world(small_world: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Fresh for the test, with its token at hand."""
    monkeypatch.setenv(TOKEN, small_world.hubspot_token)
    return reset(small_world)


@pytest.fixture
def config(world: Sandbox, migrated_file: Path, tmp_path: Path) -> Path:
    """The small config, with an empty store beside it."""
    folder = settle_in(CONFIG, tmp_path / "config", world)
    shutil.copyfile(migrated_file, folder / "okr.db")
    return folder


@pytest.fixture
def scene(config: Path, world: Sandbox) -> Scene:
    """The same, to sync and to backfill without the command line."""
    return Scene(world, config, str(config / "okr.db"))


@pytest.fixture
def told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The days to 22 November are recorded from the 20th on; the config is found without naming it."""
    scene.backfill(date(2026, 11, 20), date(2026, 11, 22))
    monkeypatch.setenv("OKR_CONFIG", str(scene.root))
    return scene


@pytest.fixture(scope="package")
def synced_once(
    small_world: Sandbox, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = settle_in(CONFIG, tmp_path_factory.mktemp("synced") / "config", reset(small_world))
    shutil.copyfile(migrated_file, folder / "okr.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, TOKEN, small_world.hubspot_token)
        Scene(small_world, folder, str(folder / "okr.db")).sync()
    return folder


@pytest.fixture
def synced(synced_once: Path, world: Sandbox, tmp_path: Path) -> Path:
    """A copy of the small config after its first sync."""
    return shutil.copytree(synced_once, tmp_path / "config")

"""Commands called as from a terminal, on a small workspace with a pretend world before it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from cyclopts import App, CycloptsError, Parameter

from okrapp.exits import USAGE, Exit
from okrapp.terminal import console
from tests.flows.conftest import scene, world
from tests.flows.scene import Scene

__all__ = ["scene", "world"]


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    error: str


Okr = Callable[..., Said]


@pytest.fixture
def okr(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Okr:
    """Runs a command on the scene's workspace, 80 columns wide."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("OKR_CONFIG", str(scene.root))
    monkeypatch.setenv("OKR_STORE", scene.store)
    app = App(default_parameter=Parameter(negative_iterable=()))
    for name in ("explain", "history", "replay"):
        app.command(f"okrapp.commands.{name}:{name}", name=name)

    def run(*words: str) -> Said:
        console.cache_clear()
        capsys.readouterr()
        code, error = 0, ""
        try:
            app(words, exit_on_error=False, print_error=False, result_action="return_none")
        except CycloptsError as wrong:
            code, error = USAGE, str(wrong)
        except Exit as end:
            code, error = end.code, end.message
        console.cache_clear()
        return Said(code, capsys.readouterr().out, error)

    return run

"""Where a Prefect API is named: what is said when it does not answer, and how to do without."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.okrapp.conftest import Okr

OKR = str(Path(sys.executable).with_name("okr"))


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an API that is down."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/api"
    monkeypatch.setenv("PREFECT_API_URL", address)
    return address


@pytest.mark.parametrize("command", ["sync", "deploy"])
def test_an_api_that_is_down_is_told_with_the_remedy(
    config: Path, tmp_path: Path, nobody: str, command: str
) -> None:
    home = {"PREFECT_HOME": str(tmp_path / "prefect")}
    # By itself: Prefect reads where its API is when it is imported.
    ended = subprocess.run(
        [OKR, command, "--config", config],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | home,
    )
    assert ended.returncode == 1
    assert "the Prefect API that PREFECT_API_URL names does not answer" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_no_prefect_does_without(okr: Okr, config: Path, nobody: str) -> None:
    assert okr("sync", "--config", config, "--no-prefect").code == 0

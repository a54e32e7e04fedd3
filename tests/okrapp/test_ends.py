"""How a process ends: Ctrl-C, a reader who has seen enough, a start that loads no more than needed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from okrmodel.store import Store
from okrmodel.store.runs import Result, runs
from sandbox.faults import Fault
from sandbox.world import Sandbox
from tests.okrapp.conftest import Okr

OKR = str(Path(sys.executable).with_name("okr"))
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("matching", "asked"),
    [
        ("/crm/v3/objects/contacts", signal.SIGINT),
        ("RunReport", signal.SIGINT),
        ("/crm/v3/objects/contacts", signal.SIGTERM),
    ],
)
def test_who_asks_a_sync_to_stop_gets_an_orderly_end(
    okr: Okr, config: Path, world: Sandbox, matching: str, asked: signal.Signals
) -> None:
    world.faults.order(Fault("stall", matching, seconds=60))
    syncing = subprocess.Popen(
        [OKR, "sync", "--config", config],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while world.faults.waiting():
        assert syncing.poll() is None, syncing.communicate()
        time.sleep(0.02)
    syncing.send_signal(asked)
    out, err = syncing.communicate(timeout=20)
    assert syncing.returncode == 130
    assert err == "Interrupted; what was finished is kept.\n"
    assert out == ""
    with Store.open(f"sqlite:///{config / 'okr.db'}") as store:
        [run] = runs(store, "pretend")
    assert run.result is Result.FAILED
    assert run.reason == "KeyboardInterrupt"
    world.faults.clear()
    # Its lease was given back: the next run need not wait for it.
    assert okr("sync", "--config", config).code == 0


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_reader_who_has_seen_enough_gets_no_complaint(synced: Path, form: str) -> None:
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    okr = subprocess.Popen(
        [OKR, "status", "--config", synced, "--output", form],
        env=buffered,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert okr.stdout
    okr.stdout.close()
    assert okr.stderr
    assert okr.stderr.read() == b""
    okr.stderr.close()
    assert okr.wait(timeout=30) == 1


LOADED = """
import sys
from okrapp.cli import run
code = run(sys.argv[1:])
print(code, *{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""
TOLD = {"babel", "jinja2", "fastapi", "vl_convert", "apprise"}
NEVER = TOLD | {"prefect", "google", "hubspot", "grpc", "numpy", "alembic", "requests"}
HEAVY = NEVER | {"sqlalchemy", "pydantic", "yaml", "connectors", "flows", "okrmodel", "markdown_it"}


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (["--help"], HEAVY),
        (["status", "--config", "{config}"], NEVER),
        (["status", "--config", "{config}", "--output", "json"], NEVER | {"rich"}),
        (["lint", "--config", "{config}"], NEVER | {"rich", "sqlalchemy"}),
        (["sync", "--help"], NEVER),
    ],
    ids=["help", "status", "status as JSON", "lint", "a job"],
)
def test_a_start_loads_no_more_than_it_needs(
    synced: Path, words: list[str], without: set[str]
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *(word.format(config=synced) for word in words)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    code, *loaded = ended.stderr.splitlines()[-1].split()
    assert code == "0"
    assert set(loaded) & without == set()

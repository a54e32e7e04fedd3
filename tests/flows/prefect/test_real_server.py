"""A real Prefect server and a real worker: what is deployed is scheduled, and what is run ends well.

The pins of Prefect, FastAPI and SQLAlchemy may only move while these pass: with newer ones the
server does not start, or its scheduler creates no runs without saying so.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests

from flows.prefect_server import private_server
from sandbox.company.grow import grow
from sandbox.faults import Fault
from sandbox.world import Sandbox

CONFIG = Path(__file__).parents[3] / "config"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Prefect:
    api: str
    config: Path
    world: Sandbox

    def ask(self, path: str, **body: Any) -> Any:
        answer = until(lambda: self._accepted(path, body), 60)
        answer.raise_for_status()
        return answer.json()

    def _accepted(self, path: str, body: Any) -> requests.Response | None:
        # Prefect on SQLite says 503 while another writer has the database; its client asks again.
        answer = requests.post(f"{self.api}/{path}", json=body, timeout=20)
        return None if answer.status_code == 503 else answer

    def deployment(self, name: str) -> Any:
        answer = requests.get(f"{self.api}/deployments/name/{name}", timeout=20)
        answer.raise_for_status()
        return answer.json()

    def runs(self, deployment: str, *states: str) -> list[Any]:
        wanted = {"id": {"any_": [deployment]}}
        found = self.ask("flow_runs/filter", deployments=wanted, limit=50)
        return [run for run in found if not states or run["state_type"] in states]


def until(check: Callable[[], Any], seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := check()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s")
        time.sleep(0.5)
    return found


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    folder = tmp_path_factory.mktemp("prefect")
    config = folder / "config"
    shutil.copytree(CONFIG, config, ignore=shutil.ignore_patterns("okr*.db*", "examples"))
    with Sandbox(grow()) as world, private_server(folder / "home") as api:
        file = config / "workspace.yaml"
        text = file.read_text(encoding="utf-8")
        text = text.replace("http://127.0.0.1:8731", world.hubspot_url)
        file.write_text(text.replace("127.0.0.1:8732", world.ga4_grpc_address), encoding="utf-8")
        os.environ["HUBSPOT_TOKEN"] = world.hubspot_token
        try:
            yield Prefect(api, config, world)
        finally:
            del os.environ["HUBSPOT_TOKEN"]


@pytest.fixture(scope="module")
def deployed(prefect: Prefect) -> Prefect:
    done = subprocess.run(
        [BIN / "okr", "deploy", "--config", prefect.config],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "04:00 Europe/Warsaw" in done.stdout
    assert "notes/hourly  every hour" in done.stdout
    return prefect


@pytest.fixture(scope="module")
def worker(deployed: Prefect) -> Iterator[Prefect]:
    log = deployed.config.parent / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [BIN / "prefect", "worker", "start", "--pool", "okrsync", "--limit", "1"],
            stdout=output,
            stderr=subprocess.STDOUT,
            # Runs find the installed packages from any folder.
            cwd=deployed.config.parent,
            start_new_session=True,
        )
        try:
            yield deployed
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                # How long it takes its leave is Prefect's affair; it must be gone.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def test_the_scheduler_makes_runs_of_the_nightly_sync_at_four_in_the_morning(
    deployed: Prefect,
) -> None:
    nightly = deployed.deployment("sync/nightly")
    runs = until(lambda: three_or_more(deployed.runs(nightly["id"], "SCHEDULED")), 60)
    assert {run["parameters"]["zone"] for run in runs} == {"Europe/Warsaw"}
    hours = {datetime.fromisoformat(r["expected_start_time"]).astimezone(UTC).hour for r in runs}
    assert hours <= {2, 3}, "04:00 in Warsaw is 03:00 UTC in winter, 02:00 in summer"


def test_the_scheduler_makes_a_run_of_the_notes_every_hour(deployed: Prefect) -> None:
    hourly = deployed.deployment("notes/hourly")
    runs = until(lambda: three_or_more(deployed.runs(hourly["id"], "SCHEDULED")), 60)
    times = sorted(datetime.fromisoformat(run["expected_start_time"]) for run in runs)
    assert {time.minute for time in times} == {0}
    assert {b - a for a, b in pairwise(times)} == {timedelta(hours=1)}


def three_or_more(runs: list[Any]) -> list[Any]:
    return runs if len(runs) >= 3 else []


def test_deploying_again_changes_nothing(deployed: Prefect) -> None:
    before = deployed.deployment("sync/nightly")
    subprocess.run([BIN / "okr", "deploy", "--config", deployed.config], check=True)
    after = deployed.deployment("sync/nightly")
    assert [s["id"] for s in after["schedules"]] == [s["id"] for s in before["schedules"]]
    assert after["parameters"] == before["parameters"]


def test_the_backfill_has_a_form_for_its_parameters(deployed: Prefect) -> None:
    form = deployed.deployment("backfill/on-demand")["parameter_openapi_schema"]
    assert form["properties"]["from_day"]["format"] == "date"
    assert form["required"] == ["config", "from_day", "to_day"]


def test_an_on_demand_backfill_ends_well_and_shows_the_okr_table(worker: Prefect) -> None:
    deployment = worker.deployment("backfill/on-demand")
    parameters = {
        "config": str(worker.config),
        "from_day": "2026-11-01",
        "to_day": "2026-11-03",
        "key_results": ["mqls"],
    }
    run = worker.ask(f"deployments/{deployment['id']}/create_flow_run", parameters=parameters)
    ended = until(lambda: ended_run(worker, run["id"]), 90)
    assert ended["state_type"] == "COMPLETED", ended["state"]
    tables = worker.ask("artifacts/filter", artifacts={"key": {"any_": ["okr-acorn"]}})
    assert "| Win 280 MQLs |" in tables[0]["data"]
    assert (worker.config / "okr.db").exists()


def test_a_scheduled_sync_ends_well(worker: Prefect) -> None:
    nightly = worker.deployment("sync/nightly")
    scheduled = until(lambda: worker.runs(nightly["id"], "SCHEDULED"), 60)[0]
    assert scheduled["auto_scheduled"]
    # Its time has come, as far as the worker can tell.
    due = {"type": "SCHEDULED", "state_details": {"scheduled_time": datetime.now(UTC).isoformat()}}
    worker.ask(f"flow_runs/{scheduled['id']}/set_state", state=due, force=True)
    ended = until(lambda: ended_run(worker, scheduled["id"]), 120)
    assert ended["state_type"] == "COMPLETED", ended["state"]
    assert "pat-eu1-sandbox" not in str(ended)
    tables = worker.ask("artifacts/filter", artifacts={"key": {"any_": ["okr-acorn"]}})
    assert any("| Reach 300 key events in a month |" in table["data"] for table in tables)


ONCE_MORE = """
import sys, flows.prefect_flows as flows
flows.sync_workspace = flows.sync_workspace.with_options(retry_delay_seconds=[0, 0])
[report] = flows.sync(sys.argv[1])
assert not report.faults, report.faults
"""


def test_a_source_that_comes_back_is_asked_again_by_the_task(deployed: Prefect) -> None:
    # More often than one request is repeated, so that the task itself has to be.
    deployed.world.faults.order(Fault("status", "account-info", times=6, status=503))
    done = subprocess.run(
        [sys.executable, "-c", ONCE_MORE, deployed.config],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    asked = [r.status for r in deployed.world.log.all("hubspot") if "account-info" in r.path]
    assert asked[-7:] == [503] * 6 + [200]


def ended_run(prefect: Prefect, run: str) -> Any:
    answer = requests.get(f"{prefect.api}/flow_runs/{run}", timeout=20).json()
    return answer if answer["state_type"] in {"COMPLETED", "FAILED", "CRASHED"} else None

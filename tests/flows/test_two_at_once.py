"""One run at a time on a workspace; one that is stopped says so and keeps what it has."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import wait
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from connectors.contract import Part, Step
from connectors.hubspot.session import HubSpotSession
from flows.edges import Progress
from okrmodel.store.errors import LeaseHeld, LeaseLost
from okrmodel.store.runs import Result, runs
from tests.flows.scene import Scene

LAST = date(2026, 11, 22)

OTHER = """
import sys
from pathlib import Path
from flows.edges import Edges
from flows.job import open_job
from flows.places import find_places

with open_job(find_places(Path(sys.argv[1]), store=sys.argv[2])[0], Edges()):
    print("at work", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_who_is_at_work_and_until_when(scene: Scene) -> None:
    command = [sys.executable, "-c", OTHER, str(scene.root), scene.store]
    with subprocess.Popen(
        command,
        cwd=Path(__file__).parents[2],
        env=os.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "at work\n"
        with pytest.raises(LeaseHeld) as refused:
            scene.sync()
        other.communicate("")
    assert f"process {other.pid} on " in str(refused.value)
    assert "works on workspace pretend, until " in str(refused.value)
    assert "Wait for it to finish" in str(refused.value)
    assert other.returncode == 0
    # It has let go by itself: nobody waits for the lease to run out.
    assert not scene.sync().failed


def test_a_run_that_was_overtaken_writes_nothing_more(scene: Scene) -> None:
    """A laptop that slept through its lease wakes up while another run is at work."""
    steps = iter([False, True])

    def overtake(progress: Progress) -> None:
        if progress.stage == "pull" and next(steps, False):
            scene.listen = lambda _: None
            scene.clock = lambda: datetime.now(UTC) + timedelta(minutes=11)
            scene.sync()

    scene.listen = overtake
    with pytest.raises(LeaseLost, match="Nothing was recorded; run again"):
        scene.sync()
    with scene.asking() as store:
        second, first = runs(store, "pretend")
    assert (second.result, first.result) == (Result.OK, Result.FAILED)
    assert (first.reason or "").startswith("LeaseLost: ")
    assert {days[LAST].revision for days in scene.told().values()} == {1}


def test_ctrl_c_leaves_a_failed_run_and_all_finished_steps(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = HubSpotSession.run
    steps = iter(range(1))

    def interrupted(session: HubSpotSession, step: object) -> object:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return answer(session, step)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(HubSpotSession, "run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            scene.sync()
    with scene.asking() as store:
        (stopped,) = runs(store, "pretend")
    assert (stopped.result, stopped.reason) == (Result.FAILED, "KeyboardInterrupt")
    assert stopped.ended
    scene.sandbox.log.clear()
    assert not scene.sync().failed
    assert not any("contacts" in request for request in scene.requests)


def test_who_answers_after_ctrl_c_does_not_take_the_workspace_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = HubSpotSession.run
    stalls, goes_on = Event(), Event()
    late: list[Any] = []

    def stalled(session: HubSpotSession, step: Step) -> Iterator[Part]:
        for part in answer(session, step):
            stalls.set()
            goes_on.wait(20)
            yield part

    def interrupted(work: Any, **how: Any) -> Any:
        if "return_when" not in how:
            return wait(work, **how)
        late.extend(work)
        stalls.wait(20)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("flows.pull.GRACE", 0.05)
        patch.setattr("flows.pull.wait", interrupted)
        patch.setattr(HubSpotSession, "run", stalled)
        with pytest.raises(KeyboardInterrupt):
            scene.sync()
        goes_on.set()
        assert not wait(late, timeout=20).not_done
    assert not scene.sync().failed


@pytest.mark.parametrize(
    ("place", "of"),
    [("run", "contacts entering marketingqualifiedlead"), ("identity", "who it is")],
)
def test_a_bug_in_a_connector_is_that_connections_trouble_alone(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    place: str,
    of: str,
) -> None:
    secret = scene.sandbox.hubspot_token

    def broken(*_: object) -> None:
        raise KeyError(f"no {secret} here")

    monkeypatch.setattr(HubSpotSession, place, broken)
    with caplog.at_level(logging.DEBUG):
        report = scene.sync()
    told = {snapshot.key_result: snapshot for snapshot in report.snapshots}
    assert {fault.connection for fault in report.faults} == {"hubspot"}
    assert "the connector hubspot broke at test_two_at_once.py:" in str(report.faults[0])
    assert f"(KeyError) on: {of}" in str(report.faults[0])
    assert secret not in str(report) + caplog.text
    assert told["mqls"].value is None
    assert told["sessions"].value

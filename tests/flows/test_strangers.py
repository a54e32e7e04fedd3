"""What leads to the wrong account, or cuts its days elsewhere, is refused with what to do."""

import pytest

from connectors.contract import Identity
from flows.report import Report
from okrmodel.snapshot import Status
from tests.flows.scene import Scene, rewrite

WORKSPACE = "workspace.yaml"


def only_fault(report: Report) -> str:
    (fault,) = report.faults
    assert fault.again == "never"
    return f"{fault.connection}: {fault}"


def stands(report: Report, key_result: str) -> Status:
    return next(s.status for s in report.snapshots if s.key_result == key_result)


def test_a_token_of_another_account_is_refused(scene: Scene) -> None:
    rewrite(scene.root / WORKSPACE, {"portal: 24681357": "portal: 11111111"})
    report = scene.sync()
    assert only_fault(report) == (
        "hubspot: connection 'hubspot' names the account 11111111, the credentials belong to"
        " 24681357 – correct the account in workspace.yaml, or the credentials"
    )
    assert not any("search" in request for request in scene.requests)
    assert stands(report, "mqls") is Status.NO_DATA
    assert stands(report, "sessions") is not Status.NO_DATA


def test_an_account_that_changed_since_the_first_sync_is_refused_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.sync()
    rewrite(scene.root / WORKSPACE, {"portal: 24681357": "portal: 11111111"})
    monkeypatch.setattr(
        "connectors.hubspot.session.HubSpotSession.identity",
        lambda _: Identity(account="11111111", zone=None, sandbox=True),
    )
    report = scene.sync()
    assert "24681357 is pinned" in only_fault(report)
    assert "pin the new account with a reason" in only_fault(report)
    assert stands(report, "sessions") is not Status.STALE


def test_a_sandbox_account_is_refused_where_a_real_one_is_expected(scene: Scene) -> None:
    text = (scene.root / WORKSPACE).read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith(("environment", "clock"))]
    (scene.root / WORKSPACE).write_text("\n".join(kept), "utf-8")
    scene.clock = scene.sandbox.clock.now
    report = scene.sync()
    assert {fault.connection for fault in report.faults} == {"hubspot", "web"}
    for fault in report.faults:
        assert str(fault) == (
            f"connection '{fault.connection}' leads to a sandbox account – say"
            " `environment: sandbox` in workspace.yaml, or connect the real account"
        )
    assert not any("search" in request for request in scene.requests)
    assert stands(report, "spend") not in {Status.NO_DATA, Status.STALE}


def test_days_cut_in_another_zone_are_refused_until_somebody_agrees(scene: Scene) -> None:
    rewrite(scene.root / WORKSPACE, {"Europe/Warsaw": "America/Los_Angeles"})
    report = scene.sync()
    assert only_fault(report) == (
        "web: connection 'web' cuts its days in Europe/Warsaw, the workspace in"
        " America/Los_Angeles – say `days: source` in connection 'web' to take its dates as they"
        " are"
    )
    assert stands(report, "sessions") is Status.NO_DATA
    rewrite(scene.root / WORKSPACE, {"connector: ga4": "connector: ga4\n    days: source"})
    assert scene.sync().faults == ()

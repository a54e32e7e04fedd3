"""What doctor finds out before the night, connection by connection."""

import pytest

from connectors.contract import Finding
from flows.doctor import doctor
from flows.edges import Edges
from flows.places import read_place
from sandbox.faults import Fault
from tests.flows.scene import TOKEN, Scene, rewrite

SECRET = "pat-eu1-0123-not-the-right-one"


def findings(scene: Scene) -> dict[str, list[Finding]]:
    company, _ = read_place(scene.place)
    found: dict[str, list[Finding]] = {}
    edges = Edges(sleep=scene.slept.append)
    for connection, finding in doctor(company, scene.place.folder, edges):
        found.setdefault(connection, []).append(finding)
    return found


def wrong(scene: Scene) -> dict[str, list[Finding]]:
    return {
        connection: bad
        for connection, found in findings(scene).items()
        if (bad := [finding for finding in found if not finding.ok])
    }


def test_every_connection_is_checked_in_order_and_all_is_well(scene: Scene) -> None:
    found = findings(scene)
    assert list(found) == ["hubspot", "manual", "web"]
    assert all(finding.ok for checked in found.values() for finding in checked)


def test_it_takes_a_few_cheap_calls(scene: Scene) -> None:
    findings(scene)
    assert len(scene.requests) <= 15


def test_nothing_is_told_twice(scene: Scene) -> None:
    for checked in findings(scene).values():
        assert len(checked) == len(set(checked))


def test_a_connection_that_no_key_result_needs_is_checked_too(scene: Scene) -> None:
    rewrite(
        scene.root / "workspace.yaml",
        {
            "  web:\n": "  spare:\n    connector: hubspot\n    portal: 1\n    token: ${SPARE}\n  web:\n"
        },
    )
    [finding] = wrong(scene)["spare"]
    assert "${SPARE}" in finding.message
    assert finding.remedy == "set the environment variable SPARE"


def test_a_wrong_token_is_found_and_never_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    bad = wrong(scene)
    assert list(bad) == ["hubspot"], "the others were checked all the same"
    assert bad["hubspot"][0].remedy
    assert SECRET not in repr(bad)


def test_another_account_than_the_declared_one_is_found(scene: Scene) -> None:
    rewrite(scene.root / "workspace.yaml", {"portal: 24681357": "portal: 11111111"})
    [finding, *_] = wrong(scene)["hubspot"]
    assert "24681357" in finding.message
    assert "11111111" in finding.message


def test_a_sandbox_behind_a_real_workspace_is_found(scene: Scene) -> None:
    rewrite(scene.root / "workspace.yaml", {"environment: sandbox": "environment: production"})
    rewrite(scene.root / "workspace.yaml", {"clock: 2026-11-23T04:00:00+01:00\n": ""})
    for connection in ("hubspot", "web"):
        [finding] = wrong(scene)[connection]
        assert "leads to a sandbox account" in finding.message
        assert "environment: sandbox" in finding.remedy


def test_days_that_are_cut_elsewhere_are_found(scene: Scene) -> None:
    rewrite(scene.root / "workspace.yaml", {"Europe/Warsaw": "America/New_York"})
    [*_, finding] = wrong(scene)["web"]
    assert "Europe/Warsaw" in finding.message
    assert "America/New_York" in finding.message
    assert "days: source" in finding.remedy


def test_a_stage_that_the_portal_has_not_is_found(scene: Scene) -> None:
    rewrite(scene.root / "workspace.yaml", {"marketingqualifiedlead": "marketingqualifiedleed"})
    assert any("marketingqualifiedleed" in f.message for f in wrong(scene)["hubspot"])


def test_a_metric_that_ga4_has_not_is_found(scene: Scene) -> None:
    rewrite(
        scene.root / "metrics.yaml",
        {"metric: screenPageViews }": "metric: screenPageVews }, aggregation: sum"},
    )
    assert any("screenPageVews" in f"{f.subject} {f.message}" for f in wrong(scene)["web"])


def test_a_source_that_is_down_is_a_finding_and_no_exception(scene: Scene) -> None:
    scene.sandbox.faults.order(Fault("status", "/", times=10_000, status=503))
    bad = wrong(scene)
    assert bad["hubspot"][0].message
    assert "manual" not in bad

"""Workspaces that are paused or were left: which runs they are part of."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import CredentialsError
from flows import deployments, prefect_flows
from flows.places import AtRest, Place, at_work, find_places
from flows.secrets import resolve
from okrmodel.secrets import SecretRef
from tests.flows.scene import rewrite

AGENCY = Path(__file__).parents[2] / "config/examples/agency"


@pytest.fixture
def agency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("OKR_STORE", raising=False)
    return shutil.copytree(AGENCY, tmp_path / "agency")


def rest(agency: Path, name: str, how: str) -> None:
    rewrite(agency / "clients" / name / "workspace.yaml", {"timezone:": f"{how}\ntimezone:"})


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("paused: true", "paused"),
        ("paused: { since: 2026-11-25 }", "paused since 2026-11-25"),
        ("paused: { since: 2026-11-25, reason: No budget }", "paused since 2026-11-25 (No budget)"),
        ("left: 2026-11-25", "left on 2026-11-25"),
        ("paused: true\nleft: 2026-11-25", "left on 2026-11-25"),
    ],
)
def test_one_that_rests_is_left_out_unless_it_is_named(agency: Path, how: str, why: str) -> None:
    rest(agency, "birch", how)
    working, resting = at_work(find_places(agency), None)
    assert ([place.workspace for place in working], resting) == (["cedar"], {"birch": why})
    with pytest.raises(AtRest, match=r"workspace birch is (paused|left)"):
        at_work(find_places(agency, "birch"), "birch")


@pytest.mark.parametrize("how", ["paused: false", "# paused: true"])
def test_one_that_does_not_rest_is_worked_on(agency: Path, how: str) -> None:
    rest(agency, "birch", how)
    assert len(at_work(find_places(agency), None)[0]) == 2


def test_one_that_cannot_be_read_is_left_to_its_own_run(agency: Path) -> None:
    rest(agency, "birch", "paused: true\nunheard: of")
    assert len(at_work(find_places(agency), None)[0]) == 2


@pytest.mark.parametrize("more", [{}, {"zone": "Europe/London"}])
def test_a_scheduled_sync_leaves_them_alone(
    agency: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    found: list[list[str]] = []

    def collect(places: list[Place], _work: object) -> list[object]:
        found.append([place.workspace for place in places])
        return []

    monkeypatch.setattr(prefect_flows, "_collect", collect)
    prefect_flows.sync.fn(str(agency), **more)
    rest(agency, "birch", "paused: true")
    prefect_flows.sync.fn(str(agency), **more)
    assert [name in one for one in found for name in ("birch",)] == [True, False]
    with pytest.raises(AtRest):
        prefect_flows.sync.fn(str(agency), "birch")


def test_a_zone_that_all_have_left_has_no_night(agency: Path) -> None:
    zones = [night["zone"] for night in deployments._nights(agency, "x")]
    assert "Europe/London" in zones
    rest(agency, "birch", "paused: true")
    # It goes on without being registered again.
    assert [night["zone"] for night in deployments._nights(agency, "x")] == zones
    rest(agency, "birch", "left: 2026-11-25")
    assert "Europe/London" not in [n["zone"] for n in deployments._nights(agency, "x")]


def test_a_forgotten_secret_says_when_it_was_forgotten(tmp_path: Path) -> None:
    reference = SecretRef.parse("${forgotten:2026-11-25}")
    assert reference
    assert str(reference) == "${forgotten:2026-11-25}"
    with pytest.raises(CredentialsError) as refusal:
        resolve(reference, tmp_path)
    assert "left on 2026-11-25" in refusal.value.remedy

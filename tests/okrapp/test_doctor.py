"""`okr doctor`: would tonight's sync work?"""

from pathlib import Path

import pytest

from tests.flows.scene import TOKEN, rewrite
from tests.okrapp.conftest import Okr

SECRET = "pat-eu1-0123-not-the-right-one"


def test_a_good_config_ends_with_0(okr: Okr, config: Path) -> None:
    ended = okr("doctor", "--config", config)
    assert (ended.code, ended.err) == (0, "")
    for connection in ("hubspot", "manual", "web"):
        assert f"{connection}   pretend" in ended.out
    assert "✓ account: portal 24681357, as declared" in ended.out
    assert "✗" not in ended.out


def test_a_wrong_token_ends_with_1_and_its_remedy_and_the_others_are_checked(
    okr: Okr, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    ended = okr("doctor", "--config", config)
    assert ended.code == 1
    assert "✗ token: HubSpot answered 401" in ended.out
    assert "→ put a valid token where the config points to" in ended.out
    assert "✓ property: GA4 property 354217890 answers" in ended.out
    assert SECRET not in ended.out + ended.err


def test_programs_get_every_finding(okr: Okr, config: Path) -> None:
    findings = okr("doctor", "--config", config, "--output", "json").rows
    assert {finding["connection"] for finding in findings} == {"hubspot", "manual", "web"}
    assert all(finding["ok"] for finding in findings)
    assert all(finding["workspace"] == "pretend" for finding in findings)


def test_a_missing_token_is_told_by_its_name(
    okr: Okr, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN)
    ended = okr("doctor", "--config", config)
    assert ended.code == 1
    assert "→ set the environment variable HUBSPOT_TOKEN" in ended.out


def test_a_config_with_errors_is_linted_first(okr: Okr, config: Path) -> None:
    rewrite(config / "workspace.yaml", {"portal: 24681357": "portal: mine"})
    ended = okr("doctor", "--config", config)
    assert ended.code == 1
    assert "workspace.yaml:12:13: error: " in ended.err

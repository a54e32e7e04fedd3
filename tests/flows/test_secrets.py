"""A secret is resolved just before it is needed, and is written nowhere."""

import logging
import traceback
from pathlib import Path

import pytest

from connectors.errors import CredentialsError
from flows.artifacts import markdown
from flows.secrets import resolve
from okrmodel.secrets import SecretRef
from sandbox.hubspot.access import NO_SCOPE_TOKEN
from tests.flows.scene import TOKEN, Scene, rewrite

SECRET = "pat-eu1-a-secret-that-must-not-be-seen"


def everything_written(scene: Scene) -> bytes:
    folder = Path(scene.store).parent
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_a_token_is_nowhere_after_a_run_that_failed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    scene.fault(r"^(GET|POST) /", status=status)
    with caplog.at_level(logging.DEBUG):
        report = scene.sync()
    assert report.faults
    seen = "\n".join([repr(report), str(report), markdown(report), caplog.text])
    assert SECRET not in seen
    assert SECRET.encode() not in everything_written(scene)


def test_a_token_is_nowhere_after_a_run_that_went_well(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        report = scene.sync()
    token = scene.sandbox.hubspot_token
    assert not report.failed
    assert token not in caplog.text + repr(report) + markdown(report)
    assert token.encode() not in everything_written(scene)


def test_a_token_is_not_in_a_traceback_either(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, SECRET)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("connectors.hubspot.session.HubSpotSession.identity", stopped)
    with pytest.raises(KeyboardInterrupt) as stop:
        scene.sync()
    told = traceback.TracebackException.from_exception(stop.value, capture_locals=True)
    assert "hubspot" in "".join(told.format())
    assert SECRET not in "".join(told.format())


def test_a_token_without_the_scopes_says_which_to_give(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, NO_SCOPE_TOKEN)
    contacts, deals = scene.sync().faults
    assert "crm.objects.contacts.read" in contacts.remedy
    assert "crm.objects.deals.read" in deals.remedy
    assert {contacts.again, deals.again} == {"never"}


def test_a_secret_may_stand_in_a_file(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN)
    rewrite(scene.root / "workspace.yaml", {"${HUBSPOT_TOKEN}": "${file:secrets/token}"})
    (fault,) = scene.sync().faults
    assert str(fault) == (
        "the secret ${file:secrets/token} cannot be read: No such file or directory"
        " – write it into the file secrets/token"
    )
    (scene.root / "secrets").mkdir()
    (scene.root / "secrets/token").write_text(f"{scene.sandbox.hubspot_token}\n", "utf-8")
    assert scene.sync().faults == ()


def test_an_empty_variable_is_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMPTY", "")
    with pytest.raises(CredentialsError, match="is not set or empty") as refused:
        resolve(SecretRef("env", "EMPTY"), tmp_path)
    assert refused.value.remedy == "set the environment variable EMPTY"


def test_prefects_secrets_need_a_prefect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    with pytest.raises(CredentialsError, match="no Prefect API is configured") as refused:
        resolve(SecretRef("prefect", "hubspot"), tmp_path)
    assert "PREFECT_API_URL" in refused.value.remedy

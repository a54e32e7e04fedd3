"""`okr lint --live`: the sources' problems among those of the files, and what asking took."""

import json
from pathlib import Path

import pytest

from sandbox.world import Sandbox
from tests.flows.scene import TOKEN, rewrite
from tests.okrapp.conftest import Okr


@pytest.fixture
def calm(config: Path) -> Path:
    rewrite(config / "okrs/2026-Q4.yaml", {"from: 900, target: 100": "from: 900, target: 10"})
    return config


def test_a_config_that_is_right_ends_with_0_and_the_second_run_asks_nothing(
    okr: Okr, calm: Path, world: Sandbox
) -> None:
    ended = okr("lint", "--live", "--config", calm)
    calls = len(world.log.all())
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        f"1 workspace in {calm}: 0 errors, 0 warnings\nThe sources were asked: {calls} calls.\n"
    )
    again = okr("lint", "--live", "--config", calm)
    assert len(world.log.all()) == calls
    assert "The sources were asked: 0 calls. Other answers are kept since " in again.out
    assert "; --fresh asks again." in again.out
    okr("lint", "--fresh", "--config", calm)
    assert len(world.log.all()) == 2 * calls


def test_without_the_flag_no_source_is_asked(okr: Okr, calm: Path, world: Sandbox) -> None:
    assert "sources" not in okr("lint", "--config", calm).out
    assert world.log.all() == ()


def test_the_line_is_shown_with_a_caret_under_the_word(okr: Okr, calm: Path) -> None:
    rewrite(
        calm / "metrics.yaml",
        {"metric: sessions }": "metric: sesions }, aggregation: sum"},
    )
    ended = okr("lint", "--live", "--config", calm)
    assert ended.code == 1
    first, line, caret, *_ = ended.out.splitlines()
    assert first.startswith("metrics.yaml:7:")
    assert first.endswith("did you mean sessions? [live-unknown-metric]")
    assert line[caret.index("^") :].startswith("sesions")


def test_problems_of_files_and_sources_come_in_one_order(okr: Okr, calm: Path) -> None:
    file = calm / "metrics.yaml"
    rewrite(file, {"metric: sessions }": "metric: sesions }, aggregation: sum"})
    spare = "  spare: { name: S, connection: web, query: { metric: totalUsers } }\n"
    file.write_text(file.read_text("utf-8") + spare, "utf-8")
    rows = okr("lint", "--live", "--config", calm, "--output", "json").rows
    told = [(row["code"], row["severity"]) for row in rows]
    assert told == [("live-unknown-metric", "error"), ("unused-metric", "warning")]
    assert rows[0]["line"] < rows[1]["line"]


def test_warnings_alone_end_with_0(okr: Okr, config: Path) -> None:
    ended = okr("lint", "--live", "--config", config)
    assert ended.code == 0
    assert "[live-target-reached]" in ended.out
    assert "0 errors, 1 warning" in ended.out


def test_a_source_that_cannot_be_asked_ends_with_1(
    okr: Okr, calm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN)
    ended = okr("lint", "--live", "--config", calm)
    assert ended.code == 1
    assert "set the environment variable HUBSPOT_TOKEN [live-connection]" in ended.out
    assert "1 error, 0 warnings" in ended.out


def test_a_config_with_errors_is_said_not_to_be_asked_about(
    okr: Okr, calm: Path, world: Sandbox
) -> None:
    rewrite(calm / "okrs/2026-Q4.yaml", {"metric: mqls,": "metrik: mqls,"})
    ended = okr("lint", "--live", "--config", calm)
    assert ended.code == 1
    assert ended.out.endswith("The sources of 1 workspace with errors were not asked.\n")
    assert world.log.all() == ()


def test_a_workspace_without_a_store_is_asked_all_the_same(
    okr: Okr, calm: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (calm / "okr.db").unlink()
    ended = okr("lint", "--live", "--config", calm)
    assert (ended.code, ended.err, caplog.records) == (0, "", [])
    assert not list(calm.glob("*.db"))


def test_what_is_kept_holds_no_secret(okr: Okr, calm: Path, world: Sandbox) -> None:
    okr("lint", "--live", "--config", calm)
    kept = (calm / "okr-live/pretend.json").read_text("utf-8")
    assert json.loads(kept)["said"]
    assert world.hubspot_token not in kept

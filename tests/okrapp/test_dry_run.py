"""A dry run prints what would be asked, and does none of it."""

import json
from pathlib import Path

from sandbox.world import Sandbox
from tests.okrapp.conftest import Okr

BACKFILL = ("backfill", "--from", "2026-11-17", "--to", "2026-11-22", "--dry-run")


def test_nothing_is_asked_and_nothing_recorded(okr: Okr, config: Path, world: Sandbox) -> None:
    before = (config / "okr.db").read_bytes()
    for words in (BACKFILL, ("sync", "--dry-run")):
        ended = okr(*words, "--config", config)
        assert (ended.code, ended.err) == (0, "")
        assert "Nothing was sent, nothing recorded." in ended.out
    assert world.log.all() == ()
    assert (config / "okr.db").read_bytes() == before


def test_a_store_that_is_not_there_is_not_made(okr: Okr, config: Path) -> None:
    (config / "okr.db").unlink()
    assert okr("sync", "--dry-run", "--config", config).code == 0
    assert not (config / "okr.db").exists()


def test_each_connection_is_told_with_what_its_requests_are_for(okr: Okr, config: Path) -> None:
    out = okr(*BACKFILL, "--config", config).out
    for told in ("hubspot (hubspot 24681357)", "web (ga4 354217890)", "manual (manual workspace)"):
        assert told in out
    # MQLs over the cycle, as of the six days and all before them, in one reading.
    assert "for mqls (53 days, 2026-10-01 to 2026-11-22)" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_cost_that_is_not_known_yet_is_no_sum(okr: Okr, config: Path) -> None:
    out = okr(*BACKFILL, "--config", config).out
    assert "cost not known yet" in out
    assert "requests at least. Nothing was sent" in out


def test_what_is_settled_is_not_planned_again(okr: Okr, synced: Path) -> None:
    out = okr("sync", "--dry-run", "--config", synced).out
    assert "at least" not in out
    assert "mqls" not in out
    assert "sessions" in out


def test_a_program_gets_it_as_json_and_csv(okr: Okr, config: Path) -> None:
    [told] = json.loads(okr(*BACKFILL, "--config", config, "--output", "json").out)
    hubspot = next(c for c in told["connections"] if c["connection"] == "hubspot")
    served = [each for step in hubspot["steps"] for each in step["serves"]]
    windows = {tuple(w) for each in served if each["metrics"] == ["mqls"] for w in each["windows"]}
    assert len(windows) == 53
    assert hubspot["least"] == sum(step["least"] for step in hubspot["steps"]) > 0
    lines = okr(*BACKFILL, "--config", config, "--output", "csv").out.splitlines()
    assert lines[0] == "workspace,connection,step,serves,windows,least,estimate"
    assert len(lines) == 1 + sum(len(c["steps"]) for c in told["connections"])


def test_an_unknown_key_result_is_refused_as_without_it(okr: Okr, config: Path) -> None:
    ended = okr(*BACKFILL, "--key-result", "mqlz", "--config", config)
    assert ended.code == 2
    assert 'did you mean "mqls"?' in ended.err

"""`okr sync` and `okr backfill`: what they print and how they end, when all is well and when not."""

import csv
import io
from pathlib import Path

import pytest

from okrmodel.store import Store
from okrmodel.store.runs import Result, runs
from sandbox.faults import Fault
from sandbox.world import Sandbox
from tests.flows.scene import TOKEN
from tests.okrapp.conftest import Okr

SECRET = "pat-eu1-0123-not-the-right-one"


def test_a_good_sync_ends_with_0_and_shows_the_table(okr: Okr, config: Path) -> None:
    ended = okr("sync", "--config", config)
    assert ended.code == 0
    assert ended.out.startswith("A small pretend company  2026-Q4, as of 2026-11-22\n")
    assert "pretend: run 1, 1 day up to 2026-11-22, 7 snapshots written; requests: " in ended.err


def test_what_sync_prints_is_what_status_prints(okr: Okr, config: Path) -> None:
    for form in ("table", "json", "csv"):
        recorded = okr("sync", "--config", config, "--output", form).out
        assert recorded == okr("status", "--config", config, "--output", form).out


def test_nothing_but_the_rows_is_on_standard_output(okr: Okr, config: Path) -> None:
    assert len(okr("sync", "--config", config, "--output", "json").rows) == 7
    listed = okr("sync", "--config", config, "--output", "csv").out
    assert len(list(csv.DictReader(io.StringIO(listed)))) == 7


def test_a_pipe_gets_no_bars_and_no_escape_codes(okr: Okr, config: Path) -> None:
    ended = okr("sync", "--config", config)
    for piped in (ended.out, ended.err):
        assert "\x1b" not in piped
        assert "\r" not in piped
        assert "━" not in piped


def test_a_terminal_gets_bars_on_standard_error(
    okr: Okr, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # As if it were a terminal.
    ended = okr("sync", "--config", config, "--output", "json")
    assert "compute" in ended.err
    assert len(ended.rows) == 7


def test_a_backfill_records_each_day(okr: Okr, config: Path) -> None:
    days = ("--from", "2026-11-18", "--to", "2026-11-20")
    ended = okr("backfill", "--config", config, *days, "--key-result", "mqls")
    assert ended.code == 0
    assert "3 days up to 2026-11-20, 3 snapshots written" in ended.err
    asked = okr("status", "--config", config, "--as-of", "2026-11-19", "--output", "json")
    assert asked.row("mqls")["as_of"] == "2026-11-19"
    assert asked.row("sessions")["status"] == "no_data"
    one = ("--from", "2026-11-17", "--to", "2026-11-17", "--key-result", "mqls")
    assert "1 snapshot written" in okr("backfill", "--config", config, *one).err


def test_a_wrong_token_ends_with_1_shows_the_others_and_never_the_token(
    okr: Okr, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    ended = okr("sync", "--config", config)
    assert ended.code == 1
    assert "✗ hubspot: HubSpot answered 401" in ended.err
    assert "→ put a valid token where the config points to" in ended.err
    assert "! Not complete on 2026-11-22:" in ended.out
    assert "– Win MQLs: hubspot failed" in ended.out
    assert SECRET not in ended.out + ended.err
    told = okr("status", "--config", config, "--output", "json")
    assert told.row("mqls")["value"] is None, "never a zero"
    assert told.row("sessions")["value"] is not None, "the other connection went on"
    assert SECRET not in told.out


def test_a_missing_token_is_told_by_its_name(
    okr: Okr, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN)
    ended = okr("sync", "--config", config)
    assert ended.code == 1
    assert "→ set the environment variable HUBSPOT_TOKEN" in ended.err


def test_a_failed_source_leaves_the_last_values_and_says_since_when(
    okr: Okr, config: Path, world: Sandbox
) -> None:
    okr("sync", "--config", config, "--as-of", "2026-11-20")
    world.faults.order(Fault("status", "/crm/v3/objects", times=10_000, status=403))
    ended = okr("sync", "--config", config)
    assert ended.code == 1
    assert "? Win MQLs: through 2026-11-20; hubspot failed" in ended.out
    shown = okr("status", "--config", config)
    assert shown.code == 0, "status tells; it does not judge"
    assert "✗ hubspot: " in shown.out, "the reason, once for all key results"
    assert shown.out.count("✗") == 1


def test_one_workspace_that_cannot_be_worked_on_hides_no_other(
    okr: Okr, config: Path, tmp_path: Path
) -> None:
    clients = tmp_path / "agency/clients"
    clients.mkdir(parents=True)
    good, bad = config.rename(clients / "good"), clients / "bad"
    bad.mkdir()
    (bad / "workspace.yaml").write_text("id: bad\nname: Bad\ntimezone: Nowhere\n", "utf-8")
    ended = okr("sync", "--config", tmp_path / "agency", "--store", good / "okr.db")
    assert ended.code == 1
    assert "A small pretend company  2026-Q4, as of 2026-11-22" in ended.out
    assert "clients/bad/workspace.yaml:3:11: error: " in ended.err


def test_a_day_without_a_cycle_is_no_failure(okr: Okr, config: Path) -> None:
    ended = okr("sync", "--config", config, "--as-of", "2026-01-05")
    assert ended.code == 0
    assert "no cycle in okrs/ is open on 2026-01-05; nothing was recorded" in ended.err


def test_every_run_is_a_row_whether_it_went_well_or_not(
    okr: Okr, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    okr("sync", "--config", config)
    monkeypatch.setenv(TOKEN, SECRET)
    okr("sync", "--config", config)
    with Store.open(f"sqlite:///{config / 'okr.db'}") as store:
        last, first = runs(store, "pretend")
    assert (first.result, last.result) == (Result.OK, Result.FAILED)
    assert SECRET not in repr(last)

"""`okr status`: the table for people on any terminal, exact numbers for programs."""

import csv
import io
import re
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox import truth
from sandbox.clock import DEFAULT_NOW
from sandbox.world import Sandbox
from tests.flows.scene import Scene, end_early, rewrite
from tests.okrapp.conftest import Okr

AGENCY = Path(__file__).parents[2] / "config/examples/agency"
Q4 = truth.Window(date(2026, 10, 1), date(2026, 11, 23))
MQL = "marketingqualifiedlead"


def test_json_has_the_exact_numbers_of_the_source(
    okr: Okr, synced: Path, small_world: Sandbox
) -> None:
    ended = okr("status", "--config", synced, "--output", "json")
    assert ended.code == 0
    known = ("Europe/Warsaw", DEFAULT_NOW)
    mqls = truth.contacts_entered(small_world.company, MQL, Q4, *known)
    row = ended.row("mqls")
    assert row["value"] == str(mqls)
    assert Decimal(row["progress"]) == Decimal(mqls) / 100
    assert (row["as_of"], row["through"]) == ("2026-11-22", "2026-11-22")
    sessions = truth.sessions(small_world.company, Q4, DEFAULT_NOW)
    assert ended.row("sessions")["value"] == str(sessions)
    assert ended.row("sessions")["provisional"] == "settling"
    assert ended.row("spend")["value"] == "3500.75"
    assert ended.row("mqls")["owner"] == "ola", "the objective's, where it has none of its own"


def test_csv_says_the_same_as_json(okr: Okr, synced: Path) -> None:
    told = okr("status", "--config", synced, "--output", "json").rows
    listed = list(
        csv.DictReader(io.StringIO(okr("status", "--config", synced, "--output", "csv").out))
    )
    assert [list(row) for row in listed] == [list(row) for row in told]
    for line, row in zip(listed, told, strict=True):
        assert line == {key: "" if value is None else str(value) for key, value in row.items()}


@pytest.mark.parametrize("width", [80, 120, 250])
def test_the_table_fits_the_terminal_and_loses_nothing(
    okr: Okr, synced: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    rewrite(synced / "okrs/2026-Q4.yaml", {"Win MQLs": "Win marketing qualified leads " * 4})
    rewrite(synced / "metrics.yaml", {"name: Open pipeline": "name: Open pipeline\n    unit: EUR"})
    shown = okr("status", "--config", synced)
    assert shown.code == 0
    assert max(map(len, shown.out.splitlines())) <= min(width, 120)
    words = re.sub(r"\s+", " ", shown.out)
    assert "…" not in words
    assert words.count("qualified") == 4
    assert "on track" in words


def test_numbers_stand_on_the_right_below_one_another(
    okr: Okr, synced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    told = okr("status", "--config", synced, "--output", "json")
    lines = okr("status", "--config", synced).out.splitlines()
    heading = next(line for line in lines if line.startswith("key result"))
    for title, key_result in (("Win MQLs", "mqls"), ("Bring sess", "sessions"), ("Spend", "spend")):
        line = next(line for line in lines if title in line)
        row = told.row(key_result)
        for column in ("value", "target"):
            # A star beside the value marks it as provisional.
            shown = line[: heading.index(column) + len(column)].rstrip("* ").replace(",", "")
            rounded = f"{Decimal(row[column]):.0f}"
            assert shown.endswith(f" {rounded}"), line
            assert len(line[: heading.index(column) + len(column)].rstrip("* ")) >= (
                heading.index(column) + len(column) - 1
            ), "nothing but the star's place is between a number and its column's end"


def test_it_works_from_any_folder_below_the_config(
    okr: Okr, synced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(synced / "okrs")
    assert "Win MQLs" in okr("status").out


def test_the_heading_says_whose_which_and_when(okr: Okr, synced: Path) -> None:
    shown = okr("status", "--config", synced).out
    assert shown.startswith("A small pretend company  2026-Q4, as of 2026-11-22\n")
    assert "= Complete up to 2026-11-22." in shown
    assert "* 2 values are provisional" in shown


def test_every_status_has_a_word_and_a_sign_without_colours(okr: Okr, synced: Path) -> None:
    shown = okr("status", "--config", synced).out
    assert re.search(r"Win MQLs .*[★●▲■] (achieved|on track|at risk|off track)", shown)


def test_a_pipe_gets_no_escape_codes(okr: Okr, synced: Path) -> None:
    assert "\x1b" not in okr("status", "--config", synced).out


def test_no_color_drops_the_colours_of_a_terminal(
    okr: Okr, synced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # As if it were a terminal.
    assert re.search(r"\x1b\[[0-9;]*3[0-9]m", okr("status", "--config", synced).out)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", okr("status", "--config", synced).out)


def test_an_empty_store_is_told_with_the_remedy_and_nothing_is_made(okr: Okr, config: Path) -> None:
    for store in ("empty", "none"):
        if store == "none":
            (config / "okr.db").unlink()
        shown = okr("status", "--config", config)
        assert shown.code == 0
        assert "2026-Q4, never recorded; run okr sync" in shown.out
        assert not shown.out.endswith("\n\n"), "no notes, no room for them"
        assert shown.out.count("– no data") == 8, "the objective and its key results"
        assert okr("status", "--config", config, "--output", "json").row("mqls") == {
            "workspace": "pretend",
            "cycle": "2026-Q4",
            "objective": "grow",
            "key_result": "mqls",
            "title": "Win MQLs",
            "owner": "ola",
            **dict.fromkeys(("as_of", "through", "value", "unit", "target", "progress", "score")),
            **dict.fromkeys(("expected", "provisional", "restated", "frozen", "stale")),
            **dict.fromkeys(("since_value", "since_progress", "since_status", "since_known")),
            **dict.fromkeys(("automatic", "automatic_status", "days_ahead", "needed_pace")),
            **dict.fromkeys(("forecast", "forecast_low", "forecast_high", "forecast_method")),
            **dict.fromkeys(("chance", "guardrail", "guardrail_kept")),
            "status": "no_data",
            "reason": "never recorded; run okr sync",
        }
    assert not (config / "okr.db").exists()


def test_a_day_before_the_first_recorded_one_has_its_remedy(okr: Okr, synced: Path) -> None:
    shown = okr("status", "--config", synced, "--as-of", "2026-11-01").out
    assert "okr backfill --from 2026-11-01 --to 2026-11-01" in re.sub(r"\s+", " ", shown)


def test_both_axes_are_answered_and_named(okr: Okr, scene: Scene) -> None:
    scene.backfill(date(2026, 11, 21), date(2026, 11, 22))
    scene.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    scene.sync()
    where = ("status", "--config", str(scene.root))
    day = ("--as-of", "2026-11-22")
    now = okr(*where, *day, "--output", "json").row("sessions")
    # Without a zone, the workspace's: the first run was at 04:00 in Warsaw.
    then = okr(*where, *day, "--known-at", "2026-11-23T06:00:00", "--output", "json")
    assert int(then.row("sessions")["value"]) < int(now["value"])
    earlier = okr(*where, "--as-of", "2026-11-21", "--known-at", "2026-11-23T06:00:00")
    assert earlier.out.startswith(
        "A small pretend company  2026-Q4, as of 2026-11-21\nAs known at 2026-11-23 06:00:00 CET.\n"
    )
    same = okr(*where, *day, "--known-at", "2026-11-23T05:00:00Z", "--output", "json")
    assert same.rows == then.rows
    before = okr(*where, "--known-at", "2026-11-23T03:59:00")
    assert before.code == 0
    assert "2026-Q4, not recorded by 2026-11-23 03:59:00 CET" in before.out
    nothing = okr(*where, "--known-at", "2026-11-23T03:59:00", "--output", "json").row("mqls")
    assert (nothing["status"], nothing["value"]) == ("no_data", None)


def test_the_cycle_is_the_one_that_was_going_on_when_it_was_known(okr: Okr, scene: Scene) -> None:
    scene.sync()
    end_early(scene.root, date(2026, 11, 23), 3)
    (scene.root / "okrs/winter.yaml").write_text(
        "cycle: { id: winter, starts: 2026-11-24, ends: 2026-12-31 }\nobjectives: []\n", "utf-8"
    )
    scene.move_to(datetime(2026, 11, 25, 3, tzinfo=UTC))
    where = ("status", "--config", str(scene.root))
    assert "winter, never recorded" in okr(*where).out
    assert "2026-Q4, as of 2026-11-22" in okr(*where, "--known-at", "2026-11-24T12:00:00").out


def test_a_source_that_failed_then_is_told_of_then_only(okr: Okr, scene: Scene) -> None:
    scene.backfill(date(2026, 11, 21), date(2026, 11, 21))
    scene.fault("/crm/v3/objects/contacts/search", status=500)
    scene.sync()
    scene.sandbox.faults.clear()
    scene.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    scene.sync()
    where = ("status", "--config", str(scene.root))
    assert "✗ hubspot: " in okr(*where, "--known-at", "2026-11-23T12:00:00").out
    assert "✗" not in okr(*where).out


def test_an_agency_shows_every_client_and_w_selects_one(okr: Okr, tmp_path: Path) -> None:
    agency = shutil.copytree(AGENCY, tmp_path / "agency")
    every = okr("status", "--config", agency)
    assert every.code == 0
    assert every.out.index("Birch  2026-Q4") < every.out.index("Cedar  2026-Q4")
    one = okr("status", "--config", agency, "-w", "cedar", "--output", "json")
    assert {row["workspace"] for row in one.rows} == {"cedar"}


def test_one_client_with_a_bad_config_hides_no_other(okr: Okr, tmp_path: Path) -> None:
    agency = shutil.copytree(AGENCY, tmp_path / "agency")
    rewrite(agency / "clients/birch/workspace.yaml", {"Europe/London": "Europe/Londinium"})
    ended = okr("status", "--config", agency)
    assert ended.code == 1
    assert "Cedar  2026-Q4" in ended.out
    assert "clients/birch/workspace.yaml:7:11: error: " in ended.err


def test_one_that_was_renamed_is_shown_before_its_next_sync(okr: Okr, synced: Path) -> None:
    before = okr("status", "--config", synced, "--output", "json").row("views")
    rewrite(
        synced / "okrs/2026-Q4.yaml", {"{ id: views, title": "{ id: pages, was: [views], title"}
    )
    after = okr("status", "--config", synced, "--output", "json").row("pages")
    assert after == before | {"key_result": "pages"}

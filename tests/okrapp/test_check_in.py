"""`okr check-in`: an entry that is written as it was said, or a sentence why it was not."""

import os
import re
import shutil
import stat
from datetime import date
from pathlib import Path

import pytest

from okrmodel.reading import read_company
from okrmodel.reading.files import CHECK_INS
from sandbox.world import Sandbox
from tests.config.catalogue import CONNECTORS
from tests.flows.scene import SHIPPED, Scene, rewrite
from tests.okrapp.conftest import Ended, Okr

AGENCY = SHIPPED / "examples/agency"
OVERRIDE = "sqls --value 110.50 --until 2026-11-30 --author tomek --note Phoned"


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The shipped config, at 04:00 on 23 November 2026 in Warsaw."""
    folder = tmp_path / "config"
    for file in [*SHIPPED.glob("*.yaml"), *SHIPPED.glob("*/2026-Q4.yaml")]:
        (folder / file.relative_to(SHIPPED)).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.relative_to(SHIPPED)).write_bytes(file.read_bytes())
    (folder / "checkins/ad_spend.csv").write_bytes((SHIPPED / "checkins/ad_spend.csv").read_bytes())
    return folder


def check_ins(folder: Path) -> Path:
    return folder / CHECK_INS / "2026-Q4.yaml"


def said(okr: Okr, folder: Path, words: str, *more: str) -> Ended:
    return okr("check-in", *words.split(), *more, "--config", folder)


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        (
            OVERRIDE,
            '- { key_result: sqls, date: 2026-11-23, value: 110.50, until: 2026-11-30, author: tomek, note: "Phoned" }\n',
        ),
        (
            "approved-okrs --value 3 --date 2026-11-20",
            "- { key_result: approved-okrs, date: 2026-11-20, value: 3 }\n",
        ),
        (
            "crm-training --value -0.10 --author jan",
            "- { key_result: crm-training, date: 2026-11-23, value: -0.10, author: jan }\n",
        ),
        (
            "funnel-dashboard --milestone history",
            "- { key_result: funnel-dashboard, date: 2026-11-23, milestone: history }\n",
        ),
    ],
)
def test_it_is_written_as_it_was_typed_below_what_is_there(
    okr: Okr, shipped: Path, words: str, entry: str
) -> None:
    before = check_ins(shipped).read_bytes()
    os.chmod(check_ins(shipped), 0o640)  # noqa: PTH101 - the shortest word for it
    ended = said(okr, shipped, words)
    assert (ended.code, ended.err) == (0, "")
    assert check_ins(shipped).read_bytes() == before + entry.encode()
    assert stat.S_IMODE(check_ins(shipped).stat().st_mode) == 0o640
    assert read_company(shipped, CONNECTORS).problems == ()
    line = before.count(b"\n") + 1
    assert ended.out.startswith(f"wrote checkins/2026-Q4.yaml:{line}\n{entry}")
    assert "Commit the file; okr sync applies it" in ended.out
    assert not list(shipped.glob(".*")), "nothing is left beside it"


def test_of_an_override_it_is_told_what_follows(okr: Okr, shipped: Path) -> None:
    told = said(okr, shipped, OVERRIDE).out
    assert "110.50 stands in place of the automatic value" in told
    assert "alone again from 2026-12-01 on" in told
    assert "once 2026-11-23 is over" in told
    until_the_end = said(okr, shipped, OVERRIDE.replace("11-30", "12-31")).out
    assert "alone again in the next cycle" in until_the_end
    of_the_past = said(okr, shipped, "sqls --value 5 --date 2026-11-20 --note Why").out
    assert "alone again from 2026-11-21 on" in of_the_past
    assert "once" not in of_the_past


WRONG = {
    "sqlz --value 1 --note x": 'no key result "sqlz"; did you mean "sqls"?',
    "sqls --note x": "expected either --value with a number or --milestone with a step's id",
    "sqls --value 1 --milestone a": "expected either --value",
    "sqls --value 1,234 --note x": '--value is text "1,234", expected a number such as 1234.50',
    "sqls --value 010 --note x": '--value is text "010", expected a number',
    "sqls --value true --note x": "expected a number",
    "sqls --value 1e99 --note x": "expected a number",
    "sqls --value nan --note x": "expected a number",
    "sqls --value 1": 'key result "sqls" updates itself: say with --note why 1 is to stand',
    "sqls --value 1 --note x --author ann": 'nobody is called "ann"',
    "sqls --value 1 --note x --author tomec": 'did you mean "tomek"?',
    "sqls --value 1 --note x --date 2026-11-24": "2026-11-24 lies ahead: today is 2026-11-23 in"
    " Europe/Warsaw",
    "sqls --value 1 --note x --date 2026-09-30": "2026-09-30 is not in the cycle of key result"
    ' "sqls", which is 2026-Q4 (2026-10-01 to 2026-12-31)',
    "sqls --value 1 --note x --until 2026-11-22": "holds until 2026-11-22, expected the same day",
    "sqls --value 1 --note x --until 2027-01-01": "after the end of cycle 2026-Q4",
    "approved-okrs --value 1 --until 2026-11-30": "only where an automatic value is overridden",
    "clean-list --value 1": "which is of kind maintain",
    "funnel-dashboard --value 1": "which is of kind milestones",
    "funnel-dashboard --milestone histroy": 'did you mean "history"?',
    "sqls --milestone history": "expected one of kind milestones",
    "product-leads --value 1 --note x": "no value to be set by 2026-11-23: it begins on 2026-12-01",
    "monthly-sqls --value 1 --note x --date 2026-10-30": "by 2026-10-30: no month is over",
    "sqls --value 1 --note pat-eu1-0a1b2c3d-1234-5678-9abc-def012345678": "looks like a secret",
    "sqls --value 1 --note x --date 22.11.2026": "--date",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_written(
    okr: Okr, shipped: Path, words: str
) -> None:
    before = check_ins(shipped).read_bytes()
    ended = said(okr, shipped, words)
    assert ended.code == 2
    assert WRONG[words] in ended.err
    assert "0a1b2c3d" not in ended.err
    assert ended.out == ""
    assert check_ins(shipped).read_bytes() == before
    assert not list(shipped.glob(".*"))


def test_the_file_is_made_where_there_is_none(okr: Okr, shipped: Path) -> None:
    check_ins(shipped).unlink()
    (shipped / "checkins.schema.json").write_text("{}")
    assert said(okr, shipped, "approved-okrs --value 1").code == 0
    text = check_ins(shipped).read_text()
    assert text.startswith("# yaml-language-server: $schema=../checkins.schema.json\n")
    assert text.endswith("\n- { key_result: approved-okrs, date: 2026-11-23, value: 1 }\n")


def test_so_is_its_folder_but_not_for_what_is_refused(okr: Okr, tmp_path: Path) -> None:
    folder = client("birch", tmp_path)
    assert said(okr, folder, "both --value 1 --until 2026-12-01").code == 2
    assert not (folder / CHECK_INS).exists()
    assert said(okr, folder, "both --value 1").code == 0
    assert check_ins(folder).exists()


def test_a_byte_order_mark_and_line_ends_are_kept(okr: Okr, shipped: Path) -> None:
    before = b"\xef\xbb\xbf- {key_result: approved-okrs, date: 2026-10-08, value: 1}\r\n"
    check_ins(shipped).write_bytes(before)
    assert said(okr, shipped, "approved-okrs --value 2").code == 0
    added = b"- {key_result: approved-okrs, date: 2026-11-23, value: 2}\r\n"
    assert check_ins(shipped).read_bytes() == before + added


def test_a_config_with_errors_is_told_and_left_alone(okr: Okr, shipped: Path) -> None:
    rewrite(shipped / "metrics.yaml", {"metrics:\n": "metrics:\n  9!: {}\n"})
    before = check_ins(shipped).read_bytes()
    ended = said(okr, shipped, "approved-okrs --value 2")
    assert ended.code == 1
    assert "metrics.yaml:" in ended.err
    assert check_ins(shipped).read_bytes() == before


def test_a_list_in_brackets_is_left_alone(okr: Okr, shipped: Path) -> None:
    check_ins(shipped).write_text("[{key_result: approved-okrs, date: 2026-10-08, value: 1}]\n")
    ended = said(okr, shipped, "approved-okrs --value 2")
    assert ended.code == 1
    assert "checkins/2026-Q4.yaml: its entries stand in one pair of [ ]" in ended.err


def test_a_link_is_left_alone(okr: Okr, shipped: Path) -> None:
    check_ins(shipped).rename(shipped / "elsewhere.yaml")
    check_ins(shipped).symlink_to(shipped / "elsewhere.yaml")
    ended = said(okr, shipped, "approved-okrs --value 2")
    assert ended.code == 1
    assert "checkins/2026-Q4.yaml is a link" in ended.err
    assert check_ins(shipped).is_symlink()


def test_two_at_once_do_not_lose_one(okr: Okr, shipped: Path) -> None:
    writing = shipped / ".checkins-2026-Q4.yaml.new"
    writing.touch()
    before = check_ins(shipped).read_bytes()
    ended = said(okr, shipped, "approved-okrs --value 2")
    assert ended.code == 1
    assert str(writing) in ended.err
    assert check_ins(shipped).read_bytes() == before
    assert writing.exists(), "it is the other's"


def client(name: str, root: Path) -> Path:
    """One of the agency's, at the same time, with two key results more."""
    shutil.copytree(AGENCY / "library", root / "library", dirs_exist_ok=True)
    folder = shutil.copytree(AGENCY / "clients" / name, root / "clients" / name)
    clock = "environment: sandbox\nclock: 2026-11-23T04:00:00Z\ntimezone:"
    rewrite(folder / "workspace.yaml", {"timezone:": clock})
    with (folder / "okrs/2026-Q4.yaml").open("a") as okrs:
        for more in ("both", f"visits-{name}"):
            okrs.write(f"      - {{id: {more}, kind: manual, title: {more}, target: 9}}\n")
    return folder


def test_of_many_workspaces_the_one_that_has_it_is_found(okr: Okr, tmp_path: Path) -> None:
    birch, cedar = client("birch", tmp_path), client("cedar", tmp_path)
    assert said(okr, tmp_path, "visits-cedar --value 1").code == 0
    assert check_ins(cedar).exists()
    assert not check_ins(birch).exists()
    twice = said(okr, tmp_path, "both --value 1")
    assert twice.code == 2
    assert "is in birch, cedar; choose one with --workspace" in twice.err
    assert said(okr, tmp_path, "both --value 1", "-w", "birch").code == 0
    assert check_ins(birch).exists()


def test_a_workspace_that_cannot_be_read_hides_no_other(okr: Okr, tmp_path: Path) -> None:
    birch, cedar = client("birch", tmp_path), client("cedar", tmp_path)
    (birch / "metrics.yaml").write_text("metrics: []\n")
    assert said(okr, tmp_path, "visits-cedar --value 1").code == 0
    assert check_ins(cedar).exists()
    unread = said(okr, tmp_path, "visits-birch --value 1")
    assert unread.code == 2
    assert "1 workspace has errors, see okr lint" in unread.err


def test_from_the_command_to_the_table_and_the_explanation(okr: Okr, synced: Path) -> None:
    words = "mqls --value 95 --date 2026-11-22 --author ola"
    assert said(okr, synced, words, "--note", "Two came by phone").code == 0
    plain = okr("status", "--config", synced, "--output", "json").row("mqls")
    assert okr("sync", "--config", synced).code == 0
    row = okr("status", "--config", synced, "--output", "json").row("mqls")
    assert (row["value"], row["automatic"]) == ("95", plain["value"])
    assert row["automatic_status"] == plain["status"]
    table = okr("status", "--config", synced).out
    assert re.search(r"Win MQLs +95† ", table)
    assert f"† 1 value is set by hand: automatic {plain['value']}, " in table
    assert all(len(line) <= 80 for line in table.splitlines())
    page = " ".join(okr("explain", "mqls", "--config", synced).out.split())
    assert f"set by hand; automatic: {plain['value']}" in page
    assert "automatic, beside it" in page
    assert "2026-11-22 by ola: Two came by phone" in page
    assert (
        "mqls set by hand on 2026-11-22: came late, 95"
        in okr("history", "mqls", "--config", synced).out
    )
    assert okr("replay", "--config", synced).code == 0


def test_what_failed_beside_values_set_by_hand_is_told(
    okr: Okr, synced: Path, world: Sandbox
) -> None:
    both = ("--until", "2026-12-31", "--date", "2026-11-22", "--note", "By phone")
    assert said(okr, synced, "mqls --value 95", *both).code == 0
    assert said(okr, synced, "cost --value 40.25", *both).code == 0
    scene = Scene(world, synced, str(synced / "okr.db"))
    scene.fault("/crm/", status=500)
    scene.sync(date(2026, 11, 23))
    shown = okr("status", "--config", synced).out
    assert "! Not complete on 2026-11-23:" in shown
    assert "Win MQLs: through 2026-11-22; hubspot failed" in shown
    assert "† 2 values are set by hand:" in shown
    assert re.search(r"† Win MQLs: automatic \d+, stale", shown)
    assert "✗ hubspot: " in shown
    page = " ".join(okr("explain", "mqls", "--config", synced).out.split())
    assert "set by hand, 95 against 100, " in page
    assert "hubspot failed" in page

"""A library that an agency's clients share: what comes of it, and whom a change of it moves."""

import os
import shutil
from pathlib import Path

import pytest

from sandbox.world import Sandbox
from tests.flows.conftest import CONFIG
from tests.flows.scene import TOKEN, Scene, reset, rewrite, settle_in
from tests.okrapp.conftest import Ended, Okr

LIBRARY = """\
metrics:
  stage_entries:
    parameters: { stage: { type: text, default: mql } }
    metric: { name: MQLs, connection: hubspot, query: { object: contacts, entered: =stage } }
key_results:
  win_mqls:
    parameters: { target: { type: target, default: 100 } }
    key_result: { title: Win MQLs, metric: mqls, target: =target }
"""
METRIC = "{ name: MQLs, connection: hubspot, query: { object: contacts, entered: mql } }"
KEY_RESULT = "{ id: mqls, title: Win MQLs, metric: mqls, target: 100 }"
OKRS = "okrs/2026-Q4.yaml"


@pytest.fixture(scope="module")
def agency_once(
    small_world: Sandbox, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Birch and cedar use templates, elm does not; all are synced."""
    root = tmp_path_factory.mktemp("agency")
    (root / "library").mkdir()
    (root / "library/demand.yaml").write_text(LIBRARY, "utf-8")
    shutil.copyfile(migrated_file, root / "okr.db")
    for name in ("birch", "cedar", "elm"):
        client = settle_in(CONFIG, root / "clients" / name, reset(small_world))
        rewrite(client / "workspace.yaml", {"id: pretend": f"id: {name}"})
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(os.environ, TOKEN, small_world.hubspot_token)
            Scene(small_world, client, str(root / "okr.db")).sync()
        if name != "elm":
            rewrite(client / "metrics.yaml", {METRIC: "{ use: stage_entries }"})
            rewrite(client / OKRS, {KEY_RESULT: "{ id: mqls, use: win_mqls }"})
    return root


@pytest.fixture
def agency(agency_once: Path, world: Sandbox, tmp_path: Path) -> Path:
    return shutil.copytree(agency_once, tmp_path / "agency")


def planned(okr: Okr, root: Path, *words: str) -> Ended:
    return okr("plan", "--all", "--config", root, *words)


def test_to_write_with_templates_what_was_written_out_moves_nobody(okr: Okr, agency: Path) -> None:
    ended = planned(okr, agency)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "0 of 3 workspaces move, 3 do not.\n"


def test_a_change_of_the_library_moves_those_who_use_it(okr: Okr, agency: Path) -> None:
    rewrite(
        agency / "library/demand.yaml", {"target: =target": "from: 0, weight: 2, target: =target"}
    )
    ended = planned(okr, agency)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "birch: key result mqls; 0 of 1 recorded day move",
        "cedar: key result mqls; 0 of 1 recorded day move",
        "",
        "2 of 3 workspaces move, 1 does not.",
    ]


def test_who_left_for_good_is_not_moved(okr: Okr, agency: Path) -> None:
    rewrite(agency / "library/demand.yaml", {"target: =target": "weight: 2, target: =target"})
    file = agency / "clients/cedar/workspace.yaml"
    file.write_text("left: 2026-11-23\n" + file.read_text("utf-8"), "utf-8")
    assert planned(okr, agency).out.splitlines() == [
        "birch: key result mqls; 0 of 1 recorded day move",
        "",
        "1 of 3 workspaces moves, 2 do not.",
    ]


def test_who_overrides_what_changes_does_not_move(okr: Okr, agency: Path) -> None:
    rewrite(agency / "clients/cedar" / OKRS, {"use: win_mqls": "use: win_mqls, target: 100"})
    rewrite(agency / "library/demand.yaml", {"default: 100": "default: 60"})
    ended = planned(okr, agency)
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert lines[:3] == [
        "birch: key result mqls (51 % → 85 %); 1 of 1 recorded day moves; status at risk → on track on 1 day",
        "",
        "1 of 3 workspaces moves, 2 do not.",
    ]
    assert lines[4].startswith("library/demand.yaml:7:52: error: the target of key result")


def test_programs_and_pull_requests_are_told_the_same(okr: Okr, agency: Path) -> None:
    rewrite(agency / "library/demand.yaml", {"default: 100": "default: 60", "Win": "Bring"})
    ended = planned(okr, agency, "--output", "json")
    assert ended.code == 1
    found = ended.rows
    assert isinstance(found, dict)
    assert [one["workspace"] for one in found["moving"]] == ["birch", "cedar"]
    assert (found["unmoved"], found["unread"]) == (1, [])
    birch = found["moving"][0]
    [mqls] = birch["key_results"]
    assert (mqls["key_result"], mqls["as_of"]) == ("mqls", "2026-11-22")
    assert (mqls["old"]["target"], mqls["new"]["target"]) == ("100", "60")
    assert (mqls["old"]["progress"], mqls["new"]["progress"]) == ("0.51", "0.85")
    assert (birch["recorded_days"], birch["moved_days"]) == (1, 1)
    assert birch["flips"] == [{"from": "at_risk", "to": "on_track", "days": 1}]
    assert [problem["file"] for problem in birch["problems"]] == ["library/demand.yaml"]

    ended = planned(okr, agency, "--output", "markdown")
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert lines[0] == "## okr plan --all"
    assert "2 of 3 workspaces move, 1 does not." in lines
    # One change of the library is one problem, however many it moves.
    assert sum(line.startswith("- ❌ `library/demand.yaml:7:") for line in lines) == 1
    assert (
        "| `birch` A small pretend company | key result mqls (51 % → 85 %) | 1 of 1 recorded day moves"
        " | at risk → on track on 1 day |"
    ) in lines


def test_words_move_nothing_and_are_told(okr: Okr, agency: Path) -> None:
    rewrite(agency / "library/demand.yaml", {"title: Win": "title: Bring"})
    ended = planned(okr, agency)
    assert ended.code == 0
    assert "birch: key result mqls in words only" in ended.out.splitlines()


def test_a_metric_that_means_something_else_is_told_with_what_is_not_known(
    okr: Okr, agency: Path
) -> None:
    rewrite(agency / "library/demand.yaml", {"default: mql }": "default: salesqualifiedlead }"})
    [birch, cedar, *_] = planned(okr, agency).out.splitlines()
    assert birch == (
        "birch: key results mqls, cost, metric mqls;"
        " 0 of 2 recorded days move, 2 not known without a pull"
    )
    assert cedar.startswith("cedar: ")


def test_a_broken_template_is_told_once_with_all_whom_it_stops(okr: Okr, agency: Path) -> None:
    rewrite(agency / "library/demand.yaml", {"=stage": "=staeg"})
    ended = planned(okr, agency)
    assert ended.code == 1
    assert ended.out == "0 of 3 workspaces move, 1 does not, 2 cannot be read (birch, cedar).\n"
    assert ended.err.count('unknown parameter "staeg"') == 1
    assert planned(okr, agency, "--output", "json").rows["unread"] == ["birch", "cedar"]  # type: ignore[call-overload]
    linted = okr("lint", "--config", agency)
    assert linted.code == 1
    assert linted.out.count('unknown parameter "staeg"') == 1


def test_all_and_one_contradict_each_other(okr: Okr, agency: Path) -> None:
    ended = planned(okr, agency, "-w", "birch")
    assert ended.code == 2
    assert "--all" in ended.err


def test_nothing_is_recorded_and_no_store_is_made(okr: Okr, agency: Path) -> None:
    before = (agency / "okr.db").read_bytes()
    planned(okr, agency)
    assert (agency / "okr.db").read_bytes() == before
    (agency / "okr.db").unlink()
    assert "3 of 3 workspaces move, 0 do not." in planned(okr, agency).out
    assert not (agency / "okr.db").exists()


def test_a_client_is_printed_as_it_is_resolved(okr: Okr, agency: Path, tmp_path: Path) -> None:
    ended = okr("lint", "--resolved", "birch", "--config", agency)
    assert (ended.code, ended.err) == (0, "")
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "entered: mql # library/demand.yaml:3" in lines
    assert "id: birch # clients/birch/workspace.yaml:1" in lines
    assert "target: 100 # library/demand.yaml:7" in lines
    assert "use:" not in ended.out


def test_a_client_with_errors_is_told_of_them_and_not_printed(okr: Okr, agency: Path) -> None:
    rewrite(agency / "clients/birch" / OKRS, {"use: win_mqls": "use: win_mqls, traget: 1"})
    ended = okr("lint", "--resolved", "birch", "--config", agency)
    assert (ended.code, ended.out) == (1, "")
    assert 'did you mean its parameter "target"?' in ended.err
    assert okr("lint", "--resolved", "cedar", "--config", agency).code == 0


@pytest.mark.parametrize("words", [["ash"], ["birch", "-w", "cedar"]])
def test_a_client_that_is_not_there_is_wrong_usage(
    okr: Okr, agency: Path, words: list[str]
) -> None:
    ended = okr("lint", "--resolved", *words, "--config", agency)
    assert (ended.code, ended.out) == (2, "")


def test_an_unused_template_is_linted_too(okr: Okr, agency: Path) -> None:
    library = agency / "library/web.yaml"
    library.write_text("metrics: { other: { metric: { nmae: Other } } }\n", "utf-8")
    ended = okr("lint", "--config", agency)
    assert ended.code == 1
    assert 'library/web.yaml:1:31: error: unknown key "nmae"' in ended.out
    assert okr("lint", "--resolved", "birch", "--config", agency).code == 0

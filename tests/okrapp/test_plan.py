"""`okr plan`: every kind of change in words, and 1 when the config should not be applied as it is."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sandbox.world import Sandbox
from tests.flows.scene import Scene, rewrite
from tests.okrapp.conftest import Ended, Okr

OKRS = "okrs/2026-Q4.yaml"
SESSIONS = "{ id: sessions, title: Bring sessions, metric: sessions, target: 5000 }"
MQLS = "{ id: mqls, title: Win MQLs, metric: mqls, target: 100 }"
VIEWS = "      - { id: views, title: Have pages seen, metric: views, target: 9000 }\n"


class Planned:
    """A synced config to be changed, and what `okr plan` says of it."""

    def __init__(self, okr: Okr, root: Path) -> None:
        self.okr = okr
        self.root = root

    def change(self, changes: dict[str, str], file: str = OKRS) -> None:
        rewrite(self.root / file, changes)

    def ended(self, *words: str) -> Ended:
        return self.okr("plan", "--config", self.root, *words)

    def text(self, code: int = 0) -> str:
        ended = self.ended()
        assert (ended.code, ended.err) == (code, "")
        return ended.out

    def json(self) -> dict[str, Any]:
        [found] = self.ended("--output", "json").rows
        return found


@pytest.fixture
def planned(okr: Okr, synced: Path) -> Planned:
    return Planned(okr, synced)


def test_an_unchanged_config_is_one_line(planned: Planned) -> None:
    assert planned.text() == "A small pretend company: nothing changes.\n"
    assert planned.json()["changes"] is False


def test_no_source_is_asked_and_nothing_recorded(planned: Planned, world: Sandbox) -> None:
    planned.change({"target: 5000": "target: 4000"})
    before = (planned.root / "okr.db").read_bytes()
    planned.text(code=1)
    assert world.log.all() == ()
    assert (planned.root / "okr.db").read_bytes() == before


def test_a_bare_target_is_told_with_its_place_and_remedy(planned: Planned) -> None:
    planned.change({"target: 5000": "target: 4000"})
    out = planned.text(code=1)
    assert "A small pretend company: 1 key result changes" in out
    assert "~ sessions  Bring sessions" in out
    assert "  target 5000 → 4000" in out
    assert "1 of 1 recorded day moves: 2026-11-22" in out
    column = len("      - { id: sessions, title: Bring sessions, metric: sessions, target: ") + 1
    assert f"{OKRS}:9:{column}: error: the target of key result" in out
    assert (
        "targets: [{from: 2026-10-01, target: 5000, reason: …},"
        " {from: 2026-11-23, target: 4000, reason: …}] [target-without-reason]"
    ) in out


def test_the_remedy_is_none_to_object_to(planned: Planned) -> None:
    planned.change(
        {
            "target: 5000": "targets: [{from: 2026-10-01, target: 5000, reason: planned},"
            " {from: 2026-11-23, target: 4000, reason: less money}]"
        }
    )
    out = planned.text()
    assert "target 5000 → 5000 from 2026-10-01; 4000 from 2026-11-23" in " ".join(out.split())
    assert "none of 1 recorded day moves" in out


def test_figures_and_statuses_are_told_before_and_after(planned: Planned) -> None:
    planned.change(
        {"target: 100 }": "targets: [{from: 2026-10-01, target: 60, reason: too much}] }"}
    )
    out = planned.text()
    assert "2026-11-22: 51; 51 % → 85 %; at risk → on track" in out
    assert "status: at risk → on track on 1 day" in out
    assert "okr backfill --from 2026-11-22 --to 2026-11-22" in out


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (SESSIONS.replace("target", "starts: 2026-11-01, target"), "starts none → 2026-11-01"),
        (
            SESSIONS.replace("target", "status_rule: upraise, target"),
            "status_rule mooncamp → upraise",
        ),
        (SESSIONS.replace("target", "weight: 2, target"), "weight 1 → 2"),
        (SESSIONS.replace("metric: sessions", "metric: mqls"), "metric sessions → mqls"),
        (
            SESSIONS.replace("target", "window: month, from: 0, target"),
            "from none → 0; window cycle → month",
        ),
    ],
)
def test_other_fields_are_told(planned: Planned, new: str, told: str) -> None:
    planned.change({SESSIONS: new})
    out = planned.text()
    assert f"  {told}" in out
    assert "~ sessions" in out


def test_words_are_one_line(planned: Planned) -> None:
    planned.change(
        {"Win MQLs": "Win more MQLs", "Bring sessions, ": "Bring sessions, owner: ola, "}
    )
    out = planned.text()
    assert "In words only: mqls (title), sessions (owner)" in out
    assert "2 key results in words only change" in out
    assert "~" not in out


def test_a_new_one_and_a_new_metric_are_told_with_what_they_cost(planned: Planned) -> None:
    planned.change(
        {MQLS: f"{MQLS}\n      - {{ id: sqls, title: Win SQLs, metric: sqls, target: 50 }}"}
    )
    planned.change(
        {
            "  sessions:": "  sqls: { name: SQLs, connection: hubspot, query: { object: contacts,"
            " entered: salesqualifiedlead } }\n  sessions:"
        },
        "metrics.yaml",
    )
    out = planned.text()
    assert "+ sqls  Win SQLs\n  new\n  2026-11-22: not known without a pull" in out
    assert "  + sqls: new" in out
    assert "The next sync has to ask because of it: " in out
    assert "  hubspot: 1 request for sqls (53 days, 2026-10-01 to 2026-11-22)" in out


def test_one_that_is_gone_keeps_its_history(planned: Planned) -> None:
    planned.change({VIEWS: ""})
    out = planned.text()
    assert "− views  Have pages seen\n  removed" in out
    assert "1 recorded day of 2026-Q4 stays in the store, and is shown no more" in " ".join(
        out.split()
    )
    assert "− views: no key result uses it any more" in out
    assert "Nothing has to be asked because of it." in out


def test_another_id_is_told_by_was_and_hinted_at_without(planned: Planned) -> None:
    planned.change({"{ id: views, title": "{ id: pages, was: [views], title"})
    out = planned.text()
    assert "~ pages  Have pages seen\n  renamed, was views" in out
    assert "1 recorded day goes on under the new id with the next sync" in out
    planned.change({", was: [views]": ""})
    out = planned.text()
    assert "+ pages" in out
    assert "− views" in out
    assert 'warning: key result "pages" is new, and "views", which is much like it' in out
    assert "was: [views] [renamed-without-was]" in out


def test_another_id_of_a_metric_is_told_by_was_and_hinted_at_without(planned: Planned) -> None:
    planned.change({"metric: views": "metric: pages"})
    planned.change({"  views: { name": "  pages: { was: [views], name"}, "metrics.yaml")
    out = planned.text()
    assert "metric views → pages" in out
    assert "~ pages: renamed, was views" in out
    assert "none of 1 recorded day moves" in out
    planned.change({"was: [views], ": ""}, "metrics.yaml")
    out = planned.text()
    assert "metrics.yaml:8:3: warning: metric" in out
    assert "was: [views] [renamed-without-was]" in out


def test_another_cycle_is_told(planned: Planned) -> None:
    planned.change({VIEWS: ""})
    further = planned.root / "okrs/2027-Q1.yaml"
    head = "cycle: 2027-Q1\nobjectives:\n  - id: further\n    title: Go on\n    owner: ola\n"
    further.write_text(f"{head}    key_results:\n{VIEWS}", "utf-8")
    out = planned.text()
    assert "~ views  Have pages seen\n  moved from 2026-Q4 to 2027-Q1" in out
    assert "what was recorded in 2026-Q4 stays there" in out


def test_a_metric_that_means_something_else_is_told_with_its_key_results(planned: Planned) -> None:
    planned.change(
        {"entered: mql }": "entered: mql, where: { lifecyclestage: lead } }"}, "metrics.yaml"
    )
    out = planned.text()
    assert "~ mqls  Win MQLs\n  metric mqls means something else" in out
    assert "~ cost  Spend less an MQL\n  metric mqls means something else" in out
    assert "51; 51 %; at risk → not known without a pull" in out
    assert "~ mqls: query where none → lifecyclestage eq lead" in " ".join(out.split())


def test_everything_fits_80_columns_but_what_editors_read(planned: Planned) -> None:
    planned.change({"target: 5000": "target: 4000", VIEWS: "", "Win MQLs": "Win more MQLs"})
    planned.change(
        {"entered: mql }": "entered: mql, where: { lifecyclestage: lead } }"}, "metrics.yaml"
    )
    lines = planned.text(code=1).partition(f"\n{OKRS}:")[0].splitlines()
    assert max(map(len, lines)) <= 80


def test_a_program_gets_exact_numbers(planned: Planned) -> None:
    planned.change({"target: 5000": "target: 7000"})
    found = planned.json()
    [problem] = found["problems"]
    assert (problem["file"], problem["line"], problem["severity"]) == (OKRS, 9, "error")
    [one] = found["key_results"]
    assert (one["key_result"], one["kinds"]) == ("sessions", ["retargeted"])
    assert one["fields"] == [{"name": "target", "old": "5000", "new": "7000"}]
    [day] = one["days"]
    assert (day["as_of"], day["moves"]) == ("2026-11-22", True)
    assert day["old"]["value"] == day["new"]["value"]
    assert len(day["new"]["progress"]) > 20
    assert found["fetch"] == []
    assert planned.ended("--output", "json").code == 1


def test_a_pull_request_gets_a_table_with_the_details_folded(planned: Planned) -> None:
    planned.change({"target: 5000": "target: 7000", "Bring sessions": "'Bring <b>|@ola more*'"})
    ended = planned.ended("--output", "markdown")
    lines = ended.out.splitlines()
    assert ended.code == 1
    assert lines[0] == "## okr plan"
    assert "### A small pretend company: 1 key result changes" in lines
    assert "|  | key result | change | last recorded day |" in lines
    [row] = [line for line in lines if line.startswith("| ~ ")]
    assert "| `sessions` Bring \\<b>\\|@\u2060ola more\\* | target 5000 → 7000; words" in row
    assert ended.out.count("<details>") == ended.out.count("</details>") == 1
    assert any(line.startswith(f"- ❌ `{OKRS}:9:") for line in lines)


def test_every_workspace_is_looked_at_and_the_same_ones_take_a_line(
    okr: Okr, synced: Path, tmp_path: Path
) -> None:
    root = tmp_path / "agency"
    for name in ("birch", "pretend"):
        shutil.copytree(synced, root / "clients" / name, ignore=shutil.ignore_patterns("okr*.db"))
    shutil.copyfile(synced / "okr.db", root / "okr.db")
    birch = root / "clients/birch"
    rewrite(
        birch / "workspace.yaml", {"id: pretend": "id: birch", "name: A small": "name: Another"}
    )
    out = okr("plan", "--config", root).out
    assert "Another pretend company: 7 key results and 6 metrics change" in out
    assert "A small pretend company: nothing changes." in out
    (birch / OKRS).write_text("cycle: 2026-Q4\nobjective: []\n", "utf-8")
    ended = okr("plan", "--config", root)
    assert ended.code == 1
    assert ended.out == "A small pretend company: nothing changes.\n"
    assert 'unknown key "objective"' in ended.err
    told = okr("plan", "--config", root, "--output", "markdown").out
    assert "Nothing changes in A small pretend company." in told
    assert 'unknown key "objective"' in told


def test_a_store_that_is_not_there_is_not_made(okr: Okr, config: Path) -> None:
    (config / "okr.db").unlink()
    ended = okr("plan", "--config", config)
    assert (ended.code, ended.err) == (0, "")
    assert "+ mqls  Win MQLs" in ended.out
    assert not (config / "okr.db").exists()


def test_after_it_was_applied_nothing_is_left_to_tell(okr: Okr, scene: Scene) -> None:
    scene.sync()
    rewrite(scene.root / OKRS, {VIEWS: "", "Win MQLs": "Win more MQLs"})
    assert "change" in okr("plan", "--config", scene.root).out
    scene.sync()
    assert okr("plan", "--config", scene.root).out == "A small pretend company: nothing changes.\n"
    assert json.loads(okr("plan", "--config", scene.root, "--output", "json").out)[0]["fetch"] == []


def test_a_value_set_by_hand_is_told_and_is_no_matter_of_words(planned: Planned) -> None:
    entry = (
        "- { key_result: sessions, date: 2026-11-22, value: 4000, author: ola, note: By phone. }\n"
    )
    file = planned.root / "checkins/2026-Q4.yaml"
    file.write_text(file.read_text("utf-8") + entry, "utf-8")
    out = planned.text()
    assert "values set by hand none → some" in out
    assert "In words only" not in out

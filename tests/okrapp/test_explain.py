"""`okr explain`: from a figure back to what the sources answered, for people and for programs."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.flows.scene import Scene, rewrite
from tests.okrapp.conftest import Okr

LAST = date(2026, 11, 22)


def explained(okr: Okr, *words: str) -> dict[str, Any]:
    ended = okr("explain", *words, "--output", "json")
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def leaves(term: dict[str, Any]) -> list[dict[str, Any]]:
    return [leaf for part in term["parts"] for leaf in leaves(part)] or [term]


def test_the_page_leads_from_progress_to_requests(okr: Okr, told: Scene) -> None:
    ended = okr("explain", "cost")
    assert ended.code == 0
    words = " ".join(ended.out.split())
    snapshot = told.snapshot("cost", LAST)
    assert snapshot.reason in words
    assert "progress = (68.64 − 900) ÷ (100 − 900)" in words
    assert "cost = spend / mqls ≈ 68.642157" in words
    assert "mqls (sum of days 2026-10-01 to 2026-11-22) 51" in words
    assert 'query {"entered":"marketingqualifiedlead","object":"contacts"}' in words
    assert "asked for as hs_v2_date_entered_marketingqualifiedlead" in words
    assert "by run 1: backfill from=2026-11-20 to=2026-11-22" in words
    assert "okrs/2026-Q4.yaml:12:9: the config says the same today" in words
    assert "defined in metrics.yaml:2:3" in words
    assert snapshot.definition_hash in words


def test_the_page_fits_80_columns(okr: Okr, told: Scene) -> None:
    for key_result in ("cost", "sessions", "approved", "pipeline"):
        lines = okr("explain", key_result, "--all").out.splitlines()
        assert max(map(len, lines)) <= 80


def test_long_lists_of_days_are_shortened_unless_all_are_wanted(okr: Okr, told: Scene) -> None:
    short, whole = okr("explain", "mqls").out, okr("explain", "mqls", "--all").out
    days = [f"2026-10-{day:02}  " for day in range(1, 32)]
    assert [day in short for day in days[:4]] == [True, True, False, False]
    assert "… 49 more" in short
    assert all(day in whole for day in days)
    assert "more" not in whole


def test_programs_get_every_observation_and_their_sum_is_the_value(okr: Okr, told: Scene) -> None:
    found = explained(okr, "mqls", "--as-of", "2026-11-21")
    [metric] = found["metrics"]
    values = [Decimal(each["value"]) for each in metric["observations"]]
    assert len(values) == 52
    assert str(sum(values)) == found["snapshot"]["value"]
    assert metric["requests"][0]["sent"].startswith('{"body":')
    assert len(metric["requests"][0]["response_sha256"]) == 64
    assert found["definition"]["written"]["key_result"] == "okrs/2026-Q4.yaml:7:9"
    assert found["definition"]["text"]["key_result"]["title"] == "Win MQLs"
    assert found["revision"]["run"]["kind"] == "backfill"


def test_zones_and_standing_of_each_answer_are_told(okr: Okr, told: Scene) -> None:
    [metric] = explained(okr, "sessions")["metrics"]
    assert metric["source_zones"] == ["Europe/Warsaw"]
    [answer] = metric["observations"]
    assert (answer["start"], answer["end"]) == ("2026-10-01", "2026-11-23")
    assert answer["provisional"] == "settling"
    assert answer["observed_at"] < answer["recorded_at"]
    shown = okr("explain", "sessions").out
    assert "2026-10-01 – 2026-11-22" in shown
    assert "days cut by the source in Europe/Warsaw" in shown
    assert "provisional: the source was still settling" in shown
    assert "provisional, as the source was still settling: 2026-10-01 – 2026-11-22" in shown
    assert answer["provisional_because"] == "the source was still settling"


def test_known_at_tells_what_was_said_then(okr: Okr, told: Scene) -> None:
    told.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    told.sync()
    day = ("--as-of", "2026-11-22")
    now = explained(okr, "sessions", *day)
    # Without a zone, the workspace's: 06:00 in Warsaw is after the first run, at 04:00.
    then = explained(okr, "sessions", *day, "--known-at", "2026-11-23T06:00:00")
    assert then["known_at"] == "2026-11-23T05:00:00.000000Z"
    assert (then["revision"]["number"], then["revision"]["kind"]) == (1, "first")
    assert (now["revision"]["number"], now["revision"]["kind"]) == (2, "restatement")
    assert int(then["snapshot"]["value"]) < int(now["snapshot"]["value"])
    early = okr("explain", "sessions", "--known-at", "2026-11-23T03:59:00")
    assert early.code == 1
    assert early.err.endswith('of key result "sessions" at 2026-11-23 03:59:00 CET\n')


def test_an_unknown_key_result_is_answered_with_the_nearest(okr: Okr, told: Scene) -> None:
    ended = okr("explain", "pipelin")
    assert ended.code == 2
    assert ended.err == 'no key result "pipelin"; did you mean "pipeline"?\n'
    assert okr("explain", "mqls", "--cycle", "2026-Q3").code == 2


def test_a_day_that_was_not_recorded_has_its_remedy_or_the_day_before(
    okr: Okr, told: Scene
) -> None:
    before = okr("explain", "mqls", "--as-of", "2026-10-03")
    assert before.code == 1
    assert "okr backfill --from 2026-10-03 --to 2026-10-03 --key-result mqls" in before.err
    after = okr("explain", "mqls", "--as-of", "2026-12-03")
    assert "not recorded as of 2026-12-03: this is the last day before" in after.out


def test_what_was_never_recorded_has_its_remedy(okr: Okr, config: Path) -> None:
    for _ in ("an empty store", "none at all"):
        ended = okr("explain", "mqls", "--config", config)
        assert ended.code == 1
        assert ended.err == 'key result "mqls" was never recorded; run okr sync\n'
        (config / "okr.db").unlink(missing_ok=True)
    assert not (config / "okr.db").exists(), "asking makes none"


def test_a_definition_that_changed_since_is_told(okr: Okr, told: Scene) -> None:
    file = told.root / "okrs/2026-Q4.yaml"
    rewrite(file, {"title: Win MQLs": "title: Win many MQLs"})
    assert (
        "differs by now, in words or overrides only"
        in explained(okr, "mqls")["definition"]["config"]
    )
    rewrite(
        file, {"target: 100 }\n      - { id: pipeline": "target: 120 }\n      - { id: pipeline"}
    )
    assert explained(okr, "mqls")["definition"]["config"] == "the config differs by now"
    rewrite(file, {"      - { id: mqls": "      # - { id: mqls"})
    found = explained(okr, "mqls")["definition"]
    assert found["config"] == "the config does not have it any more"
    assert "key_result" not in found["written"]


def test_a_key_result_of_two_cycles_is_explained_in_the_newest_recorded(
    okr: Okr, told: Scene
) -> None:
    (told.root / "checkins/2026-Q4.yaml").unlink()
    file = told.root / "okrs/2026-Q4.yaml"
    (told.root / "okrs/2026-Q3.yaml").write_text(file.read_text("utf-8").replace("Q4", "Q3"))
    file.unlink()
    told.backfill(date(2026, 9, 30), date(2026, 9, 30), ["spend"])
    newest = explained(okr, "spend")
    assert newest["snapshot"]["cycle"] == "2026-Q4"
    assert "key_result" not in newest["definition"]["written"], "the config has the other one's"
    older = explained(okr, "spend", "--as-of", "2026-10-20")
    assert older["snapshot"]["cycle"] == "2026-Q3"
    assert older["definition"]["written"]["key_result"] == "okrs/2026-Q3.yaml:11:9"
    assert explained(okr, "spend", "--cycle", "2026-Q3")["snapshot"]["as_of"] == "2026-09-30"


def test_a_config_with_errors_hides_no_evidence(okr: Okr, told: Scene) -> None:
    rewrite(told.root / "metrics.yaml", {"connection: web": "connection: wbe"})
    found = explained(okr, "mqls")
    assert "the config has errors" in found["definition"]["config"]
    assert len(found["metrics"][0]["observations"]) == 53


def test_the_nightly_comparison_with_the_sources_total_is_told(okr: Okr, told: Scene) -> None:
    assert explained(okr, "mqls")["metrics"][0]["compared"] is None
    told.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    told.sync()
    words = " ".join(okr("explain", "mqls").out.split())
    assert (
        "compared with the source's total on 2026-11-24 03:00 UTC: 51 = the sum of 53 stored days,"
        " 2026-10-01 – 2026-11-22"
    ) in words
    found = explained(okr, "mqls")["metrics"][0]["compared"]
    assert (found["total"], found["stored_sum"], found["stored_days"]) == ("51", "51", 53)
    # What was not known yet is not told.
    before = explained(okr, "mqls", "--known-at", "2026-11-23T12:00:00")
    assert before["metrics"][0]["compared"] is None


def test_a_shape_that_nothing_is_stored_for_is_told(okr: Okr, scene: Scene) -> None:
    straight = "shape: history, but too little is stored of the time before"
    scene.backfill(LAST, LAST)
    assert straight not in okr("explain", "mqls", "--config", str(scene.root)).out
    rewrite(scene.root / "okrs/2026-Q4.yaml", {"metric: mqls": "metric: mqls, shape: history"})
    scene.backfill(LAST, LAST)
    words = " ".join(okr("explain", "mqls", "--config", str(scene.root)).out.split())
    assert straight in words

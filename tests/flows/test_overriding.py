"""Overrides from the file to the snapshots, and back again when they end."""

from datetime import UTC, date, datetime
from pathlib import Path

from connectors.registry import catalogue
from flows.places import read_place
from flows.replay import replay
from okrmodel.closure import OVERRIDE
from okrmodel.demand import demand
from okrmodel.resolution import resolve
from okrmodel.store.kinds import Kind
from okrmodel.store.snapshots import Revision
from okrmodel.windows import ONE_DAY, Window
from tests.flows.scene import Scene, rewrite

FIRST, LAST = date(2026, 11, 17), date(2026, 11, 22)
DAYS = [*Window(FIRST, LAST + ONE_DAY).days()]


def check_ins(scene: Scene) -> Path:
    return scene.root / "checkins/2026-Q4.yaml"


def enter(scene: Scene, *entries: str) -> None:
    with check_ins(scene).open("a", encoding="utf-8") as file:
        file.writelines(f"- {{ {entry} }}\n" for entry in entries)


def later(scene: Scene, day: int) -> None:
    """04:00 in Warsaw on a later day of November."""
    scene.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))


def said(scene: Scene) -> dict[tuple[str, date], Revision]:
    return {(k, d): one for k, days in scene.told().items() for d, one in days.items()}


def values(scene: Scene, key_result: str = "mqls") -> list[str]:
    """Of each day the value, and in brackets the automatic one beside one set by hand."""
    told = scene.told()[key_result]
    found = [told[day].snapshot for day in DAYS]
    return [f"{s.value} ({s.automatic.value})" if s.automatic else f"{s.value}" for s in found]


def assert_replays(scene: Scene) -> None:
    with scene.asking() as store:
        found = replay(store, "pretend", every=True)
    assert found.differences == []
    assert found.equal == found.snapshots


def test_an_override_moves_its_own_days_and_no_others(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    before = said(scene)
    plain = values(scene)
    assert not any("automatic" in one.payload for one in before.values())
    enter(scene, "key_result: mqls, date: 2026-11-18, value: 95.50, until: 2026-11-20, author: ola")
    scene.sync()

    after = said(scene)
    moved = {key for key, one in after.items() if one.payload != before[key].payload}
    assert moved == {("mqls", day) for day in DAYS[1:4]}
    by_hand = [f"95.5 ({plain[n]})" if n in {1, 2, 3} else plain[n] for n in range(6)]
    assert values(scene) == by_hand
    assert after["mqls", DAYS[4]].revision == 1
    assert_replays(scene)


def test_on_and_off_and_on_again(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    plain = values(scene)
    once = "key_result: mqls, date: 2026-11-20, value: 95"
    enter(scene, once)
    scene.sync()
    assert values(scene) == [*plain[:3], f"95 ({plain[3]})", *plain[4:]]
    # The entry is taken back: the closure is as it was, and so is what it computes.
    rewrite(check_ins(scene), {f"- {{ {once} }}\n": ""})
    scene.backfill(FIRST, LAST)
    assert values(scene) == plain
    enter(scene, "key_result: mqls, date: 2026-11-21, value: 96")
    enter(scene, "key_result: mqls, date: 2026-11-21, value: 97, until: 2026-12-31")
    scene.sync()
    assert values(scene) == [*plain[:4], f"97 ({plain[4]})", f"97 ({plain[5]})"]
    assert_replays(scene)


def test_one_of_several_that_is_taken_back_is_gone_with_the_next_sync(scene: Scene) -> None:
    scene.backfill(FIRST, LAST)
    plain = values(scene)
    one = "key_result: mqls, date: 2026-11-18, value: 95"
    enter(scene, one, "key_result: mqls, date: 2026-11-20, value: 96")
    scene.sync()
    rewrite(check_ins(scene), {f"- {{ {one} }}\n": ""})
    scene.sync()
    assert values(scene) == [*plain[:3], f"96 ({plain[3]})", *plain[4:]]
    assert_replays(scene)


def test_it_holds_while_the_source_fails_and_the_failure_is_told(scene: Scene) -> None:
    scene.backfill(FIRST, date(2026, 11, 21))
    enter(scene, "key_result: mqls, date: 2026-11-22, value: 95")
    scene.fault("/crm/v3/objects/contacts/search", status=500)
    report = scene.sync()
    found = scene.snapshot("mqls", LAST)
    assert found.value == 95
    assert found.automatic is not None
    assert found.automatic.through == date(2026, 11, 21)
    assert found.stale is not None
    assert "hubspot failed" in found.stale
    assert "mqls" in {snapshot.key_result for snapshot in report.snapshots if snapshot.stale}
    assert_replays(scene)


def test_what_was_restated_under_it_moves_the_automatic_figure_only(scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    enter(scene, "key_result: sessions, date: 2026-11-22, value: 4000")
    scene.sync()
    before = scene.snapshot("sessions", LAST)
    later(scene, 24)
    scene.sync()
    newest = scene.told()["sessions"][LAST]
    after = newest.snapshot
    assert newest.kind is Kind.RESTATEMENT
    assert before.automatic is not None
    assert after.automatic is not None
    assert (before.automatic.value or 0) < (after.automatic.value or 0)
    for field in ("value", "raw_progress", "score", "expected", "status"):
        assert getattr(after, field) == getattr(before, field)
    assert_replays(scene)


def test_of_key_results_without_overrides_nothing_more_is_asked(scene: Scene) -> None:
    enter(scene, "key_result: mqls, date: 2026-11-22, value: 95")
    company, _ = read_place(scene.place)
    (cycle,) = company.cycles
    assert company.overridden == {("2026-Q4", "mqls")}
    wanted = demand(company, cycle, [k for _, k in cycle.key_results()], DAYS, catalogue())
    asked = [s.query.canonical() for s in wanted.windows if s.connection == "manual"]
    assert [query for query in asked if "override" in query] == [
        {"override": "mqls", "cycle": "2026-Q4"}
    ]
    for _, key_result in cycle.key_results():
        closure = resolve(company, cycle, key_result, catalogue()).closure
        assert (OVERRIDE in closure.measures) == (key_result.id == "mqls")


def test_a_check_in_of_a_manual_key_result_is_no_override(scene: Scene) -> None:
    enter(scene, "key_result: approved, date: 2026-11-22, value: 3")
    assert read_place(scene.place)[0].overridden == frozenset()
    scene.backfill(LAST, LAST)
    found = scene.snapshot("approved", LAST)
    assert found.value == 3
    assert found.automatic is None

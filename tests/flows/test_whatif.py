"""What a changed config would do, told beforehand, is what applying it does."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.registry import catalogue
from flows.edges import Edges
from flows.freeze import freeze
from flows.record import record
from flows.view import open_view
from flows.whatif import FIGURES, Foretold, WhatIf, what_if
from okrmodel.definitions.company import Company
from okrmodel.definitions.key_results import Trailing
from okrmodel.resolution import resolve
from okrmodel.snapshot import Snapshot
from okrmodel.store.snapshots import payload
from sandbox.world import Sandbox
from tests.flows.conftest import CONFIG
from tests.flows.scene import TOKEN, Scene, reset, rewrite, settle_in

FIRST, LAST = date(2026, 11, 19), date(2026, 11, 22)
OKRS = "okrs/2026-Q4.yaml"


@pytest.fixture(scope="module")
def filled_once(
    world: Sandbox, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    root = settle_in(CONFIG, tmp_path_factory.mktemp("filled") / "config", reset(world))
    shutil.copyfile(migrated_file, root / "okr.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, TOKEN, world.hubspot_token)
        Scene(world, root, str(root / "okr.db")).backfill(FIRST, LAST)
    return root


@pytest.fixture
def filled(
    filled_once: Path, world: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Scene:
    """The small config after a backfill of four days."""
    monkeypatch.setitem(os.environ, TOKEN, world.hubspot_token)
    root = shutil.copytree(filled_once, tmp_path / "filled")
    return Scene(reset(world), root, str(root / "okr.db"))


def look(scene: Scene, company: Company | None = None) -> WhatIf:
    with open_view(scene.place, Edges()) as view:
        view.company = company or view.company
        return what_if(view)


def only(found: WhatIf) -> Foretold:
    [one] = found.key_results
    return one


def later(scene: Scene, day: int) -> None:
    scene.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))


def test_an_unchanged_config_changes_nothing(filled: Scene) -> None:
    found = look(filled)
    assert found.empty
    assert (found.problems, found.fetch.errands) == ((), ())


def test_nothing_changes_after_a_night_either(filled: Scene) -> None:
    later(filled, 24)
    assert look(filled).empty
    filled.sync()
    assert look(filled).empty


def test_no_source_is_asked_and_nothing_recorded(filled: Scene) -> None:
    rewrite(filled.root / OKRS, {"target: 5000": "target: 6000"})
    before = Path(filled.store).read_bytes()
    assert not look(filled).empty
    assert filled.requests == []
    assert Path(filled.store).read_bytes() == before


def test_a_target_moves_every_recorded_day(filled: Scene) -> None:
    rewrite(filled.root / OKRS, {"target: 5000": "target: 6000"})
    found = look(filled)
    one = only(found)
    assert [day.as_of for day in one.moved] == [FIRST, date(2026, 11, 20), date(2026, 11, 21), LAST]
    last = one.days[-1]
    assert last.old
    assert last.new
    assert (last.old.target, last.new.target) == (Decimal(5000), Decimal(6000))
    assert last.old.value == last.new.value
    assert found.fetch.errands == ()


def test_a_target_with_its_day_leaves_the_days_before_alone(filled: Scene) -> None:
    dated = (
        "targets: [{ from: 2026-10-01, target: 5000, reason: planned },"
        " { from: 2026-11-21, target: 6000, reason: more people }]"
    )
    rewrite(filled.root / OKRS, {"target: 5000": dated})
    found = look(filled)
    assert [day.as_of for day in only(found).moved] == [date(2026, 11, 21), LAST]
    assert found.problems == ()


def test_what_the_store_has_not_got_is_not_known_and_is_planned(filled: Scene) -> None:
    rewrite(
        filled.root / OKRS,
        {"metric: views, target": "metric: views, window: { trailing: 60 }, from: 0, target"},
    )
    found = look(filled)
    one = only(found)
    assert len(one.unknown) == 4
    assert one.moved == ()
    [errand] = found.fetch.errands
    asked = {w for step in errand.steps for ask in step.serves for w in ask.windows}
    assert (errand.connection, min(asked).start) == ("web", date(2026, 9, 21))
    assert errand.estimate > 0


def test_what_the_next_sync_asks_anyway_is_not_told(filled: Scene) -> None:
    """A day later everything lacks the new day; only what the change needs is of interest."""
    later(filled, 24)
    rewrite(filled.root / OKRS, {"target: 5000": "target: 6000"})
    assert look(filled).fetch.errands == ()


def test_a_new_key_result_on_a_known_metric_is_known(filled: Scene) -> None:
    more = "- { id: more, title: Win more MQLs, metric: mqls, target: 200 }\n      - { id: approved"
    rewrite(filled.root / OKRS, {"- { id: approved": more})
    found = look(filled)
    [day] = only(found).days
    assert (day.as_of, day.old) == (LAST, None)
    assert day.new
    assert day.new.value == filled.snapshot("mqls", LAST).value
    assert found.fetch.errands == ()


def test_one_that_is_gone_has_its_days(filled: Scene) -> None:
    text = "      - { id: views, title: Have pages seen, metric: views, target: 9000 }\n"
    rewrite(filled.root / OKRS, {text: ""})
    one = only(look(filled))
    assert one.change.kinds == ("removed",)
    assert [day.as_of for day in one.days] == [FIRST, date(2026, 11, 20), date(2026, 11, 21), LAST]
    later(filled, 24)
    filled.sync()
    assert look(filled).empty


def test_a_new_name_keeps_the_days_and_the_first_sync_carries_them_over(filled: Scene) -> None:
    rewrite(
        filled.root / OKRS,
        {"{ id: mqls, title": "{ id: leads, was: [mqls], title"},
    )
    one = only(look(filled))
    assert (one.change.kinds, one.moved, len(one.days)) == (("renamed",), (), 4)
    before = {day: r.snapshot for day, r in filled.told()["mqls"].items()}
    later(filled, 24)
    filled.sync()
    after = filled.told()["leads"]
    assert set(before) < set(after)
    assert all(after[day].snapshot.value == before[day].value for day in (FIRST, LAST))
    assert look(filled).empty


def test_days_without_any_answer_are_carried_over_too(filled: Scene) -> None:
    fresh = "  fresh: { name: Never read, connection: web, query: { metric: newUsers } }\n  views:"
    rewrite(filled.root / "metrics.yaml", {"  views:": fresh})
    rewrite(
        filled.root / OKRS,
        {
            "{ id: views, title: Have pages seen, metric: views": "{ id: new, was: [views],"
            " title: Bring new people, starts: 2026-12-01, metric: fresh"
        },
    )
    filled.sync()
    assert set(filled.told()["new"]) == set(filled.told()["views"])


def test_one_that_moves_to_another_cycle_leaves_its_days_behind(filled: Scene) -> None:
    spend = "      - { id: spend, title: Spend it all, metric: spend, target: 9000 }\n"
    rewrite(filled.root / OKRS, {spend: ""})
    (filled.root / "okrs/2027-Q1.yaml").write_text(
        "cycle: 2027-Q1\nobjectives:\n  - id: further\n    title: Go on\n    owner: ola\n"
        f"    key_results:\n{spend}",
        "utf-8",
    )
    one = only(look(filled))
    assert one.change.kinds == ("moved",)
    assert [(day.as_of, day.old) for day in one.days] == [(LAST, None)]


def test_a_cycle_that_has_not_begun_is_nothing_new(filled: Scene) -> None:
    (filled.root / "okrs/2027-Q1.yaml").write_text(
        "cycle: 2027-Q1\nobjectives:\n  - id: further\n    title: Go on\n    owner: ola\n"
        "    key_results: [{ id: then, title: Then, metric: mqls, target: 9 }]\n",
        "utf-8",
    )
    assert look(filled).empty


def test_a_store_without_anything_has_all_before_it(scene: Scene) -> None:
    Path(scene.store).unlink()
    found = look(scene)
    assert [one.change.kinds for one in found.key_results] == [("added",)] * 7
    assert len(found.metrics) == 6
    assert {errand.connection for errand in found.fetch.errands} == {"hubspot", "manual", "web"}
    assert not Path(scene.store).exists()


KEY_RESULTS: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "mqls": {
        "target": st.decimals(1, 400, places=1),
        "window": st.sampled_from(["cycle", "month", "week", "month_to_date"]),
        "metric": st.sampled_from(["mqls", "spend", "views"]),
        "status_rule": st.sampled_from([None, "upraise", "servicenow"]),
    },
    "spend": {
        "target": st.integers(5000, 20000),
        "window": st.builds(Trailing, trailing=st.integers(1, 9)),
        "starts": st.dates(date(2026, 11, 1), date(2026, 11, 25)),
    },
    "cost": {
        "from_": st.integers(300, 2000),
        "target": st.integers(20, 299),
        "due": st.dates(date(2026, 11, 18), date(2026, 12, 31)),
    },
    "pipeline": {"from_": st.integers(0, 5_000_000), "weight": st.integers(1, 3)},
    "sessions": {"target": st.integers(1, 9000), "title": st.sampled_from(["A", "B"])},
    "approved": {"target": st.integers(1, 9), "values": st.sampled_from(["total", "increment"])},
}
EDITS = st.fixed_dictionaries(
    {}, optional={name: st.fixed_dictionaries({}, optional=f) for name, f in KEY_RESULTS.items()}
)
"""Other values of some fields of some key results."""
WHERE = st.sampled_from([None, {"where": {"hs_analytics_source": "PAID_SEARCH"}}])


def edited(company: Company, edits: Mapping[str, Mapping[str, Any]], where: Any) -> Company:
    """The company with its definitions changed."""
    [cycle] = company.cycles
    [objective] = cycle.objectives
    changed = tuple(
        type(k).model_validate({**k.model_dump(by_alias=False), **edits.get(k.id, {})})
        for k in objective.key_results
    )
    objective = objective.model_copy(update={"key_results": changed})
    cycle = cycle.model_copy(update={"objectives": (objective,)})
    metrics = dict(company.metrics)
    if where:
        mqls: Any = metrics["mqls"]
        query = catalogue()["hubspot"].query.validate_python({**mqls.query.canonical(), **where})
        metrics["mqls"] = mqls.model_copy(update={"query": query})
    return replace(company, cycles=(cycle,), metrics=metrics)


def applied(scene: Scene, company: Company) -> dict[tuple[str, date], Snapshot]:
    """All that is recorded after computing every recorded day by a company's definitions."""
    days = {name: sorted(found) for name, found in scene.told().items()}
    with scene.job() as job, job.running("backfill", {}) as run:
        closures = [
            (resolve(company, cycle, k, catalogue()).closure, days[k.id])
            for cycle in company.cycles
            for _, k in cycle.key_results()
        ]
        record(job, run, closures)
    return {
        (name, day): revision.snapshot
        for name, found in scene.told().items()
        for day, revision in found.items()
    }


@pytest.fixture(scope="module")
def copies(filled_once: Path, world: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """One folder whose store each example begins anew with."""
    root = shutil.copytree(filled_once, tmp_path_factory.mktemp("examples") / "config")
    return Scene(world, root, str(root / "okr.db"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS, where=WHERE)
def test_applying_a_change_gives_what_was_foretold(
    edits: Mapping[str, Mapping[str, Any]], where: Any, copies: Scene, filled_once: Path
) -> None:
    shutil.copyfile(filled_once / "okr.db", copies.store)
    with open_view(copies.place, Edges()) as view:
        company = edited(view.company, edits, where)
    before = {
        (name, day): revision.snapshot
        for name, found in copies.told().items()
        for day, revision in found.items()
    }
    foretold = look(copies, company).key_results
    after = applied(copies, company)
    known = {
        (one.change.after.key_result.id, day.as_of): day
        for one in foretold
        if one.change.after
        for day in one.days
    }
    for name, day in known.items():
        if day.new:
            assert payload(day.new) == payload(after[name])
            assert day.old == before[name]
    moves = {name for name in after if _differ(before[name], after[name])}
    unknown = {name for name, day in known.items() if day.new is None}
    assert moves - unknown == {name for name, day in known.items() if day.moves}


def _differ(one: Snapshot, other: Snapshot) -> bool:
    return any(getattr(one, field) != getattr(other, field) for field in FIGURES)


def test_a_cycle_that_is_frozen_is_past_changing(filled: Scene) -> None:
    filled.move_to(datetime(2027, 1, 3, 3, tzinfo=UTC))
    rewrite(filled.root / OKRS, {"target: 5000": "target: 6000"})
    assert not look(filled).empty
    filled.sync()
    rewrite(filled.root / OKRS, {"target: 6000": "target: 7000"})
    assert not look(filled).empty
    with filled.job() as job:
        freeze(job, "2026-Q4")
    assert look(filled).empty
